import { wipe, type Bytes, type Clock } from '../../base/index.js';
import type { KeySink, Sender } from '../key-provider.js';
import type { LeaderFault } from './faults.js';
import type { Primitives } from './primitives.js';
import type { Entry, Roster } from './roster.js';
import { senderKeys } from './schedule.js';
import { TIMING } from './timing.js';

/** Up to this many members everyone's keys are installed at once; in larger meetings those who are seen sending. */
const EAGER = 64;

/** Why nothing may be sent now. */
export type BlockReason = 'stale' | 'head' | 'keyless' | 'asleep' | 'final' | 'rejected';

export interface KeyingEnvironment {
  readonly p: Primitives;
  readonly sink: KeySink;
  readonly clock: Clock;
  readonly faults: ReadonlySet<LeaderFault>;
  /** The sink refused, or sending began, stopped or goes on in another epoch. */
  readonly onFailure: (error: unknown) => void;
  readonly onState: () => void;
}

/** Which keys are in the sink: installs on receipt, activates in time, retires the old (rule 3). */
export class Keying {
  readonly #env: KeyingEnvironment;
  #self: Entry | undefined;
  /** ES of the newest epoch. Older ones are erased as soon as the next is there. */
  #secret: Bytes | undefined;
  #epoch = -1;
  #roster: Roster | undefined;
  #active = -1;
  #installed = new Set<string>();
  /** Old epochs and when they are retired; Infinity while a newer one is not active yet. */
  readonly #old = new Map<number, number>();
  #selfActivateAt = Infinity;
  #shortOverlap = false;
  readonly #senders = new Set<string>();
  readonly #blocked = new Set<BlockReason>();

  constructor(env: KeyingEnvironment) {
    this.#env = env;
  }

  get epochSecret(): Uint8Array | undefined {
    return this.#secret;
  }
  get epoch(): number {
    return this.#epoch;
  }
  get active(): number {
    return this.#active;
  }
  get blocked(): boolean {
    return this.#blocked.size > 0;
  }

  /** A new join: everything of the one before is gone. */
  begin(self: Entry): void {
    this.#forget();
    this.#self = self;
    this.#do(this.#env.sink.rejoin(senderOf(self)));
  }

  /** Takes an epoch's secret over and installs its keys. `afterLeave`: somebody is out in it. */
  install(epoch: number, roster: Roster, secret: Bytes, afterLeave: boolean): void {
    const { clock, faults } = this.#env;
    if (this.#secret) wipe(this.#secret);
    if (this.#epoch >= 0) this.#old.set(this.#epoch, Infinity);
    this.#secret = secret;
    this.#epoch = epoch;
    this.#roster = roster;
    this.#installed = new Set();
    this.#shortOverlap ||= afterLeave;
    const all = roster.entries.length <= EAGER;
    const self = this.#self as Entry;
    // Ours last: it is needed for what we send only once the leader says so, the others' for what comes already.
    for (const entry of roster.entries)
      if (entry.id !== self.id && (all || this.#senders.has(entry.identity))) this.#put(entry);
    this.#put(roster.get(self.id) ?? self);
    this.#selfActivateAt = faults.has('no-self-activation') ? Infinity : clock.now() + TIMING.selfActivate;
  }

  /** Send with this epoch from now on, if it is the newest and not active yet. */
  activate(epoch: number): void {
    if (epoch < this.#epoch || this.#epoch === this.#active || this.#epoch < 0) return;
    this.#active = this.#epoch;
    this.#selfActivateAt = Infinity;
    const until = this.#env.clock.now() + (this.#shortOverlap ? TIMING.overlapAfterLeave : TIMING.overlap);
    for (const [old, at] of this.#old) this.#old.set(old, Math.min(at, until));
    this.#shortOverlap = false;
    if (!this.blocked) this.#do(this.#env.sink.activate(this.#active));
    this.#env.onState();
  }

  /** Someone is out: nothing of theirs is opened any more, in any epoch. */
  retireSender(entry: Entry): void {
    this.#senders.delete(entry.identity);
    // What was retired may not come back: frames that are still on their way ask for nothing any more.
    this.#installed.add(entry.id);
    if (!this.#env.faults.has('never-retire')) this.#do(this.#env.sink.retireSender(senderOf(entry)));
  }

  /** Frames of `identity` came that we could not open: it sends, so it gets its keys at once from now on. */
  wanted(identity: string, epoch: number): void {
    const entry = this.#roster?.named(identity);
    if (!entry || epoch !== this.#epoch || this.#installed.has(entry.id)) return;
    this.#senders.add(identity);
    this.#put(entry);
  }

  block(reason: BlockReason): void {
    if (this.#blocked.has(reason)) return;
    this.#blocked.add(reason);
    if (this.#blocked.size > 1) return;
    this.#do(this.#env.sink.pause());
    this.#env.onState();
  }

  unblock(reason: BlockReason): void {
    if (!this.#blocked.delete(reason) || this.blocked) return;
    if (this.#active >= 0) this.#do(this.#env.sink.activate(this.#active));
    this.#env.onState();
  }

  /** Work that is due. */
  tick(): void {
    const now = this.#env.clock.now();
    if (now >= this.#selfActivateAt) this.activate(this.#epoch);
    if (this.#env.faults.has('never-retire')) return;
    for (const [epoch, at] of this.#old) {
      if (now < at) continue;
      this.#old.delete(epoch);
      this.#do(this.#env.sink.retire(epoch));
    }
  }

  /** Retires everything and erases what we hold. A `rejected` code keeps blocking. */
  drop(): void {
    for (const epoch of [...this.#old.keys(), this.#epoch]) if (epoch >= 0) this.#do(this.#env.sink.retire(epoch));
    this.#forget();
  }

  #forget(): void {
    if (this.#secret) wipe(this.#secret);
    this.#secret = undefined;
    this.#roster = undefined;
    this.#epoch = this.#active = -1;
    this.#installed.clear();
    this.#old.clear();
    this.#senders.clear();
    this.#selfActivateAt = Infinity;
    this.#shortOverlap = false;
    for (const reason of [...this.#blocked]) if (reason !== 'rejected') this.#blocked.delete(reason);
  }

  #put(entry: Entry): void {
    this.#installed.add(entry.id);
    const keys = senderKeys(this.#env.p, this.#secret as Bytes, entry);
    this.#do(this.#env.sink.install(this.#epoch, senderOf(entry), keys));
  }

  #do(work: Promise<void>): void {
    work.catch((error: unknown) => this.#env.onFailure(error));
  }
}

export function senderOf(entry: Pick<Entry, 'identity' | 'binding'>): Sender {
  return { identity: entry.identity, binding: entry.binding };
}
