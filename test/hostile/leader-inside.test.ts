/**
 * Somebody who is a member, or was one, against a meeting with keys from a leader, helped by the server: claims to lead,
 * acts as a host, keeps every key it ever had, comes back after it was removed. Mallory's provider runs in this test.
 */
import { expect } from 'chai';
import { fromHex, type Bytes } from '../../src/base/index.js';
import { createIdentityKey } from '../../src/crypto/index.js';
import { announceHash, encodeAnnounce, parseAnnounce } from '../../src/keys/leader/announce.js';
import { parseCommit } from '../../src/keys/leader/commit.js';
import { parseWelcome } from '../../src/keys/leader/welcome.js';
import { encodeHostRequest, encodeTakeover } from '../../src/keys/leader/wishes.js';
import { encodeEnvelope, TYPES } from '../../src/keys/leader/wire.js';
import { KEY_TOPIC } from '../../src/session/key-mail.js';
import { never, pause, until } from '../e2e/support/until.js';
import { insider, isIn, type Insider } from './insider.js';
import type { TimedFrame } from './key-store.js';
import {
  alarmsOf,
  asPacket,
  assembleLeader,
  codeOf,
  leaderOf,
  primitives,
  saidBy,
  seenAs,
  stateOf,
  untilHears,
  untilProved,
  type LeaderCast,
  type Person,
} from './leader-cast.js';

/** Milliseconds until nothing is sent under a key that somebody who left has: to a meeting nobody attacks, and at most. */
const CUT_OFF = 1_000;
const CUT_OFF_AT_MOST = 15_000;
/** What a busy machine adds between a click and what a page notes. */
const SLACK = 1_500;
const SPEAKERS = ['alice', 'bob', 'carol', 'dora'];
/** A build that goes on under its first key, whoever leaves. */
const NEVER_CHANGES = {
  file: 'src/keys/leader/keying.ts',
  find: 'if (epoch < this.#epoch || this.#epoch === this.#active || this.#epoch < 0) return;',
  put: 'if (this.#active >= 0 || epoch < this.#epoch || this.#epoch < 0) return;',
};

