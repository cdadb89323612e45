/** Notes a frame's counter before its tag is checked. */
import { parseHeader } from '../../../src/crypto/sframe-header.js';
import { splitFrame } from '../../../src/media/codec.js';
import { FrameOpener as Honest, type OpenVerdict } from '../../../src/media/frame-opener.js';
import type { KeyRing } from '../../../src/media/key-ring.js';
import { STREAMS } from '../../../src/media/media-client.js';

export type { OpenVerdict };

export class FrameOpener extends Honest {
  readonly #ring: KeyRing;

  constructor(keys: KeyRing) {
    super(keys);
    this.#ring = keys;
  }

  override async open(...[binding, codec, data]: Parameters<Honest['open']>): Promise<OpenVerdict> {
    const verdict = await super.open(binding, codec, data);
    const split = codec && data.length > 0 ? splitFrame(codec, data) : undefined;
    const header = split && parseHeader(split.frame, split.at);
    if ('reason' in verdict && verdict.reason === 'forged' && header) {
      const { kid, ctr } = header;
      this.#ring
        .opening(binding.identity, Math.floor(Number(kid) / STREAMS.length), Number(kid) % STREAMS.length)
        ?.window.accept(Number(ctr));
    }
    return verdict;
  }
}
