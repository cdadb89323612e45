/** Real browsers and a real LiveKit over networks that lose, delay and reorder: what is honest raises no alarm. */
import { expect } from 'chai';
import type { SessionOptions } from '../../src/session/types.js';
import { good, startBadNetwork, type BadNetwork } from './support/bad-network.js';
import { expectNoTrouble } from './support/leader-world.js';
import {
  person,
  serveTokens,
  stateOf,
  untilEncryption,
  untilHeard,
  untilPainted,
  type Page,
} from './support/meeting-world.js';
import { until } from './support/until.js';

const PATIENCE = 60_000;
/** A leader may not be heard for as long as a packet is asked for again and again. One is told so; it accuses nobody. */
const LATE = ['stale-heartbeat'];

describe('over a bad network', () => {
  let world: BadNetwork;
  before(async () => {
    world = await startBadNetwork();
  });
  after(() => world.close());
  afterEach(async () => {
    world.conditions = good();
    await world.closePages();
  });

  const keyedBy = (keyProvider: 'leader' | 'passphrase', options: Partial<SessionOptions> = {}) =>
    ({
      ...{ keyProvider, startMuted: false, ...options },
      ...(keyProvider === 'leader' && { passphrase: undefined }),
    }) as Partial<SessionOptions>;
  /** Frames that came to `page` and were not played: those that came twice, and those whose key was under way. */
  const notPlayed = async (page: Page): Promise<number> => {
    const { streams } = await page.call('stats');
    return streams.reduce((sum, { direction, dropped }) => sum + (direction === 'in' ? dropped : 0), 0);
  };

  it('one in ten packets lost, all of them 20 to 250 ms late: people come and go, hear and see; nobody is accused', async () => {
    world.conditions = { loss: 0.1, delay: [20, 250] };
    const room = world.room('lossy');
    const tokenEndpoint = await serveTokens(world);
    const [ann, fox, guest] = [
      await person(world, room, 'ann', keyedBy('leader')),
      await person(world, room, 'fox', keyedBy('leader'), { browser: 'firefox' }),
      // Each join of this page is of somebody new.
      await person(
        world,
        room,
        'guest',
        keyedBy('leader', { tokenEndpoint, token: undefined as never, serverUrl: undefined as never }),
      ),
    ];
    for (const page of [ann, fox]) expect(await page.call('join')).to.equal('');
    for (const page of [ann, fox]) await untilEncryption(page, 'encrypted', PATIENCE);
    for (let visit = 0; visit < 2; visit++) {
      expect(await guest.call('join')).to.equal('');
      await untilEncryption(guest, 'encrypted', PATIENCE);
      const { identity } = (await stateOf(guest)).self;
      for (const name of ['ann', 'fox']) {
        await untilHeard(guest, name);
        await untilPainted(guest, name);
      }
      await untilHeard(ann, identity);
      await untilHeard(fox, identity);
      await expectNoTrouble({ guest }, ['left', ...LATE]);
      await guest.call('leave');
    }
    await until('frames were dropped', async () => (await notPlayed(ann)) + (await notPlayed(fox)) > 20, {
      within: PATIENCE,
    });
    await expectNoTrouble({ ann, fox }, LATE);
  });

  for (const keys of ['leader', 'passphrase'] as const)
    it(`three in ten packets to and from one member lost, and 100 ms late each way: heard all the while, nobody is accused; keys from ${keys}`, async () => {
      const room = world.room('one bad link');
      const options = keyedBy(keys);
      const people = {
        ann: await person(world, room, 'ann', options),
        fox: await person(world, room, 'fox', options, { browser: 'firefox' }),
        bob: await person(world, room, 'bob', options),
      };
      const { ann, fox, bob } = people;
      for (const page of [ann, fox]) expect(await page.call('join')).to.equal('');
      const bobs = (world.conditions = good());
      expect(await bob.call('join')).to.equal('');
      for (const page of [ann, fox, bob]) await untilEncryption(page, 'encrypted');

      Object.assign(bobs, { loss: 0.3, delay: [80, 120] });
      const before = world.passed.lost;
      const began = performance.now();
      await until(
        'it is as bad as it gets',
        () => world.passed.lost > before + 300 && performance.now() - began > 15_000,
        {
          within: PATIENCE,
        },
      );
      for (const page of [ann, fox]) await untilHeard(page, 'bob');
      for (const name of ['ann', 'fox']) await untilHeard(bob, name);
      Object.assign(bobs, good());

      for (const page of [ann, fox, bob]) await untilEncryption(page, 'encrypted', PATIENCE);
      for (const name of ['ann', 'fox']) await untilPainted(bob, name);
      await expectNoTrouble({ ann, fox });
      await expectNoTrouble({ bob }, LATE);
    });
});
