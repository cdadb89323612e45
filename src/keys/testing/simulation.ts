import type { Bytes, Clock } from '../../base/index.js';
import { SeededRandom } from './random.js';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/** Time that passes only when the simulation says so, and everything that is to happen in it. */
export class Simulation {
  readonly random: SeededRandom;
  readonly #heap: Event[] = [];
  #order = 0;
  #now = 0;
  readonly #trace: string[] = [];
  readonly #keepTrace: boolean;

  constructor(seed: number | string, options: { readonly trace?: boolean } = {}) {
    this.random = new SeededRandom(seed);
    this.#keepTrace = options.trace ?? false;
  }

  /** Milliseconds since the simulation began. */
  get now(): number {
    return this.#now;
  }

  /** One readable line per thing that happened; empty unless asked for. */
  get trace(): readonly string[] {
    return this.#trace;
  }

  log(line: () => string): void {
    if (this.#keepTrace) this.#trace.push(`${(this.#now / 1000).toFixed(3).padStart(9)}  ${line()}`);
  }

  /** Calls `run` in `ms` from now; the result cancels. */
  after(ms: number, run: () => void | Promise<void>): () => void {
    let cancelled = false;
    this.#push({ at: this.#now + Math.max(0, ms), order: this.#order++, run: () => (cancelled ? undefined : run()) });
    return () => {
      cancelled = true;
    };
  }

  /** Lets `ms` pass. */
  async run(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (let event = this.#heap[0]; event && event.at <= until; event = this.#heap[0]) {
      this.#pop();
      this.#now = Math.max(this.#now, event.at);
      const done = event.run();
      if (done) await done;
    }
    this.#now = until;
  }

  /** Lets time pass until `condition` holds. @throws Error after `limit` ms */
  async until(condition: () => boolean, limit = 60_000, what = 'condition'): Promise<void> {
    const end = this.#now + limit;
    while (!condition()) {
      if (this.#now >= end) throw new Error(`${what} did not come true within ${limit} ms`);
      await this.run(50);
    }
  }

  /** A participant's clock: `speed` and `ahead` make it a bad one. */
  clock(wrap: (run: () => void) => void | Promise<void>, skew: { speed: number; ahead: number; wall: number }): Clock {
    return {
      now: () => this.#now * skew.speed + skew.ahead,
      wall: () => 1_800_000_000_000 + this.#now + skew.wall,
      after: (ms, run) => this.after(ms / skew.speed, () => wrap(run)),
    };
  }

  bytes(length: number): Bytes {
    return this.random.bytes(length);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let i = heap.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(event, heap[parent] as Event)) break;
      heap[i] = heap[parent] as Event;
      i = parent;
    }
    heap[i] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Event;
    const size = heap.length;
    if (size === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!before(heap[child] as Event, last)) break;
      heap[i] = heap[child] as Event;
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
