import * as v from 'valibot';
import { equalSecret, fromUtf8, toBase64Url, toHex, utf8, type Bytes } from '../../base/index.js';
import { checkUser } from '../check-hooks.js';
import { ApiError } from '../http/errors.js';
import * as field from '../http/fields.js';
import { describeError } from '../observe/log.js';
import type { User } from '../policy.js';
import type { Call, Services } from '../services.js';
import { countCheck, countSend, RESEND_SECONDS } from './limits.js';
import { normaliseNumber } from './number.js';
import type { VerificationOptions } from './options.js';
import * as store from './store.js';

/** Seconds a code is good for. */
const CODE_LIFETIME = 300;

/** How long the gateway may take: milliseconds. */
const GATEWAY_TIMEOUT = 8000;

export const START_REQUEST = v.object({
  number: v.pipe(v.string(), v.minLength(4), v.maxLength(32), v.regex(/^[+0-9 ()./-]+$/)),
  /** ISO 3166, for numbers without `+`. */
  country: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))),
});
export const RESEND_REQUEST = v.object({ challenge: field.bytes(16) });
export const CHECK_REQUEST = v.object({
  challenge: field.bytes(16),
  code: v.pipe(v.string(), v.regex(/^[0-9]{6}$/)),
});

/** A code is on its way. */
export interface ChallengeAnswer {
  /** Base64url; checks and resends name it. */
  readonly challenge: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly resend_in: number;
}

/**
 * One-time phone verification for users of the site. Nothing here asks whether a number is known, except after the code
 * sent to it came back: answers, work and messages are the same for all numbers until then.
 */
export class Verification {
  readonly #services: Services;
  readonly #options: VerificationOptions;

  constructor(services: Services, options: VerificationOptions) {
    this.#services = services;
    this.#options = options;
  }

