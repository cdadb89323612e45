import { HEIGHT, WIDTH } from './size.js';

/** Half of what the model looks at: less than that is not to be seen in a blurred picture. */
export const BACK_WIDTH = WIDTH / 2;
export const BACK_HEIGHT = HEIGHT / 2;
/** Cells to each side. Three boxes of it are nearly a Gaussian with a deviation of 4.5 cells: 3.5 % of the width. */
const RADIUS = 4;
/** So much of the person counts all the same, that there is a colour where nothing else is near. */
const LEAST = 0.01;

const cells = BACK_WIDTH * BACK_HEIGHT;
/** Red, green, blue and weight of each cell. */
let from = new Float32Array(cells * 4);
let to = new Float32Array(cells * 4);

/**
 * What is behind the person, blurred, without the person's own colours running into it.
 * @param pixels RGBA of 256 × 144 pixels; what is transparent lies outside the picture
 * @param person 0…1 for each of them
 * @param into 128 × 72 pixels
 */
export function blurBackground(pixels: Uint8ClampedArray, person: Float32Array, into: ImageData): void {
  shrink(pixels, person);
  for (let time = 0; time < 3; time++) {
    box(BACK_HEIGHT, BACK_WIDTH, 4 * BACK_WIDTH, 4);
    box(BACK_WIDTH, BACK_HEIGHT, 4, 4 * BACK_WIDTH);
  }
  const { data } = into;
  for (let at = 0; at < data.length; at += 4) {
    const weight = from[at + 3] || 1;
    for (let colour = 0; colour < 3; colour++) data[at + colour] = (from[at + colour] as number) / weight;
    data[at + 3] = 255;
  }
}

/** Two by two pixels are one cell; colours by their weight. */
function shrink(pixels: Uint8ClampedArray, person: Float32Array): void {
  from.fill(0);
  for (let pixel = 0; pixel < person.length; pixel++) {
    if (pixels[pixel * 4 + 3] === 0) continue;
    const cell = (pixel >> 9) * BACK_WIDTH + ((pixel & 255) >> 1);
    const weight = 1 - (person[pixel] as number) + LEAST;
    for (let colour = 0; colour < 3; colour++) add(cell * 4 + colour, (pixels[pixel * 4 + colour] as number) * weight);
    add(cell * 4 + 3, weight);
  }
}

const add = (at: number, value: number): void => void (from[at] = (from[at] as number) + value);

/** The sum of each cell and its neighbours in one direction; colours and weights alike, so no division is needed. */
function box(lines: number, length: number, line: number, step: number): void {
  for (let index = 0; index < lines; index++)
    for (let part = 0; part < 4; part++) {
      const start = index * line + part;
      let sum = 0;
      for (let place = 0; place < RADIUS; place++) sum += from[start + place * step] as number;
      for (let place = 0; place < length; place++) {
        if (place + RADIUS < length) sum += from[start + (place + RADIUS) * step] as number;
        if (place > RADIUS) sum -= from[start + (place - RADIUS - 1) * step] as number;
        to[start + place * step] = sum;
      }
    }
  [from, to] = [to, from];
}
