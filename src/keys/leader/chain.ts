import { equal, type Bytes } from '../../base/index.js';
import { idOf } from './announce.js';
import type { ParsedCommit } from './commit.js';
import { applyStep, Refused, type Outcome, type Rules } from './operations.js';
import { Roster, type Entry } from './roster.js';
import { BOUNDS } from './timing.js';
import type { Envelope } from './wire.js';

/** One step of a chain as it was taken: the Commit, and the roster it made. */
export interface Link {
  readonly id: string;
  readonly commit: ParsedCommit;
  readonly bytes: Bytes;
  readonly outcome: Outcome;
  /** Undefined once {@link BOUNDS.rosters} later steps were taken. */
  roster: Roster | undefined;
  readonly leader: string;
}

/** The last Takeover of a chain, and who acknowledged it with a signature. */
export interface TakeoverRecord {
  readonly head: Bytes;
  readonly leader: string;
  /** The roster it took over from; undefined when it was before our time. */
  readonly from: Roster | undefined;
  /** Signed Acks, whole messages, by binding; the new leader's own is not among them. */
  readonly acks: Map<string, Bytes>;
}

/** A hash chain of Commits, as far as we know it, and where it stands. */
export class Chain {
  readonly meeting: string;
  readonly instance: Bytes;
  readonly links: Link[] = [];
  takeover: TakeoverRecord | undefined;
  /** Our monotonic clock when we first saw it. */
  readonly since: number;
  readonly #index = new Map<string, Link>();

  constructor(meeting: string, instance: Bytes, since: number) {
    this.meeting = meeting;
    this.instance = instance;
    this.since = since;
  }

  get tip(): Link {
    return this.links[this.links.length - 1] as Link;
  }
  get head(): Bytes {
    return this.tip.commit.head;
  }
  get roster(): Roster {
    return this.tip.roster as Roster;
  }
  get term(): number {
    return this.tip.commit.term;
  }
  get epoch(): number {
    return this.tip.commit.epoch;
  }
  get leader(): Entry {
    return this.roster.get(this.tip.leader) as Entry;
  }

  link(head: Uint8Array): Link | undefined {
    return this.#index.get(idOf(head));
  }

  append(commit: ParsedCommit, bytes: Bytes, outcome: Outcome): Link {
    const before = this.links.length ? this.roster : outcome.roster;
    const link: Link = {
      id: idOf(commit.head),
      commit,
      bytes,
      outcome,
      roster: outcome.roster,
      leader: idOf(commit.author),
    };
    this.links.push(link);
    this.#index.set(link.id, link);
    if (outcome.takeover) this.takeover = { head: commit.head, leader: link.leader, from: before, acks: new Map() };
    const old = this.links[this.links.length - 1 - BOUNDS.rosters];
    if (old) old.roster = undefined;
    if (this.links.length > BOUNDS.log) this.#index.delete((this.links.shift() as Link).id);
    return link;
  }

  /** A step before the first we know: the hash in the first vouches for it. False when it does not fit. */
  prepend(commit: ParsedCommit, bytes: Bytes): boolean {
    const first = this.links[0];
    if (!first || !equal(first.commit.previous, commit.head) || this.links.length >= BOUNDS.log) return false;
    const op = commit.operations[0];
    const takeover = op?.type === 'takeover' ? op.takeover : undefined;
    const leader = idOf(commit.author);
    const link: Link = {
      ...{ id: idOf(commit.head), commit, bytes, roster: undefined, leader },
      outcome: { ...{ roster: Roster.empty, out: [], removed: new Set(), added: [], takeover }, ended: false },
    };
    this.links.unshift(link);
    this.#index.set(link.id, link);
    if (takeover) this.takeover ??= { head: commit.head, leader, from: undefined, acks: new Map() };
    return true;
  }

