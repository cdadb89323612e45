import { BACK_HEIGHT, BACK_WIDTH, blurBackground } from './background.js';
import { Mask } from './mask.js';
import type { Segmenter } from './segmenter.js';
import { HEIGHT, WIDTH } from './size.js';

/** A rectangle in the model's pixels. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Paints a frame's person, sharp, over what is behind them, blurred, or over a picture. */
export class Painter {
  readonly #segmenter: Segmenter;
  readonly #mask = new Mask();
  readonly #small = context(WIDTH, HEIGHT, { willReadFrequently: true });
  readonly #person = context(WIDTH, HEIGHT);
  readonly #back = context(BACK_WIDTH, BACK_HEIGHT);
  readonly #opaque = new ImageData(WIDTH, HEIGHT);
  readonly #blurred = new ImageData(BACK_WIDTH, BACK_HEIGHT);
  readonly #large = context(1, 1);
  #place: Place = { x: 0, y: 0, width: 0, height: 0 };

  constructor(segmenter: Segmenter) {
    this.#segmenter = segmenter;
  }

  /** How opaque the person is of the frame that was painted last, in the model's pixels. */
  get person(): OffscreenCanvas {
    return this.#person.canvas;
  }

  /** The next frame is of another camera. */
  clear(): void {
    this.#mask.clear();
  }

  /**
   * Over the picture that `behind` answers, which fills the frame. It is asked when that is drawn, not before: what it
   * answered then may have been taken back while the model looked at the frame.
   * @returns a canvas of the frame's size, overwritten by the next call. The frame stays open.
   */
  async paint(frame: VideoFrame, behind: () => ImageBitmap | null = () => null): Promise<OffscreenCanvas> {
    const { displayWidth: width, displayHeight: height } = frame;
    const { canvas } = this.#large;
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
      this.#small.clearRect(0, 0, WIDTH, HEIGHT);
      this.#place = inside(width, height);
      this.#mask.clear();
    }
    const { x, y, width: w, height: h } = this.#place;
    // Not drawn smaller at once: Chromium then leaves out pixels, and the model sees ragged edges.
    const small = await createImageBitmap(frame, { resizeWidth: w, resizeHeight: h, resizeQuality: 'medium' });
    this.#small.drawImage(small, x, y);
    small.close();
    const { data } = this.#small.getImageData(0, 0, WIDTH, HEIGHT);
    const person = await this.#segmenter.segment(data);
    this.#mask.follow(person, this.#opaque);
    this.#person.putImageData(this.#opaque, 0, 0);
    const large = this.#large;
    large.globalCompositeOperation = 'copy';
    large.drawImage(frame, 0, 0, width, height);
    large.globalCompositeOperation = 'destination-in';
    large.drawImage(this.#person.canvas, x, y, w, h, 0, 0, width, height);
    large.globalCompositeOperation = 'destination-over';
    const picture = behind();
    if (picture) {
      const scale = Math.max(width / picture.width, height / picture.height);
      const [across, down] = [picture.width * scale, picture.height * scale];
      large.drawImage(picture, (width - across) / 2, (height - down) / 2, across, down);
    } else {
      blurBackground(data, person, this.#blurred);
      this.#back.putImageData(this.#blurred, 0, 0);
      large.drawImage(this.#back.canvas, x / 2, y / 2, w / 2, h / 2, 0, 0, width, height);
    }
    return canvas;
  }
}

/** The largest place of this shape in what the model looks at: it knows people, not stretched ones. */
function inside(width: number, height: number): Place {
  const scale = Math.min(WIDTH / width, HEIGHT / height);
  const place = { width: Math.round(width * scale), height: Math.round(height * scale) };
  return { ...place, x: (WIDTH - place.width) >> 1, y: (HEIGHT - place.height) >> 1 };
}

function context(
  width: number,
  height: number,
  options?: CanvasRenderingContext2DSettings,
): OffscreenCanvasRenderingContext2D {
  const made = new OffscreenCanvas(width, height).getContext('2d', options);
  if (!made) throw new Error('no canvas');
  return made;
}
