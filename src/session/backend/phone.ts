import { SecureMeetingError } from '../../base/index.js';
import type { CodeSent, PhoneVerification } from '../types.js';
import { ask, fieldsOf, under, type RequestContext } from './request.js';

/** Seconds that make sense in the backend's answers. */
const DAY = 86_400;

/** What can be a number at all: the backend reads nothing else. */
const NUMBER = /^[+0-9 ()./-]{4,32}$/;

/** Verifies a phone number with the site's backend. One challenge at a time: another number replaces it. */
export function phoneVerification(api: string, context: RequestContext): PhoneVerification {
  let challenge: string | undefined;
  const post = (path: string, body: object): Promise<unknown> =>
    ask(under(api, `verification/${path}`), 'verification', body, context);
  const sent = (answer: unknown): CodeSent => {
    const fields = fieldsOf(answer);
    const expiresIn = seconds(fields['expires_in']);
    const resendIn = seconds(fields['resend_in']);
    const id = fields['challenge'];
    if (typeof id !== 'string' || !/^[\w-]{22}$/.test(id) || expiresIn === undefined || resendIn === undefined)
      throw new SecureMeetingError('token-answer-invalid');
    challenge = id;
    return { expiresIn, resendIn };
  };
  return {
    async start(number, country) {
      if (!NUMBER.test(number)) throw new SecureMeetingError('token-number-invalid');
      return sent(await post('start', { number, ...(country !== undefined && { country }) }));
    },
    resend: async () => sent(await post('resend', { challenge: known(challenge) })),
    async check(code) {
      // Six digits, however they were written or read out.
      const digits = code.replace(/\D/g, '');
      if (digits.length !== 6) throw new SecureMeetingError('token-code-wrong');
      const { verified } = fieldsOf(await post('check', { challenge: known(challenge), code: digits }));
      if (verified !== true) throw new SecureMeetingError('token-answer-invalid');
      challenge = undefined;
    },
  };
}

function known(challenge: string | undefined): string {
  if (challenge === undefined) throw new SecureMeetingError('token-code-expired');
  return challenge;
}

function seconds(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= DAY
    ? (value as number)
    : undefined;
}
