import { SecureMeetingError, toBase64Url } from '../../base/index.js';
import type { MeetingIdentityKey } from '../../keys/index.js';
import { getToken, type Prover } from '../token.js';
import type { AccessHandler, AccessQuestion, SessionOptions, TokenAnswer, TokenRequest } from '../types.js';
import { Admission } from './admission.js';
import { phoneVerification } from './phone.js';
import type { RequestContext } from './request.js';

export interface EnterOptions {
  readonly options: SessionOptions;
  readonly request: TokenRequest;
  readonly ik: MeetingIdentityKey;
  /** From the join before in this meeting. */
  readonly admission: Admission | undefined;
  readonly ask: AccessHandler | undefined;
}

/**
 * Gets a token from a site with a backend: answers what it asks for (a passcode, a phone number) until it lets us in or
 * somebody gives up, and checks the certificate that comes with it.
 * @throws SecureMeetingError `token-…`; an AbortError when aborted.
 */
export async function enter(
  { options, request, ik, admission: known, ask }: EnterOptions,
  {
    clock,
    signal,
    refreshed,
  }: { readonly clock: RequestContext['clock']; readonly signal: AbortSignal; readonly refreshed: string | undefined },
): Promise<{ readonly answer: TokenAnswer; readonly admission: Admission }> {
  const context: RequestContext = { requestInit: options.requestInit, clock, signal };
  const encryption = options.encryption ?? 'required';
  const { api = '', room } = options;
  const opening = known ? Promise.resolve(known) : Admission.open({ api, room, ik, encryption }, context);
  // Who was here before proves it by the site's name and clock; everybody else need not wait for those.
  opening.catch(() => undefined);
  const base: TokenRequest = { ...request, deviceKey: toBase64Url(ik.publicKey), encryption };
  // A proof by a clock that stood while the machine slept is asked for again, for this site alone.
  const prover: Prover = { ik, issuer: async () => (await opening).site.issuer };
  const proof = async (): Promise<object> =>
    request.identity === undefined ? {} : (await opening).proof(request.identity);
  let passcode: string | undefined;
  for (;;) {
    try {
      const full = { ...base, ...(await proof()), ...(passcode !== undefined && { passcode }) };
      const answer = await getToken(options, full, { clock, signal, refreshed, prover });
      const admission = await opening;
      await admission.take(answer.certificate);
      return { answer, admission };
    } catch (error) {
      const question = questionOf(error, () => phoneVerification(api, context));
      if (!question || !ask) throw error;
      const given = await ask(question, { signal });
      signal.throwIfAborted();
      if (!given) throw error;
      passcode = given.passcode ?? passcode;
    }
  }
}

/** What a person can do about a refusal; undefined when nothing. */
function questionOf(error: unknown, phone: () => ReturnType<typeof phoneVerification>): AccessQuestion | undefined {
  if (!(error instanceof SecureMeetingError)) return undefined;
  const { code, retryAfter } = error;
  switch (code) {
    case 'token-passcode-required':
      return { need: 'passcode', wrong: false };
    case 'token-passcode-wrong':
      return { need: 'passcode', wrong: true, ...(retryAfter !== undefined && { retryAfter }) };
    case 'token-verification-required':
      return { need: 'verification', phone: phone() };
    default:
      return undefined;
  }
}
