import { concat, equal, wipe, type Bytes } from '../../base/index.js';
import { idOf } from './announce.js';
import { encodeAck, parseHeartbeat, type Heartbeat } from './beats.js';
import { checkCommit, standpoint, type Chain, type Link } from './chain.js';
import { parseCommit, type ParsedCommit } from './commit.js';
import type { Machine } from './machine.js';
import { Refused, type Outcome } from './operations.js';
import { confirmOf, epochSecret, ratchetKey } from './schedule.js';
import { BOUNDS, TIMING } from './timing.js';
import { parseCopies, parseWelcome, type Copy } from './welcome.js';
import { encodeRequest, type Lack } from './wishes.js';
import { encodeEnvelope, parseEnvelope, TYPES, type Envelope } from './wire.js';

/** What every member does: takes Commits, opens its copies, judges heartbeats, acknowledges (rules 3 and 5). */
export class Following {
  readonly #m: Machine;
  /** Commits that came before the one they extend, by the head they extend. */
  readonly #early = new Map<string, Envelope>();
  /** Copies that came before their Commit. */
  readonly #earlyCopies = new Map<string, Copy>();
  /** Bodies seen signed, by author, term and epoch: two are proof of equivocation. */
  readonly #bodies = new Map<string, Envelope>();
  readonly #beats = new Map<string, Envelope>();
  #counter = -1;
  #ackCounter = 0;
  #beatHash: Bytes | undefined;
  #bestOffset = Infinity;
  /** Since when every heartbeat is late. */
  #lateSince: number | undefined;
  /** When the last heartbeat that counts came. */
  lastCount = 0;
  #unknownSince: number | undefined;
  /** The leader's newest heartbeat whose head we did not know when it came, and when that was. */
  #ahead: { readonly beat: Heartbeat; readonly at: number } | undefined;
  #keylessSince: number | undefined;
  #lateKey: ParsedCommit | undefined;
  #ackedAt = -Infinity;
  /** The heartbeat our last Ack named: one that names no newer one shows no life. */
  #ackedCounter = 0;
  #ackIdle = false;
  #askedAt = -Infinity;
  #asked: Bytes | undefined;
  #signAck = false;

  constructor(machine: Machine) {
    this.#m = machine;
  }

  /** A new chain, or a new leader of ours: nothing heard before says anything about it. */
  begin(): void {
    this.#early.clear();
    this.#earlyCopies.clear();
    this.#lateKey = undefined;
    this.#keylessSince = undefined;
    this.newLeader();
  }

  newLeader(): void {
    this.#counter = -1;
    this.#ackCounter = this.#ackedCounter = 0;
    this.#ackIdle = false;
    this.#beatHash = undefined;
    this.#bestOffset = Infinity;
    this.#lateSince = undefined;
    this.#unknownSince = undefined;
    this.#ahead = undefined;
    this.lastCount = this.#m.now();
    this.#m.finals.begin();
    this.#ackedAt = -Infinity;
    const { keying } = this.#m;
    for (const reason of ['stale', 'head', 'keyless'] as const) keying.unblock(reason);
  }

  /** A Commit of our chain. One that does not fit changes nothing. */
  async onCommit(envelope: Envelope): Promise<void> {
    const m = this.#m;
    const { chain } = m;
    if (!chain) return;
    const commit = parseCommit(m.p, envelope.body);
    if (!equal(commit.instance, chain.instance) || chain.link(commit.head)) return;
    if (await this.#equivocates(commit, envelope)) return;
    if (commit.operations[0]?.type === 'takeover' && !m.claims.follows(commit)) return m.claims.keep(commit, envelope);
    if (!equal(commit.previous, chain.head)) {
      if (chain.link(commit.previous)) return; // a fork: heartbeats and evidence decide (rule 7)
      if (this.#early.size >= BOUNDS.unchecked) this.#early.delete(this.#early.keys().next().value as string);
      this.#early.set(idOf(commit.previous), envelope);
      this.#unknownSince ??= m.now();
      return;
    }
    if (m.leading) return;
    await this.#take(chain, commit, envelope);
    const next = m.chain && this.#early.get(idOf(m.chain.head));
    if (next) {
      this.#early.delete(idOf((m.chain as Chain).head));
      await this.onCommit(next);
    }
  }

  async #take(chain: Chain, commit: ParsedCommit, envelope: Envelope): Promise<void> {
    const m = this.#m;
    let outcome: Outcome;
    try {
      outcome = await checkCommit(m.rules(), standpoint(chain.tip, chain.instance), commit, envelope);
    } catch (error) {
      if (error instanceof Refused) m.alarm(error.code, chain.leader.identity);
      return;
    }
    if (outcome.takeover) return m.claims.staged(commit, envelope, outcome);
    const me = m.me as NonNullable<Machine['me']>;
    if (!outcome.roster.get(me.entry.id)) return this.#dropped(outcome);
    const oldSecret = m.keying.epochSecret;
    const hadKey = m.keying.epoch === chain.epoch && oldSecret !== undefined;
    const link = chain.append(commit, envelope.bytes, outcome);
    if (!commit.fresh && hadKey) {
      await this.#key(link, ratchetKey(m.p, oldSecret, commit.head));
    } else {
      this.#lateKey = commit;
      this.#keylessSince ??= m.now();
      const copy = this.#earlyCopies.get(link.id);
      if (copy) await this.#openCopy(link, copy);
    }
    this.#earlyCopies.clear();
    m.stepped(link);
  }

  async #dropped(outcome: Outcome): Promise<void> {
    const m = this.#m;
    const id = m.me?.entry.id as string;
    if (outcome.removed.has(id)) return m.end('removed');
    await m.lost();
  }

