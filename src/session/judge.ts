import { toHex, type Clock } from '../base/index.js';
import { MEETING_TABLE, PARTICIPANT_TABLE, next, type MeetingCause } from './encryption-table.js';
import { Evidence, PATIENCE, PROOF_AGE, type Rest } from './evidence.js';
import type { SenderName, Source } from './ports.js';
import type { MeetingEncryption, ParticipantEncryption } from './types.js';

export interface Verdict {
  readonly state: ParticipantEncryption;
  /** Wall-clock milliseconds. */
  readonly since: number;
}

/** Where we stand ourselves. */
export type Standing = 'out' | 'joining' | 'in';

/**
 * Turns evidence into the states of design 1. It believes the worker's proofs, authenticated messages and the
 * provider's roster; what the SFU says only tells who might be there.
 */
export class Judge {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #evidence = new Map<string, Evidence>();
  readonly #verdicts = new Map<string, Verdict & { readonly at: number }>();
  #state: MeetingEncryption = 'idle';
  #previous: MeetingEncryption = 'idle';
  #clear = false;
  #standing: Standing = 'out';
  #verified = false;
  #compromised = false;
  #lostSince = Infinity;
  #cancel: (() => void) | undefined;

  /** `changed` is called inside the call that changed something, or from the clock. */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get state(): MeetingEncryption {
    return this.#state;
  }
  get previous(): MeetingEncryption {
    return this.#previous;
  }
  get verified(): boolean {
    return this.#verified;
  }
  verdict(identity: string): Verdict | undefined {
    return this.#verdicts.get(identity);
  }

