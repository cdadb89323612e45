import { concat, equal, equalSecret, wipe, type Bytes } from '../../base/index.js';
import { Admitting, type Pending } from './admitting.js';
import { announceHash, encodeAnnounce, idOf, linkMacOf, parseAnnounce, type Announce } from './announce.js';
import { encodeHeartbeat, parseAck, type Standing } from './beats.js';
import { Chain, type Link } from './chain.js';
import {
  encodeCommit,
  encodeCommitBody,
  headOf,
  type LeaveReason,
  type Operation,
  type ParsedCommit,
} from './commit.js';
import type { Machine, Me } from './machine.js';
import { Draft, Refused, type Outcome } from './operations.js';
import { Pairwise } from './pairwise.js';
import { makeEntry, Roster, type Entry } from './roster.js';
import { confirmOf, epochSecret, ratchetKey } from './schedule.js';
import { TIMING } from './timing.js';
import { COPIES_PER_SHARD, encodeBundle, encodeCopies, encodeWelcome, type Copy } from './welcome.js';
import { encodeEnvelope, Malformed, parseEnvelope, TYPES, type Envelope } from './wire.js';

/** What the leader keeps of each member. */
interface Member {
  pairwise: Pairwise | undefined;
  counter: number;
  /** When its last Ack that counts came, or when it was added. */
  heardAt: number;
  proved: boolean;
  compared: boolean;
}

/** A vote for us: the voter's Announce with a fresh KEM key. */
export interface Vote {
  readonly entry: Entry;
  readonly announce: Announce;
  readonly envelope: Envelope;
}

/** Copies sealed before the page gets its turn: one to two milliseconds of work. */
const COPIES_PER_TURN = 64;
/** From this many members on, encoding and hashing the roster is a task of its own. */
const LARGE = 200;
const ZERO_HASH = /* @__PURE__ */ new Uint8Array(32);

/** What the leader does: admits, makes Commits and keys, beats, and counts who lives (rules 1 to 5). */
export class Leading {
  readonly #m: Machine;
  /** Ours, as joiners are shown it; see {@link Leading.#shown}. */
  #announce: Bytes;
  readonly #members = new Map<string, Member>();
  readonly #admitting: Admitting;
  readonly #leaves = new Map<string, LeaveReason>();
  /** Who acknowledged the newest Commit. */
  readonly #acked = new Set<string>();
  readonly #beatTimes = new Map<number, number>();
  readonly #began: number;
  #requests: Bytes[] = [];
  #mk: Bytes | undefined;
  #counter = 0;
  #beatHash: Bytes = ZERO_HASH;
  #lastBeat: Envelope | undefined;
  #beatAt = -Infinity;
  #freshAt = -Infinity;
  #activateAt = Infinity;
  #activeEpoch = 0;
  #lastAckAt: number;
  #rotate = false;
  #wokeAt = -Infinity;
  #tookOver = false;
  #stopped = false;

  private constructor(machine: Machine, announce: Bytes) {
    this.#m = machine;
    this.#announce = announce;
    this.#admitting = new Admitting(machine);
    this.#began = this.#lastAckAt = machine.now();
  }

