/** The network, the SFU and the tab fail; the meeting comes back without a click. Longer outages run with VERIFY=1. */
import { expect } from 'chai';
import {
  person,
  serveTokens,
  stateOf,
  untilEncryption,
  untilHeard,
  untilPainted,
  type Page,
} from './support/meeting-world.js';
import { pause, until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

describe('recovery', () => {
  let world: World;
  let tokenEndpoint: string;
  let ann: Page;
  let bob: Page;
  let room: string;
  before(async () => {
    world = await startWorld();
    tokenEndpoint = await serveTokens(world);
  });
  after(() => world.close());
  beforeEach(async () => {
    room = world.room('recovery');
    const options = { tokenEndpoint, token: undefined as never, serverUrl: undefined as never };
    ann = await person(world, room, 'ann', options);
    bob = await person(world, room, 'bob', options, { own: true });
    expect(await Promise.all([ann.call('join'), bob.call('join')])).to.deep.equal(['', '']);
    await bothEncrypted();
  });
  afterEach(() => world.closePages());

  const bothEncrypted = async (within = 20_000): Promise<void> => {
    await untilEncryption(ann, 'encrypted', within);
    await untilEncryption(bob, 'encrypted', within);
  };
  const nameOf = async (page: Page): Promise<string> => (await stateOf(page)).self.identity;
  const bothSeeAndHear = async (): Promise<void> => {
    await untilPainted(ann, await nameOf(bob));
    await untilPainted(bob, await nameOf(ann));
    await untilHeard(ann, await nameOf(bob));
    await untilHeard(bob, await nameOf(ann));
  };
  const noAlarms = async (): Promise<void> => {
    for (const page of [ann, bob])
      expect(
        (await page.call('facts')).filter(({ type }) => ['encryption-violation', 'left'].includes(type)),
      ).to.deep.equal([]);
  };
  const identities = async (): Promise<string[]> => [await nameOf(ann), await nameOf(bob)];

  it('a broken signalling connection is repaired while media goes on', async () => {
    await ann.call('breakSignalling');
    await until('it is noticed', async () =>
      (await ann.call('facts')).some(
        ({ type, detail }) => type === 'connection-state' && (detail as { state: string }).state === 'reconnecting',
      ),
    );
    await until('it is repaired', async () => (await stateOf(ann)).phase === 'joined');
    await bothEncrypted();
    await bothSeeAndHear();
    await noAlarms();
    expect((await bob.call('facts')).filter(({ type }) => type === 'participant-left')).to.deep.equal([]);
  });

  it('a connection that has to be rebuilt from nothing: nobody left, same keys, everyone proved again', async () => {
    const { epoch } = (await stateOf(ann)).encryption;
    await ann.call('breakEverything');
    await until('it is noticed', async () => (await stateOf(ann)).phase === 'reconnecting');
    await until('it is repaired', async () => (await stateOf(ann)).phase === 'joined', { within: 40_000 });
    await bothEncrypted();
    await bothSeeAndHear();
    await noAlarms();
    expect((await stateOf(ann)).encryption.epoch).to.equal(epoch);
    expect((await ann.call('facts')).filter(({ type }) => type === 'participant-left')).to.deep.equal([]);
  });

  it('the SFU ended by SIGKILL and started again: everyone is back, as the same participants', async () => {
    const before = await identities();
    await world.livekit.kill();
    await pause(500);
    await world.livekit.restart();
    await until(
      'both are back',
      async () => (await stateOf(ann)).phase === 'joined' && (await stateOf(bob)).phase === 'joined',
      {
        within: 60_000,
      },
    );
    await bothEncrypted(40_000);
    await bothSeeAndHear();
    await noAlarms();
    expect(await identities()).to.deep.equal(before);
  });

  const outages = process.env['VERIFY'] ? [1, 10, 60] : [1, 10];
  for (const seconds of outages)
    it(`an outage of ${seconds} s: back without a click, and never encrypted while it isn't`, async () => {
      const before = await identities();
      // Of streams that never came, nobody can say that they stopped.
      await bothSeeAndHear();
      await world.livekit.pause();
      const began = performance.now();
      const claimed: number[] = [];
      while (performance.now() - began < seconds * 1000) {
        // Proof is at most 3 s old, and looking takes a moment.
        if (performance.now() - began > 4500 && (await stateOf(ann)).encryption.state === 'encrypted')
          claimed.push(performance.now() - began);
        await pause(100);
      }
      await world.livekit.resume();
      expect(claimed).to.deep.equal([]);
      await until(
        'both are back',
        async () => (await stateOf(ann)).phase === 'joined' && (await stateOf(bob)).phase === 'joined',
        {
          within: 60_000,
        },
      );
      await bothEncrypted(40_000);
      await bothSeeAndHear();
      await noAlarms();
      expect(await identities()).to.deep.equal(before);
    });

  it('a reload of the tab returns as the same member', async () => {
    const [identity] = await identities();
    const { hue } = (await stateOf(ann)).self;
    await ann.page.reload();
    await ann.page.waitForFunction('globalThis.api !== undefined');
    await ann.call('start', {
      room,
      tokenEndpoint,
      keyProvider: 'passphrase',
      passphrase: { kind: 'link', value: 'q1w2e3r4t5y6u7i8o9p0aA' },
    });
    expect(await ann.call('join')).to.equal('');
    await bothEncrypted();
    await bothSeeAndHear();
    expect(await nameOf(ann)).to.equal(identity);
    expect((await stateOf(ann)).self.hue).to.equal(hue);
    const others = (await stateOf(bob)).others.map((other) => other.identity);
    expect(others).to.deep.equal([identity]);
  });

  it('after leaving, the tab is somebody new', async () => {
    const [identity] = await identities();
    await ann.call('leave');
    expect(await ann.call('join')).to.equal('');
    await bothEncrypted();
    expect(await nameOf(ann)).to.not.equal(identity);
  });
});
