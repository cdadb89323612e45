/** Reporting somebody from the element, through a real LiveKit, the real backend and PostgreSQL; opened as operators do. */
import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromBase64Url, toBase64Url } from '../../src/base/index.js';
import { xwingPublicKey } from '../../src/crypto/xwing.js';
import { createServer, listen, openPostgres, runCli, type Listening } from '../../src/server/index.js';
import { keyOf } from '../server/support/site.js';
import { startCluster, type Cluster } from '../server/support/postgres.js';
import type { ElementPage } from './pages/element.js';
import type { PageHandle } from './support/page-handle.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

type Visitor = PageHandle<ElementPage>;
const ISSUER = 'http://localhost/api';
const SEED = new Uint8Array(32).fill(5);

interface Opened {
  readonly reason: string;
  readonly text: string;
  readonly room: string;
  readonly about: string;
  readonly evidence: readonly {
    readonly kind: string;
    readonly proves: string;
    readonly says: string;
    readonly content: string;
    readonly listed?: readonly { readonly name: string; readonly host: boolean }[];
  }[];
}

describe('a report from a meeting', () => {
  let world: World;
  let cluster: Cluster;
  let database: string;
  let listening: Listening;
  let folder: string;
  let api: string;

  before(async () => {
    [world, cluster] = await Promise.all([startWorld(), startCluster()]);
    folder = await mkdtemp(path.join(tmpdir(), 'sm-report-'));
    database = cluster.createDatabase();
    const { url, apiKey, apiSecret } = world.livekit;
    const server = await createServer({
      database: await openPostgres({ url: database }),
      livekit: { url, apiKey, apiSecret },
      issuer: ISSUER,
      signingKeys: [keyOf(1)],
      secrets: [keyOf(2)],
      reportKey: toBase64Url(xwingPublicKey(SEED)),
      origins: [world.server.origin],
      authenticate: (request) => {
        const id = /^Demo (\w+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
        return id === undefined ? null : { id, verified: true };
      },
      policy: ({ user }) => ({ admit: true, role: user?.id === 'ann' ? 'host' : 'member' }),
      log: () => undefined,
    });
    listening = await listen(server, 0, '127.0.0.1');
    api = `http://127.0.0.1:${listening.port}`;
  });
  after(async () => {
    await listening.close();
    await world.close();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function join(room: string, user: string): Promise<Visitor> {
    const page = await world.open<ElementPage>('test/e2e/pages/element.ts');
    const start = { 'start-muted': '', ...(user === 'bob' ? {} : { 'start-camera-off': '' }) };
    await page.call('open', { room, api, 'display-name': user, ...start }, user);
    await page.call('join');
    await until(`${user} joined`, async () => (await page.call('joined')) === '', { within: 60_000 });
    return page;
  }
  const sees = (page: Visitor, name: string): Promise<{ identity: string }> =>
    until(
      `${name} is proved`,
      async () => (await page.call('state'))?.others.find((one) => one.name === name && one.encryption === 'encrypted'),
      { within: 60_000 },
    );

  it('is opened by the operator alone, with the message, the list and the picture that were chosen, and what they prove', async () => {
    const room = world.room('reported');
    const ann = await join(room, 'ann');
    const bob = await join(room, 'bob');
    const carol = await join(room, 'carol');
    const { identity: about } = await sees(carol, 'bob');
    await Promise.all([sees(ann, 'bob'), sees(bob, 'carol')]);
    expect(await bob.call('camera', true)).to.equal('');
    expect(await bob.call('say', 'I will find you')).to.equal('');
    expect(await bob.call('say', 'and something harmless')).to.equal('');
    await until('both messages', async () => (await carol.call('state'))?.chat.length === 2);
    await until('bob is seen', async () => (await carol.call('state'))?.others.some((one) => one.camera));

    expect(await carol.call('click', '[data-tool=people]')).to.equal(true);
    await until('the menu of bob', () => carol.call('click', '[aria-label*="bob"][aria-haspopup=menu]'));
    await until('the report is chosen', () => carol.call('click', '.menu > [role=group]:last-child .item'));
    await until('the reason is chosen', () => carol.call('fill', 'select[name=reason]', 'threat'));
    await carol.call('fill', 'textarea[name=text]', 'He wrote it twice.');
    expect(await carol.call('tick', 'I will find you')).to.equal(true);
    expect(await carol.call('click', 'input[name=roster]')).to.equal(true);
    expect(await carol.call('click', 'form .buttons .button')).to.equal(true);
    await until('a picture of bob', () => carol.call('plays', '.look video'), { within: 60_000 });
    expect(await carol.call('click', '.look + .buttons .button')).to.equal(true);
    await until('the picture is there', () => carol.call('sees', '[role=img] canvas'));
    expect(await carol.call('click', 'form > [part=button-primary]')).to.equal(true);
    await until('it went', () => carol.call('sees', '.number'), { within: 60_000 }).catch(async (error: unknown) => {
      throw new Error(`${String(error)}: ${await carol.call('reads', 'form [role=alert]')}`);
    });
    const number = (await carol.call('reads', '.number')).replaceAll(' ', '');

    const out: string[] = [];
    const file = path.join(folder, 'report.key');
    await writeFile(file, toBase64Url(SEED));
    const environment = {
      SECURE_MEETING_DATABASE_URL: database,
      SECURE_MEETING_SECRETS: keyOf(2),
      SECURE_MEETING_SIGNING_KEYS: keyOf(1),
      SECURE_MEETING_ISSUER: ISSUER,
    };
    const cli = (key: string): Promise<number> =>
      runCli(['report', '--id', number, '--key', key], environment, {
        out: (text) => out.push(text),
        err: (text) => out.push(text),
      });
    expect(await cli(file), out.join('\n')).to.equal(0);
    const report = JSON.parse(out.join('\n')) as Opened;
    expect(report).to.deep.include({ reason: 'threat', text: 'He wrote it twice.', room, about });
    const [said, list, picture, ...more] = report.evidence;
    expect(more).to.deep.equal([]);
    expect(said).to.deep.include({ kind: 'signed', proves: 'this-person' });
    expect(said?.says).to.contain(about);
    const words = Buffer.from(said?.content ?? '', 'base64url').toString('latin1');
    expect(words).to.contain('I will find you').and.not.to.contain('harmless');
    expect(list).to.deep.include({ kind: 'signed', proves: 'this-person' });
    expect(list?.listed?.map(({ name }) => name)).to.have.members(['ann', 'bob', 'carol']);
    expect(picture).to.deep.include({ kind: 'picture', proves: 'nothing' });
    expect([...fromBase64Url(picture?.content ?? '').subarray(0, 3)]).to.deep.equal([0xff, 0xd8, 0xff]);

    const other = path.join(folder, 'other.key');
    await writeFile(other, keyOf(6));
    expect(await cli(other)).to.equal(1);
    // Nobody in the meeting was told, and nothing of it stands in the page of whom it is about.
    expect(await bob.call('document')).not.to.contain('He wrote it twice');
    expect((await bob.call('state'))?.others.map(({ name }) => name)).to.have.members(['ann', 'carol']);
  });

  it('is not offered by a site that publishes no key for reports', async () => {
    const server = await createServer({
      database: await openPostgres({ url: cluster.createDatabase() }),
      livekit: { url: world.livekit.url, apiKey: world.livekit.apiKey, apiSecret: world.livekit.apiSecret },
      ...{ issuer: ISSUER, signingKeys: [keyOf(1)], secrets: [keyOf(2)], origins: [world.server.origin] },
      authenticate: () => null,
      policy: () => ({ admit: true }),
      log: () => undefined,
    });
    const plain = await listen(server, 0, '127.0.0.1');
    try {
      const page = await world.open<ElementPage>('test/e2e/pages/element.ts');
      const where = { room: world.room('plain'), api: `http://127.0.0.1:${plain.port}`, 'display-name': 'dan' };
      await page.call('open', { ...where, 'start-muted': '', 'start-camera-off': '' }, undefined);
      await page.call('join');
      await until('joined', async () => (await page.call('joined')) === '', { within: 60_000 });
      const { unavailable } = (await page.call('state'))?.capabilities ?? {};
      expect(unavailable?.['feature-report']).to.deep.equal({ available: false, reason: 'api-without-reports' });
    } finally {
      await plain.close();
    }
  });
});
