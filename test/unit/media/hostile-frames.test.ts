import { expect } from 'chai';
import fc from 'fast-check';
import { toHex } from '../../../src/base/index.js';
import type { Bytes } from '../../../src/base/index.js';
import { encodeHeader } from '../../../src/crypto/sframe-header.js';
import { WINDOW } from '../../../src/crypto/sframe-window.js';
import type { Codec } from '../../../src/media/codec.js';
import { STREAMS } from '../../../src/media/index.js';
import type { ReceiverBinding, Stream } from '../../../src/media/index.js';
import {
  ALICE,
  BOB,
  CAROL,
  baseKey,
  opening,
  plainFrame,
  reasonOf,
  sealed,
  sealing,
  sender,
} from '../../support/media-keys.js';

const CAMERA: ReceiverBinding = { identity: 'alice', stream: 'camera' };
const frame = plainFrame('vp8', 200);
const flip = (bytes: Bytes, bit: number): Bytes => {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
};

describe('media: hostile frames', () => {
  it('opens what was sealed, every codec and stream, to the byte', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const rows: [Stream, Codec][] = [
      ['camera', 'vp8'],
      ['camera', 'vp9'],
      ['screen', 'h264'],
      ['microphone', 'opus'],
      ['screen-audio', 'opus'],
    ];
    for (const [stream, codec] of rows)
      for (const length of [6, 10, 11, 160, 8_000]) {
        const plain = plainFrame(codec, length, length >= 10);
        const verdict = await opener.open(
          { identity: 'alice', stream },
          codec,
          await sealed(sealer, stream, codec, plain),
        );
        expect('data' in verdict && toHex(new Uint8Array(verdict.data)), `${stream} ${codec}`).to.equal(toHex(plain));
      }
  });

  it('replay: a frame opens once, whichever transform carries it, even two at the same moment', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const one = await sealed(sealer, 'camera', 'vp8', frame);
    // Each transform has a binding of its own; the window is the key's.
    const both = await Promise.all([opener.open({ ...CAMERA }, 'vp8', one), opener.open({ ...CAMERA }, 'vp8', one)]);
    expect(both.map(reasonOf).sort()).to.deep.equal(['opened', 'replay']);
    expect(reasonOf(await opener.open({ ...CAMERA }, 'vp8', one))).to.equal('replay');
  });

  it('reordering: opens within the window, not beyond it', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const frames: Bytes[] = [];
    for (let i = 0; i <= WINDOW; i++) frames.push(await sealed(sealer, 'camera', 'vp8', frame));
    const open = async (i: number): Promise<string> => reasonOf(await opener.open(CAMERA, 'vp8', frames[i] as Bytes));
    expect(await open(WINDOW)).to.equal('opened');
    expect(await open(1)).to.equal('opened');
    expect(await open(0)).to.equal('replay');
    expect(await open(500)).to.equal('opened');
    expect(await open(500)).to.equal('replay');
  });

  it('replay after the epoch changed, after a new join, and to a fresh receiver', async () => {
    const old = await sealing(ALICE, 5, 7);
    const recorded = await sealed(old, 'camera', 'vp8', frame);
    const { keys, opener } = await opening([ALICE, 5, 7]);
    keys.retire(5);
    await keys.install(6, ALICE, await baseKey(8));
    expect(reasonOf(await opener.open(CAMERA, 'vp8', recorded))).to.equal('unknown-key');
    // Alice left and came back: another binding, so another base key and label, though the epoch's number be the same.
    const again = await opening([sender('alice', 9), 5, 8]);
    expect(reasonOf(await again.opener.open(CAMERA, 'vp8', recorded))).to.equal('forged');
    // Even if a provider made the same base key for two joins, the label tells them apart.
    const careless = await opening([sender('alice', 9), 5, 7]);
    expect(reasonOf(await careless.opener.open(CAMERA, 'vp8', recorded))).to.equal('forged');
  });

  it('of the join before, while nothing of the new one came: dropped without an alarm; a forgery from then on', async () => {
    const now = sender('alice', 9);
    // The two chains of a fork have an epoch of one number.
    const before = await sealing(ALICE, 5, 7);
    const after = await sealing(now, 5, 8);
    const { keys, opener } = await opening([ALICE, 4, 6]);
    keys.retireSender(ALICE);
    await keys.install(5, now, await baseKey(8));
    const old = await sealed(before, 'camera', 'vp8', frame);
    const oldSound = await sealed(before, 'microphone', 'opus', plainFrame('opus', 80));
    const sound: ReceiverBinding = { identity: 'alice', stream: 'microphone' };
    expect(reasonOf(await opener.open(CAMERA, 'vp8', old))).to.equal('rejoining');
    expect(reasonOf(await opener.open(CAMERA, 'vp8', await sealed(after, 'camera', 'vp8', frame)))).to.equal('opened');
    expect(reasonOf(await opener.open(CAMERA, 'vp8', old))).to.equal('forged');
    expect(reasonOf(await opener.open(sound, 'opus', oldSound)), 'another stream').to.equal('rejoining');
    // Who was never in another join has no such excuse.
    await keys.install(5, CAROL, await baseKey(9));
    expect(reasonOf(await opener.open({ identity: 'carol', stream: 'camera' }, 'vp8', old))).to.equal('forged');
  });

  it('camera fed into the screen: dropped, and known for what it is', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const camera = await sealed(sealer, 'camera', 'vp8', frame);
    const screen: ReceiverBinding = { identity: 'alice', stream: 'screen' };
    expect(reasonOf(await opener.open(screen, 'vp8', camera))).to.equal('stream');
    // With its KID rewritten to the screen's it is just a forgery.
    const at = 1;
    const relabelled = camera.slice();
    relabelled[at + 1] = 5 * 4 + 2;
    expect(reasonOf(await opener.open(screen, 'vp8', relabelled))).to.equal('forged');
    // Being shown elsewhere has not used it up.
    expect(reasonOf(await opener.open(CAMERA, 'vp8', camera))).to.equal('opened');
    const sound = await sealed(sealer, 'microphone', 'opus', plainFrame('opus', 80));
    expect(reasonOf(await opener.open({ identity: 'alice', stream: 'screen-audio' }, 'opus', sound))).to.equal(
      'stream',
    );
  });

  it("one participant's frames as another's: dropped, even when both had one key and binding", async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7], [CAROL, 5, 8]);
    const alices = await sealed(sealer, 'camera', 'vp8', frame);
    expect(reasonOf(await opener.open({ identity: 'carol', stream: 'camera' }, 'vp8', alices))).to.equal('forged');
    const careless = await opening([sender('carol', 1), 5, 7]);
    const verdict = await careless.opener.open({ identity: 'carol', stream: 'camera' }, 'vp8', alices);
    expect(reasonOf(verdict)).to.equal('forged');
  });

  it('our own frames sent back: no key opens them', async () => {
    const { keys, opener } = await opening();
    await keys.install(5, BOB, await baseKey(7));
    const own = await sealed(await sealing(BOB, 5, 7), 'camera', 'vp8', frame);
    expect(reasonOf(await opener.open({ identity: 'bob', stream: 'camera' }, 'vp8', own))).to.equal('unknown-key');
  });

  it('every single flipped bit is noticed, in the clear prefix and the header too', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    for (const [codec, plain] of [
      ['vp8', plainFrame('vp8', 40, true)],
      ['vp9', plainFrame('vp9', 40)],
      ['h264', plainFrame('h264', 40)],
    ] as const) {
      const { opener } = await opening([ALICE, 5, 7]);
      const good = await sealed(sealer, 'camera', codec, plain);
      for (let bit = 0; bit < good.length * 8; bit++) {
        const reason = reasonOf(await opener.open(CAMERA, codec, flip(good, bit)));
        expect(reason, `${codec} bit ${bit}`).to.not.equal('opened');
      }
      expect(reasonOf(await opener.open(CAMERA, codec, good))).to.equal('opened');
    }
  });

  it('truncated at every length: dropped', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const good = await sealed(sealer, 'camera', 'vp8', plainFrame('vp8', 60, true));
    for (let length = 0; length < good.length; length++) {
      const reason = reasonOf(await opener.open(CAMERA, 'vp8', good.slice(0, length)));
      expect(['empty', 'header', 'short', 'forged', 'unknown-key'], `length ${length}`).to.include(reason);
    }
    expect(reasonOf(await opener.open(CAMERA, 'vp8', good))).to.equal('opened');
  });

  it('every header field fuzzed: dropped, and the next good frame opens', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const value = fc.oneof(fc.nat(40), fc.maxSafeNat(), fc.bigInt(0n, 2n ** 64n - 1n));
    const good = await sealed(sealer, 'camera', 'vp9', plainFrame('vp9', 60));
    const body = good.subarray(encodeHeader(20, 0).length);
    await fc.assert(
      fc.asyncProperty(value, value, async (kid, ctr) => {
        if (kid === 20 && ctr === 0) return;
        const fake = Uint8Array.from([...encodeHeader(kid, ctr), ...body]);
        expect(reasonOf(await opener.open(CAMERA, 'vp9', fake))).to.not.equal('opened');
      }),
    );
    expect(reasonOf(await opener.open(CAMERA, 'vp9', good))).to.equal('opened');
  });

  it('10,000 random frames change nothing: the next good one opens', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const codecs: Codec[] = ['vp8', 'vp9', 'h264'];
    for (let i = 0; i < 10_000; i++) {
      const junk = crypto.getRandomValues(new Uint8Array(1 + (i % 90)));
      // Half of them name Alice's key.
      if (i % 2) junk.set([0x88, 20, i & 255].slice(0, junk.length));
      expect(reasonOf(await opener.open(CAMERA, codecs[i % 3], junk))).to.not.equal('opened');
    }
    expect(reasonOf(await opener.open(CAMERA, 'vp8', await sealed(sealer, 'camera', 'vp8', frame)))).to.equal('opened');
  });

  it('counter pushed 2³⁰ ahead by someone without the key: the window stays', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const first = await sealed(sealer, 'camera', 'vp9', frame);
    expect(reasonOf(await opener.open(CAMERA, 'vp9', first))).to.equal('opened');
    const pushed = Uint8Array.from([...encodeHeader(20, 2 ** 30), ...first.subarray(2)]);
    expect(reasonOf(await opener.open(CAMERA, 'vp9', pushed))).to.equal('forged');
    expect(reasonOf(await opener.open(CAMERA, 'vp9', await sealed(sealer, 'camera', 'vp9', frame)))).to.equal('opened');
  });

  it('codec renamed: only drops, whatever it is taken for', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const codecs: Codec[] = ['vp8', 'vp9', 'h264'];
    for (const real of codecs)
      for (const key of [true, false])
        for (const claimed of [...codecs, undefined].filter((codec) => codec !== real)) {
          const { opener } = await opening([ALICE, 5, 7]);
          const good = await sealed(sealer, 'camera', real, plainFrame(real, 120, key));
          expect(reasonOf(await opener.open(CAMERA, claimed, good)), `${real} as ${claimed}`).to.not.equal('opened');
          expect(reasonOf(await opener.open(CAMERA, real, good))).to.equal('opened');
        }
  });

  it('key and delta frame cannot be passed off as each other', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const key = await sealed(sealer, 'camera', 'vp8', plainFrame('vp8', 120, true));
    expect(reasonOf(await opener.open(CAMERA, 'vp8', flip(key, 0)))).to.not.equal('opened');
  });

  it('plaintext: never opened, before or after sealed frames', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    expect(reasonOf(await opener.open(CAMERA, 'vp8', frame))).to.not.equal('opened');
    expect(reasonOf(await opener.open(CAMERA, 'vp8', await sealed(sealer, 'camera', 'vp8', frame)))).to.equal('opened');
    expect(reasonOf(await opener.open(CAMERA, 'vp8', plainFrame('vp8', 3_000, true)))).to.not.equal('opened');
    expect(reasonOf(await opener.open(CAMERA, undefined, frame)), 'AV1 in clear').to.equal('codec');
  });

  it("the server's blank frames: dropped by the trailer it announced, sealed frames that end so too", async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const trailer = new TextEncoder().encode('0123456789abcdef0123456789abcdef');
    opener.serverTrailer = trailer;
    const good = await sealed(sealer, 'camera', 'vp8', frame);
    for (const body of [frame, good]) {
      const marked = Uint8Array.from([...body, ...trailer]);
      expect(reasonOf(await opener.open(CAMERA, 'vp8', marked))).to.equal('server-injected');
    }
    expect(reasonOf(await opener.open(CAMERA, 'vp8', good))).to.equal('opened');
  });

  it('empty frames are neither sealed nor opened', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { opener } = await opening([ALICE, 5, 7]);
    const none = new Uint8Array(0);
    expect(await sealer.seal('microphone', 'opus', none)).to.deep.equal({ reason: 'empty' });
    expect(reasonOf(await opener.open({ identity: 'alice', stream: 'microphone' }, 'opus', none))).to.equal('empty');
  });

  it('a member that was removed: its frames end at once, whatever the overlap of epochs', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const { keys, opener } = await opening([ALICE, 5, 7], [ALICE, 6, 8], [CAROL, 5, 9]);
    const inFlight = opener.open(CAMERA, 'vp8', await sealed(sealer, 'camera', 'vp8', frame));
    keys.retireSender(ALICE);
    expect(reasonOf(await inFlight)).to.equal('unknown-key');
    expect(reasonOf(await opener.open(CAMERA, 'vp8', await sealed(sealer, 'camera', 'vp8', frame)))).to.equal(
      'unknown-key',
    );
    const carols = await sealed(await sealing(CAROL, 5, 9), 'camera', 'vp8', frame);
    expect(reasonOf(await opener.open({ identity: 'carol', stream: 'camera' }, 'vp8', carols))).to.equal('opened');
  });

  it('epochs of every size keep their whole number', async () => {
    for (const epoch of [0, 1, 2, 16_383, 16_384, 2 ** 24, 2 ** 30, 2 ** 32 - 1]) {
      const sealer = await sealing(ALICE, epoch, 7);
      const { opener } = await opening([ALICE, epoch, 7]);
      for (const stream of ['camera', 'screen'] as const) {
        const good = await sealed(sealer, stream, 'vp8', frame);
        expect(good.length - frame.length).to.be.at.most(26);
        expect(reasonOf(await opener.open({ identity: 'alice', stream }, 'vp8', good)), `${epoch}`).to.equal('opened');
      }
    }
  });

  it('sealing: nothing without a key, nothing in a codec we cannot protect, nothing after 2³² frames', async () => {
    const sealer = await sealing(ALICE, 5, 7, 2 ** 32 - 2);
    expect(await sealer.seal('camera', undefined, frame)).to.deep.equal({ reason: 'codec' });
    expect(await sealer.seal('camera', 'h264', frame)).to.deep.equal({ reason: 'codec' });
    await sealed(sealer, 'camera', 'vp8', frame);
    await sealed(sealer, 'camera', 'vp8', frame);
    expect(await sealer.seal('camera', 'vp8', frame)).to.deep.equal({ reason: 'exhausted', epoch: 5 });
    await sealed(sealer, 'screen', 'vp8', frame);
  });

  it('republish: however many transforms seal a stream, no counter comes twice', async () => {
    const sealer = await sealing(ALICE, 5, 7);
    const frames = await Promise.all(Array.from({ length: 300 }, () => sealed(sealer, 'camera', 'vp9', frame)));
    const headers = new Set(frames.map((bytes) => toHex(bytes.subarray(0, 4))));
    expect(headers.size).to.equal(300);
    // Other streams count for themselves: their keys differ.
    const other = await sealed(sealer, 'screen', 'vp9', frame);
    expect(toHex(other.subarray(0, 2))).to.equal(toHex(encodeHeader(5 * STREAMS.length + 2, 0)));
  });
});
