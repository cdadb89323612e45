import { expect } from 'chai';
import { type Database, type SmsMessage, type SmsSender, type VerificationOptions } from '../../src/server/index.js';
import { onBothDatabases } from './support/databases.js';
import { startSite, type Reply, type Site } from './support/site.js';

onBothDatabases('phone verification', (open) => {
  let database: Database;
  let site: Site;
  let sent: SmsMessage[];
  let gateway: SmsSender['send'];
  let people = 0;
  /** A user the site calls unverified, and a German mobile number in a block of its own. */
  const someone = (): { user: string; number: string; address: string } => {
    const n = ++people;
    const user = `user-${n}`;
    site.users.set(user, { id: user });
    return {
      user,
      number: `+49151${String(10_000_000 + n * 100_003).slice(0, 8)}`,
      address: `10.${n >> 8}.${n & 255}.1`,
    };
  };
  const begin = async (person: {
    user: string;
    number: string;
    address: string;
  }): Promise<{ challenge: string; code: string }> => {
    const reply = await site.post('/verification/start', { number: person.number }, person);
    expect(reply.body).to.have.property('challenge');
    return { challenge: String(reply.body.challenge), code: sent.at(-1)!.code };
  };
  const check = (person: { user: string; address: string }, challenge: string, code: string): Promise<Reply> =>
    site.post('/verification/check', { challenge, code }, person);
  const another = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

  before(async () => {
    database = await open();
    const verification: VerificationOptions = {
      sms: { send: (message, signal) => gateway(message, signal) },
      siteName: 'Example',
      countries: ['DE', 'US'],
      sendsPerDay: 400,
    };
    site = await startSite(database, { verification });
  });
  beforeEach(() => {
    sent = [];
    gateway = async (message) => void sent.push(message);
    site.time += 48 * 3600 * 1000;
  });

  it('lets a user into encrypted meetings once the code came back, and never asks again', async () => {
    const alice = someone();
    const token = (): Promise<Reply> => site.post('/token', { room_name: 'verified' }, alice);
    expect((await token()).body).to.deep.equal({ code: 'verification-required' });
    const { challenge, code } = await begin(alice);
    expect(sent).to.have.length(1);
    expect(sent[0]!.to).to.equal(alice.number);
    expect(sent[0]!.text).to.match(/^\d{6} is your code for Example\./);
    expect(await check(alice, challenge, code)).to.deep.include({ status: 200, body: { verified: true } });
    expect((await token()).status).to.equal(201);
    site.time += 300 * 24 * 3600 * 1000;
    expect((await token()).status).to.equal(201);
    expect((await site.post('/verification/start', { number: alice.number }, alice)).body.code).to.equal(
      'already-verified',
    );
  });

  it('does not ask users the site knows, guests, or anybody in a meeting without E2EE', async () => {
    expect((await site.post('/token', { room_name: 'a' }, { user: 'known' })).status).to.equal(201);
    expect((await site.post('/token', { room_name: 'a' })).status).to.equal(201);
    site.policy = () => ({ admit: true, encryption: 'off' });
    expect((await site.post('/token', { room_name: 'b', encryption: 'off' }, someone())).status).to.equal(201);
    site.policy = () => ({ admit: true });
  });

  it('takes a right code once, though it comes ten times at the same moment', async () => {
    const bob = someone();
    const { challenge, code } = await begin(bob);
    const replies = await Promise.all(Array.from({ length: 10 }, () => check(bob, challenge, code)));
    expect(replies.filter(({ status }) => status === 200)).to.have.length(1);
    expect((await check(bob, challenge, code)).body.code).to.equal('code-expired');
  });

  it('looks at five tries, not at a sixth, though all come at the same moment', async () => {
    const carol = someone();
    const { challenge, code } = await begin(carol);
    const wrong = await Promise.all(Array.from({ length: 15 }, () => check(carol, challenge, another(code))));
    expect(wrong.filter(({ body }) => body.code === 'code-wrong')).to.have.length(4);
    expect((await check(carol, challenge, code)).body.code, 'the right one, too late').to.equal('code-expired');
  });

  it('goes on counting tries after a resend, and voids the code before', async () => {
    const dave = someone();
    const first = await begin(dave);
    for (let i = 0; i < 4; i++) await check(dave, first.challenge, another(first.code));
    expect((await site.post('/verification/resend', { challenge: first.challenge }, dave)).body.code).to.equal(
      'rate-limited',
    );
    site.time += 31_000;
    expect((await site.post('/verification/resend', { challenge: first.challenge }, dave)).status).to.equal(201);
    const second = sent.at(-1)!.code;
    if (second !== first.code)
      expect((await check(dave, first.challenge, first.code)).body.code).to.equal('code-expired');
    expect((await check(dave, first.challenge, second)).body.code).to.equal('code-expired');
  });

  it('forgets a code after five minutes, and when the user takes another number', async () => {
    const erin = someone();
    const old = await begin(erin);
    site.time += 301_000;
    expect((await check(erin, old.challenge, old.code)).body.code).to.equal('code-expired');
    const before = await begin(erin);
    const other = someone();
    const now = await begin({ ...erin, number: other.number });
    expect((await check(erin, before.challenge, before.code)).body.code).to.equal('code-expired');
    expect((await check(erin, now.challenge, now.code)).status).to.equal(200);
  });

  it('takes a code only from the user who asked for it', async () => {
    const [frank, mallory] = [someone(), someone()];
    const { challenge, code } = await begin(frank);
    expect((await check(mallory, challenge, code)).body.code).to.equal('code-expired');
    expect((await site.post('/verification/resend', { challenge }, mallory)).body.code).to.equal('code-expired');
    expect((await check(frank, challenge, code)).status).to.equal(200);
    expect((await site.post('/verification/check', { challenge, code })).body.code).to.equal('unauthorised');
  });

  it('says that a number is taken only to who holds it, after three users', async () => {
    const { number } = someone();
    const outcomes: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      site.time += 24 * 3600 * 1000;
      const person = { ...someone(), number };
      const { challenge, code } = await begin(person);
      outcomes.push((await check(person, challenge, code)).body);
    }
    expect(outcomes).to.deep.equal([
      { verified: true },
      { verified: true },
      { verified: true },
      { code: 'number-in-use' },
    ]);
  });

  it('keeps to three users of a number though six come at the same moment', async () => {
    const { number } = someone();
    const ready: { person: ReturnType<typeof someone>; challenge: string; code: string }[] = [];
    for (let i = 0; i < 5; i++) {
      site.time += 31_000;
      const person = { ...someone(), number };
      ready.push({ person, ...(await begin(person)) });
    }
    const replies = await Promise.all(ready.map(({ person, challenge, code }) => check(person, challenge, code)));
    expect(replies.filter(({ status }) => status === 200)).to.have.length(3);
  });

  it('refuses what is no number, a landline, a premium line, and countries that are not allowed', async () => {
    const person = someone();
    const start = async (number: string, country?: string): Promise<unknown> =>
      (await site.post('/verification/start', { number, ...(country && { country }) }, person)).body.code;
    expect(await start('12345')).to.equal('number-invalid');
    expect(await start('+4930123456')).to.equal('number-unsupported');
    expect(await start('+499001234567')).to.equal('number-unsupported');
    expect(await start('+33612345678')).to.equal('number-unsupported');
    expect(await start('+4915112345678;ext=5')).to.equal('body-invalid');
    expect(sent).to.deep.equal([]);
    expect(
      (await site.post('/verification/start', { number: '0151 2345-6789', country: 'DE' }, person)).status,
    ).to.equal(201);
    expect(sent[0]!.to).to.equal('+4915123456789');
  });

  it('holds sends: 5 a day to a number, 10 for a user, 20 to a thousand neighbours, 20 an hour from an address', async () => {
    const count = async (
      n: number,
      next: (i: number) => { user: string; number: string; address: string },
      step = 31_000,
    ): Promise<number> => {
      let good = 0;
      for (let i = 0; i < n; i++) {
        site.time += step;
        const person = next(i);
        const { status, body, headers } = await site.post('/verification/start', { number: person.number }, person);
        if (status === 201) good++;
        else {
          expect(body.code).to.equal('rate-limited');
          expect(Number(headers.get('retry-after'))).to.be.within(1, 24 * 3600);
        }
      }
      return good;
    };
    const { number } = someone();
    expect(await count(8, () => ({ ...someone(), number }))).to.equal(5);
    const one = someone();
    expect(await count(14, () => ({ ...someone(), user: one.user }))).to.equal(10);
    expect(await count(25, (i) => ({ ...someone(), number: `+491605550${String(100 + i)}` })), 'range').to.equal(20);
    const { address } = someone();
    expect(await count(25, () => ({ ...someone(), address }))).to.equal(20);
  });

  it('stops sending when the day’s messages are used up, and says so in the log', async () => {
    const limited = await startSite(database, {
      secrets: ['CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk'],
      verification: {
        sms: { send: (message, signal) => gateway(message, signal) },
        siteName: 'Example',
        countries: ['DE'],
        sendsPerDay: 3,
      },
    });
    limited.time = site.time;
    const codes: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      const person = someone();
      limited.users.set(person.user, { id: person.user });
      codes.push((await limited.post('/verification/start', { number: person.number }, person)).body.code);
    }
    expect(codes).to.deep.equal([undefined, undefined, undefined, 'sms-unavailable', 'sms-unavailable']);
    expect(limited.log.some(({ event, level }) => event === 'sms-spend-limit-reached' && level === 'error')).to.equal(
      true,
    );
    expect(sent).to.have.length(3);
  });

  it('leaves nothing half done when the gateway refuses or fails', async () => {
    const grace = someone();
    gateway = async (message) => {
      sent.push(message);
      throw new Error(`could not send ${message.code} to ${message.to}`);
    };
    const failed = await site.post('/verification/start', { number: grace.number }, grace);
    expect(failed).to.deep.include({ status: 503, body: { code: 'sms-unavailable', retry_after: 30 } });
    const rows = await database.query<{ count: number }>(
      'select count(*)::int as count from challenges where expires_at > $1',
      [new Date(site.time)],
    );
    expect(rows[0]!.count).to.equal(0);
    expect(JSON.stringify(site.log)).not.to.contain(sent[0]!.code).and.not.to.contain(grace.number);
  });

  it('keeps neither numbers, codes nor the site’s names readable in the database', async () => {
    const heidi = someone();
    const { challenge, code } = await begin(heidi);
    await check(heidi, challenge, code);
    await site.post('/token', { room_name: 'stored' }, heidi);
    const tables = ['meetings', 'admissions', 'bars', 'limits', 'verifications', 'challenges'];
    for (const table of tables) {
      const rows = await database.query<Record<string, unknown>>(`select * from ${table}`);
      const readable = rows
        .flatMap((row) => Object.values(row))
        .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
        .join('\n');
      for (const secret of [heidi.number, heidi.number.slice(3), heidi.user, heidi.address])
        expect(readable, table).not.to.contain(secret);
    }
  });
});
