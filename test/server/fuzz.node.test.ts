/**
 * Every field of every route with whatever it should not be. 3,000 requests in `npm test`; a million, which takes about
 * an hour: `FUZZ=1000000 node scripts/node-tests.mjs test/server/fuzz.node.test.ts`. `SEED=…` repeats a failure.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { AccessToken } from 'livekit-server-sdk';
import { createHash } from 'node:crypto';
import { toBase64Url } from '../../src/base/index.js';
import { xwingPublicKey } from '../../src/crypto/xwing.js';
import { API_CODES, type Database, type SmsMessage } from '../../src/server/index.js';
import { ACTIONS } from '../../src/server/moderation/moderation.js';
import { onBothDatabases } from './support/databases.js';
import { startFakeLivekit, type FakeLivekit } from './support/fake-livekit.js';
import { joinAs, moderationBody, type Member } from './support/host.js';
import { ODD, SQL } from './support/odd.js';
import { LIVEKIT, startSite, type Caller, type Reply, type Site } from './support/site.js';

const FUZZ = Number(process.env['FUZZ'] ?? 3000);
/** Nothing may take longer than this: milliseconds. Generous, since the machine may be busy. */
const HANG = 20_000;

const odd = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(...ODD),
  fc.string({ minLength: 40, maxLength: 90 }).map((text) => text.replace(/[^A-Za-z0-9_-]/g, 'A')),
);
const oddText = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(...SQL));
/** What can stand in a header at all. */
const oddHeader = fc
  .oneof(fc.string({ maxLength: 200 }), fc.constantFrom(...SQL))
  .map((text) => text.replace(/[^\x20-\x7e]/g, '').trim());

