/**
 * Simulcast, SVC, dynacast and adaptive stream under encryption: the server forwards the layer that the tile needs, and
 * the sender stops sending what nobody looks at. What is asserted is what the browsers count, not what was asked for.
 */
import { expect } from 'chai';
import { person, stateOf, untilEncryption, untilPainted, type Page } from './support/meeting-world.js';
import type { Outbound } from './support/rtc-probe.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

/** Tiles, in pixels, and the widest picture that belongs to the small one. */
const SMALL = [160, 90] as const;
const LARGE = [1280, 720] as const;
const SMALL_PICTURE = 480;

const KINDS = [
  { name: 'simulcast', codec: 'vp8' },
  { name: 'SVC', codec: 'vp9' },
] as const;

for (const { name, codec } of KINDS)
  describe(`${codec.toUpperCase()} with ${name}`, () => {
    let world: World;
    let ann: Page;
    let bob: Page;
    before(async () => {
      world = await startWorld({
        livekit: { room: { enabled_codecs: [{ mime: 'audio/opus' }, { mime: `video/${codec}` }] } },
      });
      const room = world.room(codec);
      ann = await person(world, room, 'ann', { startMuted: true });
      bob = await person(world, room, 'bob', { startMuted: true, startCameraOff: true }, { own: true });
      expect(await Promise.all([ann.call('join'), bob.call('join')])).to.deep.equal(['', '']);
      await untilEncryption(bob, 'encrypted');
    });
    after(() => world.close());

    const sent = async (): Promise<Outbound[]> => (await ann.rtc('outbound')).filter(({ kind }) => kind === 'video');
    const encoded = async (): Promise<number> => (await sent()).reduce((sum, each) => sum + each.framesEncoded, 0);
    const received = async () => (await bob.rtc('inboundVideo')).filter(({ packetsReceived }) => packetsReceived > 0);
    const width = async (): Promise<number> => Math.max(0, ...(await received()).map((each) => each.width));
    /** Whether `count` stays as it is for a second. */
    const rests = async (count: () => Promise<number>): Promise<boolean> => {
      const before = await count();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return (await count()) === before;
    };
    const noAlarm = async (): Promise<void> => {
      const facts = [...(await ann.call('facts')), ...(await bob.call('facts'))];
      expect(facts.filter(({ type }) => type === 'encryption-violation')).to.deep.equal([]);
      expect((await stateOf(bob)).encryption.state).to.equal('encrypted');
    };

    it('a large tile gets the large picture, a small one a small picture, and back: every frame of each opens', async () => {
      await bob.call('resize', 'ann', 'camera', ...LARGE);
      await until('the picture is large', async () => (await width()) > SMALL_PICTURE, { within: 40_000 });
      await bob.call('resize', 'ann', 'camera', ...SMALL);
      await until('the picture is small', async () => (await width()) <= SMALL_PICTURE, { within: 40_000 });
      await untilPainted(bob, 'ann', 'camera', 10);
      await bob.call('resize', 'ann', 'camera', ...LARGE);
      await until('the picture is large again', async () => (await width()) > SMALL_PICTURE, { within: 40_000 });
      await untilPainted(bob, 'ann', 'camera', 10);
      const { streams } = await bob.call('stats');
      const camera = streams.find(({ source, direction }) => source === 'camera' && direction === 'in');
      console.log(`layers row | ${codec} ${name} | ${JSON.stringify(await sent())} | ${JSON.stringify(camera)}`);
      if (codec === 'vp9') expect((await sent())[0]?.scalabilityMode).to.match(/^L[23]T/);
      else expect((await sent()).length).to.be.greaterThan(1);
      await noAlarm();
    });

    it('dynacast: the layers that nobody needs are not sent', async () => {
      await bob.call('resize', 'ann', 'camera', ...SMALL);
      if (codec === 'vp8') {
        const largest = async (): Promise<number> =>
          (await sent()).reduce((a, b) => (a.rid === 'f' || (b.rid !== 'f' && a.rid === 'h') ? a : b)).framesEncoded;
        await until('the largest layer rests', () => rests(largest), { within: 40_000 });
      } else
        await until('the picture that is encoded is small', async () => (await width()) <= SMALL_PICTURE, {
          within: 40_000,
        });
      await untilPainted(bob, 'ann', 'camera', 10);
      await noAlarm();
    });

    it('adaptive stream: a tile out of sight gets nothing, and then nothing is sent at all', async () => {
      const packets = async (): Promise<number> =>
        (await received()).reduce((sum, { packetsReceived }) => sum + packetsReceived, 0);
      await bob.call('resize', 'ann', 'camera', 0, 0);
      await until('nothing arrives', () => rests(packets), { within: 40_000 });
      await until('nothing is encoded', () => rests(encoded), { within: 40_000 });
      await bob.call('resize', 'ann', 'camera', ...SMALL);
      await untilPainted(bob, 'ann', 'camera', 10);
      await until('proved again', async () => (await stateOf(bob)).encryption.state === 'encrypted');
      await noAlarm();
    });
  });
