/** What a build lacks that shows what a defence is for: source files, and what takes their place. */
import type { Replacements } from '../../e2e/support/bundle.js';

const without = (defence: string, twin: string): Replacements => ({
  [`src/${defence}.ts`]: `test/hostile/weakened/${twin}.ts`,
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
  passesWhenDead: without('media/encoded-transform', 'passes-when-dead'),
  believesServer: {
    ...without('livekit/binder', 'tells-what-the-server-says'),
    ...without('media/frame-opener', 'believes-the-server'),
  },
  /** Looks transforms up by an id that the server can choose. */
  byTrackId: {
    'src/media/create-media-client.ts': {
      find: 'new WeakMap<RTCRtpSender | RTCRtpReceiver, number>()',
      put: `new (class {
        readonly #ids = new Map<string | undefined, number>();
        get = (end: RTCRtpSender | RTCRtpReceiver) => this.#ids.get(end.track?.id);
        set = (end: RTCRtpSender | RTCRtpReceiver, id: number) => this.#ids.set(end.track?.id, id);
      })()`,
    },
  },
  /** Leaves the choice of codec to the server. */
  anyCodec: {
    'src/livekit/codecs.ts': {
      find: "for (const method of ['createOffer', 'createAnswer'] as const)",
      put: 'for (const method of [])',
    },
    'src/livekit/binder.ts': { find: '!isProtected(codec)', put: '!codec' },
  },
} as const satisfies Readonly<Record<string, Replacements>>;
