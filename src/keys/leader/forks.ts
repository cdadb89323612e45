import { equal, toHex, type Bytes } from '../../base/index.js';
import { idOf } from './announce.js';
import { parseAck, type Ack, type Heartbeat } from './beats.js';
import { checkCommit, standpoint, type Chain, type Link, type Standpoint } from './chain.js';
import { parseCommit, type ParsedCommit } from './commit.js';
import type { Machine } from './machine.js';
import { Refused } from './operations.js';
import { parseRoster, type Roster } from './roster.js';
import { BOUNDS, TIMING } from './timing.js';
import type { Bundle } from './welcome.js';
import { Malformed, parseEnvelope, type Envelope } from './wire.js';

interface Other {
  readonly beat: Heartbeat;
  readonly from: string;
  readonly at: number;
  /** Not the first we hear of it. */
  readonly again: boolean;
}

/** One side of a fork, seen from where the two part. */
interface Side {
  /** Who leads it now. */
  readonly leader: string;
  readonly head: Bytes;
  /** Members of the roster where they part that signed Acks for its last Takeover, its leader not counted. */
  readonly acks: number;
  /** It is still the leader of where they part, and it goes on. */
  readonly oldLeader: boolean;
  readonly tookOver: boolean;
  readonly members: number;
  readonly term: number;
}

/** Another chain, followed from where it parts from ours. */
interface Traced {
  readonly part: Link;
  /** The roster there. */
  readonly roster: Roster;
  readonly side: Side;
  /** Whom hosts removed since. */
  readonly removed: ReadonlySet<string>;
}

/** Two chains of one meeting, or two instances: which one goes on (rule 7). */
export class Forks {
  readonly #m: Machine;
  /** Chains heard beside ours, by their leader's key. */
  #others = new Map<string, Other>();
  /** Commits we did not take, by head. */
  readonly #notes = new Map<string, { readonly commit: ParsedCommit; readonly envelope: Envelope }>();
  readonly #acks = new Map<string, Map<string, Envelope>>();
  readonly #passedOver = new Map<string, number>();
  /** Since when we have been asking how another chain came to be. */
  readonly #unknownSince = new Map<string, number>();
  /** How often we asked for what speaks for a chain that would lose, by its head. */
  readonly #askedFor = new Map<string, number>();
  #trying: string | undefined;

  constructor(machine: Machine) {
    this.#m = machine;
  }

  reset(): void {
    this.#others.clear();
    this.#notes.clear();
    this.#acks.clear();
    this.#unknownSince.clear();
    this.#askedFor.clear();
    this.#trying = undefined;
  }

