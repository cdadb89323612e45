import { equalSecret } from '../../base/index.js';
import { idOf } from './announce.js';
import { parseAck } from './beats.js';
import type { Chain } from './chain.js';
import type { LeaveReason } from './commit.js';
import type { Machine } from './machine.js';
import type { Pairwise } from './pairwise.js';
import type { Entry } from './roster.js';
import { TIMING } from './timing.js';
import type { Envelope } from './wire.js';

/** What the leader keeps of each member. */
interface Member {
  pairwise: Pairwise | undefined;
  counter: number;
  /** When its last Ack that counts came, or when it was added. */
  heardAt: number;
  proved: boolean;
  compared: boolean;
}

interface Newcomer {
  readonly entry: Entry;
}

/** Who of the members lives, as the leader knows it from their Acks (rules 2 and 5). */
export class Living {
  readonly #m: Machine;
  readonly #members = new Map<string, Member>();
  /** Who acknowledged the newest Commit, of those who had keys before it. */
  readonly #acked = new Set<string>();
  /** Whom the newest Commit let in: nothing that is sent before they have its keys would open for them anyway. */
  #joined: ReadonlySet<string> = new Set();
  readonly #beatTimes = new Map<number, number>();
  #wokeAt = -Infinity;
  lastAckAt: number;

  constructor(machine: Machine) {
    this.#m = machine;
    this.lastAckAt = machine.now();
  }

  get #chain(): Chain {
    return this.#m.chain as Chain;
  }
  get #meId(): string | undefined {
    return this.#m.me?.entry.id;
  }

  /** Whether somebody who follows us compared the code. */
  get compared(): boolean {
    for (const member of this.#members.values()) if (member.compared) return true;
    return false;
  }

  pairwise(id: string): Pairwise | undefined {
    return this.#members.get(id)?.pairwise;
  }

  /** From now on we share this chain with a member; false when it is none any more. */
  share(id: string, pairwise: Pairwise): boolean {
    const member = this.#members.get(id);
    if (member) member.pairwise = pairwise;
    return member !== undefined;
  }

  /** A Commit was made: who is out, who came in, and who voted for us; the last two have to show that they live. */
  stepped(out: readonly Entry[], joiners: readonly Newcomer[], voters: readonly Newcomer[]): void {
    this.#acked.clear();
    this.#joined = new Set(joiners.map(({ entry }) => entry.id));
    for (const { id } of out) {
      this.#members.get(id)?.pairwise?.drop();
      this.#members.delete(id);
    }
    const heardAt = this.#m.now();
    for (const { entry } of [...joiners, ...voters])
      this.#members.set(entry.id, { pairwise: undefined, counter: 0, heardAt, proved: false, compared: false });
  }

  beaten(counter: number, at: number): void {
    this.#beatTimes.set(counter, at);
    this.#beatTimes.delete(counter - 64);
  }

  /** We slept: sending goes on when somebody acknowledges a heartbeat of after it. */
  slept(): void {
    this.#wokeAt = this.#m.now();
    this.#m.keying.block('asleep');
  }

  drop(): void {
    for (const member of this.#members.values()) member.pairwise?.drop();
  }

  /** Whether all who had keys before the newest Commit have acknowledged it. Counted, not looked up: a thousand Acks come. */
  get allSwitch(): boolean {
    return this.#acked.size >= this.#chain.roster.entries.length - 1 - this.#joined.size;
  }

  /** An Ack; one that is none changes nothing. */
  onAck(envelope: Envelope): void {
    const m = this.#m;
    const ack = parseAck(envelope.body);
    const id = idOf(ack.binding);
    const member = this.#members.get(id);
    if (!member?.pairwise || !this.#chain.roster.get(id)) return;
    const mac = m.p.mac(member.pairwise.ackKey, 'leader ack', envelope.body);
    if (!equalSecret(mac, envelope.proof) && !m.faults.has('ack-unchecked')) return;
    const link = this.#chain.link(ack.head);
    if (link?.commit.epoch !== ack.epoch) return;
    if (ack.epoch === this.#chain.epoch && !this.#joined.has(id)) this.#acked.add(id);
    member.compared = ack.compared;
    const now = m.now();
    const beatAt = this.#beatTimes.get(ack.counter);
    if (beatAt !== undefined && ack.counter > member.counter && now - beatAt <= TIMING.ackAge) {
      member.counter = ack.counter;
      member.heardAt = this.lastAckAt = now;
      if (beatAt >= this.#wokeAt) m.keying.unblock('asleep');
      if (!member.proved) {
        member.proved = true;
        this.tellUnproved();
      }
    }
  }

  tellUnproved(): void {
    const m = this.#m;
    const positions = new Set<number>();
    for (const [at, entry] of this.#chain.roster.entries.entries())
      if (entry.id !== this.#meId && !this.#members.get(entry.id)?.proved) positions.add(at);
    m.unproved = positions;
    m.emitRoster();
  }

  /** No Ack of anybody for so long that it is we who are cut off; who is alone misses nobody. */
  heardNobody(now: number): boolean {
    if (this.#chain.roster.entries.length === 1) this.lastAckAt = now;
    return now - this.lastAckAt >= TIMING.ackGone;
  }

  /** Who is to be taken out now, and why. */
  *gone(now: number): Generator<readonly [id: string, reason: LeaveReason]> {
    const m = this.#m;
    for (const entry of this.#chain.roster.entries) {
      const member = this.#members.get(entry.id);
      if (entry.id === this.#meId || !member) continue;
      if (m.finals.has(entry.id)) yield [entry.id, 'goodbye'];
      const silent = now - member.heardAt;
      const since = m.goneSince(entry.identity);
      // An Ack after the SFU's word stands against it, until the next one is overdue.
      const patience = since === undefined || member.heardAt < since ? TIMING.sfuGone : TIMING.ackDue;
      const gone =
        since !== undefined &&
        now - since >= TIMING.sfuGone &&
        (silent >= patience || m.faults.has('sfu-presence-trusted'));
      if (gone || silent >= (member.proved ? TIMING.ackGone : TIMING.firstAck)) yield [entry.id, 'absent'];
    }
  }
}
