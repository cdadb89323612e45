/** Absolute addresses of what the worker loads. */
export interface Parts {
  readonly runtime: string;
  readonly model: string;
}

/** What the page and the blur worker tell each other. `turn` counts cameras: what is left of one before is dropped. */
export type ToBlurWorker =
  /** Begin loading, from these addresses. `writable`: where painted frames go; without it they come back as `picture`. */
  | ({ readonly type: 'load'; readonly writable?: WritableStream<VideoFrame> } & Parts)
  /** Another camera. `readable`: its frames; without it they come as `frame`. */
  | { readonly type: 'camera'; readonly turn: number; readonly readable?: ReadableStream<VideoFrame> }
  /** What stands behind the person from now on; null: what is there, blurred. */
  | { readonly type: 'behind'; readonly picture: ImageBitmap | null }
  | { readonly type: 'frame'; readonly turn: number; readonly frame: VideoFrame };

export type FromBlurWorker =
  | { readonly type: 'loaded' }
  /** The first painted frame of this camera is out. */
  | { readonly type: 'first'; readonly turn: number }
  | { readonly type: 'picture'; readonly bitmap: ImageBitmap }
  /** This machine is too slow for it; nothing more is painted. */
  | { readonly type: 'slow' }
  /** Loading or painting failed; nothing more is painted. */
  | { readonly type: 'failed'; readonly message: string };
