import type { Bytes } from '../../base/index.js';
import { Admitting, type Pending } from './admitting.js';
import { parseAnnounce, type Announce } from './announce.js';
import { encodeHeartbeat, type Standing } from './beats.js';
import { Chain, nextEpoch } from './chain.js';
import {
  encodeCommit,
  encodeCommitBody,
  headOf,
  type LeaveReason,
  type Operation,
  type ParsedCommit,
} from './commit.js';
import { HandingOut } from './handing-out.js';
import { Living } from './living.js';
import type { Machine, Me } from './machine.js';
import { Draft, Refused, type Outcome } from './operations.js';
import { makeEntry, Roster, type Entry } from './roster.js';
import { confirmOf, epochSecret, ratchetKey } from './schedule.js';
import { TIMING } from './timing.js';
import { Malformed, TYPES, type Envelope } from './wire.js';

/** A vote for us: the voter's Announce with a fresh KEM key. */
export interface Vote {
  readonly entry: Entry;
  readonly announce: Announce;
  readonly envelope: Envelope;
}

/** From this many members on, encoding and hashing the roster is a task of its own. */
const LARGE = 200;
/** Joiners of one Commit whose key exchange begins before it is signed. */
const AHEAD = 3;
const ZERO_HASH = /* @__PURE__ */ new Uint8Array(32);

/** What the leader does: admits, makes Commits and keys, beats, and counts who lives (rules 1 to 5). */
export class Leading {
  readonly #m: Machine;
  readonly #living: Living;
  readonly #handing: HandingOut;
  readonly #admitting: Admitting;
  readonly #leaves = new Map<string, LeaveReason>();
  readonly #began: number;
  #requests: Bytes[] = [];
  #counter = 0;
  #beatHash: Bytes = ZERO_HASH;
  #beatAt = -Infinity;
  #freshAt = -Infinity;
  #activateAt = Infinity;
  #activeEpoch = 0;
  #rotate = false;
  #tookOver = false;
  #stopped = false;

  private constructor(machine: Machine, announce: Bytes) {
    this.#m = machine;
    this.#admitting = new Admitting(machine);
    this.#living = new Living(machine);
    this.#handing = new HandingOut(machine, this.#living, announce);
    this.#began = machine.now();
  }

  /** Begins a new meeting with ourselves alone; false where nobody may be in it without a certificate, and we have none. */
  static async found(m: Machine, me: Me, announce: Envelope): Promise<boolean> {
    const { certificates } = m.options;
    const parsed = parseAnnounce(announce.body);
    const subject = { meeting: m.ctx.meeting, identity: parsed.identity, ik: parsed.ik };
    const verdict = parsed.certificate && (await certificates?.verify(parsed.certificate, subject));
    if (certificates?.required && !verdict) return false;
    // A site that chose otherwise has no meeting of ours to begin.
    if (verdict && verdict.encryption !== 'required') return false;
    const host = !certificates?.required || verdict?.role === 'host';
    const mine = { ...me, entry: makeEntry(m.ctx.meeting, { ...me.entry, host }) };
    const roster = Roster.founding([mine.entry], m.faults.has('choice-unstated') ? 'off' : 'required');
    const none = new Uint8Array(0);
    const commit = {
      ...{ meeting: m.ctx.meeting, instance: none, term: 1, epoch: 1, previous: none, author: mine.entry.binding },
      fresh: true,
      operations: [{ type: 'add', entry: mine.entry, certificate: parsed.certificate, admit: undefined }] as const,
      rosterHash: roster.hash(m.p),
    };
    const body = encodeCommitBody(commit);
    const head = m.faults.has('room-sid-as-instance') ? m.p.hash('meeting', new Uint8Array(1)) : headOf(m.p, body);
    const chain = new Chain(m.ctx.meeting, head, m.now());
    m.adopt(mine, chain, undefined);
    const leading = new Leading(m, announce.bytes);
    m.leading = leading;
    const outcome: Outcome = {
      ...{ roster, out: [], removed: new Set<string>(), added: [mine.entry], takeover: undefined, ended: false },
    };
    await leading.#make({ ...commit, body, head }, outcome, m.ctx.random(32));
    return true;
  }

  /** Leads on after a Takeover: with ourselves, those who voted, and what hosts asked for (rule 6). */
  static async takeOver(
    m: Machine,
    announce: Bytes,
    takeover: Bytes,
    votes: readonly Vote[],
    requests: readonly Bytes[],
  ): Promise<void> {
    const chain = m.chain as Chain;
    const leading = new Leading(m, announce);
    leading.#tookOver = true;
    leading.votes = votes.length;
    leading.#requests = [...requests];
    for (const link of chain.links) leading.#admitting.listed(link.outcome.added);
    const staying = new Set(votes.map((vote) => vote.entry.id).concat((m.me as Me).entry.id));
    for (const entry of chain.roster.entries)
      if (!staying.has(entry.id)) leading.#leaves.set(entry.id, m.finals.has(entry.id) ? 'goodbye' : 'absent');
    m.leading = leading;
    m.pairwise?.drop();
    m.pairwise = undefined;
    await leading.#commit([{ type: 'takeover', takeover }], votes);
  }

