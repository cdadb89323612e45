/** Packets that came before their sender was confirmed, or before their key: nothing in them is authentic yet. */
import { owned, type Clock } from '../../base/index.js';

/** Bounds: packets of one participant (by the SFU's word), packets of all, and milliseconds. */
export const EARLY_OF_ONE = 16;
export const EARLY_MAX = 64;
export const EARLY_PATIENCE = 5000;

export interface EarlyPacket {
  readonly topic: string;
  /** The SFU's word. */
  readonly from: string;
  readonly payload: Uint8Array;
  /** When it came first, on the clock. */
  readonly at: number;
}

export class EarlyPackets {
  readonly #clock: Clock;
  #held: EarlyPacket[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#held.length;
  }

  /** Keeps a packet until its time is over; what is too much is dropped, so that a flood pushes nothing else out. */
  hold(packet: EarlyPacket): void {
    this.#forgetOld();
    if (this.#held.length >= EARLY_MAX) return;
    if (this.#held.filter(({ from }) => from === packet.from).length >= EARLY_OF_ONE) return;
    // The engine's bytes may be a view of a larger buffer.
    this.#held.push({ ...packet, payload: owned(packet.payload) });
  }

  /** Everything whose time is not over, in the order in which it came, to be tried again. */
  take(): readonly EarlyPacket[] {
    this.#forgetOld();
    const held = this.#held;
    this.#held = [];
    return held;
  }

  clear(): void {
    this.#held = [];
  }

  #forgetOld(): void {
    const now = this.#clock.now();
    this.#held = this.#held.filter(({ at }) => now - at <= EARLY_PATIENCE);
  }
}
