/** Each defence of the media worker, and the build without it that shows what it is for. */
import type { Weakness } from '../cast.js';

const without = (defence: string, twin: string): Weakness => ({
  defence: `src/${defence}.ts`,
  without: `test/hostile/weakened/${twin}.ts`,
});

export const WEAKNESSES = {
  believesPlaintext: without('media/frame-opener', 'believes-plaintext'),
  noReplayWindow: without('crypto/sframe-window', 'no-replay-window'),
  anyStream: without('media/frame-opener', 'any-stream'),
  oneKeyForAll: without('media/key-ring', 'one-key-for-all'),
  windowBeforeTag: without('media/frame-opener', 'window-before-tag'),
  givesUp: without('media/frame-opener', 'gives-up'),
  sendsWithoutKey: without('media/frame-sealer', 'sends-without-key'),
  countsAnew: without('media/stream-key', 'counts-anew'),
} as const;