  /** Whether a member who is here has shown no proof yet. */
  get awaits(): boolean {
    for (const [identity, { binding, present }] of this.#evidence)
      if (binding !== undefined && present && this.#verdicts.get(identity)?.state === 'waiting') return true;
    return false;
  }

  /** Whether a member sends what has not come yet. */
  get silent(): boolean {
    for (const { binding, present, silent } of this.#evidence.values())
      if (binding !== undefined && present && silent) return true;
    return false;
  }

  /** A meeting begins (everything from before is forgotten) or ends. */
  stand(standing: Standing, clear: boolean): void {
    if (standing !== 'in') {
      this.#evidence.clear();
      this.#verdicts.clear();
      this.#verified = this.#compromised = false;
      this.#lostSince = Infinity;
    }
    this.#standing = standing;
    this.#clear = clear;
    this.#judge();
  }

  present(identity: string): void {
    this.#of(identity).arrived(this.#clock.now());
    this.#judge();
  }

  absent(identity: string): void {
    const evidence = this.#evidence.get(identity);
    if (!evidence) return;
    evidence.left();
    this.#forget(identity, evidence);
    this.#verdicts.delete(identity);
    this.#judge();
  }

  /** Who the provider vouches for, ourselves not among them. */
  roster(members: readonly SenderName[]): void {
    const bindings = new Map(members.map(({ identity, binding }) => [identity, toHex(binding)]));
    for (const [identity, evidence] of this.#evidence) {
      evidence.vouch(bindings.get(identity));
      this.#forget(identity, evidence);
    }
    for (const [identity, binding] of bindings) this.#of(identity).vouch(binding);
    this.#judge();
  }

  knocks(identities: readonly string[]): void {
    for (const [identity, evidence] of this.#evidence) evidence.knocking = identities.includes(identity);
    this.#judge();
  }

  keyed(identity: string, epoch: number): void {
    this.#evidence.get(identity)?.keyed(epoch, this.#clock.now());
    this.#judge();
  }

  proof(sender: SenderName, source: Source): void {
    this.#evidence.get(sender.identity)?.proof(toHex(sender.binding), source, this.#clock.now());
    this.#judge();
  }

  unproved(identity: string, source: Source): void {
    this.#evidence.get(identity)?.unproved(source, this.#clock.now());
    this.#judge();
  }

  message(sender: SenderName, epoch: number): void {
    this.#evidence.get(sender.identity)?.message(toHex(sender.binding), epoch, this.#clock.now());
    this.#judge();
  }

  /** Nothing is to be expected of this stream, or something again: the SFU says it is muted, or we show it nowhere. */
  rests(identity: string, source: Source, why: Rest, resting: boolean): void {
    this.#evidence.get(identity)?.rests(source, why, resting, this.#clock.now());
    this.#judge();
  }

  streamGone(identity: string, source: Source): void {
    this.#evidence.get(identity)?.streamGone(source, this.#clock.now());
    this.#judge();
  }

  /** `identity` undefined: nobody can be named. `fatal`: equivocation, a code that differed. */
  violation(identity: string | undefined, fatal: boolean): void {
    if (identity !== undefined) this.#evidence.get(identity)?.violation(this.#clock.now());
    if (fatal) this.#compromised = true;
    this.#judge();
  }

  verify(verified: boolean): void {
    this.#verified = verified;
    this.#judge();
  }

  connection(up: boolean): void {
    this.#lostSince = up ? Infinity : Math.min(this.#lostSince, this.#clock.now());
    if (up) for (const evidence of this.#evidence.values()) evidence.forgetMessages();
    this.#judge();
  }

  /** Whether this stream may be shown or played now. */
  shows(identity: string, source: Source): boolean {
    if (this.#clear) return true;
    return this.#evidence.get(identity)?.shows(source, this.#clock.now()) ?? false;
  }

  dispose(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#standing = 'out';
  }

  /** Neither here nor vouched for: nobody. */
  #forget(identity: string, evidence: Evidence): void {
    if (evidence.present || evidence.binding !== undefined) return;
    this.#evidence.delete(identity);
    this.#verdicts.delete(identity);
  }

  #of(identity: string): Evidence {
    let evidence = this.#evidence.get(identity);
    if (!evidence) this.#evidence.set(identity, (evidence = new Evidence(this.#clock.now())));
    return evidence;
  }

  #judge(): void {
    const now = this.#clock.now();
    for (const [identity, evidence] of this.#evidence) {
      const cause = this.#clear ? 'meeting-in-clear' : evidence.cause(now, this.#verified, this.#lostSince);
      const before = this.#verdicts.get(identity);
      const state = next(PARTICIPANT_TABLE, before?.state ?? 'waiting', cause);
      if (state !== before?.state) this.#verdicts.set(identity, { state, since: this.#clock.wall(), at: now });
    }
    const state = next(MEETING_TABLE, this.#state, this.#meetingCause(now));
    if (state !== this.#state) {
      this.#previous = this.#state;
      this.#state = state;
    }
    this.#changed();
    this.#sleep(now);
  }

  #meetingCause(now: number): MeetingCause {
    if (this.#standing === 'out') return 'not-in-a-meeting';
    if (this.#standing === 'joining') return 'joining';
    if (this.#clear) return 'joined-in-clear';
    if (this.#compromised) return 'meeting-compromised';
    let proved = 0;
    let fresh = 0;
    let unproved = 0;
    for (const [identity, evidence] of this.#evidence) {
      const verdict = this.#verdicts.get(identity);
      if (verdict?.state === 'refused') return 'somebody-refused';
      // Members alone make the meeting's state: who is vouched for, and here as far as anybody knows.
      if (!verdict || evidence.binding === undefined || !evidence.present) continue;
      if (verdict.state === 'encrypted' || verdict.state === 'verified') proved++;
      else if (verdict.state === 'waiting' && now - verdict.at < PATIENCE) fresh++;
      else unproved++;
    }
    if (unproved > 0) return 'member-unproved';
    if (proved === 0) return 'nobody-proved';
    if (fresh > 0) return 'somebody-new';
    return this.#verified ? 'everyone-proved-and-code' : 'everyone-proved';
  }

  /** Wakes when time alone could change something. */
  #sleep(now: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#standing !== 'in' || this.#clear) return;
    let at = this.#lostSince + PROOF_AGE;
    if (at < now) at = Infinity;
    for (const evidence of this.#evidence.values()) at = Math.min(at, evidence.deadline(now));
    for (const { state, at: since } of this.#verdicts.values())
      if (state === 'waiting' && since + PATIENCE >= now) at = Math.min(at, since + PATIENCE);
    if (at === Infinity) return;
    this.#cancel = this.#clock.after(at - now + 1, () => this.#judge());
  }
}
