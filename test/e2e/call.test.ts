/** Calls between real browsers through a real LiveKit, end-to-end encrypted. */
import { expect } from 'chai';
import { person, stateOf, untilEncryption, untilHeard, untilPainted, type Page } from './support/meeting-world.js';
import { startWorld, type World } from './support/world.js';

describe('a call', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());
  afterEach(() => world.closePages());

  it('between Chromium, Chromium and Firefox: everyone sees and hears everyone, and all is proved', async () => {
    const room = world.room('three');
    const people: Record<string, Page> = {};
    people['ann'] = await person(world, room, 'ann');
    people['bob'] = await person(world, room, 'bob', {}, { own: true });
    people['fox'] = await person(world, room, 'fox', {}, { browser: 'firefox' });
    const joined = await Promise.all(Object.values(people).map((page) => page.call('join')));
    expect(joined).to.deep.equal(['', '', '']);
    for (const page of Object.values(people)) await untilEncryption(page, 'encrypted');
    for (const [me, page] of Object.entries(people))
      for (const other of Object.keys(people).filter((name) => name !== me)) {
        await untilPainted(page, other);
        await untilHeard(page, other);
      }
    for (const [me, page] of Object.entries(people)) {
      const state = await stateOf(page);
      expect(state.others.map(({ identity, name, encryption }) => [identity, name, encryption]).sort()).to.deep.equal(
        Object.keys(people)
          .filter((name) => name !== me)
          .sort()
          .map((name) => [name, name, 'encrypted']),
      );
      expect(
        (await page.call('facts')).filter(({ type }) => ['error', 'encryption-violation'].includes(type)),
      ).to.deep.equal([]);
      const decoded = await page.rtc('inboundVideo');
      expect(decoded.filter(({ framesDecoded }) => framesDecoded > 0).length).to.equal(2);
    }
  });

  it('on a machine that is slow in setting descriptions: one connection, never built anew', async () => {
    const room = world.room('slow');
    const people = [await person(world, room, 'ann'), await person(world, room, 'bob')];
    // As long as that takes, LiveKit's first offer is not set yet and the microphone already wants the next one.
    for (const { page } of people)
      await page.evaluate(() => {
        const { prototype } = RTCPeerConnection;
        const set = prototype.setLocalDescription as (...given: unknown[]) => Promise<void>;
        prototype.setLocalDescription = async function (this: RTCPeerConnection, ...given: unknown[]) {
          await new Promise((resolve) => setTimeout(resolve, 500));
          return set.apply(this, given);
        } as typeof prototype.setLocalDescription;
      });
    expect(await Promise.all(people.map((page) => page.call('join')))).to.deep.equal(['', '']);
    for (const page of people) {
      await untilPainted(page, page === people[0] ? 'bob' : 'ann');
      const states = (await page.call('facts')).filter(({ type }) => type === 'connection-state');
      expect(states.map(({ detail }) => (detail as { state: string }).state)).to.deep.equal([
        'connecting',
        'connected',
      ]);
    }
  });
});
