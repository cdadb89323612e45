import { SecureMeetingError, type Clock, type ErrorCode } from '../base/index.js';
import type { SessionOptions, TokenAnswer, TokenRequest } from './types.js';

/** Milliseconds a token endpoint has to answer. */
export const TOKEN_TIMEOUT = 10_000;
/** Characters of an answer that are read; a token with its address is under 4,000. */
const ANSWER_LIMIT = 64_000;

type TokenOptions = Pick<
  SessionOptions,
  'tokenSource' | 'tokenEndpoint' | 'api' | 'requestInit' | 'serverUrl' | 'token'
>;

/** Whether the page gave any way to get a token. */
export function hasTokenSource(options: TokenOptions): boolean {
  return Boolean(
    options.tokenSource ?? options.tokenEndpoint ?? options.api ?? (options.token !== undefined && options.serverUrl),
  );
}

/**
 * Gets the permission for one join: from the page's `tokenSource`, else LiveKit's standard token endpoint, else the
 * page's `token` (or the one the SFU refreshed since).
 * @throws SecureMeetingError `token-…`; an AbortError when aborted.
 */
export async function getToken(
  options: TokenOptions,
  request: TokenRequest,
  context: { readonly clock: Clock; readonly signal: AbortSignal; readonly refreshed?: string | undefined },
): Promise<TokenAnswer> {
  const { tokenSource, serverUrl } = options;
  const endpoint = options.tokenEndpoint ?? (options.api === undefined ? undefined : join(options.api, 'token'));
  if (tokenSource) {
    const answer = await withTimeout(context, (signal) => tokenSource(request, { signal })).catch((error: unknown) => {
      context.signal.throwIfAborted();
      throw SecureMeetingError.from(error, 'token-endpoint-failed');
    });
    return checked(answer);
  }
  if (endpoint !== undefined) return askEndpoint(endpoint, options.requestInit, request, context);
  const token = context.refreshed ?? options.token;
  if (token === undefined || serverUrl === undefined) throw new SecureMeetingError('config-token-source-missing');
  return checked({ serverUrl, token });
}

async function askEndpoint(
  endpoint: string,
  requestInit: SessionOptions['requestInit'],
  request: TokenRequest,
  context: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<TokenAnswer> {
  const own = requestInit?.(endpoint, 'token') ?? {};
  const headers = new Headers(own.headers);
  headers.set('content-type', 'application/json');
  headers.set('accept', 'application/json');
  const body = JSON.stringify({
    room_name: request.room,
    participant_identity: request.identity,
    participant_name: request.name,
    device_key: request.deviceKey,
  });
  return withTimeout(context, async (signal) => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(endpoint, { ...own, method: 'POST', headers, body, signal });
      text = await readText(response);
    } catch (cause) {
      signal.throwIfAborted();
      throw SecureMeetingError.from(cause, 'token-endpoint-unreachable');
    }
    if (!response.ok) throw refusal(response, text);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new SecureMeetingError('token-answer-invalid', { message: 'The token endpoint did not answer with JSON.' });
    }
    const { server_url, participant_token } = (json ?? {}) as Record<string, unknown>;
    return checked({ serverUrl: server_url, token: participant_token });
  });
}

/** The body, as far as anybody would read it: a larger one is no answer of a token endpoint. */
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
      throw new SecureMeetingError('token-answer-invalid', { message: 'The token endpoint answered with too much.' });
    }
  }
}

const STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'token-unauthorised',
  403: 'token-refused',
  404: 'token-endpoint-missing',
  405: 'token-endpoint-missing',
  410: 'token-endpoint-missing',
  429: 'token-rate-limited',
};

function refusal(response: Response, text: string): SecureMeetingError {
  const retryAfter = seconds(response.headers.get('retry-after')) ?? seconds(fieldOf(text, 'retry_after'));
  return new SecureMeetingError(STATUS[response.status] ?? 'token-endpoint-failed', {
    message: `The token endpoint answered ${response.status}.`,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function fieldOf(json: string, name: string): unknown {
  try {
    return (JSON.parse(json) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
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

function checked(answer: unknown): TokenAnswer {
  const { serverUrl, token } = (answer ?? {}) as Record<string, unknown>;
  if (typeof token !== 'string' || !/^[\w.~+/=-]{1,16000}$/.test(token) || typeof serverUrl !== 'string')
    throw new SecureMeetingError('token-answer-invalid');
  let url: URL;
  try {
    url = new URL(serverUrl);
  } catch {
    throw new SecureMeetingError('token-answer-invalid');
  }
  if (!['ws:', 'wss:', 'http:', 'https:'].includes(url.protocol)) throw new SecureMeetingError('token-answer-invalid');
  return { serverUrl, token };
}

/** @throws SecureMeetingError `token-timeout`. */
async function withTimeout<T>(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  const abort = (): void => own.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let late = (): void => undefined;
  const timeout = new Promise<never>((_, reject) => {
    late = () => reject(new SecureMeetingError('token-timeout'));
  });
  const cancel = clock.after(TOKEN_TIMEOUT, () => {
    late();
    own.abort();
  });
  const aborted = new Promise<never>((_, reject) =>
    own.signal.addEventListener('abort', () => reject(own.signal.reason as Error), { once: true }),
  );
  try {
    return await Promise.race([ask(own.signal), timeout, aborted]);
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
  }
}

/** `base` with `path` under it, whether or not `base` ends in a slash. */
function join(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`;
}
