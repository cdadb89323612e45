/** Puts chunked messages together. Only authenticated chunks get here; even so a member can't take more than its share. */
import { concat, type Bytes, type Clock } from '../../base/index.js';

/** Bounds, in messages, bytes and milliseconds. */
export const UNFINISHED_MAX = 2;
export const SENDER_BYTES_MAX = 256_000;
export const TOTAL_BYTES_MAX = 16_000_000;
export const PATIENCE = 10_000;

interface Unfinished {
  readonly since: number;
  readonly chunks: (Bytes | undefined)[];
  missing: number;
  size: number;
}

export class Reassembly {
  readonly #clock: Clock;
  readonly #senders = new Map<string, Map<string, Unfinished>>();
  #total = 0;
  #sweptAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The whole message once `chunk` completes it. `repeated`: this chunk was here before. `refused`: over a bound, or at
   * odds with the chunks before it.
   */
  add(
    sender: string,
    message: string,
    index: number,
    count: number,
    chunk: Bytes,
  ): Bytes | 'waiting' | 'repeated' | 'refused' {
    if (count === 1) return chunk;
    this.#forgetOld();
    let messages = this.#senders.get(sender);
    if (!messages) this.#senders.set(sender, (messages = new Map<string, Unfinished>()));
    let unfinished = messages.get(message);
    if (!unfinished) {
      if (messages.size >= UNFINISHED_MAX) return 'refused';
      unfinished = { since: this.#clock.now(), chunks: Array.from({ length: count }), missing: count, size: 0 };
      messages.set(message, unfinished);
    }
    if (unfinished.chunks.length !== count) return 'refused';
    if (unfinished.chunks[index]) return 'repeated';
    let held = 0;
    for (const { size } of messages.values()) held += size;
    if (held + chunk.length > SENDER_BYTES_MAX || this.#total + chunk.length > TOTAL_BYTES_MAX) {
      this.#forget(sender, message);
      return 'refused';
    }
    unfinished.chunks[index] = chunk;
    unfinished.size += chunk.length;
    this.#total += chunk.length;
    if (--unfinished.missing > 0) return 'waiting';
    this.#forget(sender, message);
    return concat(...(unfinished.chunks as Bytes[]));
  }

  /** Bytes held now. */
  get size(): number {
    return this.#total;
  }

  /** A sender is gone, and what it began with it. */
  forgetSender(sender: string): void {
    for (const message of [...(this.#senders.get(sender)?.keys() ?? [])]) this.#forget(sender, message);
  }

  /** Once a second: a flood must not make each of its chunks look through all others. */
  #forgetOld(): void {
    const now = this.#clock.now();
    if (now - this.#sweptAt < 1000) return;
    this.#sweptAt = now;
    for (const [sender, messages] of this.#senders)
      for (const [message, { since }] of messages) if (now - since > PATIENCE) this.#forget(sender, message);
  }

  #forget(sender: string, message: string): void {
    const messages = this.#senders.get(sender);
    this.#total -= messages?.get(message)?.size ?? 0;
    messages?.delete(message);
    if (messages?.size === 0) this.#senders.delete(sender);
  }
}
