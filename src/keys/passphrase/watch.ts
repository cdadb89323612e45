/** Compares who the SFU says is here with who proved to be: repeats our Announce for them, and reports strangers. */
import type { KeyProviderContext } from '../key-provider.js';
import { REPEATS, TIMES } from './times.js';
import type { Timers } from './timers.js';

export interface Watched {
  isConfirmed(identity: string): boolean;
  /** The SFU reports that it is here (again). */
  onBack(identity: string): void;
  /** The SFU has reported it gone for {@link TIMES.gone}. */
  onGone(identity: string): void;
  /** Here for {@link TIMES.stranger} and not confirmed. Once, until it goes. */
  onStranger(identity: string): void;
  /** Somebody here is not confirmed yet. */
  onRepeat(): void;
}

export class Watch {
  readonly #context: KeyProviderContext;
  readonly #timers: Timers;
  readonly #watched: Watched;
  /** Since when each unconfirmed participant is here. */
  readonly #since = new Map<string, number>();
  readonly #strangers = new Set<string>();
  readonly #going = new Map<string, () => void>();
  #connected = true;
  #repeats = 0;
  #cancel: (() => void) | undefined;

  constructor(context: KeyProviderContext, timers: Timers, watched: Watched) {
    this.#context = context;
    this.#timers = timers;
    this.#watched = watched;
  }

  /** Looks soon, and then less and less often. */
  restart(): void {
    this.#repeats = 0;
    this.#cancel?.();
    this.#note();
    this.#next();
  }

  presence(identity: string, present: boolean): void {
    this.#going.get(identity)?.();
    this.#going.delete(identity);
    if (present) {
      this.#watched.onBack(identity);
      this.restart();
    } else {
      this.#strangers.delete(identity);
      if (this.#connected)
        this.#going.set(
          identity,
          this.#timers.after(TIMES.gone, () => this.#gone(identity)),
        );
    }
  }

  /** While we are cut off, the SFU's list is not news. */
  connection(connected: boolean): void {
    this.#connected = connected;
    if (connected) return this.restart();
    for (const cancel of this.#going.values()) cancel();
    this.#going.clear();
  }

  #gone(identity: string): void {
    this.#going.delete(identity);
    this.#watched.onGone(identity);
  }

  #next(): void {
    const wait = REPEATS[Math.min(this.#repeats++, REPEATS.length - 1)] as number;
    this.#cancel = this.#timers.after(wait, () => this.#look());
  }

  #look(): void {
    this.#note();
    const now = this.#context.clock.now();
    for (const [identity, since] of this.#since) {
      if (now - since < TIMES.stranger || this.#strangers.has(identity)) continue;
      this.#strangers.add(identity);
      this.#watched.onStranger(identity);
    }
    if (this.#connected && this.#since.size > 0) this.#watched.onRepeat();
    this.#next();
  }

  #note(): void {
    const now = this.#context.clock.now();
    const unconfirmed = new Set(this.#context.presence().filter((identity) => !this.#watched.isConfirmed(identity)));
    for (const identity of this.#since.keys()) if (!unconfirmed.has(identity)) this.#since.delete(identity);
    for (const identity of unconfirmed) if (!this.#since.has(identity)) this.#since.set(identity, now);
  }
}
