import * as v from 'valibot';
import type { Log } from './observe/log.js';
import type { Authenticate, Policy } from './policy.js';
import type { Database } from './storage/database.js';
import type { VerificationOptions } from './verification/options.js';
import type { SmsSender } from './verification/sms/sender.js';

/** What {@link createServer} is given. Checked as a whole before anything starts. */
export interface ServerOptions {
  /** See `openPostgres` and `openPglite`. The server closes it. */
  readonly database: Database;
  readonly livekit: {
    /** What browsers connect to: `wss://…`. */
    readonly url: string;
    /** Where the server API is, when it is reached another way: `https://…` (from `url`). */
    readonly apiUrl?: string;
    readonly apiKey: string;
    /** At least 32 characters. */
    readonly apiSecret: string;
  };
  /** The site's own hooks. */
  readonly authenticate: Authenticate;
  readonly policy: Policy;
  /** Names this backend in certificates: the public https address of `api`, without a slash at its end. */
  readonly issuer: string;
  /**
   * Seeds of Ed25519 keys, 32 bytes of base64url each. The first signs certificates; the others are only published:
   * the next one before it is used, the last one until its certificates have expired. Never LiveKit's secret.
   */
  readonly signingKeys: readonly string[];
  /** One or two secrets of at least 32 bytes of base64url: the one in use, and the one before while data is moved. */
  readonly secrets: readonly string[];
  /** Origins that may call from a browser, for example `https://example.com`. */
  readonly origins: readonly string[];
  /** Without it no user is asked for a phone number. */
  readonly verification?: VerificationOptions;
  /** X-Wing public key (1,216 bytes of base64url) that abuse reports are sealed to; without it there is no `/reports`. */
  readonly reportKey?: string;
  /** Whoever sends it as a bearer token reads `/metrics`; at least 16 characters. Without it there is no `/metrics`. */
  readonly metricsToken?: string;
  /** Days: meetings after their end (30), reports (180). */
  readonly retention?: { readonly meetings?: number; readonly reports?: number };
  /** Proxies of your own in front that append to `X-Forwarded-For` (0). */
  readonly proxies?: number;
  /** Seconds a certificate is good for admission (3,600), 300–43,200. */
  readonly certificateLifetime?: number;
  /** Requests of one address in a minute, over all routes (300). */
  readonly requestsPerMinute?: number;
  /** Structured, secret-free entries; JSON lines on standard output by default. */
  readonly log?: Log;
  /** Wall clock in milliseconds, for tests. By default the database's clock, so that all copies agree. */
  readonly now?: () => number;
}

/** A setting that is missing, misspelt or unsafe. The message names the setting and never shows its value. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly setting: string;

  constructor(setting: string, what: string, options?: ErrorOptions) {
    super(`${setting}: ${what}`, options);
    this.setting = setting;
  }
}

const base64url = (bytes: number): v.GenericSchema<string> =>
  v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding'),
    v.minLength(Math.ceil((bytes * 4) / 3), `must have at least ${bytes} bytes`),
  );
const hook = v.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', 'must be a function');
const whole = (from: number, to: number): v.GenericSchema<number> =>
  v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(from, `must be at least ${from}`),
    v.maxValue(to, `must be at most ${to}`),
  );
const url = (protocols: readonly string[]): v.GenericSchema<string> =>
  v.pipe(
    v.string(),
    v.check(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be an address with ${protocols.join(' or ')}`,
    ),
  );

const SCHEMA = v.strictObject({
  database: v.custom<Database>(
    (value) => typeof (value as Database | undefined)?.transaction === 'function',
    'must be a database: see openPostgres and openPglite',
  ),
  livekit: v.strictObject({
    url: url(['ws:', 'wss:']),
    apiUrl: v.optional(url(['http:', 'https:'])),
    apiKey: v.pipe(v.string(), v.minLength(1, 'must not be empty')),
    apiSecret: v.pipe(v.string(), v.minLength(32, 'must have at least 32 characters')),
  }),
  authenticate: hook,
  policy: hook,
  issuer: v.pipe(url(['http:', 'https:']), v.maxLength(256), v.regex(/[^/]$/, 'must not end with a slash')),
  signingKeys: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes of base64url'))),
    v.minLength(1, 'must have a key'),
    v.maxLength(8, 'must have at most 8 keys'),
  ),
  secrets: v.pipe(
    v.array(base64url(32)),
    v.minLength(1, 'must have a secret'),
    v.maxLength(2, 'must have at most two secrets'),
  ),
  origins: v.array(
    v.pipe(
      v.string(),
      v.check(
        (text) => URL.canParse(text) && new URL(text).origin === text,
        'must be an origin such as https://example.com, without a path',
      ),
    ),
  ),
  verification: v.optional(
    v.strictObject({
      sms: v.custom<SmsSender>(
        (value) => typeof (value as SmsSender | undefined)?.send === 'function',
        'must be an SMS sender: see twilioSms, webhookSms and consoleSms',
      ),
      siteName: v.pipe(
        v.string(),
        v.minLength(1, 'must not be empty'),
        v.maxLength(40, 'must have at most 40 characters'),
      ),
      countries: v.pipe(
        v.array(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'must be a code of ISO 3166 such as DE'))),
        v.minLength(1, 'must name at least one country'),
      ),
      sendsPerDay: v.optional(whole(1, 1_000_000)),
      usersPerNumber: v.optional(whole(1, 1000)),
      retentionDays: v.optional(whole(1, 3650)),
    }),
  ),
  reportKey: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1622}$/, 'must be 1,216 bytes of base64url'))),
  metricsToken: v.optional(v.pipe(v.string(), v.minLength(16, 'must have at least 16 characters'))),
  retention: v.optional(v.strictObject({ meetings: v.optional(whole(1, 365)), reports: v.optional(whole(1, 3650)) })),
  proxies: v.optional(whole(0, 8)),
  certificateLifetime: v.optional(whole(300, 43_200)),
  requestsPerMinute: v.optional(whole(1, 1_000_000)),
  log: v.optional(hook),
  now: v.optional(hook),
});

/** @throws SettingError naming the first setting that is wrong. */
export function checkOptions(options: ServerOptions): void {
  const result = v.safeParse(SCHEMA, options);
  if (result.success) {
    if (options.livekit.apiSecret === options.secrets[0])
      throw new SettingError('secrets', "must not be LiveKit's secret");
    if (options.secrets.some((secret) => options.signingKeys.includes(secret)))
      throw new SettingError('signingKeys', 'must not be used as secrets too');
    return;
  }
  const issue = result.issues[0];
  const setting = v.getDotPath(issue) ?? 'options';
  const missing = issue.received === 'undefined' || issue.message.startsWith('Invalid key: Expected');
  const what =
    issue.expected === 'never'
      ? 'is not a setting'
      : missing
        ? 'is missing'
        : issue.message.replace(/ but received.*$/, '');
  throw new SettingError(setting, what);
}