  note(commit: ParsedCommit, envelope: Envelope): void {
    if (this.#notes.size >= BOUNDS.log) this.#notes.delete(this.#notes.keys().next().value as string);
    this.#notes.set(idOf(commit.head), { commit, envelope });
  }

  /** A signed Ack of a Takeover that we did not follow: it counts when the two chains are judged. */
  noteAck(ack: Ack, envelope: Envelope): void {
    const head = idOf(ack.head);
    let of = this.#acks.get(head);
    if (!of) {
      if (this.#acks.size >= BOUNDS.unchecked) this.#acks.clear();
      this.#acks.set(head, (of = new Map<string, Envelope>()));
    }
    if (of.size < BOUNDS.members) of.set(idOf(ack.binding), envelope);
  }

  /** Commits and signed Acks that somebody handed us as evidence. */
  async onEvidence({ commits, acks, roster }: Bundle): Promise<void> {
    const m = this.#m;
    const { chain } = m;
    if (!chain) return;
    this.#learnHistory(chain, commits, roster);
    for (const bytes of commits.slice(0, 256)) {
      const envelope = parseEnvelope(bytes);
      const commit = parseCommit(m.p, envelope.body);
      if (equal(commit.instance, chain.instance) && !chain.link(commit.head)) this.note(commit, envelope);
    }
    for (const bytes of acks) {
      const envelope = parseEnvelope(bytes);
      this.noteAck(parseAck(envelope.body), envelope);
    }
    for (const [key, other] of this.#others) {
      if (m.now() - other.at > TIMING.missed) this.#others.delete(key);
      else if (other.again && m.chain === chain && equal(other.beat.instance, chain.instance)) await this.#judge(other);
    }
  }

  /** Steps before our own time, and a roster of one: hashes that we hold already vouch for both. */
  #learnHistory(chain: Chain, commits: readonly Bytes[], roster: Bytes | undefined): void {
    const { p, ctx } = this.#m;
    for (const bytes of commits.slice(0, 256).reverse()) {
      const commit = parseCommit(p, parseEnvelope(bytes).body);
      chain.prepend(commit, bytes);
    }
    if (!roster) return;
    const hash = p.hash('leader roster', roster);
    const link = chain.links.find((each) => !each.roster && equal(each.commit.rosterHash, hash));
    if (link) link.roster = parseRoster(ctx.meeting, roster);
  }

  /** A heartbeat that is not our leader's. */
  async onHeartbeat(beat: Heartbeat, envelope: Envelope, from: string): Promise<void> {
    const m = this.#m;
    const chain = m.chain as Chain;
    if (equal(beat.ik, m.ctx.self.ik.publicKey)) return;
    const key = toHex(beat.ik);
    const known = this.#others.get(key);
    if (known && (beat.counter <= known.beat.counter || m.now() - known.at < 200)) return;
    if (!(await m.p.verify(beat.ik, 'leader heartbeat', envelope.body, envelope.proof))) return;
    if (this.#others.size >= 64 && !known) return;
    const other = { beat, from, at: m.now(), again: known !== undefined };
    this.#others.set(key, other);
    // One heartbeat moves nobody: it may be a recording, or the last of a leader who has handed over.
    if (!equal(beat.instance, chain.instance)) {
      if (known) await this.#meet(other);
      return;
    }
    if (known) await this.#judge(other);
  }

  // ── Two instances ──────────────────────────────────────────────────────────────────────────────────────────────────

  async #meet(other: Other): Promise<void> {
    const m = this.#m;
    const chain = m.chain as Chain;
    const mine = this.#standing(chain);
    const { standing, instance } = other.beat;
    if (m.faults.has('size-decides')) return this.#yieldTo(other);
    if (mine === 'stays') {
      if (standing === 'stays') m.alarm('two-meetings');
      return;
    }
    const lower = toHex(instance) < toHex(chain.instance);
    const theyWin = standing === 'stays' || (standing === mine ? lower : standing === 'certified');
    if (theyWin) await this.#yieldTo(other);
  }

  #standing(chain: Chain): Heartbeat['standing'] {
    const m = this.#m;
    if (m.faults.has('verified-yields')) return 'yields';
    if (m.leading) return m.leading.standing();
    if (chain.roster.locked || m.code.verified) return 'stays';
    return chain.roster.entries.length > 1 && m.now() - chain.since >= TIMING.young ? 'stays' : 'yields';
  }

