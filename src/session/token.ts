import { SecureMeetingError, toBase64Url, type Clock } from '../base/index.js';
import type { MeetingIdentityKey } from '../keys/index.js';
import { Refused, ask, fieldsOf, under, withTimeout } from './backend/request.js';
import type { SessionOptions, TokenAnswer, TokenRequest } from './types.js';

type TokenOptions = Pick<
  SessionOptions,
  'tokenSource' | 'tokenEndpoint' | 'api' | 'requestInit' | 'serverUrl' | 'token'
>;

/** Shows to a token endpoint of our backend who somebody was before. */
export interface Prover {
  /** The meeting's device key. */
  readonly ik: MeetingIdentityKey;
  /** The one issuer that gets proofs; without it those at the token endpoint's own origin do. */
  readonly issuer?: () => Promise<string>;
}

interface TokenContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly refreshed?: string | undefined;
  readonly prover?: Prover | undefined;
}

/** Whether the page gave any way to get a token. */
export function hasTokenSource(options: TokenOptions): boolean {
  return Boolean(
    options.tokenSource ?? options.tokenEndpoint ?? options.api ?? (options.token !== undefined && options.serverUrl),
  );
}

/**
 * Gets the permission for one join: from the page's `tokenSource`, else LiveKit's standard token endpoint, else the
 * page's `token` (or the one the SFU refreshed since). An endpoint is asked at most twice.
 * @throws SecureMeetingError `token-…`; an AbortError when aborted.
 */
export async function getToken(
  options: TokenOptions,
  request: TokenRequest,
  context: TokenContext,
): Promise<TokenAnswer> {
  const { tokenSource, serverUrl } = options;
  const endpoint = options.tokenEndpoint ?? (options.api === undefined ? undefined : under(options.api, 'token'));
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
  { prover, ...context }: TokenContext,
): Promise<TokenAnswer> {
  const send = (asked: TokenRequest): Promise<unknown> =>
    ask(endpoint, 'token', bodyOf(asked), { ...context, requestInit });
  const full = prover ? { ...request, deviceKey: toBase64Url(prover.ik.publicKey) } : request;
  const answer = await send(full).catch(async (error: unknown) => {
    const other = prover && (await otherwise(error, full, endpoint, prover));
    if (!other) throw error;
    return send(other);
  });
  const { server_url, participant_token, certificate } = fieldsOf(answer);
  return checked({ serverUrl: server_url, token: participant_token, certificate });
}

/** What to ask once more after a refusal; undefined when there is nothing else to ask. */
async function otherwise(
  error: unknown,
  request: TokenRequest,
  endpoint: string,
  prover: Prover,
): Promise<TokenRequest | undefined> {
  const refused = error instanceof SecureMeetingError ? error.cause : undefined;
  if (!(refused instanceof Refused)) return undefined;
  if (refused.code === 'proof-required') {
    const { asProved } = await import('./backend/prove.js').catch((cause: unknown) => {
      throw new SecureMeetingError('load-failed', { cause });
    });
    return asProved(request, refused, endpoint, prover);
  }
  // Decision 0078: `device_key` is not of LiveKit's standard, and an endpoint may take nothing else.
  if (prover.issuer || ![400, 422].includes(refused.status)) return undefined;
  const { deviceKey: _, ...standard } = request;
  return standard;
}

function bodyOf(request: TokenRequest): object {
  return {
    room_name: request.room,
    participant_identity: request.identity,
    participant_name: request.name,
    device_key: request.deviceKey,
    device_key_proof: request.deviceKeyProof,
    device_key_time: request.deviceKeyTime,
    passcode: request.passcode,
    encryption: request.encryption,
  };
}

function checked(answer: unknown): TokenAnswer {
  const { serverUrl, token, certificate } = fieldsOf(answer);
  if (typeof token !== 'string' || !/^[\w.~+/=-]{1,16000}$/.test(token) || typeof serverUrl !== 'string')
    throw new SecureMeetingError('token-answer-invalid');
  let url: URL;
  try {
    url = new URL(serverUrl);
  } catch {
    throw new SecureMeetingError('token-answer-invalid');
  }
  if (!['ws:', 'wss:', 'http:', 'https:'].includes(url.protocol)) throw new SecureMeetingError('token-answer-invalid');
  if (certificate === undefined) return { serverUrl, token };
  if (typeof certificate !== 'string' || !/^[\w-]{1,3000}$/.test(certificate))
    throw new SecureMeetingError('token-answer-invalid');
  return { serverUrl, token, certificate };
}
