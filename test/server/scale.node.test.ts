import { expect } from 'chai';
import { openPostgres, type Database, type SmsMessage } from '../../src/server/index.js';
import { joinAs, moderate } from './support/host.js';
import { startFakeLivekit, type FakeLivekit } from './support/fake-livekit.js';
import { startCluster, type Cluster } from './support/postgres.js';
import { LIVEKIT, startSite, type Reply, type Site } from './support/site.js';

describe('two backends over one PostgreSQL', () => {
  let cluster: Cluster;
  let databases: Database[];
  let sites: [Site, Site];
  let livekit: FakeLivekit;
  const sent: SmsMessage[] = [];
  before(async () => {
    cluster = await startCluster();
    livekit = await startFakeLivekit();
    const url = cluster.createDatabase();
    databases = await Promise.all([1, 2].map(() => openPostgres({ url })));
    const options = {
      livekit: { ...LIVEKIT, apiUrl: livekit.url },
      verification: {
        sms: { send: async (message: SmsMessage) => void sent.push(message) },
        siteName: 'Example',
        countries: ['DE'],
      },
    };
    sites = (await Promise.all(databases.map((database) => startSite(database, options)))) as [Site, Site];
    for (const site of sites) for (const user of ['alice', 'bob']) site.users.set(user, { id: user });
  });
  after(async () => {
    await Promise.all(sites.map((site) => site.server.close()));
    await cluster.stop();
    await livekit.stop();
  });
  const both = (act: (site: Site, i: number) => Promise<Reply>, times = 10): Promise<Reply[]> =>
    Promise.all(Array.from({ length: times }, (_, i) => act(sites[i % 2]!, i)));
  const later = (ms: number): void => sites.forEach((site) => (site.time += ms));

  it('send one message when both are asked for the same number at the same moment', async () => {
    const replies = await both((site, i) =>
      site.post('/verification/start', { number: '+4915123456789' }, { user: i % 2 ? 'alice' : 'bob' }),
    );
    expect(replies.filter(({ status }) => status === 201)).to.have.length(1);
    expect(sent).to.have.length(1);
  });

  it('take a code once, and five tries together', async () => {
    later(31_000);
    const { body } = await sites[0].post('/verification/start', { number: '+4915123456789' }, { user: 'alice' });
    const code = sent.at(-1)!.code;
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    const guesses = await both((site) =>
      site.post('/verification/check', { challenge: body.challenge, code: wrong }, { user: 'alice' }),
    );
    expect(guesses.filter((reply) => reply.body.code === 'code-wrong')).to.have.length(4);
    later(31_000);
    const again = await sites[1].post('/verification/start', { number: '+4915123456789' }, { user: 'alice' });
    const right = { challenge: again.body.challenge, code: sent.at(-1)!.code };
    const takes = await both((site) => site.post('/verification/check', right, { user: 'alice' }), 6);
    expect(takes.filter(({ status }) => status === 200)).to.have.length(1);
  });

  it('verify two numbers of one user at the same moment: neither fails, one stays', async () => {
    for (let i = 0; i < 8; i++) {
      const user = `twice-${i}`;
      sites.forEach((site) => site.users.set(user, { id: user }));
      const codes: { challenge: unknown; code: string }[] = [];
      for (const number of [`+49151${i}1112222`, `+49171${i}333444`]) {
        const caller = { user, address: `198.51.100.${i}` };
        const { body } = await sites[0].post('/verification/start', { number }, caller);
        codes.push({ challenge: body.challenge, code: sent.at(-1)!.code });
      }
      // The second one voided the first; as when both were asked for at one moment, it is open again.
      await databases[0]!.query('update challenges set expires_at = $1 where used_at is null', [
        new Date(sites[0].time + 300_000),
      ]);
      const replies = await both((site, which) => site.post('/verification/check', codes[which], { user }), 2);
      expect(replies.map(({ body }) => body)).to.deep.equal([{ verified: true }, { verified: true }]);
    }
    const rows = await databases[0]!.query('select 1 from verifications');
    expect(rows).to.have.length(9);
  });

  it('start one meeting together, and hold to what a host said at the other', async () => {
    sites.forEach(
      (site) =>
        (site.policy = (user) => ({ admit: true, verification: false, role: user?.id === 'host' ? 'host' : 'member' })),
    );
    const members = await Promise.all(
      [0, 1, 0, 1].map((which, i) => joinAs(sites[which]!, 'shared', { user: `u${i}` })),
    );
    expect(new Set(members.map(({ meeting }) => Buffer.from(meeting).toString('hex'))).size).to.equal(1);
    const host = await joinAs(sites[0], 'shared', { user: 'host' });
    await moderate(sites[0], host, 'remove', { target: members[1]!.identity });
    expect((await sites[1].post('/token', { room_name: 'shared' }, { user: 'u1' })).body.code).to.equal('not-admitted');
  });

  it('count guesses of a passcode together, also after one was restarted', async () => {
    sites.forEach((site) => (site.policy = () => ({ admit: true, verification: false, passcode: '493021' })));
    const guess = (site: Site, i: number): Promise<Reply> =>
      site.post('/token', { room_name: 'guessed', passcode: `wrong-${i}` });
    const replies = await both(guess, 12);
    expect(replies.filter(({ body }) => body.retry_after === undefined)).to.have.length(5);
    const restarted = await startSite(databases[1]!, {});
    restarted.time = sites[0].time;
    restarted.policy = sites[0].policy;
    expect((await guess(restarted, 99)).body.retry_after).to.be.a('number');
  });

  it('say 503 while the database is down, and go on by themselves when it is back', async () => {
    sites.forEach((site) => (site.policy = () => ({ admit: true, verification: false })));
    const before = await joinAs(sites[0], 'survives', { user: 'alice' });
    await cluster.kill();
    const down = await sites[0].post('/token', { room_name: 'survives' }, { user: 'alice' });
    expect(down).to.deep.include({ status: 503, body: { code: 'unavailable', retry_after: 5 } });
    expect((await sites[0].get('/ready')).status).to.equal(503);
    expect((await sites[0].get('/health')).status).to.equal(200);
    await cluster.start();
    const deadline = Date.now() + 15_000;
    while ((await sites[0].get('/ready')).status !== 200 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const after = await joinAs(sites[0], 'survives', { user: 'alice' });
    expect(after.meeting, 'nothing lost').to.deep.equal(before.meeting);
  });
});
