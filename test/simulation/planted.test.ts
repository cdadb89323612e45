/** Each rule taken out once: the promise that falls with it is named, so that no rule is only decoration. */
import { expect } from 'chai';
import { fromHex, toHex, type Bytes } from '../../src/base/index.js';
import { encodeAck, parseAck, parseHeartbeat } from '../../src/keys/leader/beats.js';
import { encodeCommit, encodeCommitBody, parseCommit, type Operation } from '../../src/keys/leader/commit.js';
import { LEADER_FAULTS, type LeaderFault } from '../../src/keys/leader/faults.js';
import { applyStep } from '../../src/keys/leader/operations.js';
import type { LeaderProvider } from '../../src/keys/leader/provider.js';
import { makeEntry, parseRoster, Roster } from '../../src/keys/leader/roster.js';
import { confirmOf, epochSecret, ratchetKey } from '../../src/keys/leader/schedule.js';
import { encodeBundle, encodeWelcome, parseBundle, parseWelcome } from '../../src/keys/leader/welcome.js';
import { encodeHostRequest, encodeTakeover } from '../../src/keys/leader/wishes.js';
import { encodeEnvelope, parseEnvelope, peekType, TYPES } from '../../src/keys/leader/wire.js';
import { standInIdentity, standIns, type SimNode } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';

/** What went wrong in a meeting with this rule taken out; empty when all is well. */
type Scene = (faults: readonly LeaderFault[]) => Promise<string>;

const rules = (m: LeaderMeeting): string => [...new Set(m.violations.map((v) => v.rule))].join(', ');

/** The next Commit as a leader that lies would sign it, shown to one member; its MK is nobody's. */
async function lie(
  m: LeaderMeeting,
  leader: SimNode,
  to: SimNode,
  operations: readonly Operation[],
  change: { readonly term?: number; readonly fresh?: boolean } = {},
  proof?: Uint8Array,
): Promise<void> {
  const p = standIns();
  const view = m.see(to)!;
  const encoded = (to.provider as LeaderProvider).encodedRoster()!;
  const before = parseRoster(m.meeting, encoded);
  const author = m.row(to, leader.identity)!.sender.binding as Bytes;
  const step = { author, fresh: change.fresh ?? false, operations, founding: false };
  const all = { p, meeting: m.meeting, instance: fromHex(view.instance), certificates: undefined };
  const { roster } = await applyStep({ ...all, faults: new Set(LEADER_FAULTS) }, before, step);
  const body = encodeCommitBody({
    ...{ ...step, meeting: m.meeting, instance: all.instance, previous: fromHex(view.head) },
    ...{ term: change.term ?? view.term, epoch: view.epoch + 1, rosterHash: roster.hash(p) },
  });
  const commit = encodeCommit(body, m.sim.bytes(32));
  const bytes = proof ? encodeEnvelope(TYPES.commit, commit, proof).bytes : await m.forge(leader, TYPES.commit, commit);
  m.spread(leader.identity, bytes, to.identity);
  await m.sim.run(200);
}

