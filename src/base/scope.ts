import { report } from './emitter.js';

/** Ends everything that was started in it: the last first, once, even if one of them throws. */
export class Scope {
  #ends: (() => void)[] = [];
  #closed = false;
  readonly #abort = new AbortController();

  get closed(): boolean {
    return this.#closed;
  }

  /** Aborted when the scope closes. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Runs `end` at close; at once when the scope is closed already. */
  add(end: () => void): void {
    if (this.#closed) end();
    else this.#ends.push(end);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#abort.abort();
    for (const end of this.#ends.reverse()) {
      try {
        end();
      } catch (error) {
        report(error);
      }
    }
    this.#ends = [];
  }
}
