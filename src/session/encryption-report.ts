import type { Clock } from '../base/index.js';
import type { Judge } from './judge.js';
import type { StateStore } from './store.js';
import type { EncryptionStateDetail, Participant } from './types.js';

/** Milliseconds over which changes of participants alone are gathered into one fact. */
const GATHER = 100;

/** Turns verdicts into `state.encryption` (always current) and the `encryption-state` fact (not too often). */
export class EncryptionReport {
  readonly #clock: Clock;
  readonly #store: StateStore;
  #told: EncryptionStateDetail;
  #pending = false;

  constructor(clock: Clock, store: StateStore) {
    this.#clock = clock;
    this.#store = store;
    this.#told = store.state.encryption;
  }

  update(now: {
    readonly judge: Judge;
    readonly epoch: number | null;
    readonly provider: string;
    readonly others: readonly Participant[];
  }): void {
    const { judge } = now;
    this.#store.update({
      encryption: {
        state: judge.state,
        previous: judge.previous,
        epoch: now.epoch,
        provider: now.provider,
        verified: judge.verified,
        participants: now.others.map(({ identity, name, encryption }) => ({
          identity,
          name,
          state: encryption,
          since: judge.verdict(identity)?.since ?? 0,
        })),
      },
    });
    const current = this.#store.state.encryption;
    if (current === this.#told) return;
    if (current.state !== this.#told.state) this.#tell();
    else if (!this.#pending) {
      this.#pending = true;
      this.#clock.after(GATHER, () => {
        this.#pending = false;
        if (this.#store.state.encryption !== this.#told) this.#tell();
      });
    }
  }

  #tell(): void {
    this.#told = this.#store.state.encryption;
    this.#store.fact('encryption-state', this.#told);
  }
}
