/** Parts fail, are slow, or lie about the time: a clear answer, nothing by halves, and on by itself afterwards. */
import { expect } from 'chai';
import { AccessToken, TokenVerifier } from 'livekit-server-sdk';
import { createHash } from 'node:crypto';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { toBase64Url } from '../../src/base/index.js';
import { reportProofMessage } from '../../src/crypto/index.js';
import { sealReport } from '../../src/crypto/report.js';
import { xwingPublicKey } from '../../src/crypto/xwing.js';
import {
  openPostgres,
  runCli,
  webhookSms,
  type Database,
  type SmsMessage,
  type SmsSender,
} from '../../src/server/index.js';
import { killBackends, startBackend, type Backend } from './support/backend.js';
import { startFakeLivekit, type FakeLivekit } from './support/fake-livekit.js';
import { joinAs, moderate, moderationBody } from './support/host.js';
import { startCluster, type Cluster } from './support/postgres.js';
import { ISSUER, keyOf, LIVEKIT, startSite, type Reply, type Site } from './support/site.js';

const isRoot = process.getuid?.() === 0;

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await holds()); await new Promise((next) => setTimeout(next, 50)))
    if (Date.now() > deadline) throw new Error(`not within 30 s: ${what}`);
}

describe('faults', () => {
  let cluster: Cluster;
  let livekit: FakeLivekit;
  const opened: Database[] = [];
  before(async () => {
    [cluster, livekit] = await Promise.all([startCluster(), startFakeLivekit()]);
  });
  after(async () => {
    await killBackends();
    await Promise.all(opened.map((database) => database.close().catch(() => undefined)));
    await Promise.all([cluster.stop(), livekit.stop()]);
  });
  const open = async (url: string, statementTimeout = 5000): Promise<Database> => {
    const database = await openPostgres({ url, statementTimeout });
    opened.push(database);
    return database;
  };
  /** Holds a lock that lets no statement use `table`. */
  const hold = async (url: string, table: string): Promise<{ release(): Promise<void> }> => {
    const database = await open(url);
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    let held = (): void => undefined;
    const holding = new Promise<void>((resolve) => (held = resolve));
    const transaction = database
      .transaction(async (tx) => {
        await tx.query(`lock table ${table} in access exclusive mode`);
        held();
        await until;
      })
      .catch(() => undefined);
    await holding;
    return {
      async release() {
        release();
        await transaction;
      },
    };
  };
  const waits = async (url: string): Promise<boolean> => {
    const rows = await (await open(url)).query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`);
    return rows.length > 0;
  };

  it('the database is down at the start: it does not start, and names the setting', async () => {
    const error: unknown = await startBackend({ url: 'postgres://meeting@127.0.0.1:1/x' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.contain('DatabaseUnavailable');
    const err: string[] = [];
    const environment = {
      SECURE_MEETING_DATABASE_URL: 'postgres://meeting:hunter2@127.0.0.1:1/x',
      SECURE_MEETING_LIVEKIT_URL: LIVEKIT.url,
      SECURE_MEETING_LIVEKIT_API_KEY: LIVEKIT.apiKey,
      SECURE_MEETING_LIVEKIT_API_SECRET: LIVEKIT.apiSecret,
      SECURE_MEETING_ISSUER: ISSUER,
      SECURE_MEETING_SIGNING_KEYS: keyOf(1),
      SECURE_MEETING_SECRETS: keyOf(2),
      SECURE_MEETING_HOOKS: 'test/server/support/hooks.mjs',
    };
    const output = { out: () => undefined, err: (text: string) => err.push(text) };
    expect(await runCli(['serve'], environment, output)).to.equal(1);
    expect(err.join('\n')).to.contain('SECURE_MEETING_DATABASE_URL: no database answers there');
    expect(err.join('\n')).not.to.contain('hunter2');
  });

  it('the database goes down in the middle of a request: 503, and nothing is half done', async () => {
    const url = cluster.createDatabase();
    const site = await startSite(await open(url));
    site.policy = () => ({ admit: true, passcode: '493021' });
    const ask = { room_name: 'cut', passcode: '493021' };
    expect((await site.post('/token', ask)).status).to.equal(201);
    const lock = await hold(url, 'admissions');
    const cut = site.post('/token', ask);
    await until('the request waits for the database', () => waits(url));
    await cluster.kill();
    expect(await cut).to.deep.include({ status: 503, body: { code: 'unavailable', retry_after: 5 } });
    await lock.release();
    await cluster.start();
    await until('it is back', async () => (await site.get('/ready')).status === 200);
    expect((await site.post('/token', ask)).status).to.equal(201);
  });

  it('the database takes too long: 503 when the statement’s time is over', async () => {
    const url = cluster.createDatabase();
    const site = await startSite(await open(url, 300));
    const lock = await hold(url, 'admissions');
    expect((await site.post('/token', { room_name: 'slow' })).body['code']).to.equal('unavailable');
    await lock.release();
    expect((await site.post('/token', { room_name: 'slow' })).status).to.equal(201);
  });

  it('the disk is full: 503, nothing half done, and on by itself once there is room', async function (this: {
    skip(why: string): void;
  }) {
    if (!isRoot) return this.skip('a small file system can only be mounted as root');
    const url = await cluster.createSmallDatabase(40);
    const database = await open(url);
    const reportKey = xwingPublicKey(new Uint8Array(32).fill(5));
    const site = await startSite(database, { reportKey: toBase64Url(reportKey) });
    const alice = await joinAs(site, 'full', { user: 'alice' });
    const report = async (): Promise<Reply> => {
      const sealed = sealReport(reportKey, crypto.getRandomValues(new Uint8Array(60_000)));
      const id = crypto.getRandomValues(new Uint8Array(16));
      const time = Math.floor(site.time / 1000);
      const proof = { issuer: ISSUER, meeting: alice.meeting, id, time, sealed };
      return site.post('/reports', {
        certificate: alice.certificate,
        ...{ id: toBase64Url(id), time, sealed: toBase64Url(sealed) },
        signature: toBase64Url(await alice.key.sign(reportProofMessage(proof))),
      });
    };
    await database.query('create table filler (waste text)');
    await database.query('alter table filler alter column waste set storage plain');
    for (const rows of [1000, 100, 10, 1])
      for (let full = false; !full;)
        full = await database
          .query(`insert into filler select repeat('x', 7000) from generate_series(1, ${rows})`)
          .then(() => false)
          .catch(() => true);
    expect(await report()).to.deep.include({ status: 503, body: { code: 'unavailable', retry_after: 5 } });
    expect(await database.query('select 1 from reports')).to.deep.equal([]);
    let last: Reply | undefined;
    for (let i = 0; i < 2000 && last?.status !== 503; i++)
      last = await site.post('/token', { room_name: `full-${i}-${'x'.repeat(100)}` });
    expect(last?.body, 'at some time there is no room for a meeting either').to.deep.include({ code: 'unavailable' });
    expect(JSON.stringify(site.log)).to.contain('DatabaseUnavailable');
    await database.query('drop table filler');
    expect((await report()).status).to.equal(201);
    expect((await joinAs(site, 'full', { user: 'alice' })).meeting).to.deep.equal(alice.meeting);
  });

  it('a copy’s clock is an hour wrong: tokens, codes, webhooks and orders to LiveKit are good all the same', async () => {
    const url = cluster.createDatabase();
    const settings = { url, livekit: { ...LIVEKIT, apiUrl: livekit.url } };
    const copies = await Promise.all([3600, -3600].map((clockAhead) => startBackend({ ...settings, clockAhead })));
    const verifier = new TokenVerifier(LIVEKIT.apiKey, LIVEKIT.apiSecret);
    const checkBy = async (one: Backend, other: Backend, user: string, number: string): Promise<void> => {
      const { body } = await one.post('/verification/start', { number }, user);
      const code = one.sms.find(({ to }) => to === number)!.code;
      const challenge = body['challenge'];
      expect((await other.post('/verification/check', { challenge, code }, user)).body).to.deep.equal({
        verified: true,
      });
    };
    await checkBy(copies[0]!, copies[1]!, 'new-ann', '+4915123456789');
    await checkBy(copies[1]!, copies[0]!, 'new-bob', '+4915787654321');
    for (const copy of copies) {
      const { body } = await copy.post('/token', { room_name: 'time' }, 'ann');
      expect(Math.abs(Number(body['time']) - Date.now() / 1000)).to.be.lessThan(30);
      await verifier.verify(String(body['participant_token']));
      const event = JSON.stringify({
        ...{ event: 'room_started', id: `EV_${copy.port}`, room: { name: 'time' } },
        createdAt: Math.floor(Date.now() / 1000),
      });
      const signed = new AccessToken(LIVEKIT.apiKey, LIVEKIT.apiSecret, { ttl: 300 });
      signed.sha256 = createHash('sha256').update(event).digest('base64');
      const authorization = await signed.toJwt();
      expect((await copy.post('/webhooks/livekit', event, undefined, { authorization })).status).to.equal(200);
    }
    // Orders to LiveKit: the site's own clock is the process's here, so the test's is set wrong instead.
    livekit.calls.length = 0;
    const site = await startSite(await open(url), { livekit: { ...LIVEKIT, apiUrl: livekit.url } });
    site.policy = (user) => ({ admit: true, role: user?.id === 'host' ? 'host' : 'member' });
    site.time = Date.now() - 5 * 3600_000;
    const host = await joinAs(site, 'ordered', { user: 'host' });
    await moderate(site, host, 'end');
    const claims = JSON.parse(Buffer.from(livekit.calls[0]!.token.split('.')[1]!, 'base64url').toString()) as {
      nbf: number;
      exp: number;
    };
    expect(site.time / 1000, 'by the clock all copies share').to.be.within(claims.nbf, claims.exp);
    expect(claims.exp - claims.nbf).to.be.lessThan(900);
  });

  describe('the SMS gateway', () => {
    const sent: SmsMessage[] = [];
    let gateway: SmsSender['send'];
    let database: Database;
    let site: Site;
    before(async () => {
      database = await open(cluster.createDatabase());
      site = await startSite(database, {
        verification: {
          sms: { send: (message, signal) => gateway(message, signal) },
          siteName: 'x',
          countries: ['DE'],
        },
      });
      for (const id of ['ann', 'bob']) site.users.set(id, { id });
    });
    const start = (user: string, number: string): Promise<Reply> =>
      site.post('/verification/start', { number }, { user });

    it('never answers: told after 8 s; that the message went out after all makes no code good', async () => {
      let aborted = false;
      let arrive = (): void => undefined;
      gateway = (message, signal) => {
        sent.push(message);
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise((resolve) => (arrive = resolve));
      };
      const began = performance.now();
      const reply = await start('ann', '+4915123456789');
      expect(reply).to.deep.include({ status: 503, body: { code: 'sms-unavailable', retry_after: 30 } });
      expect(performance.now() - began).to.be.within(7_900, 25_000);
      expect(aborted).to.equal(true);
      arrive();
      expect(await database.query('select 1 from challenges')).to.deep.equal([]);
    });

    it('answers twice on one connection: one message, and the next one goes out too', async () => {
      const bodies: string[] = [];
      const server = createTcpServer((socket) => {
        socket
          .on('error', () => undefined)
          .on('data', (data) => {
            bodies.push(data.toString());
            const answer = (status: string): string => `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`;
            socket.write(answer('200 OK') + answer('500 Again'));
          });
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const sms = webhookSms({
        url: 'https://gateway.example/',
        secret: 's'.repeat(32),
        fetch: (_url, init) => fetch(`http://127.0.0.1:${port}/`, init),
      });
      gateway = (message, signal) => sms.send(message, signal);
      for (const [user, number] of [
        ['ann', '+4915123456700'],
        ['bob', '+4915123450000'],
      ] as const) {
        site.time += 60_000;
        expect((await start(user, number)).status, user).to.equal(201);
      }
      expect(bodies.filter((body) => body.startsWith('POST'))).to.have.length(2);
      server.close();
    });
  });

  it('LiveKit can not be reached, or never answers: tokens go on, an order is told as not done and kept', async () => {
    const site = await startSite(await open(cluster.createDatabase()), {
      livekit: { ...LIVEKIT, apiUrl: livekit.url },
    });
    site.policy = (user) => ({ admit: true, role: user?.id === 'host' ? 'host' : 'member' });
    const host = await joinAs(site, 'silent', { user: 'host' });
    const bob = await joinAs(site, 'silent', { user: 'bob' });
    livekit.silent = true;
    livekit.calls.length = 0;
    const began = performance.now();
    const order = await moderationBody(site, host, 'remove', { target: bob.identity });
    const reply = await site.post('/moderation/remove', order);
    livekit.silent = false;
    expect(reply).to.deep.include({ status: 503, body: { code: 'unavailable', retry_after: 5 } });
    expect(performance.now() - began).to.be.lessThan(20_000);
    expect((await site.post('/token', { room_name: 'silent' }, { user: 'bob' })).body['code']).to.equal('not-admitted');
    expect((await site.post('/token', { room_name: 'silent' }, { user: 'carol' })).status).to.equal(201);
    await until('it is done by itself', () => livekit.calls.some(({ method }) => method === 'RemoveParticipant'));
  });

  it('told to end: takes nobody new, answers whom it had begun to serve, and exits with 0', async () => {
    const url = cluster.createDatabase();
    const backend = await startBackend({ url });
    const lock = await hold(url, 'admissions');
    const under = backend.post('/token', { room_name: 'late' });
    await until('the request waits for the database', () => waits(url));
    const ended = backend.end();
    await until('nobody new is taken', () =>
      backend.get('/health').then(
        () => false,
        () => true,
      ),
    );
    await lock.release();
    expect((await under).status).to.equal(201);
    expect(await ended).to.equal(0);
  });

  it('forgets by itself what is over its time, soon after it started', async () => {
    const database = await open(cluster.createDatabase());
    await startSite(database);
    const old = new Date(Date.UTC(2026, 0, 1));
    await database.query('insert into limits values ($1, 1, $2)', [new Uint8Array(32), old]);
    await database.query(
      `insert into meetings (id, room, encryption, started_at, used_at) values ($1, 'old', 'required', $2, $2)`,
      [new Uint8Array(16), old],
    );
    await startSite(database);
    const rows = async (): Promise<number> =>
      (await database.query('select 1 from limits union all select 1 from meetings')).length;
    await until('it is forgotten', async () => (await rows()) === 0);
  });

  it('a meeting’s time is up: its room is closed, and the next one may begin', async () => {
    const url = cluster.createDatabase();
    livekit.calls.length = 0;
    const sites = await Promise.all(
      [0, 1].map(async () => startSite(await open(url), { livekit: { ...LIVEKIT, apiUrl: livekit.url } })),
    );
    for (const site of sites) site.policy = () => ({ admit: true, duration: 600 });
    const first = await joinAs(sites[0]!, 'timed', { user: 'ann' });
    for (const site of sites) site.time += 600_000;
    await until('LiveKit is asked', () => livekit.calls.length > 0);
    // Each copy may ask, which changes nothing.
    for (const { method, body } of livekit.calls) expect([method, body['room']]).to.deep.equal(['DeleteRoom', 'timed']);
    expect((await joinAs(sites[1]!, 'timed', { user: 'ann' })).meeting).not.to.deep.equal(first.meeting);
  });
});
