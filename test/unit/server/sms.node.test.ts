import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { consoleSms, SmsGatewayError, twilioSms, webhookSms } from '../../../src/server/index.js';
import fixture from '../../server/fixtures/twilio-verify.json' with { type: 'json' };

interface Sent {
  readonly url: string;
  readonly init: RequestInit & { readonly headers: Record<string, string> };
}

function recorder(status = 201): { readonly sent: Sent[]; readonly fetch: typeof fetch } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: (url, init) => {
      sent.push({ url: String(url), init: init as Sent['init'] });
      return Promise.resolve(new Response('{}', { status }));
    },
  };
}
const never = new AbortController().signal;

describe('SMS senders', () => {
  it('asks Twilio Verify byte for byte as its reference says', async () => {
    const { sent, fetch } = recorder();
    const sms = twilioSms({ ...fixture.options, fetch });
    await sms.send(fixture.send.message, never);
    await sms.confirm!(fixture.confirm.to, never);
    expect(sent.map(({ url, init }) => [init.method, url, init.body])).to.deep.equal([
      [fixture.send.method, fixture.send.url, fixture.send.body],
      [fixture.confirm.method, fixture.confirm.url, fixture.confirm.body],
    ]);
    expect(sent[0]!.init.headers).to.deep.equal(fixture.send.headers);
  });

  it('signs what it posts to a gateway, over the very bytes and the time', async () => {
    const { sent, fetch } = recorder(200);
    const secret = 'a shared secret of at least 32 characters';
    const sms = webhookSms({ url: 'https://sms.example/send', secret, fetch, now: () => 1_800_000_000_500 });
    await sms.send({ id: 'ab', to: '+4915123456789', code: '012345', text: '012345 is your code' }, never);
    const { url, init } = sent[0]!;
    expect(url).to.equal('https://sms.example/send');
    expect(init.body).to.equal('{"id":"ab","to":"+4915123456789","code":"012345","text":"012345 is your code"}');
    const mac = createHmac('sha256', secret)
      .update(`1800000000.${init.body as string}`)
      .digest('hex');
    expect(init.headers).to.deep.equal({ 'content-type': 'application/json', signature: `t=1800000000,v1=${mac}` });
  });

  it('rejects when the gateway does, and says only the status', async () => {
    const { fetch } = recorder(503);
    const error: unknown = await twilioSms({ ...fixture.options, fetch })
      .send(fixture.send.message, never)
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SmsGatewayError);
    expect((error as SmsGatewayError).code).to.equal('http-503');
    expect(String(error)).not.to.contain('123456');
  });

  it('refuses settings that would send codes in the clear or to nobody', () => {
    expect(() => webhookSms({ url: 'http://sms.example/', secret: 'x'.repeat(32) })).to.throw(RangeError, 'https');
    expect(() => webhookSms({ url: 'https://sms.example/', secret: 'short' })).to.throw(RangeError, '32');
    expect(() => twilioSms({ ...fixture.options, serviceSid: 'MG1' })).to.throw(RangeError, 'serviceSid');
  });

  it('shows codes on the console in development, never in production', async () => {
    const lines: string[] = [];
    await consoleSms((line) => lines.push(line)).send(fixture.send.message, never);
    expect(lines).to.deep.equal(['SMS to +15017122661: ignored']);
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      expect(() => consoleSms()).to.throw('sms: is for development');
    } finally {
      if (before === undefined) delete process.env.NODE_ENV;
      else process.env.NODE_ENV = before;
    }
  });
});
