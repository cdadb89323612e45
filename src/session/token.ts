import { SecureMeetingError, type Clock } from '../base/index.js';
import { ask, fieldsOf, under, withTimeout } from './backend/request.js';
import type { SessionOptions, TokenAnswer, TokenRequest } from './types.js';

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
  context: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<TokenAnswer> {
  const body = {
    room_name: request.room,
    participant_identity: request.identity,
    participant_name: request.name,
    device_key: request.deviceKey,
    device_key_proof: request.deviceKeyProof,
    device_key_time: request.deviceKeyTime,
    passcode: request.passcode,
    encryption: request.encryption,
  };
  const answer = fieldsOf(await ask(endpoint, 'token', body, { ...context, requestInit }));
  const { server_url, participant_token, certificate } = answer;
  return checked({ serverUrl: server_url, token: participant_token, certificate });
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
