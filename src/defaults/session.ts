import { SecureMeetingError, type ErrorCode } from '../base/index.js';
import type { MediaClient } from '../media/index.js';
import { Session, browserDevices, type SessionOptions, type SessionPorts, type Support } from '../session/index.js';
import { load } from './load.js';
import { makeProvider } from './providers.js';
import { blurParts, createMediaWorker } from './worker.js';

/**
 * A meeting without UI: end-to-end encrypted, over LiveKit. Constructing does no I/O and works on a server; the parts
 * that are large are loaded by `join`. `MeetingSession` says what each method promises.
 */
export class SecureMeetingSession extends Session {
  /** @throws SecureMeetingError `config-…`. */
  constructor(options: SessionOptions) {
    super(options, defaultPorts(options));
  }

  /** What this browser or page lacks for an encrypted meeting. Asks for nothing. */
  static async support(): Promise<Support> {
    const missing: ErrorCode[] = [];
    if (typeof isSecureContext !== 'undefined' && !isSecureContext) missing.push('browser-insecure-page');
    if (!hasEncodedTransforms() || typeof Worker === 'undefined' || globalThis.crypto?.subtle === undefined)
      missing.push('browser-unsupported');
    return { ok: missing.length === 0, missing };
  }
}

/** Frames can be sealed in a worker: by the standard, or Chromium's own way that came before it. */
function hasEncodedTransforms(): boolean {
  if (typeof RTCRtpSender === 'undefined') return false;
  return 'transform' in RTCRtpSender.prototype || 'createEncodedStreams' in RTCRtpSender.prototype;
}

function defaultPorts(options: SessionOptions): SessionPorts {
  return {
    devices: browserDevices({
      async load(asked) {
        const { loadBlur } = await load(import('../blur/index.js'));
        return loadBlur(blurParts(options), asked);
      },
    }),
    async open({ encrypted, media: living }) {
      if (encrypted && globalThis.isSecureContext === false) throw new SecureMeetingError('browser-insecure-page');
      if (encrypted && !hasEncodedTransforms()) throw new SecureMeetingError('browser-unsupported');
      const [{ createConnection }, { createMediaClient }] = await load(
        Promise.all([import('../livekit/index.js'), import('../media/index.js')]),
      );
      if (!encrypted) return { connection: createConnection(undefined) };
      const media =
        (living as MediaClient | undefined) ?? createMediaClient({ createWorker: () => createMediaWorker(options) });
      return { connection: createConnection(media), media };
    },
    provider: () => makeProvider(options),
  };
}
