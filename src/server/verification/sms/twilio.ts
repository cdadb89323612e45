import { SmsGatewayError, type SmsSender } from './sender.js';

export interface TwilioOptions {
  /** `VA…`, the Verify service. It must allow custom verification codes: Twilio switches that on by request. */
  readonly serviceSid: string;
  /** `AC…` with the auth token, or better `SK…` with the secret of an API key. */
  readonly keySid: string;
  readonly keySecret: string;
  readonly fetch?: typeof fetch;
}

/**
 * Twilio Verify, `POST /v2/Services/{ServiceSid}/Verifications` with a code of ours (`CustomCode`): the tries, times and
 * limits are then the same with every gateway, and Twilio's fraud guard works beside them.
 */
export function twilioSms(options: TwilioOptions): SmsSender {
  if (!/^VA[0-9a-f]{32}$/i.test(options.serviceSid))
    throw new RangeError('serviceSid must be VA and 32 hexadecimal digits');
  const address = `https://verify.twilio.com/v2/Services/${options.serviceSid}/Verifications`;
  const authorization = `Basic ${btoa(`${options.keySid}:${options.keySecret}`)}`;
  const send = options.fetch ?? fetch;
  const post = async (url: string, fields: Record<string, string>, signal: AbortSignal): Promise<void> => {
    const response = await send(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
      redirect: 'error',
      signal,
    });
    await response.body?.cancel();
    if (!response.ok) throw new SmsGatewayError(response.status);
  };
  return {
    send: ({ to, code }, signal) => post(address, { To: to, Channel: 'sms', CustomCode: code }, signal),
    // Twilio asks for it with custom codes: it watches by it which routes deliver.
    confirm: (to, signal) => post(`${address}/${encodeURIComponent(to)}`, { Status: 'approved' }, signal),
  };
}
