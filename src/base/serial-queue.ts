/** Runs asynchronous steps one after another, in the order they were given; a failing step stops none after it. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** The result of `step`, which starts when all earlier ones have settled. */
  run<T>(step: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Settles when everything queued so far has. */
  idle(): Promise<void> {
    return this.#last.then(() => undefined);
  }
}
