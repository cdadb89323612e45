/** What holds for every route, over all there are: a route that is not in the table below fails the first test. */
import { expect } from 'chai';
import { toBase64Url } from '../../src/base/index.js';
import { xwingPublicKey } from '../../src/crypto/xwing.js';
import { API_CODES, type Database, type ServerOptions } from '../../src/server/index.js';
import { routes } from '../../src/server/routes.js';
import type { Route } from '../../src/server/http/app.js';
import type { Services } from '../../src/server/services.js';
import { onBothDatabases } from './support/databases.js';
import { ISSUER, LIVEKIT, ORIGIN, startSite, type Site } from './support/site.js';

interface Row {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Longest body in bytes. */
  readonly limit?: number;
  /** A field that a body needs and that is missing in `{}`. */
  readonly needs?: string;
  /** For other servers: any `Origin` is refused, addresses aren't counted. */
  readonly internal?: boolean;
  /** Status of a plain request. */
  readonly plain?: number;
}

const TABLE: readonly Row[] = [
  { path: '/token', method: 'POST', limit: 8192, needs: 'room_name' },
  { path: '/verification/start', method: 'POST', limit: 1024, needs: 'number' },
  { path: '/verification/resend', method: 'POST', limit: 1024, needs: 'challenge' },
  { path: '/verification/check', method: 'POST', limit: 1024, needs: 'challenge' },
  { path: '/moderation/:action', method: 'POST', limit: 8192, needs: 'certificate' },
  { path: '/reports', method: 'POST', limit: 1_406_294, needs: 'certificate' },
  { path: '/webhooks/livekit', method: 'POST', limit: 262_144, internal: true },
  { path: '/.well-known/secure-meeting.json', method: 'GET', plain: 200 },
  { path: '/health', method: 'GET', internal: true, plain: 200 },
  { path: '/ready', method: 'GET', internal: true, plain: 200 },
  { path: '/metrics', method: 'GET', internal: true, plain: 401 },
];

const options: Partial<ServerOptions> = {
  reportKey: toBase64Url(xwingPublicKey(new Uint8Array(32))),
  metricsToken: 'a token for the metrics',
  verification: { sms: { send: () => Promise.resolve() }, siteName: 'Example', countries: ['DE'] },
};
const addressOf = ({ path }: Row): string => ISSUER + path.replace(':action', 'mute');

