import { equal, type Bytes } from '../../base/index.js';
import { idOf } from './announce.js';
import { parseLeaving } from './beats.js';
import type { Machine } from './machine.js';
import type { Entry } from './roster.js';
import { BOUNDS, TIMING } from './timing.js';
import { parseCommit } from './commit.js';
import { parseEnvelope, TYPES, type Envelope } from './wire.js';

interface Final {
  /** The goodbye or host request itself; undefined when only a Commit told us. */
  readonly message: Bytes | undefined;
  at: number;
  shownAt: number;
}

/**
 * Signed goodbyes and removals: final for their binding (rule 2). Kept through our own re-joins, shown to all at each
 * heartbeat whose roster still lists the binding, and no reason to go on sending under such a roster.
 */
export class Finals {
  readonly #m: Machine;
  readonly #finals = new Map<string, Final>();
  /** Leaders proved to have signed two things for one number, and the proof. */
  readonly #liars = new Map<string, { readonly proof: readonly Bytes[]; readonly at: number }>();
  readonly #handed = new Set<string>();
  #heir:
    | {
        readonly id: string;
        readonly message: Bytes;
        readonly at: number;
        readonly leader: string;
        readonly counter: number;
      }
    | undefined;

  constructor(machine: Machine) {
    this.#m = machine;
  }

  has(id: string): boolean {
    return this.#finals.has(id) && !this.#m.faults.has('finals-ignored');
  }

