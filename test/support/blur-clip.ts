/** The fixed clip that blur is measured on: one picture that moves, with the person's outline traced by hand. */
import outline from '../fixtures/blur/outline.json';

export const WIDTH = 640;
export const HEIGHT = 360;
/** Of the picture's pixels, which is wider than the clip. */
const SCALE = 360 / 256;
/** Pixels to each side of the middle, and seconds there and back. */
const SWING = 40;
const PERIOD = 4;

type Point = readonly [number, number];
type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export async function loadPicture(): Promise<ImageBitmap> {
  const response = await fetch(new URL('../fixtures/blur/person.jpg', import.meta.url));
  return createImageBitmap(await response.blob());
}

/** Where the picture's left edge is after so many seconds, in pixels of the clip. */
const shift = (seconds: number): number => -SWING + SWING * Math.sin((seconds * 2 * Math.PI) / PERIOD);

export function paintClip(context: Context, picture: ImageBitmap, seconds: number): void {
  context.drawImage(picture, shift(seconds), 0, picture.width * SCALE, HEIGHT);
}

/** The person's outline after so many seconds, in pixels of the clip. */
const outlineAt = (seconds: number): Point[] =>
  (outline as unknown as Point[]).map(([x, y]) => [x * SCALE + shift(seconds), y * SCALE]);

export function canvas(): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  return context;
}

/** A picture in one green that is nowhere in the clip. */
export function wall(width: number, height: number): ImageBitmap {
  const made = new OffscreenCanvas(width, height);
  const context = made.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = 'rgb(0 160 0)';
  context.fillRect(0, 0, width, height);
  return made.transferToImageBitmap();
}

/** The pixels of any picture, in the clip's size. */
export function copy(image: CanvasImageSource): ImageData {
  const context = canvas();
  context.drawImage(image, 0, 0, WIDTH, HEIGHT);
  return context.getImageData(0, 0, WIDTH, HEIGHT);
}

/** 1 where the outline has a person, else 0. */
export function truth(seconds: number): Uint8Array {
  const context = canvas();
  context.beginPath();
  for (const [x, y] of outlineAt(seconds)) context.lineTo(x, y);
  context.fill();
  return opaque(context.canvas);
}

/** 1 where it is more opaque than not. */
function opaque(image: OffscreenCanvas): Uint8Array {
  const { data } = copy(image);
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => ((data[at * 4 + 3] as number) >= 128 ? 1 : 0));
}

/** The person with so many pixels more to each side; fewer, when negative. */
export function grown(person: Uint8Array, by: number): Uint8Array {
  const add = by > 0 ? 1 : 0;
  let now = person;
  for (let step = 0; step < Math.abs(by); step++) {
    const before = now;
    now = before.map((value, at) =>
      [at - 1, at + 1, at - WIDTH, at + WIDTH].some((next) => before[next] === add) ? add : value,
    );
  }
  return now;
}

/**
 * How far our edge is from the traced one, and that from ours, in pixels of the clip: the larger of the two medians, and
 * what 95 of 100 pixels keep.
 * @param person how opaque the person is, of any size
 */
export function edgeError(person: OffscreenCanvas, seconds: number): { readonly median: number; readonly p95: number } {
  const ours = edges(opaque(person));
  const real = edges(truth(seconds));
  const both = [distances(ours, real), distances(real, ours)];
  const at = (part: number): number => Math.max(...both.map((all) => all[Math.floor(all.length * part)] as number));
  return { median: at(0.5), p95: at(0.95) };
}

/** Pixels where a person ends. The picture's own border is no edge. */
function edges(person: Uint8Array): Point[] {
  const found: Point[] = [];
  for (let y = 1; y < HEIGHT - 1; y++)
    for (let x = 1; x < WIDTH - 1; x++) {
      const at = y * WIDTH + x;
      if (person[at] && !(person[at - 1] && person[at + 1] && person[at - WIDTH] && person[at + WIDTH]))
        found.push([x, y]);
    }
  return found;
}

/** How far each of `from` is from the nearest of `to`, in pixels, ascending. */
function distances(from: readonly Point[], to: readonly Point[]): number[] {
  return from
    .map(([x, y]) => Math.sqrt(to.reduce((least, [u, v]) => Math.min(least, (x - u) ** 2 + (y - v) ** 2), Infinity)))
    .sort((a, b) => a - b);
}

/** The mean square of what the four neighbours of a pixel don't explain, of its green: the finest detail there is. */
export function detail(data: Uint8ClampedArray, inside: (x: number, y: number) => boolean): number {
  const green = (x: number, y: number): number => data[(y * WIDTH + x) * 4 + 1] as number;
  let sum = 0;
  let count = 0;
  for (let y = 1; y < HEIGHT - 1; y++)
    for (let x = 1; x < WIDTH - 1; x++) {
      if (!inside(x, y)) continue;
      const around = green(x - 1, y) + green(x + 1, y) + green(x, y - 1) + green(x, y + 1);
      sum += (green(x, y) - around / 4) ** 2;
      count++;
    }
  return sum / count;
}

/** How much the flag's colours differ, at the left of the clip: the variance of its red, large patterns and all. */
export function contrast(data: Uint8ClampedArray): number {
  const values: number[] = [];
  for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < 60; x++) values.push(data[(y * WIDTH + x) * 4] as number);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** The clip as a camera that gives 25 frames a second. */
export async function camera(): Promise<{ readonly track: MediaStreamTrack; readonly stop: () => void }> {
  const picture = await loadPicture();
  const element = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const context = element.getContext('2d');
  const [track] = element.captureStream().getVideoTracks();
  if (!context || !track) throw new Error('no canvas');
  const began = performance.now();
  const paint = (): void => paintClip(context, picture, (performance.now() - began) / 1_000);
  paint();
  const timer = setInterval(paint, 40);
  const stop = (): void => {
    clearInterval(timer);
    track.stop();
  };
  return { track, stop };
}

/** The next picture of a track. */
export async function look(track: MediaStreamTrack): Promise<{ readonly width: number; readonly image: ImageData }> {
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
  video.srcObject = new MediaStream([track]);
  await video.play();
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  const seen = { width: video.videoWidth, image: copy(video) };
  video.srcObject = null;
  return seen;
}
