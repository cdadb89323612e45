import type { Clock } from '../base/index.js';

/**
 * Milliseconds a member may be unknown to the SFU. It may not be back yet, or have gone without a word: then it is a member
 * until its next Ack is overdue, 12 s at most, and until we have heard that.
 */
const PATIENCE = 20_000;

/** Whom the SFU hides although all members agree that it is here, is told of, once each time. */
export class Hidden {
  readonly #clock: Clock;
  readonly #tell: (identity: string) => void;
  readonly #waiting = new Map<string, () => void>();

  constructor(clock: Clock, tell: (identity: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Who is hidden now. */
  watch(identities: readonly string[]): void {
    const hidden = new Set(identities);
    for (const [identity, cancel] of this.#waiting) {
      if (hidden.has(identity)) continue;
      cancel();
      this.#waiting.delete(identity);
    }
    for (const identity of hidden)
      if (!this.#waiting.has(identity))
        this.#waiting.set(
          identity,
          this.#clock.after(PATIENCE, () => this.#tell(identity)),
        );
  }
}
