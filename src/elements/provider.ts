/**
 * Answers context requests (the community protocol that `@lit/context` speaks) with one value, and again when it
 * changes. Written here because the first screen can't carry `@lit/context`'s provider: 700 bytes for twenty lines.
 */
export class Provider<T> {
  readonly #context: unknown;
  readonly #subscribers = new Map<(value: T, unsubscribe?: () => void) => void, () => void>();
  #value: T;

  constructor(host: HTMLElement, context: { readonly __context__: T }, value: T) {
    this.#context = context;
    this.#value = value;
    host.addEventListener('context-request', (event) => {
      const request = event as unknown as Request<T>;
      if (request.context !== this.#context) return;
      event.stopPropagation();
      const stop = (): void => void this.#subscribers.delete(request.callback);
      if (request.subscribe) this.#subscribers.set(request.callback, stop);
      request.callback(this.#value, request.subscribe ? stop : undefined);
    });
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    if (value === this.#value) return;
    this.#value = value;
    for (const [callback, stop] of [...this.#subscribers]) callback(value, stop);
  }
}

interface Request<T> extends Event {
  readonly context: unknown;
  readonly subscribe?: boolean;
  readonly callback: (value: T, unsubscribe?: () => void) => void;
}