interface Said {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

onBothDatabases('every route', (open) => {
  let database: Database;
  let site: Site;
  /** Takes two requests a minute from each address. */
  let walled: Site;
  before(async () => {
    database = await open();
    site = await startSite(database, options);
    walled = await startSite(database, { ...options, requestsPerMinute: 2 });
  });
  after(() => site.server.close());
  const ask = async (
    url: string,
    init: RequestInit & { duplex?: 'half' } = {},
    where = site,
    address = '192.0.2.9',
  ): Promise<Said> => {
    const response = await where.server.fetch(new Request(url, init), {
      incoming: { socket: { remoteAddress: address } },
    });
    const text = await response.text();
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, body, headers: response.headers };
  };
  const json = { 'content-type': 'application/json' };
  const send = (row: Row, body: BodyInit, headers: Record<string, string> = json): Promise<Said> =>
    ask(addressOf(row), { method: 'POST', headers, body, ...(body instanceof ReadableStream && { duplex: 'half' }) });

  it('is in this table, with its method', () => {
    const services = { options: { ...options, livekit: LIVEKIT } } as unknown as Services;
    const all: readonly Route[] = routes(services, {} as never);
    expect(all.map(({ path, method }) => `${method} ${path}`)).to.deep.equal(
      TABLE.map(({ path, method }) => `${method} ${path}`),
    );
    expect(all.map(({ internal = false }) => internal)).to.deep.equal(TABLE.map(({ internal = false }) => internal));
  });

  for (const row of TABLE) {
    const { path, method, limit, needs, internal, plain } = row;
    describe(`${method} ${path}`, () => {
      it('answers to no other method, and says which it has', async () => {
        for (const other of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].filter((each) => each !== method)) {
          const said = await ask(addressOf(row), { method: other });
          expect([said.status, said.body['code']], other).to.deep.equal([405, 'method-not-allowed']);
          expect(said.headers.get('allow')).to.contain(method);
        }
      });

      it('answers allowed origins alone, and shows nothing to others', async () => {
        for (const origin of [
          'https://evil.example',
          'null',
          `${ORIGIN}.evil.example`,
          ORIGIN.replace('https', 'http'),
        ])
          for (const verb of [method, 'OPTIONS']) {
            const said = await ask(addressOf(row), {
              method: verb,
              headers: { ...json, origin },
              ...(verb === 'POST' && { body: '{}' }),
            });
            expect([said.status, said.body['code']], origin).to.deep.equal([403, 'origin-not-allowed']);
            expect(said.headers.get('access-control-allow-origin')).to.equal(null);
          }
        const good = await ask(addressOf(row), { method: 'OPTIONS', headers: { origin: ORIGIN } });
        expect(good.status).to.equal(internal ? 403 : 204);
        if (internal) return;
        expect(good.headers.get('access-control-allow-origin')).to.equal(ORIGIN);
        expect(good.headers.get('access-control-allow-methods')).to.equal(method);
        expect(good.headers.get('vary')).to.contain('Origin');
      });

      it('is data for one caller: not kept, not guessed, not framed', async () => {
        const { headers } = await ask(addressOf(row), {
          method,
          ...(method === 'POST' && { headers: json, body: '{}' }),
        });
        expect(headers.get('cache-control')).to.equal('no-store');
        expect(headers.get('x-content-type-options')).to.equal('nosniff');
        expect(headers.get('content-security-policy')).to.contain("frame-ancestors 'none'");
        expect(headers.get('x-request-id')).to.match(/^[0-9a-f]{16}$/);
      });

      it('is counted by address, unless it is for other servers', async () => {
        const once = (): Promise<Said> =>
          ask(
            addressOf(row),
            { method, ...(method === 'POST' && { headers: json, body: '{}' }) },
            walled,
            `10.0.0.${TABLE.indexOf(row)}`,
          );
        await once();
        await once();
        const third = await once();
        if (internal) expect(third.status).not.to.equal(429);
        else {
          expect([third.status, third.body['code']]).to.deep.equal([429, 'rate-limited']);
          expect(Number(third.headers.get('retry-after'))).to.be.within(1, 60);
          expect(third.body['retry_after']).to.equal(Number(third.headers.get('retry-after')));
        }
      });

      if (plain !== undefined)
        it(`answers ${plain}, and has no body for HEAD`, async () => {
          expect((await ask(addressOf(row))).status).to.equal(plain);
          const head = await site.server.fetch(new Request(addressOf(row), { method: 'HEAD' }));
          expect([head.status, await head.text()]).to.deep.equal([plain, '']);
        });

      if (limit !== undefined)
        it(`reads ${limit} bytes and not one more, said or not`, async () => {
          // White space counts, and is all JSON allows in any amount.
          const padded = (size: number): string => `{${' '.repeat(size - 2)}}`;
          const stream = (size: number): ReadableStream =>
            new ReadableStream({
              start(controller) {
                controller.enqueue(new TextEncoder().encode(padded(size)));
                controller.close();
              },
            });
          for (const make of [padded, stream]) {
            expect((await send(row, make(limit))).status).to.equal(needs === undefined ? 401 : 400);
            expect((await send(row, make(limit + 1))).body).to.deep.equal({ code: 'body-too-large' });
          }
          let read = 0;
          const endless = new ReadableStream({
            pull(controller) {
              read += 1024;
              controller.enqueue(new Uint8Array(1024).fill(0x20));
              if (read > limit * 8 + 65_536) controller.close();
            },
          });
          expect((await send(row, endless)).status).to.equal(413);
          expect(read, 'not read to its end').to.be.below(limit + 65_536);
          const lying = await send(row, padded(limit + 1), { ...json, 'content-length': '2' });
          expect(lying.status).to.equal(413);
        });

      if (needs !== undefined)
        it('takes JSON of its form alone, and names the field that is wrong', async () => {
          const tell = async (body: BodyInit, headers?: Record<string, string>): Promise<unknown[]> => {
            const said = await send(row, body, headers);
            return [said.status, said.body['code'], said.body['field']];
          };
          expect(await tell('{}')).to.deep.equal([400, 'body-invalid', needs]);
          for (const wrong of ['', '{', 'null', '[]', '"x"', '1', '{"a":1}{}'])
            expect((await tell(wrong)).slice(0, 2), wrong).to.deep.equal([400, 'body-invalid']);
          expect((await tell(new Uint8Array([0x7b, 0xff, 0x7d])))[1], 'not UTF-8').to.equal('body-invalid');
          const types = [
            'text/plain',
            'application/x-www-form-urlencoded',
            'multipart/form-data',
            'application/json5',
            '',
          ];
          for (const type of types)
            expect((await tell('{}', { 'content-type': type })).slice(0, 2), type).to.deep.equal([
              415,
              'type-unsupported',
            ]);
          expect((await tell('{}', { 'content-type': 'Application/JSON; charset=utf-8' }))[1]).to.equal('body-invalid');
        });
    });
  }

  it('that is none gets a code too, and so do odd addresses', async () => {
    for (const path of [
      '/',
      '/nowhere',
      '/token/',
      '/TOKEN',
      '/moderation',
      '/moderation/',
      '/token%00',
      '//token',
      '/moderation/mute/x',
      '/.well-known/',
      '/webhooks/livekit/..%2fmetrics',
    ]) {
      const said = await ask(ISSUER + path, { method: 'POST', headers: json, body: '{}' });
      expect([said.status, said.body['code']], path).to.deep.equal([404, 'not-found']);
    }
    expect(Object.values(API_CODES).every((status) => status >= 400)).to.equal(true);
  });
});
