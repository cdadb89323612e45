import type { Sounds } from './preferences.js';
import type { SoundName } from './sounds.js';

/** Milliseconds between two sounds: fifty people joining are one. */
const APART = 1000;

/** Decides which event may be heard; the sounds themselves are loaded with the first one. */
export class Chime {
  readonly #sounds: () => Sounds;
  readonly #output: () => string;
  #last = -Infinity;

  constructor(sounds: () => Sounds, output: () => string) {
    this.#sounds = sounds;
    this.#output = output;
  }

  ring(name: SoundName): void {
    const wanted = this.#sounds();
    if (wanted === 'off' || (wanted === 'knocks' && name !== 'knock')) return;
    const now = performance.now();
    if (now - this.#last < APART) return;
    this.#last = now;
    // A sound that does not come is no fault worth a word.
    import('./sounds.js').then(({ play }) => play(name, this.#output())).catch(() => undefined);
  }
}
