import { expect } from 'chai';
import {
  consoleSms,
  createDevelopmentServer,
  createServer,
  DEVELOPMENT_LIVEKIT,
  openPglite,
  SettingError,
  type Database,
  type ServerOptions,
  type SmsMessage,
} from '../../src/server/index.js';
import { applyRetention } from '../../src/server/operator/retention.js';
import { onBothDatabases } from './support/databases.js';
import { joinAs } from './support/host.js';
import { keyOf, LIVEKIT, startSite, type Site } from './support/site.js';

const DAY = 24 * 3600 * 1000;

onBothDatabases('upkeep', (open) => {
  let database: Database;
  const sent: SmsMessage[] = [];
  const verification = {
    sms: { send: async (message: SmsMessage) => void sent.push(message) },
    siteName: 'Example',
    countries: ['DE'],
  };
  const verify = async (site: Site, user: string, number: string): Promise<unknown> => {
    site.users.set(user, { id: user });
    const { body } = await site.post('/verification/start', { number }, { user });
    return (await site.post('/verification/check', { challenge: body.challenge, code: sent.at(-1)!.code }, { user }))
      .body;
  };
  const token = async (site: Site, user: string): Promise<unknown> => {
    site.users.set(user, { id: user });
    return (await site.post('/token', { room_name: 'x' }, { user })).status;
  };
  beforeEach(async () => {
    database = await open();
  });

  it('changes the secret without asking anybody for a number again: old and new, then the new one alone', async () => {
    const before = await startSite(database, { verification });
    await verify(before, 'alice', '+4915123456789');
    const both = await startSite(database, { verification, secrets: [keyOf(3), keyOf(2)] });
    expect(await token(both, 'alice'), 'while both are there').to.equal(201);
    const stale = async (): Promise<number> =>
      (await database.query('select 1 from verifications where user_ref = (select user_ref from remembered)')).length;
    await database.query('create table remembered as select user_ref from verifications');
    const deadline = Date.now() + 15_000;
    // The background work of `both` moves it.
    while ((await stale()) > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
    const after = await startSite(database, { verification, secrets: [keyOf(3)] });
    expect(await token(after, 'alice'), 'with the new one alone').to.equal(201);
    const wrong = await startSite(database, { verification, secrets: [keyOf(4)] });
    expect(await token(wrong, 'alice'), 'a secret that never was one').to.equal(403);
  });

  it('changes its signing key without a certificate that anybody refuses, then takes the old one for nothing', async () => {
    const published = async (site: Site): Promise<unknown> =>
      ((await site.get('/.well-known/secure-meeting.json')).body['keys'] as { signs: boolean }[]).map(
        ({ signs }) => signs,
      );
    const copies: Site[] = [];
    for (const signingKeys of [[keyOf(1)], [keyOf(1), keyOf(9)], [keyOf(9), keyOf(1)], [keyOf(9)]])
      copies.push(await startSite(database, { signingKeys }));
    expect(await Promise.all(copies.map(published))).to.deep.equal([[true], [true, false], [true, false], [true]]);
    const judged = async (signer: Site, checker: Site): Promise<string> => {
      const member = await joinAs(signer, 'rollover', { user: 'alice' });
      const expected = { room: 'rollover', identity: member.identity, ik: member.key.publicKey };
      const verdict = await checker.verify(member.certificate, expected);
      return verdict.ok ? 'good' : verdict.fault;
    };
    const [before, announced, changed, after] = copies as [Site, Site, Site, Site];
    // Two copies of the steps that follow each other run side by side while they are replaced.
    for (const [one, other] of [
      [before, announced],
      [announced, changed],
      [changed, after],
    ] as const) {
      if (one !== before) expect(await judged(other, one)).to.equal('good');
      expect(await judged(one, one)).to.equal('good');
    }
    expect(await judged(before, changed), 'certificates from before go on').to.equal('good');
    expect(await judged(before, after), 'until the old key is taken out').to.equal('unknown-key');
    expect(await judged(changed, before), 'the new one before it was published').to.equal('unknown-key');
  });

  it('forgets each kind of row at its time, not before', async () => {
    const site = await startSite(database, { verification });
    await verify(site, 'alice', '+4915123456789');
    await joinAs(site, 'old', { user: 'alice' });
    const count = async (table: string): Promise<number> =>
      (await database.query<{ count: number }>(`select count(*)::int as count from ${table}`))[0]!.count;
    const retention = { meetings: 30, verifications: 730, reports: 180 };
    const at = (days: number): Promise<unknown> =>
      applyRetention(database, retention, new Date(site.time + days * DAY));
    await at(0.5);
    expect([await count('meetings'), await count('challenges'), await count('verifications')]).to.deep.equal([1, 1, 1]);
    await at(2);
    expect([await count('meetings'), await count('challenges'), await count('limits')]).to.deep.equal([1, 0, 0]);
    await at(29.9);
    expect(await count('admissions')).to.equal(1);
    await at(30.1);
    expect([await count('meetings'), await count('admissions')]).to.deep.equal([0, 0]);
    await at(729);
    expect(await count('verifications')).to.equal(1);
    await at(731);
    expect(await count('verifications')).to.equal(0);
  });
});

describe('settings', () => {
  it('are refused by name, without showing a value', async () => {
    const database = await openPglite();
    const good: ServerOptions = {
      database,
      livekit: LIVEKIT,
      authenticate: () => null,
      policy: () => ({ admit: true }),
      issuer: 'https://meet.example',
      signingKeys: [keyOf(1)],
      secrets: [keyOf(2)],
      origins: [],
    };
    const cases: [object, string][] = [
      [{ livekit: undefined }, 'livekit'],
      [{ livekit: { ...LIVEKIT, apiSecret: 'short-secret' } }, 'livekit.apiSecret: must have at least 32'],
      [{ livekit: { ...LIVEKIT, url: 'sfu.example' } }, 'livekit.url'],
      [{ authenticate: undefined }, 'authenticate'],
      [{ issuer: 'https://meet.example/' }, 'issuer: must not end with a slash'],
      [{ signingKeys: [] }, 'signingKeys: must have a key'],
      [{ signingKeys: ['c2VjcmV0LXZhbHVl'] }, 'signingKeys.0'],
      [{ secrets: [keyOf(1)] }, 'signingKeys: must not be used as secrets too'],
      [{ origins: ['https://www.example/path'] }, 'origins.0: must be an origin'],
      [{ origins: ['*'] }, 'origins.0'],
      [{ orgins: [] }, 'orgins: is not a setting'],
      [{ certificateLifetime: 10 }, 'certificateLifetime: must be at least 300'],
      [{ verification: { siteName: 'x', countries: ['DE'], sms: {} } }, 'verification.sms: must be an SMS sender'],
      [
        { verification: { siteName: 'x', countries: [], sms: { send: () => undefined } } },
        'verification.countries: must name at least one',
      ],
    ];
    for (const [change, message] of cases) {
      const error: unknown = await createServer({ ...good, ...change }).catch((thrown: unknown) => thrown);
      expect(error, message).to.be.instanceOf(SettingError);
      expect((error as Error).message).to.contain(message);
      expect((error as Error).message)
        .not.to.contain('short-secret')
        .and.not.to.contain('c2VjcmV0');
    }
    await database.close();
  });

  it('refuse in production what is for development, or would send tokens in the clear, each by its name', async () => {
    const nodeEnv = process.env['NODE_ENV'];
    const database: Database = { query: never, transaction: never, close: () => Promise.resolve() };
    const good: ServerOptions = {
      database,
      livekit: { ...LIVEKIT, url: 'wss://sfu.example' },
      authenticate: () => null,
      policy: () => ({ admit: true }),
      issuer: 'https://meet.example',
      signingKeys: [keyOf(1)],
      secrets: [keyOf(2)],
      origins: ['https://www.example'],
    };
    const refusals: [string, () => unknown][] = [
      ['database: PGlite is for development', () => openPglite()],
      ['sms: is for development', () => consoleSms()],
      ['NODE_ENV: is for development', () => createDevelopmentServer()],
      [
        'livekit.apiSecret: is the one of the development mode',
        () => createServer({ ...good, livekit: { ...DEVELOPMENT_LIVEKIT, url: 'wss://sfu.example' } }),
      ],
      ['livekit.url: must be wss:', () => createServer({ ...good, livekit: { ...LIVEKIT, url: 'ws://sfu.example' } })],
      ['issuer: must be https:', () => createServer({ ...good, issuer: 'http://meet.example' })],
      [
        'origins.1: must be https:',
        () => createServer({ ...good, origins: ['https://www.example', 'http://www.example'] }),
      ],
    ];
    process.env['NODE_ENV'] = 'production';
    try {
      for (const [message, attempt] of refusals) {
        const error: unknown = await (async () => attempt())().catch((thrown: unknown) => thrown);
        expect(error, message).to.be.instanceOf(SettingError);
        expect((error as Error).message)
          .to.contain(message)
          .and.contain('NODE_ENV is "production"');
        expect((error as Error).message).not.to.contain(DEVELOPMENT_LIVEKIT.apiSecret);
      }
      // With everything as it should be it goes on, as far as this database lets it.
      expect(String(await createServer(good).catch((thrown: unknown) => thrown))).to.contain('it was asked');
    } finally {
      if (nodeEnv === undefined) delete process.env['NODE_ENV'];
      else process.env['NODE_ENV'] = nodeEnv;
    }
  });
});

const never = (): Promise<never> => Promise.reject(new Error('it was asked'));
