import { Emitter, report } from '../base/index.js';
import { postTask } from './task.js';
import type { SessionFacts, SessionState } from './types.js';

/**
 * The one holder of the session's state. A change replaces the frozen snapshot; branches that did not change keep
 * their reference. Listeners and facts run later, in a task of their own, so never inside a call of the page.
 */
export class StateStore {
  #state: SessionState;
  readonly #listeners = new Set<(state: SessionState) => void>();
  readonly #facts = new Emitter<SessionFacts>();
  #waiting: (() => void)[] = [];
  #told: SessionState;

  constructor(initial: SessionState) {
    this.#state = this.#told = deepFreeze(initial);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Replaces the named branches. A branch that is deeply equal to the one in place changes nothing. */
  update(change: Partial<{ [K in keyof SessionState]: SessionState[K] | undefined }>): void {
    const next: Record<string, unknown> = { ...this.#state };
    let changed = false;
    for (const [key, value] of Object.entries(change)) {
      const before = (this.#state as unknown as Record<string, unknown>)[key];
      const after = share(before, value);
      if (after === before) continue;
      changed = true;
      if (after === undefined) Reflect.deleteProperty(next, key);
      else next[key] = after;
    }
    if (!changed) return;
    this.#state = deepFreeze(next as unknown as SessionState);
    this.#schedule();
  }

  subscribe(listener: (state: SessionState) => void): () => void {
    // A wrapper, so that one function subscribed twice is told twice and removed one by one.
    const own = (state: SessionState): void => listener(state);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  on<K extends keyof SessionFacts>(type: K, listener: (detail: SessionFacts[K]) => void): () => void {
    return this.#facts.on(type, listener);
  }

  /** Tells a fact, after every state change made before this call. */
  fact<K extends keyof SessionFacts>(type: K, detail: SessionFacts[K]): void {
    deepFreeze(detail);
    this.#schedule(() => this.#facts.emit(type, detail));
  }

  #schedule(fact?: () => void): void {
    if (this.#waiting.length === 0) postTask(() => this.#flush());
    this.#waiting.push(fact ?? (() => undefined));
  }

  #flush(): void {
    const facts = this.#waiting;
    this.#waiting = [];
    if (this.#told !== this.#state) {
      const state = (this.#told = this.#state);
      for (const listener of [...this.#listeners]) {
        try {
          listener(state);
        } catch (error) {
          report(error);
        }
      }
    }
    for (const fact of facts) fact();
  }
}

/** `after`, with every part that equals its part in `before` replaced by that one. */
export function share<T>(before: unknown, after: T): T {
  if (Object.is(before, after)) return after;
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return after;
  if (Array.isArray(before) !== Array.isArray(after)) return after;
  const old = before as Record<string, unknown>;
  const next = after as Record<string, unknown>;
  const keys = Object.keys(next);
  let same = keys.length === Object.keys(old).length;
  const merged: Record<string, unknown> = {};
  for (const key of keys) {
    merged[key] = share(old[key], next[key]);
    if (!(key in old) || merged[key] !== old[key]) same = false;
  }
  if (same) return before as T;
  return (Array.isArray(after) ? keys.map((key) => merged[key]) : merged) as T;
}

/** Freezes plain data all the way down; what is frozen already is left alone. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
