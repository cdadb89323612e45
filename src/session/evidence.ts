import type { ParticipantCause } from './encryption-table.js';
import type { Source } from './ports.js';

/** Milliseconds for which an authenticated frame is proof. */
export const PROOF_AGE = 3000;
/** Milliseconds for which a violation marks its participant. */
export const REFUSED_FOR = 10_000;
/** Milliseconds a member may be without proof before the meeting says so, and a newcomer without vouching. */
export const PATIENCE = 5000;

/** Why nothing of a stream comes, beside its end. */
export type Rest = 'muted' | 'unseen';

interface StreamEvidence {
  /** Monotonic milliseconds, -Infinity for never. */
  proof: number;
  unproved: number;
  /** When the present run of frames without proof began. */
  unprovedSince: number;
}

/** What is known about one participant's encryption: facts with their times, no state. Times are the clock's `now()`. */
export class Evidence {
  /** Hexadecimal binding the provider vouches for; undefined: not in the roster. */
  binding: string | undefined;
  knocking = false;
  #present = false;
  /** Since when the SFU reports it (or the provider, when that was first). */
  #seen: number;
  #everVouched = false;
  #violation = -Infinity;
  #epoch: number | undefined;
  #epochSince = -Infinity;
  #message: { readonly epoch: number; readonly at: number } | undefined;
  readonly #streams = new Map<Source, StreamEvidence>();
  /** Since when the SFU says that a stream is sent, or would come again: from then on its frames are waited for. */
  readonly #awaited = new Map<Source, number>();
  /** Why a stream may be silent: it is muted, or we asked for nothing of it. */
  readonly #resting = new Set<`${Rest} ${Source}`>();

  constructor(now: number) {
    this.#seen = now;
  }

  get present(): boolean {
    return this.#present;
  }

