import { expect } from 'chai';
import { toBase64Url } from '../../src/base/index.js';
import { xwingPublicKey } from '../../src/crypto/xwing.js';
import { type Database, type SmsMessage } from '../../src/server/index.js';
import { onBothDatabases } from './support/databases.js';
import { startFakeLivekit, type FakeLivekit } from './support/fake-livekit.js';
import { SQL } from './support/odd.js';
import { ISSUER, LIVEKIT, ORIGIN, startSite, type Site } from './support/site.js';

onBothDatabases('the backend against hostile requests', (open) => {
  let database: Database;
  let site: Site;
  let livekit: FakeLivekit;
  const sent: SmsMessage[] = [];
  before(async () => {
    database = await open();
    livekit = await startFakeLivekit();
    site = await startSite(database, {
      livekit: { ...LIVEKIT, apiUrl: livekit.url },
      reportKey: toBase64Url(xwingPublicKey(new Uint8Array(32))),
      metricsToken: 'a token for the metrics',
      verification: {
        sms: { send: async (message) => void sent.push(message) },
        siteName: 'Example',
        countries: ['DE'],
      },
    });
  });
  after(async () => {
    await site.server.close();
    await livekit.stop();
  });

  it('stores SQL as the words it is', async () => {
    site.policy = () => ({ admit: true });
    for (const text of SQL) {
      const reply = await site.post('/token', { room_name: text }, { user: 'someone' });
      expect(reply.status).to.equal(201);
      expect(await database.query('select 1 from meetings where room = $1', [text])).to.have.length(1);
    }
  });

  it('names what is wrong with method, type, size, shape, origin and path', async () => {
    const send = async (path: string, init: RequestInit): Promise<[number, unknown]> => {
      const response = await site.server.fetch(new Request(ISSUER + path, init));
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    const json = { 'content-type': 'application/json' };
    const good = JSON.stringify({ room_name: 'x' });
    expect(await send('/token', { method: 'GET' })).to.deep.equal([405, 'method-not-allowed']);
    expect(
      await send('/token', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: good }),
    ).to.deep.equal([415, 'type-unsupported']);
    expect(await send('/token', { method: 'POST', headers: json, body: '{' })).to.deep.equal([400, 'body-invalid']);
    expect(await send('/token', { method: 'POST', headers: json, body: new Uint8Array([0x7b, 0xff]) })).to.deep.equal([
      400,
      'body-invalid',
    ]);
    expect(
      await send('/token', { method: 'POST', headers: json, body: JSON.stringify({ room_name: 'x'.repeat(9000) }) }),
    ).to.deep.equal([413, 'body-too-large']);
    expect(
      await send('/token', { method: 'POST', headers: { ...json, origin: 'https://evil.example' }, body: good }),
    ).to.deep.equal([403, 'origin-not-allowed']);
    expect(await send('/token', { method: 'POST', headers: { ...json, origin: 'null' }, body: good })).to.deep.equal([
      403,
      'origin-not-allowed',
    ]);
    expect(await send('/nowhere', { method: 'GET' })).to.deep.equal([404, 'not-found']);
    expect(await send('/moderation/promote', { method: 'POST', headers: json, body: '{}' })).to.deep.equal([
      404,
      'not-found',
    ]);
    expect(await send('/metrics', { headers: { authorization: 'Bearer a token for the metricz' } })).to.deep.equal([
      401,
      'unauthorised',
    ]);
    const { body } = await site.post('/token', { room_name: 'x', device_key: 'short' });
    expect(body).to.deep.equal({ code: 'body-invalid', field: 'device_key' });
  });

  it('lets allowed origins call, and shows nothing to others', async () => {
    const preflight = async (origin: string): Promise<Response> =>
      site.server.fetch(
        new Request(`${ISSUER}/token`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'POST' },
        }),
      );
    const good = await preflight(ORIGIN);
    expect(good.status).to.equal(204);
    expect(good.headers.get('access-control-allow-origin')).to.equal(ORIGIN);
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`, ORIGIN.replace('https', 'http')]) {
      const bad = await preflight(origin);
      expect(bad.status, origin).to.equal(403);
      expect(bad.headers.get('access-control-allow-origin'), origin).to.equal(null);
    }
  });

  it('counts addresses: by /64 for IPv6, and only as far as the operator’s own proxies vouch', async () => {
    const walled = await startSite(database, { requestsPerMinute: 3, proxies: 1 });
    const from = async (forwarded: string): Promise<number> =>
      (await walled.post('/token', { room_name: 'x' }, { headers: { 'x-forwarded-for': forwarded } })).status;
    for (let i = 0; i < 3; i++) expect(await from(`10.0.0.${i}, 2001:db8:1:2::${i}`)).to.equal(201);
    expect(await from('10.9.9.9, 2001:db8:1:2:ffff::1'), 'same /64, another forged first entry').to.equal(429);
    expect(await from('2001:db8:1:3::1')).to.equal(201);
  });

  it('keeps secrets out of the log, and a planted one is found', async () => {
    const canary = {
      code: '',
      number: '+4915199999999',
      passcode: 'canary-passcode',
      name: 'Canary Name',
      user: 'canary-user',
    };
    site.users.set(canary.user, { id: canary.user });
    site.policy = () => ({ admit: true, passcode: canary.passcode, verification: false });
    await site.post('/verification/start', { number: canary.number }, canary);
    canary.code = sent.at(-1)!.code;
    const token = await site.post(
      '/token',
      { room_name: 'canary-room', passcode: canary.passcode, participant_name: canary.name },
      canary,
    );
    await site.post('/token', { room_name: 'canary-room', passcode: 'x' }, canary);
    const secrets = [...Object.values(canary), 'canary-room', String(token.body.participant_token), LIVEKIT.apiSecret];
    const found = (log: unknown): string[] => secrets.filter((secret) => JSON.stringify(log).includes(secret));
    expect(found(site.log)).to.deep.equal([]);
    expect(site.log.length).to.be.greaterThan(2);
    expect(found([...site.log, { event: 'planted', code: canary.code }])).to.deep.equal([canary.code]);
    const metrics = await site.server.fetch(
      new Request(`${ISSUER}/metrics`, { headers: { authorization: 'Bearer a token for the metrics' } }),
    );
    const text = await metrics.text();
    expect(text).to.contain('secure_meeting_requests_total{route="/token"');
    expect(found(text)).to.deep.equal([]);
  });
});
