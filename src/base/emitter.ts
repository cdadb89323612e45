/** A typed list of listeners. A listener that throws reaches `reportError` and stops nobody else. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(detail: never) => void>>();

  /** Calls `listener` at each `type`. Returns unsubscribe, which may be called again. */
  on<K extends keyof Events>(type: K, listener: (detail: Events[K]) => void): () => void {
    let set = this.#listeners.get(type);
    if (!set) this.#listeners.set(type, (set = new Set()));
    // A wrapper of its own, so that the same function added twice is called twice and removed one by one.
    const own = (detail: never): void => listener(detail);
    set.add(own);
    return () => void set.delete(own);
  }

  emit<K extends keyof Events>(type: K, detail: Events[K]): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(detail as never);
      } catch (error) {
        report(error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** To the page's error reporting where there is one, else to the next task: never into our caller. */
export function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error);
  else
    setTimeout(() => {
      throw error;
    });
}
