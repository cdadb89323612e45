/**
 * A server that lies about who is here, and that keeps messages from some: with keys from a leader its word moves
 * nobody, and what it hides is told.
 */
import { expect } from 'chai';
import type { SignalProxy } from '../e2e/support/signal-proxy.js';
import { never, until } from '../e2e/support/until.js';
import { KEY_TOPIC } from '../../src/session/key-mail.js';
import {
  alarmsOf,
  assembleLeader,
  codeOf,
  epochOf,
  leaderOf,
  stateOf,
  untilHears,
  untilProved,
  type LeaderCast,
  type Person,
} from './leader-cast.js';
import { claimGone, hide, renameRoom } from './lies.js';

describe('A meeting with keys from a leader, whose server lies about who is here', () => {
  let cast: LeaderCast;
  let alice: Person;
  let bob: Person;
  let carol: Person;
  let dora: Person;
  let toBob: ReturnType<typeof claimGone>;
  let toCarol: ReturnType<typeof claimGone>;
  let anotherRoom: () => void;
  let bobs: SignalProxy;
  before(async () => {
    cast = await assembleLeader('presence');
    bobs = await cast.proxy();
    const carols = await cast.proxy();
    toBob = claimGone(bobs, 'alice');
    anotherRoom = renameRoom(bobs);
    toCarol = claimGone(carols, 'alice', 'bob', 'dora');
    alice = await cast.person('alice', { speaks: true });
    [bob, carol, dora] = await Promise.all([
      cast.person('bob', { proxy: bobs }, [alice]),
      cast.person('carol', { proxy: carols }, [alice]),
      cast.person('dora', {}, [alice]),
    ]);
    await untilProved(alice, bob, carol, dora);
  });
  after(() => cast?.close());

  const standing = async (...pages: Person[]): Promise<string> =>
    JSON.stringify(
      await Promise.all(pages.map(async (page) => [await codeOf(page), await leaderOf(page), await epochOf(page)])),
    );

  it('another room sid, from the beginning and in the middle of a call, changes nothing', async () => {
    const before = await standing(alice, bob);
    anotherRoom();
    await never('anything changes', async () => (await standing(alice, bob)) !== before, { during: 1_000 });
    expect(await codeOf(bob)).to.equal(await codeOf(alice));
    await untilProved(alice, bob, carol, dora);
  });

  it('neither "the leader is gone" nor "everybody is gone" makes anybody else lead while the leader is heard', async () => {
    const before = await standing(alice, bob, carol, dora);
    toBob.begin();
    toCarol.begin();
    await until('Bob is shown nobody of that name', async () =>
      (await stateOf(bob)).others.every(({ identity }) => identity !== 'alice'),
    );
    await until('Carol is shown nobody', async () => (await stateOf(carol)).others.length === 0);
    // Longer than it takes to miss a leader, to claim, and to commit.
    await never('anything changes', async () => (await standing(alice, bob, carol, dora)) !== before, {
      during: 7_000,
    });
    // Their messages arrive all the time, so that it is plain who is hidden.
    for (const [page, hidden] of [
      [bob, ['alice']],
      [carol, ['alice', 'bob', 'dora']],
    ] as const)
      for (const identity of hidden)
        await until(`${page.identity} tells that ${identity} is hidden`, async () =>
          (await alarmsOf(page)).some((alarm) => alarm.code === 'roster-mismatch' && alarm.identity === identity),
        );
    toBob.end();
    toCarol.end();
    await untilProved(alice, bob, carol, dora);
    expect(await standing(alice, bob, carol, dora)).to.equal(before);
  });

  it('a member whom the server never mentions is told of', async () => {
    const proxy = await cast.proxy();
    hide(proxy, 'dora');
    const { page: erin, joined } = await cast.enter('erin', { proxy });
    expect(await joined).to.equal('');
    await until('Erin is in', async () => (await codeOf(erin)) === (await codeOf(alice)));
    await until('Erin tells of Dora', async () =>
      (await alarmsOf(erin)).some(({ code, identity }) => code === 'roster-mismatch' && identity === 'dora'),
    );
    const flagged = (await alarmsOf(erin)).filter(({ code }) => code === 'roster-mismatch');
    expect(flagged.map(({ identity }) => identity)).to.deep.equal(['dora']);
    expect((await alarmsOf(dora)).filter(({ code }) => code === 'roster-mismatch')).to.deep.equal([]);
    await erin.call('leave');
    await untilProved(alice, bob, carol, dora);
  });

  it('halves that hear nothing of each other go on, each knowing it; together again they are one meeting', async () => {
    const before = await codeOf(alice);
    const [here, there] = [
      ['alice', 'bob'],
      ['carol', 'dora'],
    ];
    for (const page of [alice, bob]) await page.call('rules', [{ from: there, topic: KEY_TOPIC, then: 'drop' }]);
    for (const page of [carol, dora]) await page.call('rules', [{ from: here, topic: KEY_TOPIC, then: 'drop' }]);
    await until(
      'the other half has a leader of its own',
      async () => there!.includes(await leaderOf(carol)) && (await codeOf(carol)) === (await codeOf(dora)),
    );
    expect(await codeOf(alice)).to.equal(before);
    expect(await codeOf(carol)).not.to.equal(before);
    for (const page of [carol, dora])
      expect(
        (await alarmsOf(page)).map(({ code }) => code),
        `alarms of ${page.identity}`,
      ).to.include('roster-mismatch');
    for (const page of [alice, bob, carol, dora]) await page.call('rules', []);
    await untilProved(alice, bob, carol, dora);
    await untilHears(dora, 'alice');
  });
});
