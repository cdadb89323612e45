import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromBase64Url, toBase64Url, toHex, utf8 } from '../../src/base/index.js';
import { purposed, reportProofMessage } from '../../src/crypto/index.js';
import { sealReport } from '../../src/crypto/report.js';
import { xwingPublicKey } from '../../src/crypto/xwing.js';
import { openPostgres, runCli, verifyLog, type Database, type SmsMessage } from '../../src/server/index.js';
import { joinAs, type Member } from './support/host.js';
import { startCluster, type Cluster } from './support/postgres.js';
import { device, ISSUER, keyOf, startSite, type Reply, type Site } from './support/site.js';

describe('operator’s commands', () => {
  let cluster: Cluster;
  let database: Database;
  let site: Site;
  let environment: Record<string, string>;
  let folder: string;
  const sent: SmsMessage[] = [];
  const reportSeed = new Uint8Array(32).fill(5);
  const reportKey = xwingPublicKey(reportSeed);

  const cli = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await runCli(args, environment, { out: (text) => out.push(text), err: (text) => err.push(text) });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  const verify = async (user: string, number: string): Promise<void> => {
    site.users.set(user, { id: user });
    const { body } = await site.post('/verification/start', { number }, { user });
    await site.post('/verification/check', { challenge: body.challenge, code: sent.at(-1)!.code }, { user });
  };

  before(async () => {
    cluster = await startCluster();
    folder = await mkdtemp(path.join(tmpdir(), 'sm-operator-'));
    const url = cluster.createDatabase();
    database = await openPostgres({ url });
    site = await startSite(database, {
      reportKey: toBase64Url(reportKey),
      verification: {
        sms: { send: async (message) => void sent.push(message) },
        siteName: 'Example',
        countries: ['DE'],
      },
    });
    environment = {
      SECURE_MEETING_DATABASE_URL: url,
      SECURE_MEETING_SECRETS: keyOf(2),
      SECURE_MEETING_SIGNING_KEYS: keyOf(1),
      SECURE_MEETING_ISSUER: ISSUER,
    };
  });
  after(async () => {
    await site.server.close();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('disclose prints all that is stored about one user and nobody else, and logs the order', async () => {
    await verify('alice', '+4915123456789');
    await verify('bob', '+4915787654321');
    const alice = await joinAs(site, 'weekly', { user: 'alice' });
    await joinAs(site, 'weekly', { user: 'bob' });
    const { code, out } = await cli('disclose', '--user', 'alice', '--order', 'Court of X, 12/2027');
    expect(code).to.equal(0);
    const disclosed = JSON.parse(out) as { meetings: unknown[] };
    expect(disclosed).to.have.nested.property('verification.number', '+4915123456789');
    expect(disclosed).to.have.nested.property('meetings[0].identity', alice.identity);
    expect(disclosed).to.have.nested.property('meetings[0].device_key', toHex(alice.key.publicKey));
    expect(disclosed.meetings.length).to.equal(1);
    expect(out).not.to.contain('bob').and.not.to.contain('4915787654321');
    const log = await database.query<{ entry: string }>('select entry from operator_log order by seq desc limit 1');
    expect(log[0]!.entry).to.contain('Court of X, 12/2027').and.not.to.contain('alice');
  });

  it('disclose of an unknown user prints that nothing is there, and logs it too', async () => {
    const before = (await verifyLog(database)).entries;
    const { out } = await cli('disclose', '--user', 'nobody', '--order', 'Court of X, 13/2027');
    expect(JSON.parse(out)).to.deep.equal({ user: 'nobody', verification: null, codes_under_way: [], meetings: [] });
    expect((await verifyLog(database)).entries).to.equal(before + 1);
  });

  it('erase leaves nothing about the user, and others as they were', async () => {
    await verify('carol', '+4915111111111');
    await joinAs(site, 'weekly', { user: 'carol' });
    expect((await cli('erase', '--user', 'carol', '--order', 'own request')).code).to.equal(0);
    const { out } = await cli('disclose', '--user', 'carol', '--order', 'check');
    expect(JSON.parse(out)).to.deep.include({ verification: null, codes_under_way: [], meetings: [] });
    expect((await site.post('/token', { room_name: 'later' }, { user: 'carol' })).body.code).to.equal(
      'verification-required',
    );
    expect((await site.post('/token', { room_name: 'later' }, { user: 'alice' })).status).to.equal(201);
  });

  it('verify-log finds a changed, dropped and cut-off entry, and the table refuses changes', async () => {
    for (let i = 0; i < 4; i++) await cli('disclose', '--user', `user-${i}`, '--order', `order ${i}`);
    const good = await cli('verify-log');
    expect(good.code).to.equal(0);
    const { head, entries } = JSON.parse(good.out) as { head: string; entries: number };
    for (const statement of [
      'update operator_log set entry = entry',
      'delete from operator_log',
      'truncate operator_log',
    ]) {
      const refused: unknown = await database.query(statement).catch((error: unknown) => error);
      expect(String(refused)).to.contain('append-only');
    }
    const owner = async (statement: string): Promise<void> => {
      await database.query('alter table operator_log disable trigger user');
      await database.query(statement);
      await database.query('alter table operator_log enable trigger user');
    };
    await database.query('create table saved as select * from operator_log');
    const restore = 'insert into operator_log select * from saved on conflict (seq) do nothing';
    await owner(`update operator_log set entry = replace(entry, 'order 1', 'order 9')`);
    expect(JSON.parse((await cli('verify-log')).out)).to.include({ ok: false, brokenAt: entries - 2 });
    await owner(`delete from operator_log where seq >= ${entries - 2}`);
    expect((await cli('verify-log')).code, 'the end cut off, no head noted').to.equal(0);
    expect((await cli('verify-log', '--head', head)).code, 'the end cut off, head noted').to.equal(1);
    await owner(restore);
    await owner(`delete from operator_log where seq = ${entries - 1}`);
    expect(JSON.parse((await cli('verify-log')).out)).to.include({ ok: false, brokenAt: entries - 1 });
    await owner(restore);
    expect((await cli('verify-log', '--head', head)).code).to.equal(0);
  });

  describe('reports', () => {
    const hand = async (member: Member, report: unknown, changed: Record<string, unknown> = {}): Promise<Reply> => {
      const sealed = sealReport(reportKey, utf8(JSON.stringify(report)));
      const id = crypto.getRandomValues(new Uint8Array(16));
      const time = Math.floor(site.time / 1000);
      const proof = { issuer: ISSUER, meeting: member.meeting, id, time, sealed };
      return site.post('/reports', {
        certificate: member.certificate,
        id: toBase64Url(id),
        time,
        signature: toBase64Url(await member.key.sign(reportProofMessage(proof))),
        sealed: toBase64Url(sealed),
        ...changed,
      });
    };
    const signedChat = async (member: Member, text: string): Promise<Record<string, string>> => ({
      kind: 'signed',
      purpose: 'message signature',
      content: toBase64Url(utf8(text)),
      signature: toBase64Url(await member.key.sign(purposed('message signature', utf8(text)))),
      certificate: member.certificate,
    });

    it('are opened by the operator’s key alone, and each piece says what it proves', async () => {
      const [alice, bob] = [
        await joinAs(site, 'reported', { user: 'alice' }),
        await joinAs(site, 'reported', { user: 'bob' }),
      ];
      const chat = await signedChat(bob, 'I will find you');
      const stranger = await device();
      const evidence = [
        chat,
        { ...chat, content: toBase64Url(utf8('I will help you')) },
        { ...chat, certificate: alice.certificate },
        { ...chat, purpose: 'moderation' },
        // Bob's key alone: this site let it in. Nobody's key: a signature by whoever made it.
        { ...chat, certificate: undefined, ik: bob.key.text },
        { ...(await signedChat({ ...bob, key: stranger }, 'So I am told')), certificate: undefined, ik: stranger.text },
        { ...chat, certificate: undefined, ik: stranger.text },
        { kind: 'picture', type: 'image/png', data: toBase64Url(utf8('pixels')) },
      ];
      const { status, body } = await hand(alice, {
        reason: 'threat',
        text: 'see chat',
        room: 'reported',
        about: bob.identity,
        evidence,
      });
      expect(status).to.equal(201);
      const file = path.join(folder, 'report.key');
      await writeFile(file, toBase64Url(reportSeed));
      const opened = JSON.parse((await cli('report', '--id', String(body.id), '--key', file)).out) as {
        evidence: { proves: string; says: string }[];
      };
      expect(opened).to.deep.include({ reason: 'threat', text: 'see chat', about: bob.identity });
      expect(opened.evidence.map(({ proves }) => proves)).to.deep.equal([
        'this-person',
        'nothing',
        'nothing',
        'nothing',
        'this-person',
        'some-key',
        'nothing',
        'nothing',
      ]);
      expect(opened.evidence[0]!.says).to.contain(bob.identity).and.contain('room "reported"');
      await writeFile(file, keyOf(6));
      expect((await cli('report', '--id', String(body.id), '--key', file)).err).to.contain(
        'was not sealed to this key',
      );
    });

    it('are kept unreadable, and only from people who were let in', async () => {
      const alice = await joinAs(site, 'reported', { user: 'alice' });
      const { body } = await hand(alice, {
        reason: 'other',
        text: 'words nobody may read',
        room: 'reported',
        evidence: [],
      });
      const rows = await database.query<{ sealed: Uint8Array }>('select sealed from reports where id = $1', [
        fromHexId(body.id),
      ]);
      expect(Buffer.from(rows[0]!.sealed).toString('latin1')).not.to.contain('words nobody may read');
      const mallory = await device();
      const forged = { ...alice, key: mallory };
      expect((await hand(forged, {})).body.code).to.equal('unauthorised');
      expect(
        (await hand(alice, {}, { sealed: toBase64Url(sealReport(reportKey, utf8('{}'))) })).body.code,
        'another report',
      ).to.equal('unauthorised');
      for (let i = 0; i < 6; i++) await hand(alice, {});
      expect((await hand(alice, {})).body.code, 'a flood').to.equal('rate-limited');
    });
  });

  it('names the setting that is missing, misspelt or unreachable', async () => {
    const cases: [Record<string, string>, string][] = [
      [{}, 'SECURE_MEETING_DATABASE_URL: is missing'],
      [{ SECURE_MEETING_DATABASEURL: 'x' }, 'SECURE_MEETING_DATABASEURL: is not a setting'],
      [
        { SECURE_MEETING_DATABASE_URL: 'postgres://127.0.0.1:1/x' },
        'SECURE_MEETING_DATABASE_URL: no database answers there',
      ],
      [{ SECURE_MEETING_SECRETS_FILE: '/nowhere' }, 'SECURE_MEETING_SECRETS_FILE: names a file'],
    ];
    for (const [settings, message] of cases) {
      const err: string[] = [];
      expect(await runCli(['migrate'], settings, { out: () => undefined, err: (text) => err.push(text) })).to.equal(1);
      expect(err.join('\n')).to.contain(message);
    }
    expect((await cli('disclose', '--user', 'x')).code).to.equal(2);
    expect((await cli('frobnicate')).code).to.equal(2);
  });

  it('makes keys that the backend takes', async () => {
    const { out } = await cli('keys');
    const value = (name: string): string => new RegExp(`${name}=(\\S+)`).exec(out)![1]!;
    expect(fromBase64Url(value('SIGNING_KEYS'))).to.have.length(32);
    expect(fromBase64Url(value('REPORT_KEY'))).to.have.length(1216);
    expect(xwingPublicKey(fromBase64Url(out.trim().split('\n').at(-1)!))).to.deep.equal(
      fromBase64Url(value('REPORT_KEY')),
    );
  });
});

function fromHexId(id: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(String(id), 'hex'));
}
