import type { ToBlurWorker } from './messages.js';

export type Post = (message: ToBlurWorker, transfer?: Transferable[]) => void;

/** How frames get from a camera into the worker, and painted ones into a track. */
export interface Way {
  /** The painted track. */
  readonly track: MediaStreamTrack;
  /** The camera's frames go to the worker as those of `turn`; those of the camera before do no longer. */
  take(camera: MediaStreamTrack, turn: number): void;
  /** A painted frame that came back. */
  show(bitmap: ImageBitmap): void;
  stop(): void;
}
