import { expect } from 'chai';
import fc from 'fast-check';
import { toHex } from '../../../src/base/index.js';
import type { Bytes } from '../../../src/base/index.js';
import { codecOf, splitFrame } from '../../../src/media/codec.js';
import { escapeFrom, h264Prefix, unescapeFrom } from '../../../src/media/h264.js';
import { ALICE, opening, plainFrame, sealed, sealing } from '../../support/media-keys.js';
import samples from '../../fixtures/h264-frames.json';

const nal = (...bytes: number[]): Bytes => Uint8Array.from(bytes);
const decode = (text: string): Bytes => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
/** Bytes in which zeros and small values are common, as start codes need them. */
const zeroish = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(4) }, fc.nat(255)), {
    maxLength: 300,
  })
  .map((bytes) => Uint8Array.from(bytes));
const startCodes = (bytes: Uint8Array, from = 0): number[] => {
  const found: number[] = [];
  for (let i = from; i + 2 < bytes.length; i++)
    if (bytes[i] === 0 && bytes[i + 1] === 0 && bytes[i + 2] === 1) found.push(i);
  return found;
};

describe('media: what stays clear', () => {
  it('VP8: ten bytes of a key frame, one of a delta frame, as the bytes say', () => {
    expect(splitFrame('vp8', plainFrame('vp8', 100, true))?.at).to.equal(10);
    expect(splitFrame('vp8', plainFrame('vp8', 100))?.at).to.equal(1);
    expect(splitFrame('vp8', nal(0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), 'no start code').to.equal(undefined);
    expect(splitFrame('vp8', plainFrame('vp8', 9, true)), 'cut short').to.equal(undefined);
    expect(splitFrame('vp8', nal())).to.equal(undefined);
  });

  it('VP9 and Opus: nothing', () => {
    expect(splitFrame('vp9', nal(1, 2, 3))?.at).to.equal(0);
    expect(splitFrame('opus', nal(1))?.at).to.equal(0);
  });

  it('no AV1, no H.265, no RED, no audio codec on video: those are never protected, so never passed', () => {
    for (const type of ['video/AV1', 'video/H265', 'video/rtx', 'audio/opus', '', undefined, 'constructor']) {
      expect(codecOf(type, 'camera'), type).to.equal(undefined);
    }
    for (const type of ['audio/red', 'audio/PCMU', 'video/VP8'])
      expect(codecOf(type, 'microphone')).to.equal(undefined);
    expect(codecOf('VIDEO/vp8', 'screen')).to.equal('vp8');
    expect(codecOf('audio/OPUS', 'screen-audio')).to.equal('opus');
  });

  it('H.264: everything up to three numbers of the first slice', () => {
    const sps = [0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f];
    const pps = [0, 0, 1, 0x68, 0xce];
    const slice = [0, 0, 1, 0x65, 0xb8, 0x00, 0x04, 0x55];
    const split = splitFrame('h264', nal(...sps, ...pps, ...slice));
    expect(toHex(split?.frame.subarray(0, split.at) ?? nal())).to.equal(
      toHex(nal(...sps, 0, 0, 0, 1, 0x68, 0xce, 0, 0, 0, 1, 0x65, 0xb8)),
    );
    expect(toHex(split?.frame.subarray(split.at) ?? nal())).to.equal('000455');
    // first_mb_in_slice 44 ("00000101101"), slice_type 7 ("0001000"), pps 1 ("010"): 21 bits.
    expect(h264Prefix(nal(0, 0, 1, 0x41, 0b00000101, 0b10100010, 0b00010111, 9, 9))?.bodyAt).to.equal(7);
  });

  it('H.264: no slice, no start code or a slice that ends too early is not a frame', () => {
    for (const bytes of [
      [],
      [1, 2, 3, 4],
      [9, 0, 0, 1, 0x65, 0xb8, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 1, 0x65],
      [0, 0, 0, 1, 0x65, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 0, 1, 0x68, 1],
      [0, 0, 0, 0, 1, 0x65, 0xb8],
    ])
      expect(splitFrame('h264', nal(...bytes)), String(bytes)).to.equal(undefined);
  });

  it('emulation prevention: comes back exactly, and leaves no start code', () => {
    fc.assert(
      fc.property(zeroish, zeroish, (before, body) => {
        const frame = Uint8Array.from([...before, ...body]);
        const escaped = escapeFrom(frame, before.length);
        expect(toHex(unescapeFrom(escaped, before.length) ?? nal(9))).to.equal(toHex(frame));
        // A code may straddle the boundary only if the clear part's own bytes make it.
        expect(
          startCodes(escaped, Math.max(0, before.length - 2)).filter((at) => at + 2 >= before.length),
        ).to.deep.equal([]);
        if (body.length > 1) expect([escaped.at(-2), escaped.at(-1)]).to.not.deep.equal([0, 0]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('emulation prevention: reads bytes only in the one form it would write', () => {
    fc.assert(
      fc.property(zeroish, (bytes) => {
        const read = unescapeFrom(bytes, 0);
        if (read) expect(toHex(escapeFrom(Uint8Array.from(read), 0))).to.equal(toHex(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it("H.264 of a browser's encoder: seals into one slice that depacketizers can read, and opens exactly", async () => {
    const sealer = await sealing(ALICE, 1, 7);
    const { opener } = await opening([ALICE, 1, 7]);
    for (const { data, type } of samples.frames) {
      const plain = decode(data);
      const frame = await sealed(sealer, 'camera', 'h264', plain);
      const codes = startCodes(frame);
      expect(codes).to.have.length(type === 'key' ? 3 : 1);
      expect(codes).to.deep.equal(startCodes(plain).slice(0, codes.length));
      const verdict = await opener.open({ identity: 'alice', stream: 'camera' }, 'h264', frame);
      expect('data' in verdict && toHex(new Uint8Array(verdict.data))).to.equal(toHex(plain));
      // RTP does not carry start codes: one of three bytes on the way is the same frame.
      const short = frame.subarray(1);
      expect(await opener.open({ identity: 'alice', stream: 'camera' }, 'h264', short)).to.have.property(
        'reason',
        'replay',
      );
    }
  });

  it('H.264 with several slices, start codes of three bytes and zeros at the end opens exactly', async () => {
    const sealer = await sealing(ALICE, 1, 7);
    const { opener } = await opening([ALICE, 1, 7]);
    await fc.assert(
      fc.asyncProperty(fc.array(zeroish, { minLength: 1, maxLength: 4 }), async (slices) => {
        const plain = Uint8Array.from(slices.flatMap((slice) => [0, 0, 0, 1, 0x61, 0xe0, ...slice]));
        const frame = await sealed(sealer, 'screen', 'h264', plain);
        expect(startCodes(frame)).to.deep.equal([1]);
        const verdict = await opener.open({ identity: 'alice', stream: 'screen' }, 'h264', frame);
        expect('data' in verdict && toHex(new Uint8Array(verdict.data))).to.equal(toHex(plain));
      }),
    );
  });
});