  arrived(now: number): void {
    if (!this.#present) this.#seen = now;
    this.#present = true;
  }

  /** Gone for the SFU. Who vouches for it may go on doing so; what it proved before it went is over. */
  left(): void {
    this.#present = false;
    this.#streams.clear();
    this.#awaited.clear();
    this.#message = undefined;
  }

  vouch(binding: string | undefined): void {
    if (this.binding === binding) return;
    this.binding = binding;
    if (binding !== undefined) this.#everVouched = true;
    // What another join of the same identity proved is worth nothing for this one.
    this.#streams.clear();
    this.#message = undefined;
    this.#epoch = undefined;
  }

  /** A key of `epoch` was installed for this participant. */
  keyed(epoch: number, now: number): void {
    if (this.#epoch !== undefined && epoch <= this.#epoch) return;
    this.#epoch = epoch;
    this.#epochSince = now;
  }

  proof(binding: string, source: Source, now: number): void {
    if (binding !== this.binding) return;
    const stream = this.#stream(source);
    stream.proof = now;
    stream.unprovedSince = Infinity;
  }

  unproved(source: Source, now: number): void {
    const stream = this.#stream(source);
    // A pause in the frames begins a new run: the first frames of a stream may come before their key.
    if (now - Math.max(stream.unproved, stream.proof) > PROOF_AGE || stream.unprovedSince === Infinity)
      stream.unprovedSince = now;
    stream.unproved = now;
  }

  streamGone(source: Source, now: number): void {
    const { proof = -Infinity } = this.#streams.get(source) ?? {};
    // It was overdue when it ended: its end does not make an older word good again.
    if (!this.#rests(source) && now - proof > PROOF_AGE && this.#message && this.#message.at < proof + PROOF_AGE)
      this.#message = undefined;
    this.#streams.delete(source);
    if (this.#awaited.has(source)) this.#awaited.set(source, now);
  }

  /** Whether this is (no longer) a reason for a stream to be silent. */
  rests(source: Source, why: Rest, resting: boolean, now: number): void {
    const rested = this.#rests(source);
    if (resting) this.#resting.add(`${why} ${source}`);
    else this.#resting.delete(`${why} ${source}`);
    if (why === 'muted' && resting) this.#awaited.delete(source);
    else if (!resting && (why === 'muted' ? !this.#awaited.has(source) : rested && this.#awaited.has(source)))
      this.#awaited.set(source, now);
  }

  /** Whether a stream that is sent has not shown a frame yet. */
  get silent(): boolean {
    for (const source of this.#awaited.keys())
      if (!this.#rests(source) && (this.#streams.get(source)?.proof ?? -Infinity) === -Infinity) return true;
    return false;
  }

  message(binding: string, epoch: number, now: number): void {
    if (binding === this.binding) this.#message = { epoch, at: now };
  }

  /** Our own connection came back: a message from before says nothing about now. */
  forgetMessages(): void {
    this.#message = undefined;
  }

  violation(now: number): void {
    this.#violation = now;
  }

  /** Whether pictures and sound of this stream may be given out: proved, and not overtaken by frames without proof. */
  shows(source: Source, now: number): boolean {
    if (this.binding === undefined) return false;
    const stream = this.#streams.get(source);
    if (!stream || stream.proof === -Infinity) return false;
    return now - stream.proof <= PROOF_AGE || stream.unproved <= stream.proof;
  }

  /** @param lostSince when our own connection broke; Infinity while it stands. */
  cause(now: number, verified: boolean, lostSince = Infinity): ParticipantCause {
    if (now - this.#violation < REFUSED_FOR) return 'violation';
    if (this.binding === undefined) {
      const early = !this.knocking && !this.#everVouched && now - this.#seen < PATIENCE;
      return early ? 'no-proof' : 'not-in-roster';
    }
    let proved = 0;
    for (const stream of this.#streams.values()) {
      const plays = now - Math.max(stream.proof, stream.unproved) <= PROOF_AGE;
      if (!plays) continue;
      if (now - stream.proof <= PROOF_AGE) proved++;
      else if (now - Math.max(stream.proof, stream.unprovedSince) > PROOF_AGE) return 'frames-unproved';
    }
    if (proved > 0 || this.#spoke(now, lostSince)) return verified ? 'proof-and-code' : 'proof';
    return 'no-proof';
  }

  /** The clock reading at which `cause` could change by time alone. */
  deadline(now: number): number {
    const times = [this.#violation + REFUSED_FOR, this.#seen + PATIENCE, this.#epochSince + PROOF_AGE];
    if (this.#message) times.push(this.#message.at + PROOF_AGE);
    for (const since of this.#awaited.values()) times.push(since + PROOF_AGE);
    for (const { proof, unproved, unprovedSince } of this.#streams.values())
      times.push(proof + PROOF_AGE, unproved + PROOF_AGE, unprovedSince + PROOF_AGE);
    return Math.min(...times.filter((time) => time >= now && Number.isFinite(time)));
  }

  /** A sealed message in this epoch; one of the epoch before counts while the new one is young. */
  #spoke(now: number, lostSince: number): boolean {
    if (!this.#message) return false;
    // Cut off ourselves, we can't know whether they are still there: what was said before counts for a moment more.
    if (now - lostSince > PROOF_AGE) return false;
    // A stream fell silent without a reason that we know of, or is sent and never came: the last that came through before
    // an outage may as well be a word as a frame. Only one said in that silence tells that somebody is there.
    const silence = this.#lastAwaited() + PROOF_AGE;
    if (now > silence && this.#message.at < silence && now - this.#message.at > PROOF_AGE) return false;
    return this.#epoch === undefined || this.#message.epoch >= this.#epoch || now - this.#epochSince <= PROOF_AGE;
  }

  /** When a stream that should play now did so last, or began to be waited for. */
  #lastAwaited(): number {
    let last = -Infinity;
    for (const [source, { proof }] of this.#streams) if (!this.#rests(source)) last = Math.max(last, proof);
    for (const [source, since] of this.#awaited) if (!this.#rests(source)) last = Math.max(last, since);
    return last;
  }

  #rests(source: Source): boolean {
    return this.#resting.has(`muted ${source}`) || this.#resting.has(`unseen ${source}`);
  }

  #stream(source: Source): StreamEvidence {
    let stream = this.#streams.get(source);
    if (!stream)
      this.#streams.set(source, (stream = { proof: -Infinity, unproved: -Infinity, unprovedSince: Infinity }));
    return stream;
  }
}