const SCENES: readonly (readonly [LeaderFault, string, Scene])[] = [
  [
    'head-not-in-key',
    'the same MK under two rosters gives two different keys',
    async (faults) => {
      const p = standIns();
      const mk = new Uint8Array(32).fill(7);
      const one = epochSecret(p, mk, p.hash('leader head', new Uint8Array(1)), new Set(faults));
      const two = epochSecret(p, mk, p.hash('leader head', new Uint8Array(2)), new Set(faults));
      return toHex(one) === toHex(two) ? 'one key for two rosters' : '';
    },
  ],
  [
    'confirm-unchecked',
    'a member installs only what the leader confirmed',
    async (faults) => {
      const m = new LeaderMeeting('confirm', { faults });
      const [ann] = await m.gather('ann');
      m.recording = [];
      const p = standIns();
      // A leader that lies about confirm: signed, but for no secret that exists.
      const bob = await m.enter('bob');
      await m.agree([ann!, bob]);
      const real = parseCommit(p, parseEnvelope(m.last(TYPES.commit, 'ann').bytes).body);
      const body = encodeCommitBody({
        ...real,
        previous: real.head,
        epoch: real.epoch + 1,
        fresh: false,
        operations: [],
      });
      const had = bob.everHad.size;
      m.spread('ann', await m.forge(ann!, TYPES.commit, encodeCommit(body, m.sim.bytes(32))), 'bob');
      await m.sim.run(200);
      return bob.everHad.size > had ? 'a key nobody confirmed' : '';
    },
  ],
  [
    'roster-unchecked',
    'a newcomer sees the roster that is in the key',
    async (faults) => {
      const m = new LeaderMeeting('roster', { faults });
      const [ann] = await m.gather('ann');
      m.server = (packet) => {
        if (packet.to !== 'bob' || peekType(packet.bytes) !== TYPES.bundle) return undefined;
        const { body, proof } = parseEnvelope(packet.bytes);
        const bundle = parseBundle(body);
        if (!bundle.roster) return undefined;
        const hex = toHex(bundle.roster);
        const last = hex.lastIndexOf(toHex(new TextEncoder().encode('ann')));
        const changed = last < 0 ? hex : hex.slice(0, last) + '616e6d' + hex.slice(last + 6);
        return [
          {
            ...packet,
            bytes: encodeEnvelope(TYPES.bundle, encodeBundle({ ...bundle, roster: fromHex(changed) }), proof).bytes,
          },
        ];
      };
      const bob = await m.enter('bob');
      await m.sim.run(3_000);
      return bob.roster.some((row) => row.name !== row.sender.identity) || ann!.roster.length > 2 || rules(m)
        ? `false roster ${rules(m)}`
        : '';
    },
  ],
  [
    'welcome-unsigned',
    'a Welcome counts only under its leader’s signature',
    async (faults) => {
      const m = new LeaderMeeting('unsigned welcome', { faults });
      const [ann] = await m.gather('ann');
      m.server = (packet) => {
        if (peekType(packet.bytes) !== TYPES.welcome) return undefined;
        const { body } = parseEnvelope(packet.bytes);
        return [
          {
            ...packet,
            bytes: encodeEnvelope(
              TYPES.welcome,
              encodeWelcome({ ...parseWelcome(body), heartbeat: new Uint8Array(0) }),
              new Uint8Array(64),
            ).bytes,
          },
        ];
      };
      const bob = await m.enter('bob');
      await m.sim.run(3_000);
      return bob.everHad.size > 0 && ann!.alive ? 'took what nobody signed' : '';
    },
  ],
  [
    'ratchet-on-leave',
    'who left cannot compute the next key',
    async (faults) => {
      const p = standIns();
      const seen: Uint8Array[] = [];
      // Eve writes down every secret she ever derives.
      const spying = {
        ...p,
        derive: (...args: Parameters<typeof p.derive>) => {
          const out = p.derive(...args);
          seen.push(new Uint8Array(out));
          return out;
        },
      };
      const m = new LeaderMeeting('leaver', { faults });
      m.recording = [];
      const [ann, bob] = await m.gather('ann', 'bob');
      const provider = new LeaderMeeting('x', { faults, primitives: spying }).provider();
      const eve = await m.join('eve', provider);
      await m.agree([ann!, bob!, eve]);
      await m.leave(eve);
      await m.agree([ann!, bob!]);
      const commit = parseCommit(p, parseEnvelope(m.last(TYPES.commit, 'ann').bytes).body);
      for (const secret of seen) {
        const es = epochSecret(p, ratchetKey(p, secret, commit.head), commit.head, new Set(faults));
        if (toHex(confirmOf(p, es)) === toHex(commit.confirm)) return 'the leaver has the new key';
      }
      return '';
    },
  ],
  [
    'lock-ignored',
    'nobody comes through a lock',
    async (faults) => {
      const m = new LeaderMeeting('lock', { faults });
      const [ann] = await m.gather('ann', 'bob');
      await m.act(ann!, { type: 'lock' });
      await m.sim.run(1_000);
      const eve = await m.enter('eve');
      await m.sim.run(4_000);
      return eve.everHad.size > 0 ? 'a stranger behind the lock' : '';
    },
  ],
  [
    'waiting-ignored',
    'nobody has a key in the waiting room',
    async (faults) => {
      const m = new LeaderMeeting('waiting', { faults });
      const [ann] = await m.gather('ann', 'bob');
      await m.act(ann!, { type: 'waiting-room-on' });
      await m.sim.run(1_000);
      const eve = await m.enter('eve');
      await m.sim.run(4_000);
      return eve.everHad.size > 0 ? 'a key in the waiting room' : '';
    },
  ],
  [
    'bar-ignored',
    'who was removed stays out',
    async (faults) => {
      const m = new LeaderMeeting('bar', { faults });
      const [ann, , eve] = await m.gather('ann', 'bob', 'eve');
      await m.act(ann!, { type: 'remove', target: m.row(ann!, 'eve')!.sender });
      await m.sim.run(2_000);
      const back = await m.enter('eve', { ik: eve!.ik });
      await m.sim.run(5_000);
      return back.everHad.size > 0 ? 'back after a removal' : '';
    },
  ],
  [
    'stale-request-accepted',
    'a host’s request cannot be replayed after it was undone',
    async (faults) => {
      const m = new LeaderMeeting('replay', { faults });
      m.recording = [];
      const [ann] = await m.gather('ann', 'bob');
      await m.act(ann!, { type: 'lock' });
      await m.sim.run(1_000);
      const lock = m.last(TYPES.hostRequest, 'ann').bytes;
      await m.act(ann!, { type: 'unlock' });
      await m.sim.run(1_000);
      m.inject({ from: 'bob', to: 'ann', bytes: lock });
      await m.sim.run(2_000);
      return m.see(ann!)!.locked ? 'locked by a recording' : '';
    },
  ],
  [
    'finals-ignored',
    'nobody goes on encrypting to who said goodbye',
    async (faults) => {
      const m = new LeaderMeeting('final', { faults });
      const [, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
      m.server = (p) =>
        p.from === 'ann' && [3, 4].includes(peekType(p.bytes))
          ? []
          : p.to === 'ann' && peekType(p.bytes) === 8
            ? []
            : undefined;
      const epoch = m.see(bob!)!.epoch;
      await m.leave(cleo!);
      await m.sim.run(2_400);
      return bob!.sink.sending === epoch ? 'still sends to who left' : '';
    },
  ],
  [
    'claim-without-reason',
    'nobody helps a claimant while it hears the leader',
    async (faults) => {
      const m = new LeaderMeeting('reason', { faults });
      const nodes = await m.gather('ann', 'bob', 'cleo');
      const view = m.see(nodes[1]!)!;
      const body = encodeTakeover({
        instance: fromHex(view.instance),
        term: 2,
        head: fromHex(view.head),
        claimant: fromHex(view.binding),
        reasons: [],
      });
      m.recording = [];
      m.spread('bob', await m.forge(nodes[1]!, TYPES.takeover, body));
      await m.sim.run(900);
      return m.recording.some((p) => p.from === 'cleo' && peekType(p.bytes) === TYPES.announce)
        ? 'a vote against a leader who is heard'
        : '';
    },
  ],
  [
    'stale-heartbeats-count',
    'old heartbeats keep nobody sending',
    async (faults) => {
      const m = new LeaderMeeting('stale', { faults });
      m.recording = [];
      const nodes = await m.gather('ann', 'bob', 'cleo');
      await m.sim.run(20_000);
      const beats = m.recording.filter((p) => p.to === 'bob' && peekType(p.bytes) === TYPES.heartbeat);
      m.server = (p) => (p.to === 'bob' ? [] : undefined);
      for (const [i, beat] of beats.slice(-12).entries()) m.inject(beat, 1_500 * i);
      await m.sim.run(16_000);
      const view = m.see(nodes[1]!);
      return view?.leader === 'ann' && nodes[1]!.sink.sending >= 0 ? 'sends on after 16 s without the leader' : '';
    },
  ],
  [
    'sfu-presence-trusted',
    'the SFU’s word alone puts nobody out',
    async (faults) => {
      const m = new LeaderMeeting('presence', { faults });
      const nodes = await m.gather('ann', 'bob', 'cleo');
      await m.sim.run(9_000);
      await m.claimPresence(nodes[0]!, 'bob', false);
      // Bob's Acks go on: the next comes within ten seconds, and a Commit asks for one at once.
      const dan = await m.enter('dan');
      await m.sim.run(4_500);
      return nodes[1]!.all('self').length > 1 && dan.alive ? 'put out by the server’s word' : '';
    },
  ],
  [
    'no-self-activation',
    'a withheld activation keeps nobody under the old key',
    async (faults) => {
      const m = new LeaderMeeting('activation', { faults });
      const [, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
      m.server = (p) => (p.to === 'bob' && peekType(p.bytes) === TYPES.heartbeat ? [] : undefined);
      await m.leave(cleo!);
      await m.sim.run(1_500);
      return bob!.sink.sending < m.see(bob!)!.epoch ? 'still sends under the key the leaver has' : '';
    },
  ],
  [
    'old-binding-kept',
    'no key and counter twice after the worker died',
    async (faults) => {
      const m = new LeaderMeeting('worker', { faults });
      const [ann, bob] = await m.gather('ann', 'bob');
      await m.worker(bob!);
      if (faults.length) await m.tell(bob!, (p) => p.handleConnection('slept'));
      await m.sim.run(5_000);
      return rules(m) || (bob!.sink.sending < 0 && ann!.alive ? 'never sends again' : '');
    },
  ],
  [
    'never-retire',
    'old keys are forgotten',
    async (faults) => {
      const m = new LeaderMeeting('retire', { faults });
      const [, bob] = await m.gather('ann', 'bob', 'cleo', 'dan');
      await m.leave(m.nodes.get('dan')!);
      await m.sim.run(15_000);
      return new Set(bob!.sink.keys.map((key) => key.epoch)).size > 1 ? 'keys of a past epoch are still there' : '';
    },
  ],
  [
    'verified-yields',
    'who compared the code is not moved to another instance',
    async (faults) => {
      const m = new LeaderMeeting('yield', { faults });
      const nodes = await m.gather('ann', 'bob');
      await m.tell(nodes[1]!, (p) => p.confirmSecurityCode!(nodes[1]!.code!));
      const instance = m.see(nodes[1]!)!.instance;
      m.split([
        ['ann', 'bob'],
        ['zed', 'yves'],
      ]);
      await m.enter('zed');
      await m.enter('yves');
      await m.sim.run(20_000);
      m.heal();
      await m.sim.run(20_000);
      return m.see(nodes[1]!)?.instance === instance ? '' : 'a verified member was moved';
    },
  ],
  [
    'size-decides',
    'invented members win no fork',
    async (faults) => {
      const m = new LeaderMeeting('size', { faults });
      const nodes = await m.gather('ann', 'bob', 'cleo', 'dan');
      const invented = Array.from({ length: 8 }, (_, i) => `invented-${i}`);
      m.split([
        ['dan', ...invented],
        ['ann', 'bob', 'cleo'],
      ]);
      await m.sim.run(15_000);
      for (const name of invented) await m.enter(name);
      await m.sim.run(8_000);
      m.heal();
      await m.sim.run(20_000);
      return nodes[1]!.all('self').length > 1 || m.see(nodes[0]!)?.leader !== 'ann'
        ? 'the honest half went over to the crowd'
        : '';
    },
  ],
  [
    'term-decides',
    'a higher term wins no fork',
    async (faults) => {
      const m = new LeaderMeeting('term', { faults });
      const nodes = await m.gather('ann', 'bob', 'cleo', 'dan');
      m.split([['dan'], ['ann', 'bob', 'cleo']]);
      await m.sim.run(20_000);
      m.heal();
      await m.sim.run(12_000);
      return nodes[1]!.all('self').length > 1 ? 'a lonely term moved the meeting' : '';
    },
  ],
  [
    'welcome-for-anyone',
    'a Welcome for somebody else keeps nobody out',
    async (faults) => {
      const m = new LeaderMeeting('for anyone', { faults });
      m.recording = [];
      await m.gather('ann', 'bob');
      const welcome = m.last(TYPES.welcome, 'ann').bytes;
      const dan = await m.enter('dan');
      await m.sim.run(1_000);
      // Bob's Welcome reaches Cleo before her own; the roster it names is long gone.
      m.server = (packet) =>
        packet.to === 'cleo' && peekType(packet.bytes) === TYPES.welcome
          ? [{ ...packet, bytes: welcome }, packet]
          : undefined;
      const cleo = await m.enter('cleo');
      await m.sim.run(5_000);
      return cleo.everHad.size === 0 && dan.alive ? 'kept out by a recording' : '';
    },
  ],
  [
    'own-removal',
    'whoever makes a key is on its list',
    async (faults) => {
      const m = new LeaderMeeting('own removal');
      const [ann] = await m.gather('ann', 'bob');
      const p = standIns();
      const rules = { p, meeting: m.meeting, instance: fromHex(m.see(ann!)!.instance), certificates: undefined };
      const entries = ann!.roster.map(({ sender, name, ik }, i) =>
        makeEntry(m.meeting, {
          ...{ identity: sender.identity, name, ik: ik as Bytes, nonce: m.sim.bytes(16) },
          ...{ messageKey: m.sim.bytes(32), host: i === 0 },
        }),
      );
      const before = Roster.founding(entries);
      const author = entries[0]!.binding;
      const operations = [{ type: 'leave', binding: author, reason: 'absent' }] as const;
      const step = { author, fresh: true, operations, founding: false };
      return applyStep({ ...rules, faults: new Set(faults) }, before, step).then(
        ({ roster }) => (roster.get(toHex(author)) ? '' : 'a key made by who is not on its list'),
        () => '',
      );
    },
  ],
  [
    'roles-unchecked',
    'a leader makes nobody host',
    async (faults) => {
      const m = new LeaderMeeting('roles', { faults });
      const [ann, bob] = await m.gather('ann', 'bob');
      const eve = makeEntry(m.meeting, {
        ...{ identity: 'eve', name: 'eve', ik: m.sim.bytes(32), nonce: m.sim.bytes(16) },
        ...{ messageKey: m.sim.bytes(32), host: true },
      });
      await lie(m, ann!, bob!, [{ type: 'add', entry: eve, certificate: undefined, admit: undefined }]);
      return m.row(bob!, 'eve')?.role === 'host' ? 'a host whom nobody named' : '';
    },
  ],
  [
    'host-request-unchecked',
    'only a host’s signature unlocks',
    async (faults) => {
      const m = new LeaderMeeting('unlock', { faults });
      const [ann, bob, eve] = await m.gather('ann', 'bob', 'eve');
      await m.act(ann!, { type: 'lock' });
      await m.sim.run(1_000);
      const view = m.see(eve!)!;
      const body = encodeHostRequest({
        ...{ instance: fromHex(view.instance), action: 'unlock', target: new Uint8Array(0), counter: 1 },
        ...{ id: m.sim.bytes(16), author: fromHex(view.binding) },
      });
      m.spread('eve', await m.forge(eve!, TYPES.hostRequest, body));
      await m.sim.run(2_000);
      return m.see(bob!)?.locked ? '' : 'unlocked by somebody who is no host';
    },
  ],
  [
    'admit-by-identity',
    'a host admits one key, not a name',
    async (faults) => {
      const m = new LeaderMeeting('admit', { faults });
      m.recording = [];
      const [ann, bob, eve] = await m.gather('ann', 'bob', 'eve');
      await m.act(ann!, { type: 'waiting-room-on' });
      await m.sim.run(500);
      await m.act(ann!, { type: 'hand-over', target: m.row(ann!, 'eve')!.sender });
      await m.sim.until(() => m.see(bob!)?.leader === 'eve', 10_000, 'the hand-over');
      await m.agree([ann!, bob!, eve!]);
      m.server = (packet) => (packet.to === 'eve' && peekType(packet.bytes) === TYPES.announce ? [] : undefined);
      await m.enter('cleo');
      await m.sim.until(() => ann!.knocks.length > 0, 5_000, 'a knock');
      await m.act(ann!, { type: 'admit', target: ann!.knocks[0]!.sender });
      await m.sim.run(200);
      const admit = m.last(TYPES.hostRequest, 'ann').bytes as Bytes;
      // Eve leads, and lets her own key in under Cleo's name with the host's word for Cleo.
      const fake = makeEntry(m.meeting, {
        ...{ identity: 'cleo', name: 'cleo', ik: eve!.ik.publicKey, nonce: m.sim.bytes(16) },
        ...{ messageKey: m.sim.bytes(32), host: false },
      });
      await lie(m, eve!, bob!, [{ type: 'add', entry: fake, certificate: undefined, admit }]);
      return m.row(bob!, 'cleo') ? 'another key in the admitted one’s place' : '';
    },
  ],
  [
    'votes-unchecked',
    'a vote counts for the Takeover it names',
    async (faults) => {
      const m = new LeaderMeeting('votes', { faults });
      const nodes = await m.gather('ann', 'bob', 'cleo', 'dan');
      m.recording = [];
      m.crash(nodes[0]!);
      await m.agree(nodes.slice(1), 20_000);
      const old = m.recording.filter((p) => p.from === 'dan' && peekType(p.bytes) === TYPES.announce);
      m.server = (packet) => (packet.to === 'dan' ? [] : undefined);
      m.crash(nodes[1]!);
      for (let i = 0; i < 40 && !m.see(nodes[2]!)!.leading; i++) {
        for (const vote of old) m.inject({ ...vote, to: 'cleo' });
        await m.sim.run(200);
      }
      return m.row(nodes[2]!, 'dan') ? 'a recorded vote counted' : '';
    },
  ],
  [
    'any-term',
    'the term goes up by one, and only by a Takeover',
    async (faults) => {
      const m = new LeaderMeeting('any term', { faults });
      const [ann, bob] = await m.gather('ann', 'bob', 'cleo');
      await lie(m, ann!, bob!, [], { term: 7 });
      return m.see(bob!)?.term === 7 ? 'a term that nobody voted for' : '';
    },
  ],
  [
    'any-head',
    'nobody helps a claimant who stands elsewhere',
    async (faults) => {
      const m = new LeaderMeeting('any head', { faults });
      const [ann, bob, cleo, eve] = await m.gather('ann', 'bob', 'cleo', 'eve');
      const older = fromHex(m.see(bob!)!.head);
      await m.act(ann!, { type: 'remove', target: m.row(ann!, 'eve')!.sender });
      await m.agree([ann!, bob!, cleo!]);
      m.crash(ann!);
      m.crash(bob!); // its claim alone is left, from before the removal
      await m.sim.run(3_050);
      const view = m.see(cleo!)!;
      const body = encodeTakeover({
        ...{ instance: fromHex(view.instance), term: 2, head: older, reasons: [] },
        claimant: fromHex(toHex(m.row(cleo!, 'bob')!.sender.binding)),
      });
      m.recording = [];
      m.spread('bob', await m.forge(bob!, TYPES.takeover, body), 'cleo');
      await m.sim.run(200);
      const vote = m.recording.some((p) => p.from === 'cleo' && p.to === 'bob' && peekType(p.bytes) === TYPES.announce);
      return vote && eve!.ended ? 'a vote for a chain without the removal' : '';
    },
  ],
  [
    'room-sid-as-instance',
    'a code that was compared vouches for one meeting',
    async (faults) => {
      const codes: string[] = [];
      const seed = new Uint8Array(32).fill(9);
      for (const day of ['yesterday', 'today']) {
        const m = new LeaderMeeting(day, { faults });
        const ann = await m.enter('ann', { ik: await standInIdentity(seed) });
        await m.sim.run(100);
        codes.push(ann.code!.join(' '));
      }
      return codes[0] === codes[1] ? 'yesterday’s code vouches for today' : '';
    },
  ],
  [
    'unsigned-commit',
    'a Commit counts only under its author’s signature',
    async (faults) => {
      const m = new LeaderMeeting('unsigned commit', { faults });
      const [ann, bob] = await m.gather('ann', 'bob', 'cleo');
      const binding = m.row(bob!, 'cleo')!.sender.binding as Bytes;
      const operations = [{ type: 'leave', binding, reason: 'absent' }] as const;
      await lie(m, ann!, bob!, operations, { fresh: true }, new Uint8Array(64));
      return m.row(bob!, 'cleo') ? '' : 'put out by somebody who does not lead';
    },
  ],
  [
    'ack-unchecked',
    'nobody else shows that a member lives',
    async (faults) => {
      const m = new LeaderMeeting('acks', { faults });
      m.recording = [];
      const [ann, , cleo] = await m.gather('ann', 'bob', 'cleo');
      await m.sim.run(12_000);
      const { body, proof } = parseEnvelope(m.last(TYPES.ack, 'cleo').bytes);
      const ack = parseAck(body);
      m.crash(cleo!, 100_000);
      for (let i = 0; i < 45; i++) {
        const { counter } = parseHeartbeat(parseEnvelope(m.last(TYPES.heartbeat, 'ann').bytes).body);
        const forged = encodeEnvelope(TYPES.ack, encodeAck({ ...ack, counter }), proof).bytes;
        m.inject({ from: 'cleo', to: 'ann', bytes: forged });
        await m.sim.run(1_000);
      }
      return m.row(ann!, 'cleo') ? 'dead, and listed as present' : '';
    },
  ],
  [
    'choice-unstated',
    'a meeting begins with what was chosen for it, signed',
    async (faults) => {
      const m = new LeaderMeeting('unstated');
      await m.enter('ann', { faults });
      await m.sim.run(500);
      const bob = await m.enter('bob');
      await m.sim.run(4_000);
      return bob.everHad.size > 0 ? '' : 'nobody joins a meeting that is said to be in clear';
    },
  ],
  [
    'choice-unchecked',
    'what was chosen before the meeting is nobody’s to change, the founder’s neither',
    async (faults) => {
      const m = new LeaderMeeting('unchecked');
      await m.enter('ann', { faults: ['choice-unstated'] });
      await m.sim.run(500);
      const bob = await m.enter('bob', { faults });
      await m.sim.run(4_000);
      return bob.everHad.size > 0 ? 'in a meeting that is said to be in clear' : '';
    },
  ],
  [
    'presence-ignored',
    'whom the server names as present is waited for, before a second meeting begins beside the first',
    async (faults) => {
      const m = new LeaderMeeting('late', { faults });
      await m.gather('ann');
      m.split([['ann'], ['bob']]);
      const bob = await m.enter('bob');
      await m.sim.run(10_000);
      return m.see(bob) ? 'began a meeting beside one whose packets were late' : '';
    },
  ],
  [
    'alone-at-once',
    'who alone misses the leader is cut off rather than bereft, and does not lead a second meeting beside the first',
    async (faults) => {
      const m = new LeaderMeeting('held up', { faults });
      const nodes = await m.gather('ann', 'bob', 'cleo');
      const cleo = m.see(nodes[2]!)!.binding;
      m.split([['ann', 'bob'], ['cleo']]);
      await m.sim.run(6_000);
      m.heal();
      await m.agree(nodes);
      return m.see(nodes[2]!)!.binding === cleo ? '' : 'had to join again after six seconds';
    },
  ],
  [
    'forks-share-epochs',
    'an epoch of one fork is none of the other: what is sealed there is unknown here, and nobody’s forgery',
    async (faults) => {
      const m = new LeaderMeeting('numbers', { faults });
      const [ann, bob] = await m.gather('ann', 'bob', 'cleo');
      m.split([
        ['ann', 'dan'],
        ['bob', 'cleo'],
      ]);
      await m.enter('dan', { faults });
      await m.sim.until(() => m.row(ann!, 'dan') !== undefined, 5_000, 'somebody new on one side');
      await m.sim.until(() => m.see(bob!)!.leading, 10_000, 'a leader on the other');
      expect(m.row(ann!, 'cleo')).not.to.equal(undefined);
      expect(m.row(bob!, 'cleo')).not.to.equal(undefined);
      return m.see(ann!)!.epoch === m.see(bob!)!.epoch ? 'one number for two keys of one member' : '';
    },
  ],
];

describe('leader: every rule is needed', () => {
  it('no rule is left out here', () => {
    expect(SCENES.map(([fault]) => fault)).to.have.members(LEADER_FAULTS);
  });

  for (const [fault, promise, scene] of SCENES) {
    it(`${promise} (falls with ${fault})`, async () => {
      expect(await scene([]), 'with the rule').to.equal('');
      expect(await scene([fault]), 'without the rule').not.to.equal('');
    });
  }
});
