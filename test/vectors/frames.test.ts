import { expect } from 'chai';
import { fromHex, toHex } from '../../src/base/index.js';
import { encodeHeader } from '../../src/crypto/sframe-header.js';
import { deriveFrameKey } from '../../src/crypto/sframe-keys.js';
import { streamLabel } from '../../src/crypto/sframe-label.js';
import type { Codec } from '../../src/media/codec.js';
import { FrameOpener } from '../../src/media/frame-opener.js';
import { FrameSealer } from '../../src/media/frame-sealer.js';
import { KeyRing } from '../../src/media/key-ring.js';
import { STREAMS } from '../../src/media/index.js';
import type { Stream } from '../../src/media/index.js';
import { FrameCounter } from '../../src/media/stream-key.js';
import { BOB } from '../support/media-keys.js';
import vectors from './secure-meeting/frames.json';

/** Made by scripts/make-frame-vectors.mjs, which shares no code with the package. */
describe('our frame vectors', () => {
  for (const vector of vectors.frames)
    it(`${vector.name}: sealed and opened`, async () => {
      const { identity, epoch, ctr } = vector;
      const sender = { identity, binding: fromHex(vector.binding) };
      const stream = vector.stream as Stream;
      const codec = vector.codec as Codec;
      const base = await crypto.subtle.importKey('raw', fromHex(vector.baseKey), 'HKDF', false, ['deriveBits']);

      expect(toHex(await streamLabel(identity, sender.binding, STREAMS.indexOf(stream)))).to.equal(vector.label);
      const kid = epoch * 4 + STREAMS.indexOf(stream);
      expect(toHex(encodeHeader(kid, ctr))).to.equal(vector.header);
      expect(toHex((await deriveFrameKey(base, kid)).salt)).to.equal(vector.salt);

      const sending = new KeyRing(() => new FrameCounter(ctr));
      sending.setSelf(sender);
      await sending.install(epoch, sender, base);
      sending.activate(epoch);
      const sealed = await new FrameSealer(sending).seal(stream, codec, fromHex(vector.plain));
      expect('data' in sealed && toHex(sealed.data)).to.equal(vector.frame);

      const receiving = new KeyRing();
      receiving.setSelf(BOB);
      await receiving.install(epoch, sender, base);
      const opened = await new FrameOpener(receiving).open({ identity, stream }, codec, fromHex(vector.frame));
      expect('data' in opened && toHex(new Uint8Array(opened.data))).to.equal(vector.opened ?? vector.plain);
    });
});
