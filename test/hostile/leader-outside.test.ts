/**
 * The server, and people whom nobody let in, against a meeting with keys from a leader: they copy, forge, replay and
 * misname what belongs to key agreement, through a real LiveKit server.
 */
import { expect } from 'chai';
import { concat, type Bytes } from '../../src/base/index.js';
import { bindingOf } from '../../src/crypto/binding.js';
import { createIdentityKey, type IdentityKey } from '../../src/crypto/index.js';
import { announceHash, encodeAnnounce, parseAnnounce, type Announce } from '../../src/keys/leader/announce.js';
import { encodeLeaving } from '../../src/keys/leader/beats.js';
import { parseCommit, type ParsedCommit } from '../../src/keys/leader/commit.js';
import { Pairwise } from '../../src/keys/leader/pairwise.js';
import type { Entry } from '../../src/keys/leader/roster.js';
import { epochSecret, senderKeys } from '../../src/keys/leader/schedule.js';
import { encodeWelcome, parseWelcome } from '../../src/keys/leader/welcome.js';
import { encodeTakeover } from '../../src/keys/leader/wishes.js';
import { encodeEnvelope, purposeOf, TYPES, type MessageType } from '../../src/keys/leader/wire.js';
import { KEY_TOPIC } from '../../src/session/key-mail.js';
import { never, pause, until } from '../e2e/support/until.js';
import type { Attacker } from './cast.js';
import { KeyStore } from './key-store.js';
import {
  alarmsOf,
  asPacket,
  assembleLeader,
  codeOf,
  epochOf,
  leaderOf,
  primitives,
  saidBy,
  seenAs,
  stateOf,
  untilHears,
  untilProved,
  type LeaderCast,
  type Person,
  type Said,
} from './leader-cast.js';

const HELD_BACK = { topic: KEY_TOPIC, types: [TYPES.welcome], then: 'hold' } as const;