  /** No message and no timer changes anything after this; what is secret is gone. */
  stop(): void {
    this.#stopped = true;
    this.#living.drop();
    this.#handing.stop();
  }

  /** Votes for our Takeover; they count as Acks for its first three seconds. */
  votes = 0;
  get countsVotes(): boolean {
    return this.#tookOver && this.#m.now() - this.#began < TIMING.voteLife;
  }

  get #chain(): Chain {
    return this.#m.chain as Chain;
  }
  get #meId(): string {
    return (this.#m.me as Me).entry.id;
  }

  // ── Joining ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Somebody announces itself. */
  async onAnnounce(envelope: Envelope, from: string): Promise<void> {
    if ((await this.#admitting.onAnnounce(envelope, from)) && this.#mayAdd(this.#m.now())) await this.#commit([], []);
  }

  /** A host let this binding in, or turned it away. */
  async decide(target: Bytes, admit: Bytes | undefined): Promise<void> {
    await this.#admitting.decide(target, admit);
  }

  // ── Members ────────────────────────────────────────────────────────────────────────────────────────────────────────

  async onAck(envelope: Envelope): Promise<void> {
    this.#living.onAck(envelope);
    if (this.#living.allSwitch) await this.#activate();
  }

  /** Takes a member out with the next Commit, which goes out at once. */
  async takeOut(id: string, reason: LeaveReason): Promise<void> {
    if (id === this.#meId || !this.#chain.roster.get(id)) return;
    this.#leaves.set(id, reason);
    await this.#commit([], []);
  }

  /** A host's request that the chain has to carry; goes out at once. */
  async carry(message: Bytes): Promise<void> {
    this.#requests.push(message);
    await this.#commit([], []);
    await this.#admitting.reconsider();
  }

  /** We slept: nothing is sent before a member shows that it still follows us. */
  async slept(): Promise<void> {
    if (this.#chain.roster.entries.length === 1) return;
    this.#living.slept();
    await this.beat();
  }

  /** A new epoch is wanted although nobody left. */
  rotate(): void {
    if (this.#m.now() - this.#freshAt >= TIMING.ack) this.#rotate = true;
  }

  async tick(): Promise<void> {
    const m = this.#m;
    const now = m.now();
    if (this.#living.heardNobody(now)) return m.lost('stale-heartbeat');
    for (const [id, reason] of this.#living.gone(now))
      if (reason === 'goodbye' || !this.#leaves.has(id)) this.#leaves.set(id, reason);
    if (now >= this.#activateAt) await this.#activate();
    const due = this.#rotate || now - this.#freshAt >= TIMING.rotate;
    const adds = this.#admitting.someWait && this.#mayAdd(now);
    if (due || this.#leaves.size > 0 || this.#requests.length > 0 || adds) await this.#commit([], []);
    if (this.#stopped) return;
    if (now - this.#beatAt >= TIMING.heartbeat) await this.beat();
    this.#admitting.forget(now);
  }

  /** Joins share Commits, and a Takeover's leader adds nobody before it knows that it leads. */
  #mayAdd(now: number): boolean {
    if (!this.#admitting.mayShare(now)) return false;
    if (!this.#tookOver || this.#m.faults.has('votes-unchecked')) return true;
    return now - this.#began >= TIMING.voteLife || this.#living.lastAckAt > this.#began;
  }

  // ── Heartbeats ─────────────────────────────────────────────────────────────────────────────────────────────────────

  async beat(): Promise<void> {
    const m = this.#m;
    const chain = this.#chain;
    const now = m.now();
    this.#beatAt = now;
    const body = encodeHeartbeat({
      instance: chain.instance,
      term: chain.term,
      epoch: chain.epoch,
      active: this.#activeEpoch,
      head: chain.head,
      confirm: chain.tip.commit.confirm,
      counter: ++this.#counter,
      previous: this.#beatHash,
      time: Math.floor(now),
      standing: this.standing(),
      ik: (m.me as Me).entry.ik,
      author: (m.me as Me).entry.binding,
      unproved: [...m.unproved],
    });
    this.#beatHash = m.p.hash('leader heartbeat hash', body);
    this.#living.beaten(this.#counter, now);
    const envelope = await m.sign(TYPES.heartbeat, body);
    if (this.#stopped) return;
    this.#handing.beaten(envelope);
    m.send(null, envelope.bytes);
    m.finals.onHeartbeat();
  }

  /** Whether our instance may give way to another (rule 7). */
  standing(): Standing {
    const m = this.#m;
    const chain = this.#chain;
    const compared = m.code.verified || this.#living.compared;
    if (chain.roster.locked || compared) return 'stays';
    if (chain.roster.entries.length > 1 && m.now() - chain.since >= TIMING.young) return 'stays';
    return m.options.certificates?.required && (m.me as Me).entry.host ? 'certified' : 'yields';
  }

  async #activate(): Promise<void> {
    const { epoch } = this.#chain;
    this.#activateAt = Infinity;
    if (this.#activeEpoch === epoch) return;
    this.#activeEpoch = epoch;
    this.#m.keying.activate(epoch);
    await this.beat();
  }

  // ── Commits ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Makes one Commit of all that is due; operations that are no longer allowed fall away. */
  async #commit(first: readonly Operation[], votes: readonly Vote[]): Promise<void> {
    const m = this.#m;
    const chain = this.#chain;
    const now = m.now();
    const fresh0 = this.#rotate || now - this.#freshAt >= TIMING.rotate || first.length > 0;
    const author = (m.me as Me).entry.binding;
    const operations: Operation[] = [];
    const draft = new Draft(m.rules(), chain.roster, { author, fresh: true, operations, founding: false });
    const add = async (op: Operation): Promise<boolean> => {
      try {
        await draft.apply(op);
      } catch (error) {
        if (error instanceof Refused || error instanceof Malformed) return false;
        throw error;
      }
      operations.push(op);
      return true;
    };
    for (const op of first) await add(op);
    for (const message of this.#requests.splice(0)) await add({ type: 'request', message });
    for (const [id, reason] of this.#leaves) {
      const entry = chain.roster.get(id);
      if (entry) await add({ type: 'leave', binding: entry.binding, reason });
    }
    this.#leaves.clear();
    const joiners = first.length === 0 && this.#mayAdd(now) ? await this.#admitting.addTo(draft, add) : [];
    if (operations.length === 0 && !fresh0) return;

    const outcome = draft.finish();
    if (outcome.roster.entries.length >= LARGE) await m.p.turn();
    if (this.#stopped) return;
    const fresh = (fresh0 || outcome.out.length > 0) && !m.faults.has('ratchet-on-leave');
    const takesOver = first.length > 0;
    const commit = {
      ...{ meeting: chain.meeting, instance: chain.instance, term: chain.term + (takesOver ? 1 : 0) },
      ...{
        epoch: nextEpoch(chain.epoch, takesOver ? author : undefined, m.faults),
        previous: chain.head,
        author,
      },
      ...{ fresh, operations },
      rosterHash: outcome.roster.hash(m.p),
    };
    const body = encodeCommitBody(commit);
    const head = headOf(m.p, body);
    const secret = m.keying.epochSecret;
    const mk = fresh || !secret ? m.ctx.random(32) : ratchetKey(m.p, secret, head);
    await this.#make({ ...commit, body, head }, outcome, mk, joiners, votes);
  }

  /** Signs the Commit, takes it, and tells everybody. The one place where a leader's chain grows. */
  async #make(
    commit: Omit<ParsedCommit, 'confirm'>,
    outcome: Outcome,
    mk: Bytes,
    joiners: readonly Pending[] = [],
    votes: readonly Vote[] = [],
  ): Promise<void> {
    const m = this.#m;
    const chain = this.#chain;
    // While the Commit is signed. Many would keep the page from its work: theirs begin one after another.
    const exchanges = joiners.slice(0, AHEAD).map((joiner) => this.#handing.exchange(joiner));
    const es = epochSecret(m.p, mk, commit.head, m.faults);
    const confirm = confirmOf(m.p, es);
    const envelope = await m.sign(TYPES.commit, encodeCommit(commit.body, confirm));
    const link = chain.append({ ...commit, confirm }, envelope.bytes, outcome);
    const now = m.now();
    if (commit.fresh) {
      this.#freshAt = now;
      this.#rotate = false;
    }
    this.#handing.take(mk);
    this.#admitting.listed(outcome.added);
    this.#living.stepped(outcome.out, joiners, votes);
    m.me = { ...(m.me as Me), entry: chain.roster.get(this.#meId) as Entry };
    m.keying.install(commit.epoch, chain.roster, es, outcome.out.length > 0);
    m.send(null, envelope.bytes);
    if (commit.fresh) await this.#handing.copies(link, new Set([...joiners, ...votes].map((j) => j.entry.id)));
    if (this.#stopped) return this.#handing.drop(exchanges);
    this.#activateAt = now + TIMING.activate;
    this.#living.tellUnproved();
    // The Welcomes carry this heartbeat: it is the first that their readers can acknowledge.
    if (this.#living.allSwitch) await this.#activate();
    else await this.beat();
    for (const [announce, answer] of await this.#handing.welcome(link, joiners, false, exchanges))
      this.#admitting.answered(announce, answer);
    await this.#handing.welcome(link, votes, true);
    m.stepped(link);
  }

  /** Answers a member's Request: what it lacks of the chain, and MK of the newest step under its pairwise chain. */
  async answer(requestHash: Bytes, id: string, to: string): Promise<void> {
    if (!this.#living.pairwise(id)) return;
    if (this.#m.now() - this.#beatAt >= 200) await this.beat();
    await this.#handing.answer(requestHash, id, to);
  }
}
