import { toHex, utf8 } from '../../../base/index.js';
import { SmsGatewayError, type SmsSender } from './sender.js';

export interface WebhookSmsOptions {
  /** `https:` address of a gateway of your own. */
  readonly url: string;
  /** Shared secret, at least 32 characters. */
  readonly secret: string;
  readonly fetch?: typeof fetch;
  /** Wall clock in milliseconds. */
  readonly now?: () => number;
}

/**
 * Posts `{ id, to, code, text }` to a gateway of the operator's own, with
 * `Signature: t=‹seconds›,v1=‹hexadecimal HMAC-SHA-256 of "‹seconds›.‹body›"›`. The receiver checks the signature, that
 * the time is at most five minutes away, and that it has not seen the id.
 */
export function webhookSms(options: WebhookSmsOptions): SmsSender {
  if (!URL.canParse(options.url) || new URL(options.url).protocol !== 'https:')
    throw new RangeError('url must be an https address');
  if (options.secret.length < 32) throw new RangeError('secret must have at least 32 characters');
  const now = options.now ?? Date.now;
  const send = options.fetch ?? fetch;
  const key = crypto.subtle.importKey('raw', utf8(options.secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return {
    async send({ id, to, code, text }, signal) {
      const body = JSON.stringify({ id, to, code, text });
      const time = Math.floor(now() / 1000);
      const signature = new Uint8Array(await crypto.subtle.sign('HMAC', await key, utf8(`${time}.${body}`)));
      const response = await send(options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', signature: `t=${time},v1=${toHex(signature)}` },
        body,
        redirect: 'error',
        signal,
      });
      await response.body?.cancel();
      if (!response.ok) throw new SmsGatewayError(response.status);
    },
  };
}