onBothDatabases('the backend against random requests', (open) => {
  let database: Database;
  let site: Site;
  let livekit: FakeLivekit;
  let host: Member;
  let good: readonly (readonly [path: string, body: Record<string, unknown>])[];
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
        sendsPerDay: 1_000_000,
      },
    });
    site.policy = (user) => ({ admit: true, role: user?.id === 'host' ? 'host' : 'member' });
    host = await joinAs(site, 'fuzzed', { user: 'host' });
    const sixteen = toBase64Url(new Uint8Array(16));
    const sixtyFour = toBase64Url(new Uint8Array(64));
    good = [
      [
        '/token',
        {
          room_name: 'x',
          participant_name: 'a',
          participant_identity: 'b',
          device_key: host.key.text,
          device_key_proof: sixtyFour,
          device_key_time: 1,
          passcode: '123456',
          encryption: 'required',
        },
      ],
      ['/verification/start', { number: '+4915123456789', country: 'DE' }],
      ['/verification/resend', { challenge: sixteen }],
      ['/verification/check', { challenge: sixteen, code: '123456' }],
      [
        '/moderation/permissions',
        await moderationBody(site, host, 'permissions', { target: 'x', sources: ['camera'] }),
      ],
      ['/moderation/mute', await moderationBody(site, host, 'mute', { target: 'x', track: 'TR_x' })],
      [
        '/reports',
        {
          certificate: host.certificate,
          id: sixteen,
          time: 1,
          signature: sixtyFour,
          sealed: toBase64Url(new Uint8Array(1200)),
        },
      ],
    ];
  });
  after(async () => {
    await site.server.close();
    await livekit.stop();
  });
  /** @throws Error when the answer is a 500, none, or one without a code */
  const attempt = async (path: string, input: unknown, caller: Caller = {}): Promise<Reply> => {
    site.time += 1000;
    const text = typeof input === 'string' && path.startsWith('/webhooks') ? input : JSON.stringify(input);
    let late: ReturnType<typeof setTimeout> | undefined;
    const hang = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error(`${path} hangs: ${text}`)), HANG);
    });
    const reply = await Promise.race([site.post(path, text ?? 'undefined', caller), hang]).finally(() =>
      clearTimeout(late),
    );
    if (reply.status >= 500) throw new Error(`${path} ${text}: ${reply.status}`);
    if (reply.status >= 400 && !(String(reply.body['code']) in API_CODES))
      throw new Error(`no code: ${JSON.stringify(reply.body)}`);
    return reply;
  };
  const settings = <T>(runs: number): fc.Parameters<T> => ({
    numRuns: runs,
    ...(process.env['SEED'] && { seed: Number(process.env['SEED']) }),
    interruptAfterTimeLimit: runs > 10_000 ? 7_200_000 : 240_000,
    markInterruptAsFailure: true,
  });

  it('answers each field with each odd value by a code below 500, and none with a hang', async () => {
    for (const [path, body] of good)
      for (const value of ODD) {
        await attempt(path, value, { user: 'someone' });
        for (const field of Object.keys(body)) await attempt(path, { ...body, [field]: value }, { user: 'someone' });
      }
  });

  it(`answers ${FUZZ} bodies with wrong fields by a code below 500, and none with a hang`, async () => {
    const attack = fc.nat(good.length - 1).chain((which) => {
      const [path, body] = good[which]!;
      const field = fc.constantFrom(...Object.keys(body), 'constructor', '__proto__', 'extra');
      const whole = fc.constantFrom(true, false, false, false);
      return fc.record({ path: fc.constant(path), field, value: odd, body: fc.constant(body), whole });
    });
    const users = fc.constantFrom(undefined, 'host', 'someone', ...SQL.filter((text) => !text.includes('\\')));
    const headers = fc.dictionary(
      fc.constantFrom('authorization', 'x-forwarded-for', 'accept', 'cookie', 'x-request-id', 'content-length'),
      oddHeader,
      { maxKeys: 2 },
    );
    await fc.assert(
      fc.asyncProperty(attack, users, headers, async ({ path, field, value, body, whole }, user, more) => {
        await attempt(path, whole ? value : { ...body, [field]: value }, {
          headers: more,
          ...(user !== undefined && { user }),
        });
      }),
      settings(FUZZ),
    );
    const rows = await database.query<{ locked: boolean }>(`select locked from meetings where room = 'fuzzed'`);
    expect(rows.map(({ locked }) => locked)).to.deep.equal(rows.map(() => false));
  });

  it(`takes ${FUZZ / 10} odd things rightly signed, by hosts and by LiveKit, without a 500`, async () => {
    let runs = 0;
    const order = fc.record({
      action: fc.constantFrom(...ACTIONS),
      target: oddText,
      track: fc.option(oddText, { nil: undefined }),
      sources: fc.option(fc.array(fc.constantFrom('camera', 'microphone', 'screen_share'), { maxLength: 8 }), {
        nil: undefined,
      }),
    });
    const event = fc.record({
      event: fc.oneof(oddText, fc.constantFrom('room_finished', 'participant_joined', 'participant_left')),
      id: oddText,
      createdAt: fc.oneof(fc.integer(), fc.constant(undefined), fc.constantFrom('0', '9223372036854775807')),
      room: fc.record({ name: oddText }),
      participant: fc.option(fc.record({ identity: oddText, sid: oddText }), { nil: undefined }),
    });
    const taken = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.oneof(order, event), async (thing) => {
        // Certificates last an hour of the site's time, and an order may have ended the meeting.
        if (runs++ % 20 === 0) host = await joinAs(site, `fuzzed-${runs}`, { user: 'host' });
        if ('action' in thing) {
          const { action, target, track, sources } = thing;
          const wanted = !['lock', 'unlock', 'end'].includes(action);
          const body = await moderationBody(site, host, action, {
            ...(wanted && { target }),
            ...(action === 'mute' && track !== undefined && { track }),
            ...(action === 'permissions' && { sources: sources ?? [] }),
          });
          taken.add((await attempt(`/moderation/${action}`, body)).status);
        } else {
          const { createdAt = Math.floor(site.time / 1000) + 1, ...rest } = thing;
          const body = JSON.stringify({ ...rest, createdAt });
          const token = new AccessToken(LIVEKIT.apiKey, LIVEKIT.apiSecret, { ttl: 300 });
          token.sha256 = createHash('sha256').update(body).digest('base64');
          const headers = { authorization: await token.toJwt() };
          taken.add((await attempt('/webhooks/livekit', body, { headers })).status);
        }
      }),
      settings(Math.ceil(FUZZ / 10)),
    );
    expect(taken.has(200), 'some of it is what it should be').to.equal(true);
  });
});
