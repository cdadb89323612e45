import { SecureMeetingError, fromBase64Url, toHex, type Bytes } from '../../base/index.js';
import { VerifyKey, certificateKeyId } from '../../crypto/index.js';
import { ask, fieldsOf, under, type RequestContext } from './request.js';

/** Keys a site may publish at once: the one that signs, the next, and some that ended. */
const KEYS_MAX = 16;
/** Bytes of an X-Wing public key. Written out: its module comes with the first report. */
const REPORT_KEY_LENGTH = 1216;
/** Milliseconds between two looks at the published keys: an unknown key id is no way to make us ask without end. */
const LOOK_AGAIN = 60_000;

/** What `/.well-known/secure-meeting.json` says (protocol, section 8). */
interface Published {
  readonly issuer: string;
  readonly keys: ReadonlyMap<string, VerifyKey>;
  readonly time: number;
  /** X-Wing public key that reports are sealed to; a site without one takes none. */
  readonly reportKey: Bytes | undefined;
}

/** The site's backend as one meeting knows it: its public keys, its clock, and requests to it. */
export class Site {
  readonly #api: string;
  readonly #context: RequestContext;
  #published: Published;
  #readAt: number;
  #time: number;
  #timeAt: number;
  #looking: Promise<boolean> | undefined;

  private constructor(api: string, context: RequestContext, published: Published) {
    this.#api = api;
    this.#context = context;
    this.#published = published;
    this.#time = published.time;
    this.#timeAt = this.#readAt = context.clock.now();
  }

  /** Asks for the published keys. @throws SecureMeetingError `token-…`; an AbortError when aborted. */
  static async open(api: string, context: RequestContext): Promise<Site> {
    return new Site(api, context, await read(api, context));
  }

  get issuer(): string {
    return this.#published.issuer;
  }
  get keys(): ReadonlyMap<string, VerifyKey> {
    return this.#published.keys;
  }

  get reportKey(): Bytes | undefined {
    return this.#published.reportKey;
  }

  /** Seconds since 1970 by the backend's clock; this machine's wall clock is not asked. */
  get now(): number {
    return this.#time + Math.max(0, this.#context.clock.now() - this.#timeAt) / 1000;
  }

  /**
   * Reads keys and time anew, unless that was done a moment ago: copies of a backend may publish a key first, and a
   * machine that slept has a monotonic clock that stood. Answers whether anything was read; never throws.
   */
  lookAgain(): Promise<boolean> {
    if (this.#context.clock.now() - this.#readAt < LOOK_AGAIN) return this.#looking ?? Promise.resolve(false);
    this.#readAt = this.#context.clock.now();
    this.#looking = read(this.#api, this.#context).then(
      (published) => {
        // Another issuer would be another site: the one this meeting was begun with stays.
        if (published.issuer !== this.issuer) return false;
        this.#published = published;
        this.#time = published.time;
        this.#timeAt = this.#context.clock.now();
        return true;
      },
      () => false,
    );
    return this.#looking;
  }

  /**
   * `POST` under the site's `api`.
   * @param timeout milliseconds, for what takes long to send
   * @throws SecureMeetingError `token-…`
   */
  post(
    path: string,
    purpose: string,
    body: object,
    { signal = this.#context.signal, timeout }: { readonly signal?: AbortSignal; readonly timeout?: number } = {},
  ): Promise<unknown> {
    return ask(under(this.#api, path), purpose, body, { ...this.#context, signal, ...(timeout && { timeout }) });
  }
}

async function read(api: string, context: RequestContext): Promise<Published> {
  const published = parse(await ask(under(api, '.well-known/secure-meeting.json'), 'keys', undefined, context));
  if (!published) throw new SecureMeetingError('token-answer-invalid', { message: 'The site publishes no keys.' });
  return published;
}

/** Strictly, and within bounds; undefined for anything else. Exported for tests. */
export function parse(json: unknown): Published | undefined {
  const { issuer, keys, time, report_key } = fieldsOf(json);
  if (typeof issuer !== 'string' || issuer === '' || issuer.length > 256) return undefined;
  if (!Number.isSafeInteger(time) || (time as number) < 0 || (time as number) > 2 ** 40) return undefined;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > KEYS_MAX) return undefined;
  const byId = new Map<string, VerifyKey>();
  for (const entry of keys) {
    const bytes = decoded(fieldsOf(entry)['key'], 32);
    const key = bytes && VerifyKey.from(bytes);
    if (!key) return undefined;
    byId.set(toHex(certificateKeyId(key.bytes)), key);
  }
  const reportKey = report_key === undefined ? undefined : decoded(report_key, REPORT_KEY_LENGTH);
  if (report_key !== undefined && !reportKey) return undefined;
  return { issuer, keys: byId, time: time as number, reportKey };
}

function decoded(text: unknown, length: number): Bytes | undefined {
  if (typeof text !== 'string' || text.length > 2 * length) return undefined;
  try {
    const bytes = fromBase64Url(text);
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}
