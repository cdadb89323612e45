import { concat, equal, wipe, type Bytes } from '../../base/index.js';
import { announceHash, idOf, parseAnnounce } from './announce.js';
import { parseAck } from './beats.js';
import type { Chain } from './chain.js';
import type { ParsedCommit } from './commit.js';
import { Leading, type Vote } from './leading.js';
import type { Machine, Me } from './machine.js';
import type { Outcome } from './operations.js';
import { Pairwise } from './pairwise.js';
import type { KeyPair } from './primitives.js';
import type { Entry } from './roster.js';
import { confirmOf, epochSecret } from './schedule.js';
import { BOUNDS, TIMING } from './timing.js';
import { parseWelcome, type Welcome } from './welcome.js';
import { encodeTakeover, parseTakeover, type Takeover } from './wishes.js';
import { parseEnvelope, TYPES, type Envelope } from './wire.js';

interface Claim {
  readonly hash: Bytes;
  readonly at: number;
  readonly reasoned: boolean;
  readonly votes: Map<string, Vote>;
}

/** Our vote: which Takeover, the KEM key made for it, and what its claimant has sent since. */
interface Standing {
  readonly hash: Bytes;
  readonly claimant: string;
  readonly at: number;
  readonly reasoned: boolean;
  readonly envelope: Envelope;
  readonly kem: KeyPair;
  step: { readonly commit: ParsedCommit; readonly envelope: Envelope; readonly outcome: Outcome } | undefined;
  early: Envelope | undefined;
  welcome: Welcome | undefined;
}

interface Heard {
  readonly takeover: Takeover;
  readonly hash: Bytes;
  readonly claimant: string;
  readonly from: string;
  readonly at: number;
}

/** Who leads when the leader is gone: claims, votes, and the Commit that follows (rule 6). */
export class Claims {
  readonly #m: Machine;
  #claim: Claim | undefined;
  #vote: Standing | undefined;
  #heard = new Map<string, Heard>();
  #helped = new Map<string, number>();
  /** Our own connection came back: silence before that says nothing about the leader. */
  #clockFrom = 0;
  #claimedAt = -Infinity;

  constructor(machine: Machine) {
    this.#m = machine;
  }

  reset(): void {
    this.#claim = undefined;
    this.#dropVote();
    this.#heard.clear();
    this.#clockFrom = this.#m.now();
    this.#claimedAt = -Infinity;
  }

  /** Whether votes for us may come in. */
  get claiming(): boolean {
    return this.#claim !== undefined;
  }

  restartClock(): void {
    this.#clockFrom = this.#m.now();
  }

  #dropVote(): void {
    if (this.#vote) wipe(this.#vote.kem.secretKey);
    this.#vote = undefined;
  }