  /** The last steps, within 32 kB: what a newcomer needs to judge forks older than itself. */
  history(): readonly Link[] {
    let size = 0;
    let first = this.links.length - 1;
    for (let at = first; at >= 0 && this.links.length - at <= 64; at--) {
      size += (this.links[at] as Link).bytes.length;
      if (size > 32_768) break;
      first = at;
    }
    return this.links.slice(first);
  }

  /** Newest heads first, then ever further apart: enough to find where another chain parts from this one. */
  heads(): Bytes[] {
    const heads: Bytes[] = [];
    for (let back = 0, step = 1; back < this.links.length && heads.length < 28; back += step) {
      heads.push((this.links[this.links.length - 1 - back] as Link).commit.head);
      if (heads.length > 16) step *= 2;
    }
    const before = this.links[0]?.commit.previous;
    if (before?.length) heads.push(before);
    return heads;
  }

  /** The first of `heads` that we know, and the steps after it; undefined when we know none. */
  after(heads: readonly Uint8Array[]): readonly [Link, ...Link[]] | undefined {
    for (const head of heads) {
      const known = this.link(head);
      if (known) return [known, ...this.links.slice(this.links.indexOf(known) + 1)];
    }
    return undefined;
  }
}

/** Where a chain stands, as far as the next Commit has to fit to it. */
export interface Standpoint {
  readonly instance: Bytes;
  readonly head: Bytes;
  readonly term: number;
  readonly epoch: number;
  readonly roster: Roster;
  readonly leader: string;
}

export function standpoint(link: Link, instance: Bytes): Standpoint {
  const { head, term, epoch } = link.commit;
  return { instance, head, term, epoch, roster: link.roster as Roster, leader: link.leader };
}

/**
 * The epoch of the Commit after one of epoch `at`; `claimant` is the binding of who takes over by it. A Takeover leaves a
 * gap: forks that go on beside each other then name their keys by different numbers, and call each other's frames
 * unknown, not forged.
 */
export function nextEpoch(at: number, claimant: Uint8Array | undefined, faults: Rules['faults']): number {
  if (!claimant || faults.has('forks-share-epochs')) return at + 1;
  return at + 64 * (1 + ((claimant[0] as number) % 64));
}

/**
 * What a Commit does, if it extends `at`, its author leads there (or takes over), and every operation is allowed.
 * Whether we follow a Takeover is the caller's question. @throws Refused, Malformed
 */
export async function checkCommit(
  rules: Rules,
  at: Standpoint,
  commit: ParsedCommit,
  envelope: Envelope,
): Promise<Outcome> {
  const { faults } = rules;
  if (commit.meeting !== rules.meeting || !equal(commit.instance, at.instance))
    throw new Refused('roster-mismatch', 'another chain');
  if (!equal(commit.previous, at.head)) throw new Refused('roster-mismatch', 'does not extend our head');
  const takeover = commit.operations[0]?.type === 'takeover';
  const author = at.roster.get(idOf(commit.author));
  if (!author) throw new Refused('unauthorised-operation', 'author is no member');
  if (takeover ? author.id === at.leader : author.id !== at.leader)
    throw new Refused('unauthorised-operation', 'author does not lead');
  if (commit.term !== at.term + (takeover ? 1 : 0) && !faults.has('any-term'))
    throw new Refused('unauthorised-operation', 'term');
  if (commit.epoch !== nextEpoch(at.epoch, takeover ? author.binding : undefined, faults))
    throw new Refused('unauthorised-operation', 'epoch');
  if (
    !faults.has('unsigned-commit') &&
    !(await rules.p.verify(author.ik, 'leader commit', envelope.body, envelope.proof))
  )
    throw new Refused('forged', 'signature');
  const outcome = await applyStep(rules, at.roster, { ...commit, founding: false });
  if (!equal(outcome.roster.hash(rules.p), commit.rosterHash) && !faults.has('roster-unchecked'))
    throw new Refused('roster-mismatch', 'roster hash');
  return outcome;
}
