import { SecureMeetingError } from '../../base/index.js';
import type { Blur, BlurPort } from '../ports.js';

/** What one sees of it: nothing of the camera is shown or sent while it is `loading`. */
export type BlurState = 'off' | 'loading' | 'on';

export interface CameraBlurHost {
  changed(): void;
  /** It works no longer, and is off. */
  failed(error: SecureMeetingError): void;
}

/**
 * Stands between our camera and whoever sees it. From {@link begin} to {@link end} a camera is seen through {@link cover}
 * or not at all. The worker behind it lives as long as a camera is on.
 */
export class CameraBlur {
  /** It ended by itself, and nobody has turned a camera on since then. */
  failed = false;
  readonly #port: BlurPort | undefined;
  readonly #host: CameraBlurHost;
  #state: BlurState = 'off';
  #loaded: Blur | undefined;
  #picture: ImageBitmap | null = null;
  #loading: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  constructor(port: BlurPort | undefined, host: CameraBlurHost) {
    this.#port = port;
    this.#host = host;
  }

  /** Undefined where the browser can't. */
  get state(): BlurState | undefined {
    return this.#port && this.#state;
  }

  /** Whether a picture stands behind us instead of what is there. */
  get picture(): boolean {
    return this.#picture !== null;
  }

  /** Takes `picture` over; null: what is there, blurred. */
  show(picture: ImageBitmap | null): void {
    this.#picture?.close();
    this.#picture = picture;
    this.#loaded?.behind(picture);
    this.#host.changed();
  }

  /** Cameras are blurred from now on. To be called while none is seen, and no one is being opened. */
  begin(): void {
    if (!this.#port || this.#state !== 'off') return;
    this.failed = false;
    this.#become('on');
  }

  /** Cameras that are opened from now on are seen as they are. What is blurred now stays so until {@link release}. */
  end(): void {
    this.cancel();
    this.#become('off');
  }

  /** Whether {@link load} has to be waited for before a camera may be opened. */
  get missing(): boolean {
    return this.#state !== 'off' && !this.#loaded;
  }

  /**
   * Loads what is missing; settles early when it is not wanted any more.
   * @throws SecureMeetingError `media-blur-failed`; it is off then
   */
  load(): Promise<void> {
    if (!this.#port || !this.missing) return Promise.resolve();
    if (!this.#loading) {
      const stop = new AbortController();
      this.#loading = { stop, done: this.#load(this.#port, stop.signal) };
      this.#become('loading');
    }
    return this.#loading.done;
  }

  async #load(port: BlurPort, signal: AbortSignal): Promise<void> {
    let blur: Blur | undefined;
    try {
      const failed = (error: SecureMeetingError): void => {
        if (!blur || this.#loaded !== blur) return;
        this.#fail();
        this.#host.failed(error);
      };
      blur = await port.load({ signal, failed });
      if (signal.aborted) return blur.stop();
      if (this.#picture) blur.behind(this.#picture);
      this.#loaded = blur;
      this.#loading = undefined;
      this.#become('on');
    } catch (error) {
      if (signal.aborted) return;
      this.#loading = undefined;
      this.#fail();
      throw SecureMeetingError.from(error, 'media-blur-failed');
    }
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    this.#loading?.stop.abort();
    this.#loading = undefined;
    if (this.#state === 'loading') this.#become('on');
  }

  /**
   * What may be seen of `camera`: itself when this is off, else its blurred picture, once there is a frame of it.
   * @throws SecureMeetingError `media-blur-failed`; it is off then, and the camera is still the caller's to stop
   */
  async cover(camera: MediaStreamTrack): Promise<MediaStreamTrack> {
    if (this.#state === 'off') return camera;
    const blur = this.#loaded;
    try {
      if (!blur) throw new SecureMeetingError('media-blur-failed');
      await blur.take(camera);
      return blur.track;
    } catch (error) {
      if (this.#loaded === blur) this.#fail();
      throw SecureMeetingError.from(error, 'media-blur-failed');
    }
  }

  /** No camera is seen through it any more: the worker ends. */
  release(): void {
    const blur = this.#loaded;
    this.#loaded = undefined;
    blur?.stop();
  }

  #fail(): void {
    this.failed = true;
    this.end();
  }

  #become(state: BlurState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#host.changed();
  }
}
