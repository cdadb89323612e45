/** Opens everybody's frames with one key, Alice's, as if all had one passphrase and nothing told the senders apart. */
import { KeyRing as Honest } from '../../../src/media/key-ring.js';
import type { StreamKey } from '../../../src/media/stream-key.js';

export class KeyRing extends Honest {
  override opening(_identity: string, epoch: number, stream: number): StreamKey | undefined {
    return super.opening('alice', epoch, stream);
  }
}
