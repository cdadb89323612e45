import { SecureMeetingError, type ErrorCode } from '../base/index.js';
import type { MediaClient } from '../media/index.js';
import { Session, browserDevices, type SessionOptions, type SessionPorts, type Support } from '../session/index.js';
import { load } from './load.js';
import { loadParts, prepare, startMedia, takeSpare } from './prepare.js';
import { makeProvider } from './providers.js';
import { blurParts } from './worker.js';

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

  /**
   * Loads what a join needs and starts the media worker, ahead of it: while somebody types their name, say. The next
   * session of this page with the same `workerSrc` and `assetBase` takes the worker. It joins without this, too.
   * Never rejects: what fails here, the join tries again and tells.
   * @param options of a session: `encryption`, `keyProvider`, `workerSrc` and `assetBase` count
   * @returns ends what was prepared, if no join has taken it
   */
  static prepare(options: Partial<SessionOptions> = {}): Promise<() => void> {
    return prepare(options);
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
      const [{ createConnection }, parts] = await loadParts();
      if (!encrypted) return { connection: createConnection(undefined) };
      const media = (living as MediaClient | undefined) ?? takeSpare(options) ?? startMedia(parts, options);
      return { connection: createConnection(media), media };
    },
    provider: () => makeProvider(options),
  };
}
