/**
 * Every codec we protect, in both directions between Chromium and Firefox: one printed row each. The SFU is told to
 * allow one video codec only, and so publishers use it. All rows run with VERIFY=1, else VP9 between two Chromiums.
 */
import { expect } from 'chai';
import type { BrowserName } from './support/page-handle.js';
import { person, stateOf, untilEncryption, untilHeard, untilPainted } from './support/meeting-world.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

const all = Boolean(process.env['VERIFY']);
const pairs: readonly (readonly [BrowserName, BrowserName])[] = all
  ? [
      ['chromium', 'chromium'],
      ['chromium', 'firefox'],
      ['firefox', 'chromium'],
      ['firefox', 'firefox'],
    ]
  : [['chromium', 'chromium']];

for (const codec of all ? ['vp8', 'vp9', 'h264'] : ['vp9'])
  describe(`Opus and ${codec.toUpperCase()}`, () => {
    let world: World;
    before(async () => {
      world = await startWorld({
        livekit: { room: { enabled_codecs: [{ mime: 'audio/opus' }, { mime: `video/${codec}` }] } },
      });
    });
    after(() => world.close());
    afterEach(() => world.closePages());

    for (const [from, to] of pairs)
      it(`from ${from} to ${to}: decoded, painted and heard, in this codec`, async () => {
        const room = world.room(codec);
        const receiver = await person(
          world,
          room,
          'receiver',
          { startCameraOff: true, startMuted: true },
          { browser: to },
        );
        const sender = await person(world, room, 'sender', {}, { browser: from, own: true });
        const can = await sender.call('canSend', codec);
        const row = (result: string): void => console.log(`codec row | ${codec} + opus | ${from} → ${to} | ${result}`);
        if (!can || !(await receiver.call('canReceive', codec)))
          return row(`not run: ${can ? to : from} has no ${codec.toUpperCase()} here`);
        expect(await Promise.all([receiver.call('join'), sender.call('join')])).to.deep.equal(['', '']);
        await untilEncryption(receiver, 'encrypted');
        await untilPainted(receiver, 'sender', 'camera', 10);
        await untilHeard(receiver, 'sender');
        const used = await until('the codec in use is known', async () =>
          (await sender.rtc('outbound')).find(({ kind, framesEncoded }) => kind === 'video' && framesEncoded > 0),
        );
        expect(used.codec.toLowerCase()).to.equal(`video/${codec}`);
        const decoded = (await receiver.rtc('inboundVideo')).reduce((sum, one) => sum + one.framesDecoded, 0);
        const opened =
          (await receiver.call('stats')).streams.find(({ source }) => source === 'microphone')?.opened ?? 0;
        expect(decoded).to.be.greaterThan(0);
        expect((await stateOf(receiver)).encryption.state).to.equal('encrypted');
        expect((await receiver.call('facts')).filter(({ type }) => type === 'encryption-violation')).to.deep.equal([]);
        row(`${decoded} video frames decoded, ${opened} sound frames opened`);
      });
  });

describe('a server that allows only AV1', () => {
  let world: World;
  before(async () => {
    world = await startWorld({
      livekit: { room: { enabled_codecs: [{ mime: 'audio/opus' }, { mime: 'video/AV1' }] } },
    });
  });
  after(() => world.close());

  it('gets no video at all: media-codec-unprotected, sound goes on', async () => {
    const room = world.room('av1');
    const ann = await person(world, room, 'ann');
    const bob = await person(world, room, 'bob', { startCameraOff: true });
    expect(await Promise.all([ann.call('join'), bob.call('join')])).to.deep.equal(['', '']);
    await until('the refusal is told', async () =>
      (await ann.call('facts')).some(
        ({ type, detail }) => type === 'error' && (detail as { code: string }).code === 'media-codec-unprotected',
      ),
    );
    await untilHeard(bob, 'ann').catch(async (error: unknown) => {
      const { self, phase } = await stateOf(ann);
      throw new Error(
        `${String(error)} ${JSON.stringify({ self, phase, facts: await ann.call('facts') })}\n${ann.console.join('\n')}`,
      );
    });
    await until('the camera is off', async () => !(await stateOf(ann)).self.camera);
    expect((await bob.rtc('inboundVideo')).every(({ framesReceived }) => framesReceived === 0)).to.equal(true);
    expect((await ann.call('negotiatedCodecs')).includes('av1')).to.equal(false);
  });
});