describe('A meeting with keys from a leader, attacked from outside', () => {
  let cast: LeaderCast;
  let alice: Person;
  let bob: Person;
  let mallory: Attacker;
  /** A key of nobody in the meeting. */
  let ik: IdentityKey;
  before(async () => {
    cast = await assembleLeader('outside');
    ik = await createIdentityKey();
    alice = await cast.person('alice', { speaks: true });
    [bob, mallory] = await Promise.all([cast.person('bob', {}, [alice]), cast.attacker('mallory')]);
    await untilHears(bob, 'alice');
  });
  after(() => cast.close());

  const signed = async (type: MessageType, body: Bytes): Promise<Bytes> =>
    encodeEnvelope(type, body, await ik.sign(primitives.signed(purposeOf(type), body))).bytes;
  /** To everybody, as Mallory; and to these as if `from` had sent it, which only the server can. */
  async function spread(message: Uint8Array, from: string, ...to: Person[]): Promise<void> {
    const data = asPacket(message);
    await mallory.call('send', KEY_TOPIC, data);
    for (const page of to) await page.call('inject', { from, to: [], topic: KEY_TOPIC, data });
  }
  const lastCommit = async (): Promise<ParsedCommit> =>
    parseCommit(primitives, (await saidBy(alice, TYPES.commit)).at(-1)!.envelope.body);
  const announceOf = async (page: Person): Promise<Announce> =>
    parseAnnounce((await saidBy(page, TYPES.announce)).at(-1)!.envelope.body);
  const standing = async (): Promise<unknown> => ({
    code: await codeOf(bob),
    leader: await leaderOf(bob),
    epochs: [await epochOf(alice), await epochOf(bob)],
    people: (await stateOf(bob)).others.map(({ identity }) => identity).sort(),
  });
  /** Where everything stands once nothing is under way any more. */
  async function settled(): Promise<unknown> {
    let last = '';
    return until('nothing changes by itself', async () => {
      const [now, before] = [await standing(), last];
      last = JSON.stringify(now);
      await pause(1_000);
      return before === last && now;
    });
  }
  /** Nothing of what `attack` does is noticed: same leader, code, keys and people, and the talk goes on. */
  async function changesNothing(attack: () => Promise<void>, during = 1_500): Promise<void> {
    const before = await settled();
    await attack();
    await never(
      'anything changes',
      async () => JSON.stringify(await standing()) !== JSON.stringify(before) && (await standing()),
      { during },
    );
    await untilHears(bob, 'alice');
  }

  it('gives a participant who is not in the roster no key, and shows it as a stranger', async () => {
    for (const page of [alice, bob])
      await until('Mallory is a stranger', async () => (await seenAs(page, 'mallory')) === 'stranger');
    expect((await saidBy(alice)).filter(({ to }) => to.includes('mallory'))).to.deep.equal([]);
    expect((await stateOf(bob)).encryption.state).to.equal('encrypted');
  });

  /** The server answers the Announce of `victim` itself: with the leader's genuine Commit and roster, and its own key. */
  async function ownWelcome(victim: Person): Promise<KeyStore> {
    const said = await until('the leader has welcomed the newcomer', async () =>
      (await saidBy(alice, TYPES.welcome)).find(({ to }) => to.includes(victim.identity)),
    );
    const genuine = parseWelcome(said.envelope.body);
    const announces = await saidBy(victim, TYPES.announce);
    const answered = announces.find(
      ({ envelope }) => String(announceHash(primitives, envelope)) === String(genuine.answers),
    ) as Said;
    const { identity, ik: key, nonce, kem } = parseAnnounce(answered.envelope.body);
    const member = bindingOf({ meeting: cast.room, identity, ik: key, nonce });
    const { ciphertext, secret } = await primitives.encapsulate(kem, crypto.getRandomValues(new Uint8Array(64)));
    const commit = (await saidBy(alice, TYPES.commit))
      .map(({ envelope }) => parseCommit(primitives, envelope.body))
      .find(({ head }) => String(head) === String(genuine.head)) as ParsedCommit;
    const pairwise = Pairwise.begin(primitives, secret, undefined, {
      ...{ leader: commit.author, member, ciphertext, kemKey: kem },
    });
    const mk = crypto.getRandomValues(new Uint8Array(32));
    const { step, sealed } = pairwise.seal(concat(genuine.head, member), mk);
    const forged = await signed(TYPES.welcome, encodeWelcome({ ...genuine, ciphertext, step, sealed }));
    await victim.call('inject', { from: 'alice', to: [], topic: KEY_TOPIC, data: asPacket(forged) });
    const keys = new KeyStore();
    const sender = { identity, binding: member };
    const secretOfEpoch = epochSecret(primitives, mk, genuine.head, new Set());
    keys.add(commit.epoch, sender, senderKeys(primitives, secretOfEpoch, sender as Entry).media);
    return keys;
  }
  const overheard = async (keys: KeyStore, identity: string): Promise<number> =>
    (await keys.opens(identity, await mallory.call('frames', `${identity}/microphone`))).length;

  it("refuses the server's own Welcome beside a genuine Commit and roster; a build without the checks talks to the server", async () => {
    const options = { speaks: true, rules: [{ ...HELD_BACK, from: ['alice'] }] };
    const { page: dave, joined } = await cast.enter('dave', options);
    const keys = await ownWelcome(dave);
    await until('Dave tells of the forgery', async () => (await alarmsOf(dave)).some(({ code }) => code === 'forged'));
    await never('Dave sends', async () => (await mallory.call('recorded', 'dave/microphone')) > 0, { during: 500 });
    await dave.call('rules', []);
    await dave.call('release');
    expect(await joined).to.equal('');
    await untilProved(alice, bob, dave);
    await untilHears(bob, 'dave');
    expect(await overheard(keys, 'dave'), 'frames the server reads').to.equal(0);
    await dave.call('leave');

    const { page: twin } = await cast.enter('erin', { ...options, without: ['welcome-unsigned', 'confirm-unchecked'] });
    const twinKeys = await ownWelcome(twin);
    await until('the server reads what the twin says', async () => (await overheard(twinKeys, 'erin')) > 20);
    await twin.call('leave');
    await until('the twin is gone', async () => (await seenAs(bob, 'erin')) === undefined);
  });

  it('gets nowhere with everything that was ever said, said again: Announces, Welcomes, Commits, heartbeats, goodbyes', async () => {
    await until('Dave and Erin are out', async () => (await stateOf(bob)).others.length === 2);
    const fromAlice = await saidBy(alice);
    const fromBob = await saidBy(bob);
    const types = new Set([...fromAlice, ...fromBob].map(({ envelope }) => envelope.type));
    expect([...types]).to.include.members([TYPES.announce, TYPES.welcome, TYPES.commit, TYPES.heartbeat, TYPES.ack]);
    const fromDave = (await mallory.call('received')).filter(({ from }) => from === 'dave');
    expect(fromDave.length, "Dave's Announce and goodbye").to.be.greaterThan(1);
    await changesNothing(async () => {
      for (const [from, said, to] of [
        ['alice', fromAlice, bob],
        ['bob', fromBob, alice],
      ] as const)
        for (const { message } of said.slice(-200))
          await to.call('inject', { from, to: [], topic: KEY_TOPIC, data: asPacket(message) });
      for (const { topic, data } of fromDave)
        for (const page of [alice, bob]) await page.call('inject', { from: 'dave', to: [], topic, data });
    });
    // A newcomer is told the same old things, before and while the leader answers.
    const { page: finn, joined } = await cast.enter('finn', { rules: [{ ...HELD_BACK, from: ['alice'] }] });
    await until('Finn announces himself', async () => (await saidBy(finn, TYPES.announce)).length > 0);
    for (const { message } of fromAlice.slice(-100))
      await finn.call('inject', { from: 'alice', to: [], topic: KEY_TOPIC, data: asPacket(message) });
    await never('Finn has keys', async () => (await epochOf(finn)) >= 0, { during: 500 });
    await finn.call('rules', []);
    await finn.call('release');
    expect(await joined).to.equal('');
    await untilProved(alice, bob, finn);
    await finn.call('leave');
    await until('Finn is gone', async () => (await seenAs(bob, 'finn')) === undefined);
  });

  it('follows no Takeover of somebody who is no member', () =>
    changesNothing(async () => {
      const commit = await lastCommit();
      const instance = commit.instance.length ? commit.instance : commit.head;
      for (const claimant of [crypto.getRandomValues(new Uint8Array(32)), commit.author])
        for (const term of [commit.term, commit.term + 1, commit.term + 2, 2 ** 32 - 1]) {
          const body = encodeTakeover({ instance, term, head: commit.head, claimant, reasons: [] });
          await spread(await signed(TYPES.takeover, body), 'bob', alice, bob);
        }
    }));

  it("takes no Announce in a member's name with the server's KEM key", () =>
    changesNothing(async () => {
      const [{ envelope }] = (await saidBy(bob, TYPES.announce)) as [Said];
      const announce = await announceOf(bob);
      const { publicKey: kem } = await primitives.kemKeys(crypto.getRandomValues(new Uint8Array(32)));
      const nonce = crypto.getRandomValues(new Uint8Array(16));
      const welcomes = (await saidBy(alice, TYPES.welcome)).length;
      const swapped = encodeEnvelope(TYPES.announce, encodeAnnounce({ ...announce, kem, nonce }), envelope.proof).bytes;
      const resigned = await signed(
        TYPES.announce,
        encodeAnnounce({ ...announce, kem, nonce, ik: ik.publicKey as Bytes }),
      );
      for (const message of [swapped, resigned])
        await alice.call('inject', { from: 'bob', to: [], topic: KEY_TOPIC, data: asPacket(message) });
      await until('Alice tells of the forgery', async () =>
        (await alarmsOf(alice)).some(({ code, identity }) => code === 'forged' && identity === 'bob'),
      );
      expect((await saidBy(alice, TYPES.welcome)).length, 'Welcomes').to.equal(welcomes);
    }));

  it('takes key messages on no other topic, and nothing unsealed', () =>
    changesNothing(async () => {
      const said = await saidBy(alice, TYPES.commit, TYPES.heartbeat, TYPES.announce);
      for (const { message } of said.slice(-8))
        for (const topic of ['sm/chat', 'sm/state', 'elsewhere']) await mallory.call('send', topic, asPacket(message));
      const psst = Buffer.from('{"type":"chat","text":"psst"}').toString('base64');
      for (const page of [alice, bob]) {
        // Again and again: one is lost when LiveKit builds an attacker's connection anew.
        const reported = async (): Promise<boolean> => {
          await mallory.call('send', 'sm/chat', psst);
          return (await alarmsOf(page)).some(({ code, identity }) => code === 'plaintext' && identity === 'mallory');
        };
        await until('it is reported', reported, { every: 500 });
        expect((await stateOf(page)).chat).to.deep.equal([]);
      }
    }));

  // Last: the build without the check goes on in a meeting of its own for a while.
  it('hears no goodbye that its owner did not sign; a build without the check drops her', async () => {
    const fault = {
      file: 'src/keys/leader/finals.ts',
      find: "if (!(await m.p.verify(entry.ik, 'leader leaving', envelope.body, envelope.proof))) return;",
      put: '',
    };
    const twin = await cast.person('tess', { fault }, [alice]);
    await untilHears(twin, 'alice');
    const { author } = await lastCommit();
    const forged = await signed(TYPES.leaving, encodeLeaving({ binding: author }));
    const before = await leaderOf(bob);
    await spread(forged, 'alice', bob, twin);
    await until('the twin hears her no more', async () => {
      const heard = await twin.call('heard', 'alice');
      await new Promise((resolve) => setTimeout(resolve, 400));
      return (await twin.call('heard', 'alice')) === heard;
    });
    await untilHears(bob, 'alice');
    expect(await leaderOf(bob)).to.equal(before);
    await twin.call('leave');
    await until('the twin is gone', async () => (await seenAs(bob, 'tess')) === undefined);
  });
});