  get #chain(): Chain {
    return this.#m.chain as Chain;
  }

  /** The leader is heard again: claims and votes for silence end. Those with a signed reason stand. */
  leaderHeard(): void {
    if (this.#reasonAt() !== undefined) return;
    this.#claim = undefined;
    this.#dropVote();
    this.#heard.clear();
  }

  /** Since when there is a signed reason to do without the leader; undefined when there is none. */
  #reasonAt(): number | undefined {
    return this.#m.finals.leaderGone(this.#chain.leader);
  }

  /** Since when the leader is silent, as far as we can tell. */
  get #silentFrom(): number {
    return Math.max(this.#m.following.lastCount, this.#clockFrom);
  }

  /** We have missed the leader long enough ourselves. */
  #missed(now: number): boolean {
    return now - this.#silentFrom >= TIMING.missed;
  }

  /** Place among those who could lead next; Infinity for who can't. */
  rank(id: string): number {
    const m = this.#m;
    const heir = m.finals.heir();
    if (heir === id) return 0;
    let rank = heir ? 1 : 0;
    for (const entry of this.#chain.roster.ranked) {
      if (entry.id === this.#chain.leader.id || entry.id === heir) continue;
      if (entry.id === id) return m.finals.has(id) ? Infinity : rank;
      if (m.finals.has(entry.id)) continue;
      if (entry.id === m.me?.entry.id || m.isPresent(entry.identity)) rank++;
    }
    return Infinity;
  }

  async tick(): Promise<void> {
    const m = this.#m;
    if (!m.chain || m.leading || !m.me) return;
    const now = m.now();
    if (this.#claim) return this.#finish(now);
    if (this.#vote && now - this.#vote.at > TIMING.voteLife) this.#dropVote();
    for (const heard of [...this.#heard.values()]) {
      if (now - heard.at > TIMING.voteLife) this.#heard.delete(heard.claimant);
      else await this.#consider(heard);
    }
    if (!m.connected || now - this.#claimedAt < TIMING.voteLife) return;
    const silentFrom = this.#silentFrom;
    const reason = this.#reasonAt();
    // Ranks are worked out of the whole roster: not ten times a second for nothing.
    if (now < Math.min(silentFrom + TIMING.missed, reason ?? Infinity)) return;
    const rank = this.rank(m.me.entry.id);
    if (rank === Infinity) return;
    if (this.#vote && this.rank(this.#vote.claimant) < rank) return;
    const dueBySilence = Math.min(silentFrom + TIMING.missed + rank * TIMING.perRank, silentFrom + TIMING.claimLatest);
    const dueByReason = reason === undefined ? Infinity : reason + Math.min(rank * TIMING.perRank, TIMING.claimLatest);
    if (now >= Math.min(dueBySilence, dueByReason)) await this.#begin(reason !== undefined);
  }

  async #begin(reasoned: boolean): Promise<void> {
    const m = this.#m;
    const chain = this.#chain;
    const body = encodeTakeover({
      instance: chain.instance,
      term: chain.term + 1,
      head: chain.head,
      claimant: (m.me as Me).entry.binding,
      reasons: m.finals.reasonsAgainst(chain.leader).slice(0, 4),
    });
    this.#dropVote();
    this.#claimedAt = m.now();
    this.#claim = { hash: m.p.hash('leader takeover hash', body), at: m.now(), reasoned, votes: new Map() };
    m.send(null, (await m.sign(TYPES.takeover, body)).bytes);
    await this.#finish(m.now());
  }

  /** Commits when all voted, or after a second; later when it is rather we who are cut off. */
  async #finish(now: number): Promise<void> {
    const m = this.#m;
    const claim = this.#claim as Claim;
    const leader = this.#chain.leader.id;
    const handedOver = m.finals.heir() !== undefined;
    const expected = this.#chain.roster.entries.filter(
      (e) => e.id !== m.me?.entry.id && (e.id !== leader || handedOver) && !m.finals.has(e.id),
    );
    const complete = expected.every((entry) => claim.votes.has(entry.id));
    if (!complete && now - claim.at < TIMING.votes) return;
    if (!claim.reasoned && claim.votes.size * 2 <= expected.length && this.#alone(now)) {
      if (now - claim.at > TIMING.voteLife) this.#claim = undefined;
      return;
    }
    this.#claim = undefined;
    const chain = this.#chain;
    const before = chain.roster;
    const requests = m.hosting.pending();
    const announce = await m.joining.vote(m.me as Me, chain.instance, claim.hash);
    await Leading.takeOver(m, announce.envelope.bytes, claim.hash, [...claim.votes.values()], requests);
    wipe(announce.kem.secretKey);
    m.following.newLeader();
    m.code.leaderChanged(before);
  }

  /**
   * Whether one whom hardly anybody supports has to wait: who else would miss the leader does not, and the SFU names it
   * still. Its word is a rumour, but one that only makes us wait, and it could have let the heartbeats through.
   */
  #alone(now: number): boolean {
    const m = this.#m;
    if (!m.isPresent(this.#chain.leader.identity) || m.faults.has('alone-at-once')) return false;
    return now - this.#silentFrom < TIMING.claimLatest;
  }

  /** A claim of somebody else's. */
  async onTakeover(envelope: Envelope, from: string): Promise<void> {
    const m = this.#m;
    if (!m.chain || !m.me) return;
    const takeover = parseTakeover(envelope.body);
    const chain = this.#chain;
    if (!equal(takeover.instance, chain.instance)) return;
    const claimant = chain.roster.get(idOf(takeover.claimant));
    if (!claimant || claimant.id === m.me.entry.id || m.finals.has(claimant.id)) return;
    if (takeover.term !== chain.term + 1 && !m.faults.has('any-term')) return;
    const known = this.#heard.get(claimant.id);
    const now = m.now();
    if (known && now - known.at < 500) return;
    if (!(await m.p.verify(claimant.ik, 'leader takeover', envelope.body, envelope.proof))) return;
    const heard = {
      ...{ takeover, claimant: claimant.id, from, at: now },
      hash: m.p.hash('leader takeover hash', envelope.body),
    };
    if (this.#heard.size < BOUNDS.unchecked * 4 || known) this.#heard.set(claimant.id, heard);
    for (const reason of takeover.reasons) await m.finals.onReason(reason);
    await this.#consider(heard);
  }

  async #consider(heard: Heard): Promise<void> {
    const m = this.#m;
    const chain = m.chain as Chain;
    const { takeover, claimant } = heard;
    const now = m.now();
    const reasoned = this.#reasonAt() !== undefined;
    if (m.leading && !(reasoned && m.finals.heir() === claimant)) {
      this.#heard.delete(claimant);
      return m.leading.beat();
    }
    if (!equal(takeover.head, chain.head) && !m.faults.has('any-head')) return this.#align(heard, now);
    if (takeover.term !== chain.term + 1 && !m.faults.has('any-term')) return void this.#heard.delete(claimant);
    if (!this.#missed(now) && !reasoned && !m.faults.has('claim-without-reason')) return;
    const rank = this.rank(claimant);
    if (rank === Infinity) return;
    if (this.#claim && this.rank((m.me as Me).entry.id) < rank) return;
    if (this.#vote && (equal(this.#vote.hash, heard.hash) || this.rank(this.#vote.claimant) < rank)) return;
    this.#claim = undefined;
    this.#dropVote();
    const { envelope, kem } = await m.joining.vote(m.me as Me, chain.instance, heard.hash);
    this.#vote = {
      ...{ hash: heard.hash, claimant, at: now, reasoned, envelope, kem },
      ...{ step: undefined, early: undefined, welcome: undefined },
    };
    m.send(heard.from, envelope.bytes);
  }

  /** Claimant and voter stand at different heads: each shows the other the signed Commits it lacks. */
  async #align(heard: Heard, now: number): Promise<void> {
    const m = this.#m;
    if (now - (this.#helped.get(heard.claimant) ?? -Infinity) < 500) return;
    if (this.#helped.size > 256) this.#helped.clear();
    this.#helped.set(heard.claimant, now);
    if (this.#chain.link(heard.takeover.head)) m.serving.give(heard.from, [heard.takeover.head]);
    else await m.serving.ask(heard.from, 'evidence', this.#chain.instance);
  }

  /** A vote for our claim: counts once per member, and only from who is listed. */
  async onVote(envelope: Envelope): Promise<void> {
    const m = this.#m;
    const claim = this.#claim;
    if (!claim || !m.chain) return;
    const announce = parseAnnounce(envelope.body);
    if (!announce.support) return;
    if (!equal(announce.support, claim.hash) && !m.faults.has('votes-unchecked')) return;
    const id = idOf(m.binding(announce));
    const entry = this.#chain.roster.get(id);
    if (!entry || m.finals.has(id) || claim.votes.has(id) || !equal(announce.messageKey, entry.messageKey)) return;
    if (!(await m.p.verify(entry.ik, 'leader announce', envelope.body, envelope.proof))) return;
    claim.votes.set(id, { entry, announce, envelope });
    await this.#finish(m.now());
  }

  /** Whether this Takeover's Commit is the one our vote stands for. */
  follows(commit: ParsedCommit): boolean {
    const vote = this.#vote;
    const op = commit.operations[0];
    return (
      vote !== undefined &&
      op?.type === 'takeover' &&
      equal(op.takeover, vote.hash) &&
      idOf(commit.author) === vote.claimant &&
      equal(commit.previous, this.#chain.head)
    );
  }

  /** A Takeover's Commit that we do not follow: evidence, for when we miss our leader too. */
  keep(commit: ParsedCommit, envelope: Envelope): void {
    this.#m.forks.note(commit, envelope);
  }

  /** The Commit of the Takeover we voted for fits; with its Welcome we take it. */
  async staged(commit: ParsedCommit, envelope: Envelope, outcome: Outcome): Promise<void> {
    const m = this.#m;
    if (!this.#vote) return;
    if (!outcome.roster.get((m.me as Me).entry.id)) {
      if (outcome.removed.has((m.me as Me).entry.id)) return m.end('removed');
      this.#dropVote();
      return m.forks.note(commit, envelope);
    }
    this.#vote.step = { commit, envelope, outcome };
    if (this.#vote.early) await this.onWelcome(this.#vote.early);
    else await this.#take();
  }

  /** The Welcome that answers our vote. */
  async onWelcome(envelope: Envelope): Promise<void> {
    const m = this.#m;
    const vote = this.#vote;
    if (!vote || !m.chain) return;
    const welcome = parseWelcome(envelope.body);
    if (!equal(welcome.answers, announceHash(m.p, vote.envelope)) || welcome.ciphertext.length === 0) return;
    const claimant = this.#chain.roster.get(vote.claimant);
    if (!claimant || !(await m.p.verify(claimant.ik, 'leader welcome', envelope.body, envelope.proof))) return;
    vote.early = envelope;
    vote.welcome = welcome;
    await this.#take();
  }

  async #take(): Promise<void> {
    const m = this.#m;
    const vote = this.#vote;
    const chain = this.#chain;
    if (!vote?.step || !vote.welcome || !equal(vote.welcome.head, vote.step.commit.head)) return;
    if (!equal(vote.step.commit.previous, chain.head)) return;
    const { commit, envelope, outcome } = vote.step;
    const me = m.me as Me;
    const claimant = chain.roster.get(vote.claimant) as Entry;
    const parsed = parseAnnounce(vote.envelope.body);
    const shared = await m.p.decapsulate(vote.kem.secretKey, vote.welcome.ciphertext);
    const pairwise = Pairwise.begin(m.p, shared, m.options.linkSecret, {
      ...{
        leader: claimant.binding,
        member: me.entry.binding,
        ciphertext: vote.welcome.ciphertext,
        kemKey: parsed.kem,
      },
    });
    const { step, sealed, heartbeat } = vote.welcome;
    const mk = pairwise.open(concat(commit.head, me.entry.binding), step, sealed);
    if (!mk) return pairwise.drop();
    const es = epochSecret(m.p, mk, commit.head, m.faults);
    wipe(mk);
    if (!equal(confirmOf(m.p, es), commit.confirm))
      return (wipe(es), pairwise.drop(), m.alarm('forged', claimant.identity));
    const before = chain.roster;
    m.leading?.stop();
    m.leading = undefined;
    m.pairwise?.drop();
    m.pairwise = pairwise;
    const link = chain.append(commit, envelope.bytes, outcome);
    m.keying.install(commit.epoch, chain.roster, es, outcome.out.length > 0);
    m.following.newLeader();
    this.reset();
    m.stepped(link);
    m.code.leaderChanged(before);
    await m.following.tookOver();
    if (heartbeat.length) await m.following.onHeartbeat(parseEnvelope(heartbeat), claimant.identity);
  }

  /** A signed Ack of a Takeover: kept, for those who have to judge it. Its signature is checked when it matters. */
  async onSignedAck(envelope: Envelope): Promise<void> {
    const { chain } = this.#m;
    const ack = parseAck(envelope.body);
    if (!chain || !equal(ack.instance, chain.instance)) return;
    const record = chain.takeover;
    if (!record || !equal(ack.head, record.head)) return this.#m.forks.noteAck(ack, envelope);
    const id = idOf(ack.binding);
    if (id === record.leader || (record.from && !record.from.get(id))) return;
    if (record.acks.size < BOUNDS.members) record.acks.set(id, envelope.bytes);
    await this.#m.code.ackCame();
  }
}
