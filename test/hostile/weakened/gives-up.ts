/** Silences a participant after ten frames that did not authenticate, as livekit-client does by default. */
import { FrameOpener as Honest, type OpenVerdict } from '../../../src/media/frame-opener.js';

export type { OpenVerdict };

export class FrameOpener extends Honest {
  readonly #failures = new Map<string, number>();

  override async open(...[binding, codec, data]: Parameters<Honest['open']>): Promise<OpenVerdict> {
    const failures = this.#failures.get(binding.identity) ?? 0;
    if (failures > 10) return { reason: 'unknown-key' };
    const verdict = await super.open(binding, codec, data);
    if ('reason' in verdict) this.#failures.set(binding.identity, failures + 1);
    return verdict;
  }
}
