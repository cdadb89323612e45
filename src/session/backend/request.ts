import { SecureMeetingError, type Clock, type ErrorCode } from '../../base/index.js';
import type { SessionOptions } from '../types.js';

/** Milliseconds the site has to answer, mostly. */
export const ANSWER_TIMEOUT = 10_000;
/** Characters of an answer that are read; a token with its address and certificate is under 8,000. */
const ANSWER_LIMIT = 64_000;

/** What every request to the site has in common. */
export interface RequestContext {
  readonly requestInit: SessionOptions['requestInit'];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds the site has to answer. */
  readonly timeout?: number;
}

/** What our backend's machine codes mean here; see `API_CODES` of `secure-meeting/server`. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  // Asked for again although it was given, or of somebody who asks for no identity.
  'proof-required': 'token-answer-invalid',
  'passcode-required': 'token-passcode-required',
  'passcode-wrong': 'token-passcode-wrong',
  'verification-required': 'token-verification-required',
  'not-admitted': 'token-not-admitted',
  'room-locked': 'token-room-locked',
  'room-full': 'token-room-full',
  'encryption-mismatch': 'token-encryption-mismatch',
  'number-invalid': 'token-number-invalid',
  'number-unsupported': 'token-number-unsupported',
  'number-in-use': 'token-number-in-use',
  'already-verified': 'token-already-verified',
  'code-wrong': 'token-code-wrong',
  'code-expired': 'token-code-expired',
  'sms-unavailable': 'token-sms-unavailable',
};

const STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'token-unauthorised',
  403: 'token-refused',
  404: 'token-endpoint-missing',
  405: 'token-endpoint-missing',
  410: 'token-endpoint-missing',
  429: 'token-rate-limited',
};

/**
 * One request to the site: `POST` with JSON, or `GET` without a body. The answer is bounded in time and size, and is
 * unchecked JSON.
 * @param purpose what the page's `requestInit` is told, for example `token`
 * @throws SecureMeetingError `token-…`, with the seconds of a `Retry-After` and, when the site said no, a {@link Refused}
 *   as its cause; an AbortError when aborted.
 */
export async function ask(
  url: string,
  purpose: string,
  body: object | undefined,
  context: RequestContext,
): Promise<unknown> {
  const own = context.requestInit?.(url, purpose) ?? {};
  const headers = new Headers(own.headers);
  headers.set('accept', 'application/json');
  if (body) headers.set('content-type', 'application/json');
  const text = body && JSON.stringify(body);
  return withTimeout(context, async (signal) => {
    let response: Response;
    let answer: string;
    try {
      response = await fetch(url, { ...own, method: body ? 'POST' : 'GET', headers, body: text ?? null, signal });
      answer = await readText(response);
    } catch (cause) {
      signal.throwIfAborted();
      throw SecureMeetingError.from(cause, 'token-endpoint-unreachable');
    }
    if (!response.ok) throw refusal(response, answer);
    try {
      return JSON.parse(answer) as unknown;
    } catch {
      throw new SecureMeetingError('token-answer-invalid', { message: 'The site did not answer with JSON.' });
    }
  });
}

/** The body, as far as anybody would read it. */
async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > ANSWER_LIMIT) {
      await reader.cancel();
      throw new SecureMeetingError('token-answer-invalid', { message: 'The site answered with too much.' });
    }
  }
}

/** How the site said no, for who can ask otherwise. `code`, `issuer` and `time` are unchecked. */
export class Refused {
  readonly status: number;
  /** Whether another address than the one that was asked said it. */
  readonly redirected: boolean;
  readonly code: unknown;
  readonly issuer: unknown;
  readonly time: unknown;

  constructor({ status, redirected }: Response, { code, issuer, time }: Readonly<Record<string, unknown>>) {
    this.status = status;
    this.redirected = redirected;
    this.code = code;
    this.issuer = issuer;
    this.time = time;
  }
}

function refusal(response: Response, text: string): SecureMeetingError {
  const fields = fieldsOf(text);
  const { code, retry_after } = fields;
  const retryAfter = seconds(response.headers.get('retry-after')) ?? seconds(retry_after);
  const known = typeof code === 'string' && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  return new SecureMeetingError(known ?? STATUS[response.status] ?? 'token-endpoint-failed', {
    message: `The site answered ${response.status}.`,
    cause: new Refused(response, fields),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** The fields of a JSON object; none for anything else. */
export function fieldsOf(json: unknown): Readonly<Record<string, unknown>> {
  let value = json;
  if (typeof json === 'string')
    try {
      value = JSON.parse(json);
    } catch {
      return {};
    }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Seconds of a `Retry-After`: a number or an HTTP date (RFC 9110 §10.2.3), between now and a day. */
function seconds(value: unknown): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const number = Number(value);
  const wait = Number.isFinite(number)
    ? number
    : ((typeof value === 'string' ? Date.parse(value) : NaN) - Date.now()) / 1000;
  return Number.isFinite(wait) ? Math.min(Math.max(Math.ceil(wait), 0), 86_400) : undefined;
}

/** @throws SecureMeetingError `token-timeout`. */
export async function withTimeout<T>(
  { clock, signal, timeout: patience = ANSWER_TIMEOUT }: Pick<RequestContext, 'clock' | 'signal' | 'timeout'>,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  const abort = (): void => own.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let late = (): void => undefined;
  const timeout = new Promise<never>((_, reject) => {
    late = () => reject(new SecureMeetingError('token-timeout'));
  });
  const cancel = clock.after(patience, () => {
    late();
    own.abort();
  });
  const aborted = new Promise<never>((_, reject) =>
    own.signal.addEventListener('abort', () => reject(own.signal.reason as Error), { once: true }),
  );
  try {
    return await Promise.race([run(own.signal), timeout, aborted]);
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
  }
}

/** `base` with `path` under it, whether or not `base` ends in a slash. */
export function under(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`;
}