describe('A meeting with keys from a leader, attacked by a member', () => {
  let cast: LeaderCast;
  let alice: Person;
  let bob: Person;
  let carol: Person;
  let dora: Person;
  let mallory: Insider;
  /** Frames that Mallory's page recorded before Mallory was let in. */
  let early: readonly TimedFrame[];
  /** How Mallory was named when a host removed Mallory. */
  let removed: Bytes;
  const frames = (identity: string): Promise<TimedFrame[]> => mallory.page.call('frames', `${identity}/microphone`);

  before(async () => {
    cast = await assembleLeader('inside');
    alice = await cast.person('alice', { speaks: true });
    const page = await cast.attacker('mallory');
    [bob, carol, dora] = await Promise.all([
      cast.person('bob', { speaks: true }, [alice]),
      cast.person('carol', { speaks: true }, [alice]),
      cast.person('dora', { speaks: true }, [alice]),
    ]);
    await untilProved(alice, bob, carol, dora);
    await until('there is something to record', async () => (await page.call('recorded', 'alice/microphone')) > 100);
    early = await page.call('frames', 'alice/microphone');
    mallory = await insider(page, { room: cast.room, identity: 'mallory' });
    await isIn(mallory);
  });
  after(async () => {
    mallory?.silence();
    await cast?.close();
  });

  const standing = async (): Promise<unknown> => ({
    code: await codeOf(bob),
    leader: await leaderOf(bob),
    locked: (await stateOf(bob)).room.locked,
    roles: (await stateOf(bob)).others.map(({ identity, role }) => `${identity} ${role}`).sort(),
  });
  /** Where the chain stands and how Mallory is named in it, for what Mallory signs. */
  const chain = (): { instance: Bytes; head: Bytes; term: number; binding: Bytes } => {
    const now = mallory.stands();
    if (!now) throw new Error('Mallory is no member');
    return {
      ...{ instance: fromHex(now.instance), head: fromHex(now.head) },
      ...{ term: now.term, binding: fromHex(now.binding) },
    };
  };

  it('a newcomer who recorded everything reads nothing from before, and what is said afterwards', async () => {
    expect(early.length).to.be.greaterThan(100);
    expect(await mallory.keys.opens('alice', early), 'frames from before').to.deep.equal([]);
    await until('what is said now is read', async () => {
      const now = (await frames('alice')).slice(-20);
      return (await mallory.keys.opens('alice', now)).length > 10;
    });
  });

  it('a member who claims to lead while the leader is heard is followed by nobody', async () => {
    const before = await standing();
    const { instance, head, term, binding } = chain();
    for (const claimed of [term + 1, term + 2, 2 ** 32 - 1]) {
      const body = encodeTakeover({ instance, term: claimed, head, claimant: binding, reasons: [] });
      await mallory.say(await mallory.sign(TYPES.takeover, body));
    }
    await never(
      'anybody votes, or anything changes',
      async () => {
        for (const page of [bob, carol])
          if ((await saidBy(page, TYPES.announce)).some(({ to }) => to.includes('mallory'))) return page.identity;
        return JSON.stringify(await standing()) !== JSON.stringify(before) && (await standing());
      },
      { during: 1_500 },
    );
  });

  it('a member who is no host locks nothing, removes nobody and makes no host of itself', async () => {
    const before = await standing();
    const { instance, binding } = chain();
    for (const [action, target] of [
      ['lock', new Uint8Array(0)],
      ['make-host', binding],
      ['hand-over', binding],
      ['end', new Uint8Array(0)],
    ] as const) {
      const id = crypto.getRandomValues(new Uint8Array(16));
      const body = encodeHostRequest({ instance, action, target, counter: 0, id, author: binding });
      await mallory.say(await mallory.sign(TYPES.hostRequest, body));
    }
    await never(
      'anything changes',
      async () => JSON.stringify(await standing()) !== JSON.stringify(before) && (await standing()),
      { during: 1_500 },
    );
    await untilHears(bob, 'alice');
  });

  it('a private message handed to a third member is refused, and told', async () => {
    expect(await alice.call('chat', 'for Bob alone', 'bob')).to.equal('');
    await until('Bob reads it', async () => (await stateOf(bob)).chat.some(({ text }) => text === 'for Bob alone'));
    const packet = (await alice.call('sent'))
      .filter(({ topic, to }) => topic === 'sm/chat' && to.includes('bob'))
      .at(-1)!;
    await carol.call('inject', { ...packet, from: 'alice', to: [] });
    await until('Carol tells', async () =>
      (await alarmsOf(carol)).some(({ code, identity }) => code === 'foreign' && identity === 'alice'),
    );
    expect((await stateOf(carol)).chat).to.deep.equal([]);
  });

  it('once removed, a recorder that keeps every key reads nothing more: within a second; while the server withholds the news, within fifteen', async () => {
    const twin = await cast.person('tess', { speaks: true, fault: NEVER_CHANGES }, [alice]);
    for (const who of [...SPEAKERS, 'tess']) await mallory.page.call('forget', who);
    await until('all are read', async () => {
      for (const who of [...SPEAKERS, 'tess'])
        if ((await mallory.keys.opens(who, (await frames(who)).slice(-10))).length < 5) return false;
      return true;
    });
    // What the server does. Bob hears heartbeats, and nothing of the removal. To Carol the leader's clock goes at half its
    // speed from four seconds before. Dora hears of the new epoch, and never that it is in force.
    const news = [TYPES.commit, TYPES.copies, TYPES.hostRequest, TYPES.welcome, TYPES.bundle];
    await bob.call('rules', [{ topic: KEY_TOPIC, types: news, then: 'drop' }]);
    await carol.call('rules', [
      { topic: KEY_TOPIC, types: news, then: 'drop' },
      { topic: KEY_TOPIC, types: [TYPES.heartbeat], then: { slower: 2 } },
    ]);
    await pause(4_000);
    await dora.call('rules', [{ topic: KEY_TOPIC, types: [TYPES.heartbeat], then: 'drop' }]);
    const clicked = Date.now();
    removed = mallory.binding();
    expect(await alice.call('moderate', { type: 'remove', identity: 'mallory' })).to.equal('');
    await until('Mallory is told', () => mallory.ended() === 'removed');
    await pause(Math.max(0, CUT_OFF_AT_MOST + SLACK - (Date.now() - clicked)));
    const last: Record<string, number> = {};
    for (const who of SPEAKERS) {
      const later = (await frames(who)).filter(({ at }) => at > clicked);
      const read = await mallory.keys.opens(who, later);
      last[who] = (read.at(-1)?.at ?? clicked) - clicked;
      if (who === 'alice') expect(later.length - read.length, 'frames Mallory can not read').to.be.greaterThan(100);
    }
    expect(last['alice'], 'ms until the leader is not read').to.be.lessThan(CUT_OFF + SLACK);
    expect(last['dora'], 'ms until the one without heartbeats is not read').to.be.lessThan(CUT_OFF + 1_000 + SLACK);
    for (const who of ['bob', 'carol'])
      expect(last[who], `ms until ${who} is not read`).to.be.lessThan(CUT_OFF_AT_MOST);
    const now = (await frames('tess')).slice(-20);
    expect((await mallory.keys.opens('tess', now)).length, 'frames of a build that keeps its key').to.be.greaterThan(
      10,
    );
    await twin.call('leave');
    for (const page of [bob, carol, dora]) await page.call('rules', []);
    await untilProved(alice, bob, carol, dora);
  });

  it('a removed member that claims to lead is followed by nobody', async () => {
    const before = await leaderOf(bob);
    const { head, instance, term } = parseCommit(primitives, (await saidBy(alice, TYPES.commit)).at(-1)!.envelope.body);
    for (const claimed of [term, term + 1, term + 2]) {
      const body = encodeTakeover({ instance, term: claimed, head, claimant: removed, reasons: [] });
      const data = asPacket(await mallory.sign(TYPES.takeover, body));
      for (const page of [bob, carol, dora])
        await page.call('inject', { from: 'mallory', to: [], topic: KEY_TOPIC, data });
    }
    await never('it leads', async () => (await leaderOf(bob)) !== before, { during: 1_000 });
  });

  for (const [what, same] of [
    ['its own key', true],
    ['another key', false],
  ] as const)
    it(`a removed identity that comes back with ${what} is told so, and gets no key`, async () => {
      const again = await insider(mallory.page, {
        ...{ room: cast.room, identity: 'mallory' },
        ...(same && { ik: mallory.ik }),
      });
      await until('it is told', () => again.ended() === 'removed');
      again.silence();
      expect(again.keys.epochs()).to.deep.equal([]);
      expect(await seenAs(bob, 'mallory')).to.equal('stranger');
    });

  it('an Announce swapped between the click of a host and the Commit lets nobody in but whom the host saw', async () => {
    expect(await alice.call('moderate', { type: 'make-host', identity: 'bob' })).to.equal('');
    expect(await alice.call('moderate', { type: 'waiting-room-on' })).to.equal('');
    const { page: gus, joined } = await cast.enter('gus', {});
    const knocks = async (): Promise<boolean> =>
      (await stateOf(bob)).room.knocking.some(({ identity }) => identity === 'gus');
    await until('Bob sees him knock', knocks);
    // Bob's click waits at the server, while it puts an Announce of its own in the place of what Bob saw.
    const server = await createIdentityKey();
    const genuine = parseAnnounce((await saidBy(gus, TYPES.announce)).at(-1)!.envelope.body);
    const { publicKey: kem } = await primitives.kemKeys(crypto.getRandomValues(new Uint8Array(32)));
    const nonce = crypto.getRandomValues(new Uint8Array(16));
    const body = encodeAnnounce({ ...genuine, ik: server.publicKey, kem, nonce });
    const swapped = encodeEnvelope(TYPES.announce, body, await server.sign(primitives.signed('leader announce', body)));
    await alice.call('rules', [
      { from: ['gus'], topic: KEY_TOPIC, types: [TYPES.announce], then: 'drop' },
      { from: ['bob'], topic: KEY_TOPIC, types: [TYPES.hostRequest], then: 'hold' },
    ]);
    const click = bob.call('moderate', { type: 'admit', identity: 'gus' });
    await until('the click waits', async () => (await alice.call('held')) > 0);
    for (let i = 0; i < 3; i++) {
      await alice.call('inject', { from: 'gus', to: [], topic: KEY_TOPIC, data: asPacket(swapped.bytes) });
      await pause(400);
    }
    await alice.call('release');
    const hash = String(announceHash(primitives, swapped));
    await never(
      "the server's Announce is welcomed",
      async () =>
        (await saidBy(alice, TYPES.welcome)).some(
          ({ envelope }) => String(parseWelcome(envelope.body).answers) === hash,
        ),
      { during: 1_500 },
    );
    await alice.call('rules', []);
    await click;
    await until('he is let in himself', async () => {
      if (await knocks()) await bob.call('moderate', { type: 'admit', identity: 'gus' });
      return (await seenAs(alice, 'gus')) === 'encrypted';
    });
    expect(await joined).to.equal('');
    await untilProved(alice, bob, gus);
  });

  it('everything that Mallory recorded after the removal stays closed to every key', async () => {
    for (const who of SPEAKERS) {
      await mallory.page.call('forget', who);
      await until('there is something new', async () => (await frames(who)).length > 50);
      expect(await mallory.keys.opens(who, await frames(who)), `frames of ${who}`).to.deep.equal([]);
    }
  });
});
