import type { Parts } from './messages.js';
import type { Post, Way } from './ways.js';

/** How often a hidden page looks for a frame, in milliseconds; browsers then let it about once a second. */
const HIDDEN = 100;

/** For browsers without streams of frames: a video element shows the camera, a canvas what was painted. */
export function byCanvas(post: Post, parts: Parts): Way {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('bitmaprenderer');
  const [track] = canvas.captureStream().getVideoTracks();
  if (!context || !track) throw new Error('no stream of a canvas');
  const eyes = new Eyes(post);
  post({ type: 'load', ...parts });
  return {
    track,
    take: (camera, turn) => eyes.watch(camera, turn),
    show(bitmap) {
      if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
      if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
      context.transferFromImageBitmap(bitmap);
    },
    stop() {
      eyes.close();
      track.stop();
    },
  };
}

/** Posts each frame of a camera as it comes. */
class Eyes {
  readonly #post: Post;
  readonly #video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
  #turn = 0;
  #callback = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(post: Post) {
    this.#post = post;
    document.addEventListener('visibilitychange', this.#next);
  }

  watch(camera: MediaStreamTrack, turn: number): void {
    this.#turn = turn;
    this.#video.srcObject = new MediaStream([camera]);
    // Rejects when the next camera comes first.
    this.#video.play().catch(() => undefined);
    this.#post({ type: 'camera', turn });
    this.#next();
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.#next);
    this.#cancel();
    this.#video.srcObject = null;
  }

  /** A hidden page is not told of frames. */
  readonly #next = (): void => {
    this.#cancel();
    if (!this.#video.srcObject) return;
    if (document.hidden) this.#timer = setTimeout(this.#look, HIDDEN);
    else this.#callback = this.#video.requestVideoFrameCallback(this.#look);
  };

  readonly #look = (): void => {
    if (this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      const frame = new VideoFrame(this.#video, { timestamp: Math.round(performance.now() * 1_000) });
      this.#post({ type: 'frame', turn: this.#turn, frame }, [frame]);
    }
    this.#next();
  };

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#video.cancelVideoFrameCallback(this.#callback);
  }
}
