/** When our Announces go out, and which echoes each carries: a burst of joins is answered by one. */
import { toHex } from '../../base/index.js';
import type { KeyProviderContext } from '../key-provider.js';
import { ECHOES_MAX } from './messages.js';
import { TIMES } from './times.js';
import type { Timers } from './timers.js';

export class Announcer {
  readonly #context: KeyProviderContext;
  readonly #timers: Timers;
  readonly #send: (answer: boolean, echoes: readonly Uint8Array[]) => Promise<void>;
  readonly #echoes = new Map<string, Uint8Array>();
  #answer = false;
  #state: 'idle' | 'due' | 'sending' | 'sending and due' = 'idle';
  #sentAt = -Infinity;

  constructor(
    context: KeyProviderContext,
    timers: Timers,
    send: (answer: boolean, echoes: readonly Uint8Array[]) => Promise<void>,
  ) {
    this.#context = context;
    this.#timers = timers;
    this.#send = send;
  }

  /** The next Announce echoes this nonce. */
  echo(nonce: Uint8Array): void {
    this.#echoes.set(toHex(nonce), nonce);
  }

  /** Forgets what was to be echoed. */
  clear(): void {
    this.#echoes.clear();
  }

  announce(answer: boolean): void {
    this.#answer ||= answer;
    if (this.#state === 'sending') this.#state = 'sending and due';
    if (this.#state !== 'idle') return;
    this.#state = 'due';
    const wait = this.#sentAt + TIMES.coalesce - this.#context.clock.now();
    if (wait <= 0) void this.#now();
    else this.#timers.after(wait, () => void this.#now());
  }

  /** The next Announce goes out at once, however short ago the last was. */
  hurry(): void {
    this.#sentAt = -Infinity;
  }

  async #now(): Promise<void> {
    this.#state = 'sending';
    const echoes = [...this.#echoes].slice(0, ECHOES_MAX);
    const answer = this.#answer;
    // The first word of a join, or a repetition, does not delay the answer to those it wakes.
    if (echoes.length > 0 || !answer) this.#sentAt = this.#context.clock.now();
    this.#answer = false;
    for (const [id] of echoes) this.#echoes.delete(id);
    try {
      await this.#send(
        answer,
        echoes.map(([, nonce]) => nonce),
      );
    } catch {
      // Not connected: we are announced again when we are, and whoever missed our echo asks for it.
    }
    const again = (this.#state as string) === 'sending and due' || this.#echoes.size > 0;
    this.#state = 'idle';
    if (again && !this.#timers.ended) this.announce(false);
  }
}
