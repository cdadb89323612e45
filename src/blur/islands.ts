import { HEIGHT, WIDTH } from './size.js';

/** From here on a pixel may belong to a person. */
const SHORE = 0.15;
/** An island is a person, or part of one, when it has this part of the largest one's pixels … */
const LARGE = 1 / 8;
/** … or when the model is so sure of it, on average: a waving hand. */
const SURE = 0.75;

const visited = new Uint8Array(WIDTH * HEIGHT);
const pixels = new Int32Array(WIDTH * HEIGHT);

/** Takes small islands out that the model is not sure of: most are things behind the person. In its place; 0…1. */
export function sinkIslands(person: Float32Array): void {
  visited.fill(0);
  let used = 0;
  const islands: { readonly from: number; readonly to: number; readonly sure: number }[] = [];
  for (let start = 0; start < person.length; start++) {
    if (visited[start] || (person[start] as number) < SHORE) continue;
    const from = used;
    let sum = 0;
    const visit = (pixel: number): void => {
      if (visited[pixel] || !((person[pixel] as number) >= SHORE)) return;
      visited[pixel] = 1;
      pixels[used++] = pixel;
      sum += person[pixel] as number;
    };
    visit(start);
    for (let next = from; next < used; next++) {
      const pixel = pixels[next] as number;
      const column = pixel % WIDTH;
      if (column > 0) visit(pixel - 1);
      if (column < WIDTH - 1) visit(pixel + 1);
      if (pixel >= WIDTH) visit(pixel - WIDTH);
      if (pixel < person.length - WIDTH) visit(pixel + WIDTH);
    }
    islands.push({ from, to: used, sure: sum / (used - from) });
  }
  const largest = Math.max(0, ...islands.map(({ from, to }) => to - from));
  for (const { from, to, sure } of islands) {
    if (to - from >= largest * LARGE || sure >= SURE) continue;
    for (let at = from; at < to; at++) person[pixels[at] as number] = 0;
  }
}