  /** Another chain or another leader: it has had no time yet to act on what we know. */
  begin(): void {
    const now = this.#m.now();
    for (const final of this.#finals.values()) Object.assign(final, { at: now, shownAt: -Infinity });
  }

  all(): Bytes[] {
    return [...this.#finals.values()].flatMap((final) => final.message ?? []).slice(-64);
  }

  /** Messages that prove this leader gone, for a Takeover. */
  reasonsAgainst(leader: Entry): readonly Bytes[] {
    const own = this.#finals.get(leader.id)?.message;
    const liar = this.#liars.get(leader.id)?.proof ?? [];
    const heir = this.#heir?.leader === leader.id ? [this.#heir.message] : [];
    return [...(own ? [own] : []), ...liar, ...heir];
  }

  /** Who a host named to lead next, under the leader in force. */
  heir(): string | undefined {
    const { chain } = this.#m;
    const heir = this.#heir;
    if (!chain || heir?.leader !== chain.tip.leader || heir.counter !== chain.roster.counter) return undefined;
    return this.#m.now() - heir.at < TIMING.requestLife ? heir.id : undefined;
  }

  handOver(to: string, message: Bytes): void {
    const leader = this.#m.chain?.tip.leader;
    if (leader === undefined || leader === to || this.heir() === to) return;
    this.#handed.add(leader);
    this.#handed.delete(to);
    const counter = this.#m.chain?.roster.counter ?? 0;
    this.#heir = { id: to, message, at: this.#m.now(), leader, counter };
  }

  /** Since when there is a signed reason to do without this leader. */
  leaderGone(leader: Entry): number | undefined {
    const m = this.#m;
    const times: number[] = [];
    if (this.has(leader.id)) times.push((this.#finals.get(leader.id) as Final).at);
    const liar = this.#liars.get(leader.id);
    if (liar) times.push(liar.at);
    if (this.heir() !== undefined && this.#heir) times.push(this.#heir.at);
    // A leader that leaves a final uncommitted for 3 s counts as gone, and so does one that ignores a host.
    for (const [id, final] of this.#finals)
      if (m.chain?.roster.get(id) && this.has(id) && m.now() - final.at >= TIMING.finalIgnored)
        times.push(final.at + TIMING.finalIgnored);
    const ignored = m.hosting.ignoredSince();
    if (ignored !== undefined) times.push(ignored);
    return times.length ? Math.min(...times) : undefined;
  }

  /** Somebody's goodbye. Only who we know can say it: the key is the roster's. */
  async onLeaving(envelope: Envelope): Promise<void> {
    const m = this.#m;
    const { binding } = parseLeaving(envelope.body);
    const id = idOf(binding);
    const known = this.#finals.get(id);
    if (known) {
      known.shownAt = m.now();
      return;
    }
    const entry = m.chain?.roster.get(id);
    if (!entry || id === m.me?.entry.id) return;
    if (!(await m.p.verify(entry.ik, 'leader leaving', envelope.body, envelope.proof))) return;
    await this.#note(entry, envelope.bytes);
  }

  /** A host removed this member. The request was checked by the caller. */
  async noteRemoval(entry: Entry, message: Bytes): Promise<void> {
    if (!this.#finals.has(entry.id)) await this.#note(entry, message);
  }

  /** A Commit removed it: final too, for us. */
  noteRemoved(id: string): void {
    if (!this.#finals.has(id)) this.#put(id, undefined);
  }

  async #note(entry: Entry, message: Bytes): Promise<void> {
    const m = this.#m;
    this.#put(entry.id, message);
    if (this.has(entry.id)) m.keying.retireSender(entry);
    if (m.leading) await m.leading.takeOut(entry.id, 'goodbye');
  }

  #put(id: string, message: Bytes | undefined): void {
    if (this.#finals.size >= BOUNDS.finals) this.#finals.delete(this.#finals.keys().next().value as string);
    const now = this.#m.now();
    this.#finals.set(id, { message, at: now, shownAt: now });
  }

  noteEquivocation(author: Entry, proof: readonly Bytes[]): void {
    if (this.#liars.has(author.id)) return;
    this.#liars.set(author.id, { proof, at: this.#m.now() });
    this.#m.alarm('equivocation', author.identity);
    for (const bytes of proof) this.#m.send(null, bytes);
  }

  /** A host had this leader hand over: it does not win a fork any more. */
  handedOver(id: string): boolean {
    return this.#handed.has(id);
  }

  lied(id: string): boolean {
    return this.#liars.has(id);
  }

  /** Evidence inside a Takeover: each is checked as if it had come by itself. */
  async onReason(message: Bytes): Promise<void> {
    const m = this.#m;
    const envelope = parseEnvelope(message);
    if (envelope.type === TYPES.leaving) await this.onLeaving(envelope);
    else if (envelope.type === TYPES.hostRequest) await m.hosting.onRequest(envelope);
    else if (envelope.type === TYPES.commit) await this.#onProof(envelope);
    else if (envelope.type === TYPES.heartbeat) await m.following.onHeartbeat(envelope, '');
  }

  /** One half of a proof against our leader: what we took ourselves is the other half. */
  async #onProof(envelope: Envelope): Promise<void> {
    const m = this.#m;
    const { chain } = m;
    if (!chain) return;
    const commit = parseCommit(m.p, envelope.body);
    const author = chain.roster.get(idOf(commit.author));
    const ours = chain.links.find(
      (link) => link.commit.term === commit.term && link.commit.epoch === commit.epoch && link.leader === author?.id,
    );
    if (!author || !ours || equal(ours.commit.head, commit.head) || this.lied(author.id)) return;
    if (await m.p.verify(author.ik, 'leader commit', envelope.body, envelope.proof))
      this.noteEquivocation(author, [ours.bytes, envelope.bytes]);
  }

  /** A heartbeat whose roster lists somebody final: everyone is shown why not. */
  onHeartbeat(): void {
    const m = this.#m;
    const now = m.now();
    for (const [id, final] of this.#finals) {
      if (!final.message || !m.chain?.roster.get(id) || now - final.shownAt < 500) continue;
      final.shownAt = now;
      m.send(null, final.message);
    }
  }

  /** The roster changed: whoever is out of it keeps nobody from sending. */
  afterStep(): void {
    if (!this.#overdue(Infinity)) this.#m.keying.unblock('final');
  }

  tick(): void {
    const m = this.#m;
    if (!m.chain) return;
    if (this.#overdue(m.now() - TIMING.finalGrace)) m.keying.block('final');
    else if (!this.#overdue(Infinity)) m.keying.unblock('final');
  }

  /** Whether somebody listed has been final since `before` or longer. */
  #overdue(before: number): boolean {
    const { chain } = this.#m;
    for (const [id, final] of this.#finals)
      if (this.has(id) && chain?.roster.get(id) && final.at <= before) return true;
    return false;
  }
}
