import type { Clock, Scope } from '../base/index.js';
import type { KeyProviderEvents } from '../keys/index.js';
import type { Phase } from './types.js';

type State = KeyProviderEvents['state']['state'];

/** Milliseconds a join waits for a provider with a waiting room to say whether we are in: it may have to found. */
const FIRST_WORD = 10_000;

/** What a join that was given up fails with. */
export const aborted = (): DOMException => new DOMException('The join was given up.', 'AbortError');

/** Where the provider has us stand: at the door, or inside. */
export class Door {
  readonly #clock: Clock;
  readonly #scope: Scope;
  readonly #phase: (phase: Phase) => void;
  #state: State = 'waiting';
  #admitted: (() => void) | undefined;
  /** Somebody was at the door once: from then on we wait for as long as it takes. */
  #knocked = false;
  #inside = false;

  constructor(clock: Clock, scope: Scope, phase: (phase: Phase) => void) {
    this.#clock = clock;
    this.#scope = scope;
    this.#phase = phase;
  }

  /** The join is over; whether we may stay is the provider's to say. */
  entered(): void {
    this.#inside = true;
  }

  /** Resolves once we are in; while the provider finds nobody to let us in, after a while too. Pending while knocking. */
  admission(signal: AbortSignal): Promise<void> {
    if (this.#state === 'ready') return Promise.resolve();
    return new Promise<void>((resolve, reject) => {
      const patience = this.#clock.after(FIRST_WORD, () => {
        if (!this.#knocked) resolve();
      });
      this.#admitted = () => {
        patience();
        resolve();
      };
      const stop = (): void => {
        patience();
        reject(aborted());
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#scope.add(stop);
      this.stand(this.#state);
    });
  }

  stand(state: State): void {
    const before = this.#state;
    this.#state = state;
    if (state === 'ready') this.#admitted?.();
    if (state === 'knocking') this.#knocked = true;
    if (state === 'knocking' && (this.#inside || this.#admitted)) this.#phase('knocking');
    else if (before === 'knocking' && state === 'ready' && this.#inside) this.#phase('joined');
  }
}
