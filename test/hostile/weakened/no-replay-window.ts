/** Takes a counter any number of times. */
import { ReplayWindow as Honest } from '../../../src/crypto/sframe-window.js';

export * from '../../../src/crypto/sframe-window.js';

export class ReplayWindow extends Honest {
  override refuses(): boolean {
    return false;
  }
  override accept(): boolean {
    return true;
  }
}
