import { expect } from 'chai';
import { createMediaClient } from '../../../src/media/index.js';
import type { Stream } from '../../../src/media/index.js';
import { ALICE, baseKey, closePair, hasCodec, isAudio, makePair, pause, until } from '../../support/loopback.js';
import type { Pair } from '../../support/loopback.js';

/** Alice publishes one stream; both have the key of epoch 1 when `keyed`. */
async function stream(
  name: Stream,
  codec: string,
  options: { encodings?: RTCRtpEncodingParameters[] } = {},
): Promise<Pair> {
  const pair = await makePair([name]);
  const { sender } = await pair.loopback.publish(isAudio(name) ? 'audio' : 'video', { codec, ...options });
  pair.alice.bindSender(sender, { stream: name });
  await pair.loopback.negotiate();
  return pair;
}
const receiver = (pair: Pair): RTCRtpReceiver => pair.loopback.receivers[0] as RTCRtpReceiver;

async function opened(pair: Pair): Promise<number> {
  return (await pair.bob.counts()).find((line) => line.direction === 'in')?.opened ?? 0;
}

describe('media: a sealed stream over real peer connections', () => {
  const rows: [Stream, string, RTCRtpEncodingParameters[]?][] = [
    ['camera', 'video/VP8'],
    ['camera', 'video/VP9'],
    ['camera', 'video/VP9', [{ scalabilityMode: 'L3T3_KEY' } as RTCRtpEncodingParameters]],
    ['camera', 'video/H264'],
    ['microphone', 'audio/opus'],
    ['screen-audio', 'audio/opus'],
  ];
  for (const [name, codec, encodings] of rows) {
    it(`opens and decodes ${name} in ${codec}${encodings ? ' with spatial layers' : ''}`, async function () {
      if (!hasCodec(isAudio(name) ? 'audio' : 'video', codec)) return this.skip(); // this browser has no such codec
      const pair = await stream(name, codec, encodings ? { encodings } : {});
      try {
        await pair.alice.install(1, ALICE, await baseKey(7));
        await pair.bob.install(1, ALICE, await baseKey(7));
        await pair.alice.activate(1);
        await until(async () => (await opened(pair)) > 30, 'frames opened');
        if (!isAudio(name))
          await until(async () => (await pair.loopback.decoded(receiver(pair))) > 20, 'frames decoded');
        expect(pair.events.proof[0]).to.deep.include({ identity: 'alice', stream: name, epoch: 1 });
        expect(pair.events.violation).to.deep.equal([]);
      } finally {
        closePair(pair);
      }
    });
  }

  it('sends nothing before a key is active, nor after a pause', async () => {
    const pair = await stream('camera', 'video/VP8');
    try {
      await pause(700);
      expect(await pair.loopback.packets(receiver(pair)).catch(() => 0)).to.equal(0);
      await pair.alice.install(1, ALICE, await baseKey(7));
      await pair.bob.install(1, ALICE, await baseKey(7));
      await pair.alice.activate(1);
      await until(async () => (await opened(pair)) > 5, 'frames opened');
      await pair.alice.pause();
      await pause(300);
      const before = await opened(pair);
      await pause(500);
      expect(await opened(pair)).to.equal(before);
    } finally {
      closePair(pair);
    }
  });

  it('a key that comes after the frames: they play soon after', async () => {
    const pair = await stream('camera', 'video/VP8');
    try {
      await pair.alice.install(1, ALICE, await baseKey(7));
      await pair.alice.activate(1);
      await until(() => pair.events['missing-key'].length > 0, 'missing key');
      await pause(500);
      expect(await pair.loopback.decoded(receiver(pair))).to.equal(0);
      await pair.bob.install(1, ALICE, await baseKey(7));
      await until(async () => (await pair.loopback.decoded(receiver(pair))) > 5, 'frames decoded', 5_000);
      // What waited is opened; where the wait was too long, a key frame is asked for.
      expect(pair.events['need-key-frame']).to.have.length.at.most(1);
      expect(pair.events.violation).to.deep.equal([]);
    } finally {
      closePair(pair);
    }
  });

  it('decodes nothing with the wrong key, and says so', async () => {
    const pair = await stream('camera', 'video/VP8');
    try {
      await pair.alice.install(1, ALICE, await baseKey(7));
      await pair.bob.install(1, ALICE, await baseKey(8));
      await pair.alice.activate(1);
      await until(() => pair.events.violation.length > 0, 'violation');
      await pause(500);
      expect(await pair.loopback.decoded(receiver(pair))).to.equal(0);
      expect(pair.events.violation.map(({ code }) => code)).to.deep.equal(['forged']);
      expect(pair.events.proof).to.deep.equal([]);
    } finally {
      closePair(pair);
    }
  });

  it('reports a worker that is not there', async () => {
    const client = createMediaClient({ createWorker: () => new Worker('/no/such/worker.js', { type: 'module' }) });
    const error = await client.ready().then(
      () => undefined,
      (reason: unknown) => reason as { code: string },
    );
    expect(error?.code).to.equal('worker-not-found');
  });
});
