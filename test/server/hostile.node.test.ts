import { expect } from 'chai';
import fc from 'fast-check';
import { toBase64Url } from '../../src/base/index.js';
import { xwingPublicKey } from '../../src/crypto/xwing.js';
import { API_CODES, openPglite, type Database, type SmsMessage } from '../../src/server/index.js';
import { startFakeLivekit, type FakeLivekit } from './support/fake-livekit.js';
import { joinAs, moderationBody } from './support/host.js';
import { ISSUER, LIVEKIT, ORIGIN, startSite, type Site } from './support/site.js';

/** How many requests the fuzzer sends; a million with `FUZZ=1000000`. */
const FUZZ = Number(process.env.FUZZ ?? 3000);

const SQL = [
  `'; drop table meetings; --`,
  `" or 1=1 --`,
  `') union select secret from verifications --`,
  `\\'; select pg_sleep(5); --`,
  `$1`,
  `1; update meetings set locked = true`,
];

/** Values that have broken parsers and databases before. */
const ODD = [
  ...SQL,
  'a\u0000b',
  '\ud800',
  '__proto__',
  '\u202e',
  '🙂'.repeat(64),
  '+4915123456789',
  'AAAAAAAAAAAAAAAAAAAAAA',
  -1,
  0.5,
  1e308,
  2 ** 53,
  null,
  true,
  [],
  {},
  [[[[]]]],
];

describe('the backend against hostile requests', () => {
  let database: Database;
  let site: Site;
  let livekit: FakeLivekit;
  const sent: SmsMessage[] = [];
  before(async () => {
    database = await openPglite();
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

  it(`answers ${FUZZ} bodies with wrong fields by a code below 500, and none with a hang`, async () => {
    site.policy = (user) => ({ admit: true, role: user?.id === 'host' ? 'host' : 'member' });
    const host = await joinAs(site, 'fuzzed', { user: 'host' });
    const good: [string, Record<string, unknown>][] = [
      [
        '/token',
        {
          room_name: 'x',
          participant_name: 'a',
          participant_identity: 'b',
          device_key: host.key.text,
          device_key_proof: toBase64Url(new Uint8Array(64)),
          device_key_time: 1,
          passcode: '123456',
          encryption: 'required',
        },
      ],
      ['/verification/start', { number: '+4915123456789', country: 'DE' }],
      ['/verification/resend', { challenge: toBase64Url(new Uint8Array(16)) }],
      ['/verification/check', { challenge: toBase64Url(new Uint8Array(16)), code: '123456' }],
      [
        '/moderation/permissions',
        await moderationBody(site, host, 'permissions', { target: 'x', sources: ['camera'] }),
      ],
      ['/moderation/mute', await moderationBody(site, host, 'mute', { target: 'x', track: 'TR_x' })],
      [
        '/reports',
        {
          certificate: host.certificate,
          id: toBase64Url(new Uint8Array(16)),
          time: 1,
          signature: toBase64Url(new Uint8Array(64)),
          sealed: toBase64Url(new Uint8Array(1200)),
        },
      ],
    ];
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom(...ODD),
      fc.string({ minLength: 40, maxLength: 90 }).map((text) => text.replace(/[^A-Za-z0-9_-]/g, 'A')),
    );
    const attempt = async (path: string, input: unknown, user?: string): Promise<void> => {
      site.time += 1000;
      const reply = await site.post(path, JSON.stringify(input) ?? 'undefined', user === undefined ? {} : { user });
      if (reply.status >= 500) throw new Error(`${path} ${JSON.stringify(input)}: ${reply.status}`);
      if (reply.status >= 400 && !(String(reply.body.code) in API_CODES))
        throw new Error(`no code: ${JSON.stringify(reply.body)}`);
    };
    for (const [path, body] of good)
      for (const value of ODD) {
        await attempt(path, value, 'someone');
        for (const field of Object.keys(body)) await attempt(path, { ...body, [field]: value }, 'someone');
      }
    const attack = fc.nat(good.length - 1).chain((which) => {
      const [path, body] = good[which]!;
      const changed = fc.constantFrom(...Object.keys(body), 'constructor', '__proto__', 'extra');
      return fc.record({
        path: fc.constant(path),
        field: changed,
        value: odd,
        body: fc.constant(body),
        whole: fc.constantFrom(true, false, false, false),
      });
    });
    await fc.assert(
      fc.asyncProperty(
        attack,
        fc.constantFrom(undefined, 'host', 'someone', ...SQL.filter((text) => !text.includes('\\'))),
        ({ path, field, value, body, whole }, user) => attempt(path, whole ? value : { ...body, [field]: value }, user),
      ),
      { numRuns: FUZZ, interruptAfterTimeLimit: FUZZ > 10_000 ? 3_600_000 : 120_000, markInterruptAsFailure: true },
    );
    const rows = await database.query<{ locked: boolean }>(`select locked from meetings where room = 'fuzzed'`);
    expect(rows).to.deep.equal([{ locked: false }]);
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
    const walled = await startSite(await openPglite(), { requestsPerMinute: 3, proxies: 1 });
    const from = async (forwarded: string): Promise<number> =>
      (await walled.post('/token', { room_name: 'x' }, { headers: { 'x-forwarded-for': forwarded } })).status;
    for (let i = 0; i < 3; i++) expect(await from(`10.0.0.${i}, 2001:db8:1:2::${i}`)).to.equal(201);
    expect(await from('10.9.9.9, 2001:db8:1:2:ffff::1'), 'same /64, another forged first entry').to.equal(429);
    expect(await from('2001:db8:1:3::1')).to.equal(201);
    await walled.server.close();
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
