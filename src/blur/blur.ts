import { SecureMeetingError } from '../base/index.js';
import type { Blur, BlurPort } from '../session/index.js';
import { byCanvas } from './by-canvas.js';
import { byStreams } from './by-streams.js';
import type { FromBlurWorker, Parts } from './messages.js';
import type { Post, Way } from './ways.js';

/**
 * Starts the worker and waits until the model is there.
 * @throws SecureMeetingError `media-blur-failed`; the signal's reason when aborted
 */
export async function loadBlur(
  { createWorker, ...parts }: Parts & { readonly createWorker: () => Worker },
  { signal, failed }: Parameters<BlurPort['load']>[0],
): Promise<Blur> {
  signal.throwIfAborted();
  let worker: Worker | undefined;
  try {
    worker = createWorker();
    const blur = new WorkerBlur(worker, parts, failed);
    await blur.loaded(signal);
    return blur;
  } catch (cause) {
    worker?.terminate();
    signal.throwIfAborted();
    throw SecureMeetingError.from(cause, 'media-blur-failed');
  }
}

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

class WorkerBlur implements Blur {
  readonly #worker: Worker;
  readonly #post: Post;
  readonly #way: Way;
  readonly #failed: (error: SecureMeetingError) => void;
  /** Who waits for the model, then for the first frame of each camera; 0 is the model. */
  readonly #waiting = new Map<number, Waiting>();
  #turn = 0;

  constructor(worker: Worker, parts: Parts, failed: (error: SecureMeetingError) => void) {
    this.#worker = worker;
    this.#failed = failed;
    this.#post = (message, transfer = []) => worker.postMessage(message, transfer);
    this.#way = byStreams(this.#post, parts) ?? byCanvas(this.#post, parts);
    worker.addEventListener('message', ({ data }: MessageEvent<FromBlurWorker>) => this.#hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail('media-blur-failed', event.message || 'the worker did not start');
    });
  }

  get track(): MediaStreamTrack {
    return this.#way.track;
  }

  async loaded(signal: AbortSignal): Promise<void> {
    const abort = (): void => this.#give(0)?.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await this.#wait(0);
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  take(camera: MediaStreamTrack): Promise<void> {
    this.#turn++;
    const first = this.#wait(this.#turn);
    this.#way.take(camera, this.#turn);
    return first;
  }

  behind(picture: ImageBitmap | null): void {
    this.#post({ type: 'behind', picture });
  }

  stop(): void {
    this.#worker.terminate();
    this.#way.stop();
    for (const turn of [...this.#waiting.keys()]) this.#give(turn)?.reject(new DOMException('stopped', 'AbortError'));
  }

  #wait(turn: number): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.set(turn, { resolve, reject }));
  }

  #give(turn: number): Waiting | undefined {
    const waiting = this.#waiting.get(turn);
    this.#waiting.delete(turn);
    return waiting;
  }

  #hear(message: FromBlurWorker): void {
    switch (message.type) {
      case 'loaded':
        return this.#give(0)?.resolve();
      case 'first':
        return this.#give(message.turn)?.resolve();
      case 'picture':
        return this.#way.show(message.bitmap);
      case 'slow':
        return this.#fail('media-blur-slow', 'fewer than 12 frames a second');
      case 'failed':
        return this.#fail('media-blur-failed', message.message);
    }
  }

  /** Whoever waits is told by the rejection, else the one who loaded it is. */
  #fail(code: 'media-blur-slow' | 'media-blur-failed', why: string): void {
    const error = new SecureMeetingError(code, { message: `Background blur: ${why}` });
    this.#worker.terminate();
    const waiting = [...this.#waiting.keys()];
    for (const turn of waiting) this.#give(turn)?.reject(error);
    if (waiting.length === 0) this.#failed(error);
  }
}
