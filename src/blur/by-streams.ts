import type { Parts } from './messages.js';
import type { Post, Way } from './ways.js';

/** Chromium's own, older than the standard, which has both in workers alone. */
interface TrackStreams {
  MediaStreamTrackProcessor?: new (init: { track: MediaStreamTrack }) => {
    readonly readable: ReadableStream<VideoFrame>;
  };
  MediaStreamTrackGenerator?: new (init: { kind: 'video' }) => MediaStreamTrack & {
    readonly writable: WritableStream<VideoFrame>;
  };
}

/** Frames never touch the page, and go on while it is hidden. Undefined where there are no such streams. */
export function byStreams(post: Post, parts: Parts): Way | undefined {
  const { MediaStreamTrackProcessor: Processor, MediaStreamTrackGenerator: Generator } = globalThis as TrackStreams;
  if (!Processor || !Generator) return undefined;
  const track = new Generator({ kind: 'video' });
  post({ type: 'load', ...parts, writable: track.writable }, [track.writable]);
  return {
    track,
    take(camera, turn) {
      const { readable } = new Processor({ track: camera });
      post({ type: 'camera', turn, readable }, [readable]);
    },
    show: (bitmap) => bitmap.close(),
    stop: () => track.stop(),
  };
}
