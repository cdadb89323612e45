import { sinkIslands } from './islands.js';
import { HEIGHT, WIDTH } from './size.js';

/**
 * Below the first it is background, above the second a person; between them the edge is soft. Its middle is below a half:
 * the model is unsure of hair, headphones and the like, which a person misses more than a blurred pixel.
 */
const EDGE = [0.15, 0.55] as const;

/**
 * Follows where the person is. What the model is sure of counts at once; what it is unsure of moves slower, so that edges
 * do not flicker.
 */
export class Mask {
  #before: Float32Array | undefined;
  readonly #rows = new Float32Array(WIDTH * HEIGHT);

  /** Forgets the frames before: the next one is of another camera, or has another shape. */
  clear(): void {
    this.#before = undefined;
  }

  /** Smooths `person` (0…1) in its place, and writes how opaque the person is into the alpha of `into`, as many pixels. */
  follow(person: Float32Array, into: ImageData): void {
    const before = this.#before;
    this.#smooth(person);
    sinkIslands(person);
    for (let pixel = 0; pixel < person.length; pixel++) {
      const now = person[pixel] as number;
      const old = before?.[pixel] ?? now;
      const eased = old + (now - old) * (0.5 + Math.abs(now - 0.5));
      person[pixel] = eased;
      into.data[pixel * 4 + 3] = 255 * edge(eased);
    }
    if (before) before.set(person);
    else this.#before = person.slice();
  }

  /** Each pixel with its eight neighbours, 1 2 1 both ways: what the model sees of an edge is ragged. */
  #smooth(person: Float32Array): void {
    const rows = this.#rows;
    const last = person.length - 1;
    const at = (values: Float32Array, index: number): number => values[Math.min(last, Math.max(0, index))] as number;
    for (let pixel = 0; pixel <= last; pixel++)
      rows[pixel] = at(person, pixel - 1) + 2 * at(person, pixel) + at(person, pixel + 1);
    for (let pixel = 0; pixel <= last; pixel++)
      person[pixel] = (at(rows, pixel - WIDTH) + 2 * at(rows, pixel) + at(rows, pixel + WIDTH)) / 16;
  }
}

/** Smooth from 0 to 1 (the usual "smoothstep"). */
function edge(value: number): number {
  const [low, high] = EDGE;
  const at = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return at * at * (3 - 2 * at);
}