  /** Begins a new meeting with ourselves alone; false where nobody may be in it without a certificate, and we have none. */
  static async found(m: Machine, me: Me, announce: Envelope): Promise<boolean> {
    const { certificates } = m.options;
    const parsed = parseAnnounce(announce.body);
    const subject = { meeting: m.ctx.meeting, identity: parsed.identity, ik: parsed.ik };
    const verdict = parsed.certificate && (await certificates?.verify(parsed.certificate, subject));
    if (certificates?.required && !verdict) return false;
    const host = !certificates?.required || verdict?.role === 'host';
    const mine = { ...me, entry: makeEntry(m.ctx.meeting, { ...me.entry, host }) };
    const roster = new Roster({ ...{ entries: [mine.entry], locked: false, waiting: false }, counter: 0, records: [] });
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
    for (const member of this.#members.values()) member.pairwise?.drop();
    if (this.#mk) wipe(this.#mk);
    this.#mk = undefined;
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
    const m = this.#m;
    const ack = parseAck(envelope.body);
    const id = idOf(ack.binding);
    const member = this.#members.get(id);
    if (!member?.pairwise || !this.#chain.roster.get(id)) return;
    const mac = m.p.mac(member.pairwise.ackKey, 'leader ack', envelope.body);
    if (!equalSecret(mac, envelope.proof) && !m.faults.has('ack-unchecked')) return;
    const link = this.#chain.link(ack.head);
    if (link?.commit.epoch !== ack.epoch) return;
    if (ack.epoch === this.#chain.epoch) this.#acked.add(id);
    member.compared = ack.compared;
    const now = m.now();
    const beatAt = this.#beatTimes.get(ack.counter);
    if (beatAt !== undefined && ack.counter > member.counter && now - beatAt <= TIMING.ackAge) {
      member.counter = ack.counter;
      member.heardAt = this.#lastAckAt = now;
      if (beatAt >= this.#wokeAt) m.keying.unblock('asleep');
      if (!member.proved) {
        member.proved = true;
        this.#updateUnproved();
      }
    }
    if (this.#allAcked()) await this.#activate();
  }

  /** Counted, not looked up: a thousand Acks come for each Commit. */
  #allAcked(): boolean {
    return this.#acked.size >= this.#chain.roster.entries.length - 1;
  }

  #updateUnproved(): void {
    const m = this.#m;
    const positions = new Set<number>();
    for (const [at, entry] of this.#chain.roster.entries.entries())
      if (entry.id !== this.#meId && !this.#members.get(entry.id)?.proved) positions.add(at);
    m.unproved = positions;
    m.emitRoster();
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
    this.#wokeAt = this.#m.now();
    this.#m.keying.block('asleep');
    await this.beat();
  }

  /** A new epoch is wanted although nobody left. */
  rotate(): void {
    if (this.#m.now() - this.#freshAt >= TIMING.ack) this.#rotate = true;
  }

  async tick(): Promise<void> {
    const m = this.#m;
    const now = m.now();
    const others = this.#chain.roster.entries.length - 1;
    if (others > 0 && now - this.#lastAckAt >= TIMING.ackGone) return m.lost('stale-heartbeat');
    if (others === 0) this.#lastAckAt = now;
    this.#findGone(now);
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
    return now - this.#began >= TIMING.voteLife || this.#lastAckAt > this.#began;
  }

  #findGone(now: number): void {
    const m = this.#m;
    for (const entry of this.#chain.roster.entries) {
      if (entry.id === this.#meId) continue;
      const member = this.#members.get(entry.id);
      if (!member) continue;
      if (m.finals.has(entry.id)) this.#leaves.set(entry.id, 'goodbye');
      const silent = now - member.heardAt;
      const since = m.goneSince(entry.identity);
      // An Ack after the SFU's word stands against it, until the next one is overdue.
      const patience = since === undefined || member.heardAt < since ? TIMING.sfuGone : TIMING.ackDue;
      const gone =
        since !== undefined &&
        now - since >= TIMING.sfuGone &&
        (silent >= patience || m.faults.has('sfu-presence-trusted'));
      if (gone || silent >= (member.proved ? TIMING.ackGone : TIMING.firstAck))
        if (!this.#leaves.has(entry.id)) this.#leaves.set(entry.id, 'absent');
    }
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
    this.#beatTimes.set(this.#counter, now);
    this.#beatTimes.delete(this.#counter - 64);
    const envelope = await m.sign(TYPES.heartbeat, body);
    if (this.#stopped) return;
    this.#lastBeat = envelope;
    m.send(null, envelope.bytes);
    m.finals.onHeartbeat();
  }

  /** Whether our instance may give way to another (rule 7). */
  standing(): Standing {
    const m = this.#m;
    const chain = this.#chain;
    const compared = m.code.verified || [...this.#members.values()].some((member) => member.compared);
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
    const commit = {
      ...{ meeting: chain.meeting, instance: chain.instance, term: chain.term + (first.length ? 1 : 0) },
      ...{ epoch: chain.epoch + 1, previous: chain.head, author, fresh, operations },
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
    const es = epochSecret(m.p, mk, commit.head, m.faults);
    const confirm = confirmOf(m.p, es);
    const envelope = await m.sign(TYPES.commit, encodeCommit(commit.body, confirm));
    const link = chain.append({ ...commit, confirm }, envelope.bytes, outcome);
    this.#acked.clear();
    const now = m.now();
    if (commit.fresh) {
      this.#freshAt = now;
      this.#rotate = false;
    }
    if (this.#mk) wipe(this.#mk);
    this.#mk = mk;
    this.#admitting.listed(outcome.added);
    for (const entry of outcome.out) {
      this.#members.get(entry.id)?.pairwise?.drop();
      this.#members.delete(entry.id);
    }
    for (const { entry } of [...joiners, ...votes])
      this.#members.set(entry.id, {
        ...{ pairwise: undefined, counter: 0, heardAt: now, proved: false, compared: false },
      });
    m.me = { ...(m.me as Me), entry: chain.roster.get(this.#meId) as Entry };
    m.keying.install(commit.epoch, chain.roster, es, outcome.out.length > 0);
    m.send(null, envelope.bytes);
    if (commit.fresh) await this.#sendCopies(link, new Set([...joiners, ...votes].map((j) => j.entry.id)));
    if (this.#stopped) return;
    this.#activateAt = now + TIMING.activate;
    this.#updateUnproved();
    // The Welcomes carry this heartbeat: it is the first that their readers can acknowledge.
    if (chain.roster.entries.length === 1) await this.#activate();
    else await this.beat();
    await this.#welcomeAll(link, joiners, false);
    await this.#welcomeAll(link, votes, true);
    m.stepped(link);
  }

  /** MK for everybody who shares a pairwise chain with us, in shards below one data packet. */
  async #sendCopies(link: Link, except: ReadonlySet<string>): Promise<void> {
    const m = this.#m;
    const { head } = link.commit;
    let copies: Copy[] = [];
    let done = 0;
    const flush = (): void => {
      if (copies.length > 0)
        m.send(null, encodeEnvelope(TYPES.copies, encodeCopies({ head, copies }), new Uint8Array(0)).bytes);
      copies = [];
    };
    for (const entry of this.#chain.roster.entries) {
      const pairwise = this.#members.get(entry.id)?.pairwise;
      if (!pairwise || except.has(entry.id)) continue;
      const { step, sealed } = pairwise.seal(concat(head, entry.binding), this.#mk as Bytes);
      copies.push({ recipient: entry.binding.slice(0, 16), step, sealed });
      if (copies.length === COPIES_PER_SHARD) flush();
      if (++done % COPIES_PER_TURN > 0) continue;
      await m.p.turn();
      if (this.#stopped) return;
    }
    flush();
  }

  async #welcomeAll(link: Link, to: readonly (Pending | Vote)[], voters: boolean): Promise<void> {
    const m = this.#m;
    if (to.length === 0) return;
    const bundle = this.#bundle(link);
    for (const { announce, envelope, entry } of to) {
      const welcome = await this.#welcome(link, announce, envelope, entry, voters);
      if (!welcome) continue;
      m.send(announce.identity, welcome);
      this.#admitting.answered(envelope, { welcome, bundle });
      if (!voters && to.length <= 3) m.send(announce.identity, bundle);
    }
    if (!voters && to.length > 3) m.send(null, bundle);
  }

  #bundle(link: Link): Bytes {
    const chain = this.#chain;
    const body = encodeBundle({
      roster: (link.roster as Roster).encode(),
      commits: chain.history().map((step) => step.bytes),
      acks: [...(chain.takeover?.acks.values() ?? [])],
      finals: this.#m.finals.all(),
    });
    return encodeEnvelope(TYPES.bundle, body, new Uint8Array(0)).bytes;
  }

  async #welcome(
    link: Link,
    announce: Announce,
    envelope: Envelope,
    entry: Entry,
    voter: boolean,
  ): Promise<Bytes | undefined> {
    const m = this.#m;
    const me = m.me as Me;
    const { head } = link.commit;
    let exchange: { readonly ciphertext: Bytes; readonly secret: Bytes };
    try {
      exchange = await m.p.encapsulate(announce.kem, m.ctx.random(64));
    } catch {
      return undefined; // a malformed key: its owner gets nothing, and leaves for lack of an Ack
    }
    const { ciphertext, secret } = exchange;
    const pairwise = Pairwise.begin(m.p, secret, m.options.linkSecret, {
      ...{ leader: me.entry.binding, member: entry.binding, ciphertext, kemKey: announce.kem },
    });
    const member = this.#members.get(entry.id);
    if (!member || !this.#mk) return undefined;
    member.pairwise = pairwise;
    const { step, sealed } = pairwise.seal(concat(head, entry.binding), this.#mk);
    const body = encodeWelcome({
      answers: announceHash(m.p, envelope),
      head,
      leader: voter ? new Uint8Array(0) : await this.#shown(),
      ...{ ciphertext, step, sealed, heartbeat: this.#lastBeat?.bytes ?? new Uint8Array(0) },
    });
    return (await m.sign(TYPES.welcome, body)).bytes;
  }

  /**
   * Our Announce with the certificate of now: joiners check it, and ours may be hours old. What the binding is made of
   * stays, so we remain who we are.
   */
  async #shown(): Promise<Bytes> {
    const m = this.#m;
    const { options, p } = m;
    const certificate = ((await options.certificate?.()) ?? undefined) as Bytes | undefined;
    const before = parseAnnounce(parseEnvelope(this.#announce).body);
    if (certificate && !(before.certificate && equal(before.certificate, certificate))) {
      const renewed = { ...before, certificate, support: undefined };
      const linkMac = options.linkSecret ? linkMacOf(p, options.linkSecret, renewed) : undefined;
      this.#announce = (await m.sign(TYPES.announce, encodeAnnounce({ ...renewed, linkMac }))).bytes;
    }
    return this.#announce;
  }

  /** Answers a member's Request: what it lacks of the chain, and MK of the newest step under its pairwise chain. */
  async answer(requestHash: Bytes, id: string, to: string): Promise<void> {
    const m = this.#m;
    const pairwise = this.#members.get(id)?.pairwise;
    const entry = this.#chain.roster.get(id);
    if (!pairwise || !entry || !this.#mk) return;
    const { head } = this.#chain;
    if (m.now() - this.#beatAt >= 200) await this.beat();
    const { step, sealed } = pairwise.seal(concat(head, entry.binding), this.#mk);
    const none = new Uint8Array(0);
    const heartbeat = this.#lastBeat?.bytes ?? none;
    const body = encodeWelcome({ answers: requestHash, head, leader: none, ciphertext: none, step, sealed, heartbeat });
    m.send(to, (await m.sign(TYPES.welcome, body)).bytes);
  }
}