  /** `POST /verification/start`: sends a code. A code sent to this user before is void from now on (another number). */
  async start(call: Call, body: v.InferOutput<typeof START_REQUEST>): Promise<ChallengeAnswer> {
    const { user, refs } = await this.#user(call);
    const number = await normaliseNumber(body.number, body.country, this.#options.countries);
    if (await store.isVerified(this.#services.database, refs, this.#services.now()))
      throw new ApiError('already-verified');
    await countSend(this.#services, this.#options, call.address, user.id, number.e164);
    const id = crypto.getRandomValues(new Uint8Array(16));
    const sealed = await this.#services.secrets.seal('challenge', utf8(JSON.stringify(number)));
    return this.#send(id, number.e164, (codeHash, now) =>
      store.createChallenge(
        this.#services.database,
        { id, user: refs[0], numberSealed: sealed, codeHash },
        now,
        later(now, CODE_LIFETIME),
      ),
    );
  }

  /** `POST /verification/resend`: a new code for the same challenge; the tries go on counting. */
  async resend(call: Call, body: v.InferOutput<typeof RESEND_REQUEST>): Promise<ChallengeAnswer> {
    const { user, refs } = await this.#user(call);
    const { database, secrets } = this.#services;
    const sealed = await store.readChallenge(database, body.challenge, refs, this.#services.now());
    if (!sealed) throw new ApiError('code-expired');
    const { e164 } = JSON.parse(fromUtf8(await secrets.open('challenge', sealed))) as { e164: string };
    await countSend(this.#services, this.#options, call.address, user.id, e164);
    return this.#send(body.challenge, e164, (codeHash, now) =>
      store.replaceCode(database, body.challenge, codeHash, later(now, CODE_LIFETIME)),
    );
  }

  /** `POST /verification/check`. Each try is counted before the code is looked at; a right code works once. */
  async check(call: Call, body: v.InferOutput<typeof CHECK_REQUEST>): Promise<{ verified: true }> {
    const { user, refs } = await this.#user(call);
    const { database, secrets, metrics } = this.#services;
    await countCheck(this.#services, user.id);
    const now = this.#services.now();
    const hash = secrets.codeHash(body.challenge, body.code);
    const challenge = await store.countTry(database, body.challenge, refs, now);
    const right = equalSecret(hash, challenge?.codeHash ?? new Uint8Array(hash.length));
    if (!challenge) throw new ApiError('code-expired');
    if (!right) throw new ApiError(challenge.triesLeft > 0 ? 'code-wrong' : 'code-expired');
    const number = JSON.parse(fromUtf8(await secrets.open('challenge', challenge.numberSealed))) as {
      e164: string;
      country: string;
    };
    const done = await store.finish(
      database,
      body.challenge,
      {
        user: refs,
        userSealed: await secrets.seal('user', utf8(user.id)),
        number: secrets.refs('number', number.e164),
        numberSealed: await secrets.seal('number', utf8(number.e164)),
        country: number.country,
        keyId: secrets.keyId(),
      },
      this.#options.usersPerNumber ?? 3,
      now,
    );
    if (done === 'used') throw new ApiError('code-expired');
    metrics.count('secure_meeting_verifications_total', 'Right codes, by what became of them.', { outcome: done });
    this.#confirm(number.e164);
    if (done === 'in-use') throw new ApiError('number-in-use');
    return { verified: true };
  }

  async #user(call: Call): Promise<{ user: User; refs: readonly [Bytes, Bytes] }> {
    const user = checkUser(await this.#services.options.authenticate(call.request));
    if (!user) throw new ApiError('unauthorised');
    return { user, refs: this.#services.secrets.refs('user', user.id) };
  }

  /** Makes a code, has it `keep`t, and sends it. When the gateway fails the challenge is taken back. */
  async #send(id: Bytes, to: string, keep: (codeHash: Bytes, now: Date) => Promise<void>): Promise<ChallengeAnswer> {
    const { secrets, database, metrics, log } = this.#services;
    const code = randomCode();
    await keep(secrets.codeHash(id, code), this.#services.now());
    try {
      await withTimeout(GATEWAY_TIMEOUT, (signal) =>
        this.#options.sms.send(
          { id: toHex(crypto.getRandomValues(new Uint8Array(16))), to, code, text: this.#text(code) },
          signal,
        ),
      );
    } catch (error) {
      await store.voidChallenge(database, id);
      metrics.count('secure_meeting_sms_total', 'Messages, by what the gateway said.', { outcome: 'failed' });
      log({ level: 'error', event: 'sms-failed', error: describeError(error) });
      throw new ApiError('sms-unavailable', { retryAfter: RESEND_SECONDS, cause: error });
    }
    metrics.count('secure_meeting_sms_total', 'Messages, by what the gateway said.', { outcome: 'sent' });
    return { challenge: toBase64Url(id), expires_in: CODE_LIFETIME, resend_in: RESEND_SECONDS };
  }

  /** Nobody waits for it, so that the answer takes as long with a slow gateway as without. */
  #confirm(to: string): void {
    const { sms } = this.#options;
    if (!sms.confirm) return;
    withTimeout(GATEWAY_TIMEOUT, (signal) => sms.confirm?.(to, signal) ?? Promise.resolve()).catch((error: unknown) =>
      this.#services.log({ level: 'warn', event: 'sms-not-confirmed', error: describeError(error) }),
    );
  }

  #text(code: string): string {
    const { siteName } = this.#options;
    return `${code} is your code for ${siteName}. It is good for 5 minutes. Nobody from ${siteName} will ask you for it.`;
  }
}

/** Six digits, each number equally likely: 2³² − 2³² mod 10⁶ values are used, the few above are drawn again. */
function randomCode(): string {
  const word = new Uint32Array(1);
  for (;;) {
    const value = crypto.getRandomValues(word)[0] as number;
    if (value < 4_294_000_000) return String(value % 1_000_000).padStart(6, '0');
  }
}

function later(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}

/** Ends at the timeout even when `run` does not heed its signal. */
async function withTimeout(ms: number, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      abort.abort();
      reject(new Error('the gateway did not answer in time'));
    }, ms);
  });
  try {
    await Promise.race([run(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