  async #yieldTo(other: Other): Promise<void> {
    const m = this.#m;
    const key = toHex(other.beat.ik);
    const now = m.now();
    if (m.joining.active) {
      if (this.#trying === key && now - (m.joining.began ?? now) > TIMING.winnerSilent - TIMING.heartbeat)
        this.#passedOver.set(key, now);
      return;
    }
    if (now - (this.#passedOver.get(key) ?? -Infinity) < TIMING.winnerSilent) return;
    this.#trying = key;
    await m.joining.begin({ instance: other.beat.instance, leader: other.beat.ik });
  }

  // ── Two chains of one instance ─────────────────────────────────────────────────────────────────────────────────────

  async #judge(other: Other): Promise<void> {
    const m = this.#m;
    const chain = m.chain as Chain;
    const found = await this.#trace(other, chain);
    if (m.chain !== chain) return;
    if (!found) return this.#unknown(other, chain);
    this.#unknownSince.delete(toHex(other.beat.ik));
    const { part, roster } = found;
    if (part === chain.tip && found.side.leader === chain.tip.leader) return; // only ahead of us: Commits will come
    const mine = await this.#ours(chain, part, roster);
    if (!this.#wins(found.side, mine, roster)) {
      // We may only lack what speaks for them: their members' signed Acks, sent while we were away.
      const key = toHex(found.side.head);
      const asked = this.#askedFor.get(key) ?? 0;
      if (!found.side.tookOver || asked >= 5) return;
      if (this.#askedFor.size >= BOUNDS.unchecked) this.#askedFor.clear();
      this.#askedFor.set(key, asked + 1);
      return m.serving.ask(other.from, 'evidence', chain.instance, [part.commit.head]);
    }
    // A host took us out there, and its signed request is in a Commit that holds: there is nothing to ask.
    if (m.me && found.removed.has(m.me.entry.id)) return m.end('removed');
    await this.#yieldTo(other);
  }

  /** Nobody can show where the two part. Then only who is alone, unlocked and unverified goes over; else people decide. */
  async #unknown(other: Other, chain: Chain): Promise<void> {
    const m = this.#m;
    const key = toHex(other.beat.ik);
    const since = this.#unknownSince.get(key);
    if (since === undefined) {
      if (this.#unknownSince.size > 64) this.#unknownSince.clear();
      this.#unknownSince.set(key, m.now());
    } else if (m.now() - since > TIMING.winnerSilent) {
      const alone = chain.roster.entries.length === 1 && !chain.roster.locked && !m.code.verified;
      if (alone && other.beat.standing !== 'yields') await this.#yieldTo(other);
      else if (alone && toHex(other.beat.head) < toHex(chain.head)) await this.#yieldTo(other);
      else m.alarm('two-meetings');
    }
  }

  /** Follows the other chain from where it parts from ours; asks for what is missing. */
  async #trace(other: Other, chain: Chain): Promise<Traced | undefined> {
    const m = this.#m;
    const path: { readonly commit: ParsedCommit; readonly envelope: Envelope }[] = [];
    let head = other.beat.head;
    while (!chain.link(head)) {
      const note = this.#notes.get(idOf(head));
      if (!note || path.length > BOUNDS.log) {
        await m.serving.ask(other.from, 'evidence', chain.instance);
        return undefined;
      }
      path.unshift(note);
      head = note.commit.previous;
    }
    const part = chain.link(head) as Link;
    if (!part.roster) {
      await m.serving.ask(other.from, 'evidence', chain.instance, [part.commit.head]);
      return undefined;
    }
    let at: Standpoint = standpoint(part, chain.instance);
    let takeover: Bytes | undefined;
    const removed = new Set<string>();
    for (const { commit, envelope } of path) {
      try {
        const outcome = await checkCommit(m.rules(), at, commit, envelope);
        if (outcome.takeover) takeover = commit.head;
        for (const id of outcome.removed) removed.add(id);
        const { head: next, term, epoch } = commit;
        at = { ...at, head: next, term, epoch, roster: outcome.roster, leader: idOf(commit.author) };
      } catch (error) {
        if (!(error instanceof Refused || error instanceof Malformed)) throw error;
        this.#notes.delete(idOf(commit.head));
        return undefined;
      }
    }
    const leader = at.roster.get(at.leader);
    if (!leader || !equal(leader.binding, other.beat.author) || !equal(leader.ik, other.beat.ik)) return undefined;
    const acks = takeover ? await this.#count(this.#acks.get(idOf(takeover)), part.roster, at.leader) : 0;
    return {
      part,
      removed,
      roster: part.roster,
      side: {
        ...{ leader: at.leader, head: at.head, acks, tookOver: takeover !== undefined },
        ...{ oldLeader: at.leader === part.leader, members: at.roster.entries.length, term: at.term },
      },
    };
  }

  async #ours(chain: Chain, part: Link, roster: Roster): Promise<Side> {
    const m = this.#m;
    const record = chain.takeover;
    const after = record && chain.links.indexOf(chain.link(record.head) as Link) > chain.links.indexOf(part);
    let acks = 0;
    if (record && after) {
      const envelopes = new Map([...record.acks].map(([id, bytes]) => [id, parseEnvelope(bytes)]));
      acks = await this.#count(envelopes, roster, record.leader);
      if (m.leading?.countsVotes) acks = Math.max(acks, m.leading.votes);
    }
    const goesOn = m.leading !== undefined || m.now() - m.following.lastCount < TIMING.missed;
    const leader = chain.tip.leader;
    return {
      ...{ leader, head: chain.head, acks, tookOver: after === true, oldLeader: leader === part.leader && goesOn },
      ...{ members: chain.roster.entries.length, term: chain.term },
    };
  }

  async #count(acks: ReadonlyMap<string, Envelope> | undefined, roster: Roster, leader: string): Promise<number> {
    let count = 0;
    for (const [id, envelope] of acks ?? []) {
      const entry = roster.get(id);
      if (!entry || id === leader) continue;
      if (await this.#m.p.verify(entry.ik, 'leader signed ack', envelope.body, envelope.proof)) count++;
    }
    return count;
  }

  /** Whether `a` goes on rather than `b`, judged by the roster where they part. */
  #wins(a: Side, b: Side, roster: Roster): boolean {
    const { finals, faults } = this.#m;
    if (faults.has('size-decides') && a.members !== b.members) return a.members > b.members;
    if (faults.has('term-decides') && a.term !== b.term) return a.term > b.term;
    const out = (side: Side): boolean =>
      finals.has(side.leader) || finals.lied(side.leader) || finals.handedOver(side.leader);
    if (out(a) !== out(b)) return out(b);
    const majority = (side: Side): boolean => side.tookOver && side.acks * 2 > roster.entries.length;
    if (majority(a) !== majority(b)) return majority(a);
    if (a.oldLeader !== b.oldLeader) return a.oldLeader;
    if (a.acks !== b.acks) return a.acks > b.acks;
    const rank = (side: Side): number => {
      const at = roster.ranked.findIndex((entry) => entry.id === side.leader);
      return at < 0 ? Infinity : at;
    };
    if (rank(a) !== rank(b)) return rank(a) < rank(b);
    return toHex(a.head) < toHex(b.head);
  }
}