  /** MK of the newest step is here. It counts only if it gives the signed confirm. Overwrites `mk`. */
  async #key(link: Link, mk: Bytes): Promise<boolean> {
    const m = this.#m;
    const { commit, outcome } = link;
    const es = epochSecret(m.p, mk, commit.head, m.faults);
    wipe(mk);
    if (!equal(confirmOf(m.p, es), commit.confirm) && !m.faults.has('confirm-unchecked')) {
      wipe(es);
      m.alarm('forged', m.chain?.leader.identity);
      this.#keylessSince ??= m.now();
      this.#lateKey = commit;
      return false;
    }
    this.#lateKey = undefined;
    this.#keylessSince = undefined;
    m.keying.install(commit.epoch, (m.chain as Chain).roster, es, outcome.out.length > 0);
    m.keying.unblock('keyless');
    this.#caughtUp();
    await this.#ack();
    return true;
  }

  async onCopies(envelope: Envelope): Promise<void> {
    const m = this.#m;
    const { chain, me } = m;
    if (!chain || !me || m.leading) return;
    const { head, copies } = parseCopies(envelope.body);
    const ours = me.entry.binding.subarray(0, 16);
    const copy = copies.find((c) => equal(c.recipient, ours));
    if (!copy) return;
    const link = chain.link(head);
    if (link) {
      if (this.#lateKey && equal(this.#lateKey.head, head)) await this.#openCopy(link, copy);
    } else {
      if (this.#earlyCopies.size >= BOUNDS.unchecked) this.#earlyCopies.clear();
      this.#earlyCopies.set(idOf(head), copy);
    }
  }

  async #openCopy(link: Link, copy: Copy): Promise<void> {
    const m = this.#m;
    const me = m.me as NonNullable<Machine['me']>;
    const mk = m.pairwise?.open(concat(link.commit.head, me.entry.binding), copy.step, copy.sealed);
    if (mk) await this.#key(link, mk);
  }

  /** The Welcome that answers our Request: MK of the leader's newest step, under the pairwise chain. */
  async onWelcome(envelope: Envelope): Promise<void> {
    const m = this.#m;
    const { chain, me } = m;
    if (!chain || !me || m.leading || !this.#asked) return;
    const welcome = parseWelcome(envelope.body);
    if (welcome.ciphertext.length !== 0 || !equal(welcome.answers, this.#asked)) return;
    if (!(await m.p.verify(chain.leader.ik, 'leader welcome', envelope.body, envelope.proof))) return;
    const link = chain.link(welcome.head);
    if (!link || link !== chain.tip) return;
    this.#asked = undefined;
    if (this.#lateKey || m.keying.epoch !== chain.epoch) {
      const mk = m.pairwise?.open(concat(welcome.head, me.entry.binding), welcome.step, welcome.sealed);
      if (!mk || !(await this.#key(link, mk))) return;
    }
    this.asleep = false;
    m.keying.unblock('asleep');
    if (welcome.heartbeat.length) await this.onHeartbeat(parseEnvelope(welcome.heartbeat), chain.leader.identity);
  }

  /** We are in: the Welcome's heartbeat is the first we know. */
  async welcomed(heartbeat: Bytes): Promise<void> {
    if (heartbeat.length) await this.onHeartbeat(parseEnvelope(heartbeat), this.#m.chain?.leader.identity ?? '');
    await this.#ack();
  }

  /** After a Takeover: the first Ack is signed and goes to all. */
  async tookOver(): Promise<void> {
    this.#signAck = true;
    await this.#ack();
  }

  /** True when the heartbeat is one of our leader's, whether or not it counts. */
  async onHeartbeat(envelope: Envelope, from: string): Promise<void> {
    const m = this.#m;
    const { chain } = m;
    const beat = parseHeartbeat(envelope.body);
    if (m.joining.active) await m.joining.hear(beat, envelope, from);
    if (!chain) return;
    const own =
      equal(beat.instance, chain.instance) &&
      beat.term === chain.term &&
      equal(beat.author, chain.leader.binding) &&
      equal(beat.ik, chain.leader.ik) &&
      !m.leading;
    if (!own) return m.forks.onHeartbeat(beat, envelope, from);
    if (beat.counter <= this.#counter && !m.faults.has('stale-heartbeats-count')) {
      const proof = await this.#twoBeats(beat, envelope);
      if (proof) m.finals.noteEquivocation(chain.leader, proof);
      return;
    }
    if (!(await m.p.verify(chain.leader.ik, 'leader heartbeat', envelope.body, envelope.proof))) return;
    const hash = m.p.hash('leader heartbeat hash', envelope.body);
    if (beat.counter === this.#counter + 1 && this.#beatHash && !equal(beat.previous, this.#beatHash)) {
      const before = this.#beats.get(beatName({ ...beat, counter: this.#counter }));
      m.finals.noteEquivocation(chain.leader, before ? [before.bytes, envelope.bytes] : []);
    }
    this.#remember(this.#beats, beatName(beat), envelope, 32);
    this.#counter = beat.counter;
    this.#beatHash = hash;
    this.#judge(beat);
  }

  #judge(beat: Heartbeat): void {
    const m = this.#m;
    const chain = m.chain as Chain;
    const now = m.now();
    const offset = now - beat.time;
    this.#bestOffset = Math.min(this.#bestOffset, offset);
    if (offset - this.#bestOffset > TIMING.lag && !m.faults.has('stale-heartbeats-count')) {
      // A channel that was held up brings late ones and timely ones at once: who stays late is told of.
      this.#lateSince ??= now;
      if (now - this.#lateSince >= TIMING.lateTold) m.alarm('stale-heartbeat', chain.leader.identity);
      return;
    }
    this.#lateSince = undefined;
    if (!equal(beat.head, chain.head)) {
      if (chain.link(beat.head)) return;
      this.#unknownSince ??= now;
      this.#ahead = { beat, at: now };
      return;
    }
    this.#counts(beat, now);
  }

  /** The chain went on: a heartbeat that was ahead of us counts if its head is ours in time. */
  #caughtUp(): void {
    const m = this.#m;
    const ahead = this.#ahead;
    if (!ahead || !m.chain || m.keying.epoch !== m.chain.epoch || !equal(ahead.beat.head, m.chain.head)) return;
    if (m.now() - ahead.at < TIMING.headKnown) this.#counts(ahead.beat, ahead.at);
  }

  #counts(beat: Heartbeat, at: number): void {
    const m = this.#m;
    this.#ahead = undefined;
    this.#unknownSince = undefined;
    m.keying.unblock('head');
    this.lastCount = at;
    this.#ackCounter = beat.counter;
    m.keying.unblock('stale');
    this.#setUnproved(beat.unproved);
    if (beat.active >= m.keying.epoch) m.keying.activate(m.keying.epoch);
    m.claims.leaderHeard();
    m.finals.onHeartbeat();
  }

  #setUnproved(positions: readonly number[]): void {
    const m = this.#m;
    if (positions.length === m.unproved.size && positions.every((at) => m.unproved.has(at))) return;
    m.unproved = new Set(positions);
    m.emitRoster();
  }

  /** Two signed heartbeats of one term and counter are proof too. */
  async #twoBeats(beat: Heartbeat, envelope: Envelope): Promise<readonly Bytes[] | undefined> {
    const known = this.#beats.get(beatName(beat));
    if (!known || equal(known.body, envelope.body)) return undefined;
    const { ik } = (this.#m.chain as Chain).leader;
    if (!(await this.#m.p.verify(ik, 'leader heartbeat', envelope.body, envelope.proof))) return undefined;
    return [known.bytes, envelope.bytes];
  }

  /** Two signed bodies of one author for one term and epoch are proof (rule 7); kept to show to others. */
  async #equivocates(commit: ParsedCommit, envelope: Envelope): Promise<boolean> {
    const m = this.#m;
    const author = (m.chain as Chain).roster.get(idOf(commit.author));
    if (!author) return false;
    const key = `${author.id} ${commit.term} ${commit.epoch}`;
    const known = this.#bodies.get(key);
    if (!known) {
      if (!(await m.p.verify(author.ik, 'leader commit', envelope.body, envelope.proof))) return false;
      this.#remember(this.#bodies, key, envelope, 256);
      return false;
    }
    if (equal(known.body, envelope.body)) return false;
    if (!(await m.p.verify(author.ik, 'leader commit', envelope.body, envelope.proof))) return false;
    m.finals.noteEquivocation(author, [known.bytes, envelope.bytes]);
    return true;
  }

  #remember(map: Map<string, Envelope>, key: string, envelope: Envelope, limit: number): void {
    if (map.size >= limit) map.delete(map.keys().next().value as string);
    map.set(key, envelope);
  }

  async tick(): Promise<void> {
    const m = this.#m;
    const { chain } = m;
    if (!chain || m.leading) return;
    const now = m.now();
    const silent = now - this.lastCount;
    if (silent >= TIMING.rejoin) return m.lost('stale-heartbeat');
    if (silent >= TIMING.stopSending) m.keying.block('stale');
    if (this.#unknownSince !== undefined) {
      if (now - this.#unknownSince >= TIMING.headKnown) m.keying.block('head');
      if (now - this.#unknownSince >= 300) await this.ask('chain');
    }
    if (this.#keylessSince !== undefined) {
      if (now - this.#keylessSince >= TIMING.finalGrace) m.keying.block('keyless');
      if (now - this.#keylessSince >= 300) await this.ask('chain');
    }
    if (this.asleep) await this.ask('chain');
    const counterRose = this.#ackIdle && this.#ackCounter > this.#ackedCounter;
    if (counterRose || now - this.#ackedAt >= TIMING.ack) await this.#ack();
  }

  asleep = false;
  /** The machine slept: nothing is sent before the leader has answered a Request. */
  slept(): void {
    this.#m.keying.block('asleep');
    this.#askedAt = -Infinity;
    this.asleep = true;
  }

  /** Asks at once what we missed. */
  async askAnew(): Promise<void> {
    this.#askedAt = -Infinity;
    await this.ask('chain');
  }

  /** Asks our leader for what we lack; at most once a second. */
  async ask(lacks: Lack): Promise<void> {
    const m = this.#m;
    const { chain, me } = m;
    const now = m.now();
    if (!chain || !me || now - this.#askedAt < TIMING.request) return;
    this.#askedAt = now;
    const body = encodeRequest({
      instance: chain.instance,
      binding: me.entry.binding,
      lacks,
      heads: chain.heads(),
      nonce: m.ctx.random(16),
    });
    this.#asked = m.p.hash('leader request hash', body);
    const envelope = await m.sign(TYPES.request, body);
    m.send(chain.leader.identity, envelope.bytes);
  }

  async #ack(): Promise<void> {
    const m = this.#m;
    const { chain, me, pairwise } = m;
    if (!chain || !me || !pairwise || m.keying.epoch !== chain.epoch) return;
    this.#ackedAt = m.now();
    this.#ackIdle = this.#ackCounter <= this.#ackedCounter;
    this.#ackedCounter = this.#ackCounter;
    const body = encodeAck({
      instance: chain.instance,
      binding: me.entry.binding,
      term: chain.term,
      epoch: chain.epoch,
      head: chain.head,
      counter: this.#ackCounter,
      compared: m.code.verified,
    });
    if (this.#signAck) {
      this.#signAck = false;
      m.send(null, (await m.sign(TYPES.signedAck, body)).bytes);
    }
    const mac = m.p.mac(pairwise.ackKey, 'leader ack', body);
    m.send(chain.leader.identity, encodeEnvelope(TYPES.ack, body, mac).bytes);
  }
}

function beatName({ author, term, counter }: Pick<Heartbeat, 'author' | 'term' | 'counter'>): string {
  return `${idOf(author)} ${term} ${counter}`;
}
