import type { Room } from 'livekit-client';

/** Milliseconds the others get to be announced again after our own connection was rebuilt. */
const PATIENCE = 2000;

/**
 * Knows when LiveKit rebuilds our own connection from nothing. It then reports everyone as gone and soon after as new;
 * that is no news about them, and must not rotate keys or ring bells.
 */
export class Rebuild {
  readonly #missing = new Set<string>();
  readonly #gone: (identity: string) => void;
  readonly #room: Room;
  #rebuilding = false;
  #engine: unknown;

  constructor(room: Room, gone: (identity: string) => void) {
    this.#room = room;
    this.#gone = gone;
    this.#watch();
    // The engine is made anew for each connection.
    room.on('signalConnected', () => this.#watch());
  }

  /** Whether a report that `identity` left belongs to the rebuilding. */
  postpones(identity: string): boolean {
    if (this.#rebuilding) this.#missing.add(identity);
    return this.#rebuilding;
  }

  returned(identity: string): void {
    this.#missing.delete(identity);
  }

  /** The connection stands again: whoever is not back in a moment is really gone. */
  finish(): void {
    this.#rebuilding = false;
    setTimeout(() => {
      if (this.#rebuilding) return;
      for (const identity of this.#missing) if (!this.#room.remoteParticipants.has(identity)) this.#gone(identity);
      this.#missing.clear();
    }, PATIENCE);
  }

  #watch(): void {
    const engine = this.#room.engine;
    if (!engine || engine === this.#engine) return;
    this.#engine = engine;
    // Before Room's own listener, which reports everyone as gone.
    engine.prependListener('restarting', () => (this.#rebuilding = true));
  }
}
