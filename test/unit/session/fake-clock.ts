import type { Clock } from '../../../src/base/index.js';
import { postTask } from '../../../src/session/task.js';

/** A clock that goes only when told to. `advance` runs what is due, in order of time. */
export class FakeClock implements Clock {
  #now = 1000;
  #wall = 1_700_000_000_000;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }
  wall(): number {
    return this.#wall;
  }
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), run };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#wall += Math.max(0, due.at - this.#now);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#wall += end - this.#now;
    this.#now = end;
  }

  /** Lets promises settle between steps, so that what they start is on the clock too. */
  async pass(ms: number, step = 100): Promise<void> {
    for (let done = 0; done < ms; done += step) {
      this.advance(Math.min(step, ms - done));
      await settle();
    }
  }

  /** The wall clock alone goes on: the machine slept. */
  sleep(ms: number): void {
    this.#wall += ms;
  }
}

/**
 * Settles until `reached`; answers whether it was. What is loaded, stored or computed comes when it comes. `step`: what
 * else has to go on meanwhile.
 */
export async function settled(reached: () => boolean, step: () => Promise<void> = settle): Promise<boolean> {
  const deadline = performance.now() + 30_000;
  while (!reached() && performance.now() < deadline) await step();
  return reached();
}

/** Tasks later: every promise that could settle has, and what was posted before is delivered. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise<void>((resolve) => postTask(resolve));
  await new Promise((resolve) => setTimeout(resolve, 0));
}
