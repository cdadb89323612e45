import { expect } from 'chai';
import { SecureMeetingError, fromBase64Url, toBase64Url, type Bytes } from '../../../../src/base/index.js';
import {
  createIdentityKey,
  tokenProofContent,
  type Certificate,
  type IdentityKey,
} from '../../../../src/crypto/index.js';
import type { Admission } from '../../../../src/session/backend/admission.js';
import { enter } from '../../../../src/session/backend/enter.js';
import { parse } from '../../../../src/session/backend/site.js';
import type { AccessQuestion, SessionOptions } from '../../../../src/session/types.js';
import { FakeClock, settle } from '../fake-clock.js';
import { API, FakeSite } from './fake-site.js';

const WELL_KNOWN = '.well-known/secure-meeting.json';

describe('a site with a backend', () => {
  let site: FakeSite;
  let clock: FakeClock;
  let me: IdentityKey;
  let bob: IdentityKey;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    site = await FakeSite.start();
    clock = new FakeClock();
    me = await createIdentityKey();
    bob = await createIdentityKey();
  });
  afterEach(() => site.stop());

  const join = (
    options: Partial<SessionOptions> = {},
    more: { readonly identity?: string; readonly known?: Admission } = {},
  ): ReturnType<typeof enter> =>
    enter(
      {
        options: { room: 'weekly', api: API, ...options },
        request: { room: 'weekly', ...(more.identity !== undefined && { identity: more.identity }) },
        ik: me,
        admission: more.known,
        ask: options.access,
      },
      { clock, signal, refreshed: undefined },
    );
  const codeOf = async (promise: Promise<unknown>): Promise<SecureMeetingError> => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(SecureMeetingError);
    return error as SecureMeetingError;
  };
  const admission = async (): Promise<Admission> => (await join()).admission;
  const bobs = (changed: Partial<Certificate> = {}, signer?: IdentityKey): Promise<Bytes> =>
    site.certificate(bob.publicKey, { identity: 'u_bob', ...changed }, signer);
  const subject = (): { meeting: string; identity: string; ik: Uint8Array } => ({
    meeting: 'weekly',
    identity: 'u_bob',
    ik: bob.publicKey,
  });

  it('asks with the device key and gets a certificate that members can check', async () => {
    const { answer, admission: own } = await join();
    expect(answer.token).to.equal('a.b.c');
    const asked = site.asked.find(({ path }) => path === 'token');
    expect(asked?.body).to.deep.equal({
      room_name: 'weekly',
      device_key: toBase64Url(me.publicKey),
      encryption: 'required',
    });
    expect(own.own?.identity).to.equal('u_me');
    expect(await own.verify(own.certificate() as Bytes, { ...subject(), identity: 'u_me', ik: me.publicKey }))
      .to.deep //
      .equal({ role: 'member', encryption: 'required' });
  });

  it('lets in whom the site certified, as what it certified', async () => {
    const own = await admission();
    expect(await own.verify(await bobs(), subject())).to.deep.equal({ role: 'member', encryption: 'required' });
    expect(await own.verify(await bobs({ role: 'host' }), subject())).to.deep.equal({
      role: 'host',
      encryption: 'required',
    });
  });

  it('refuses forged, foreign, stolen, replayed and expired certificates, and those of a meeting in clear', async () => {
    const own = await admission();
    const forger = await createIdentityKey();
    const good = await bobs();
    const bent = good.slice();
    bent[40] = (bent[40] as number) ^ 1;
    const mallory = await createIdentityKey();
    const cases: Record<string, [Bytes, Partial<ReturnType<typeof subject>>?]> = {
      'signed by another key': [await bobs({}, forger)],
      'signed by another key under the name of a good one': [
        await site.certificate(bob.publicKey, { identity: 'u_bob', key: (await admission()).own!.key }, forger),
      ],
      'one bit changed': [bent],
      'of another room': [await bobs({ room: 'other' })],
      'of another identity': [await bobs({ identity: 'u_eve' })],
      'of another site': [await bobs({ issuer: 'https://evil.example' })],
      'stolen: shown with another device key': [good, { ik: mallory.publicKey }],
      'shown under another identity': [good, { identity: 'u_eve' }],
      'shown in another room': [good, { meeting: 'other' }],
      'of an earlier meeting in this room': [await bobs({ meeting: new Uint8Array(16).fill(9) })],
      over: [await bobs({ issued: site.time - 7200, expires: site.time - 10 })],
      'of tomorrow': [await bobs({ issued: site.time + 86_400, expires: site.time + 90_000 })],
      'of a meeting without encryption': [await bobs({ encryption: 'off' })],
      nothing: [new Uint8Array(0)],
      'too long': [new Uint8Array(5000)],
    };
    for (const [what, [bytes, changed]] of Object.entries(cases))
      expect(await own.verify(bytes, { ...subject(), ...changed }), what).to.equal(undefined);
    expect(await own.verify(good, subject()), 'the good one').to.deep.equal({ role: 'member', encryption: 'required' });
  });

  it("goes by the backend's clock: this machine's may be wrong by a day", async () => {
    clock.sleep(24 * 3600_000);
    const own = await admission();
    expect(await own.verify(await bobs(), subject())).to.deep.equal({ role: 'member', encryption: 'required' });
    clock.sleep(-72 * 3600_000);
    expect(await own.verify(await bobs(), subject())).to.deep.equal({ role: 'member', encryption: 'required' });
    // Time that really passed counts.
    const soon = await bobs({ expires: site.time + 600 });
    clock.advance(601_000);
    site.time += 601;
    expect(await own.verify(soon, subject())).to.equal(undefined);
  });

  it('meets a new signing key by asking again, at most once a minute', async () => {
    const own = await admission();
    const next = await createIdentityKey();
    const looks = (): number => site.count(WELL_KNOWN);
    expect(looks()).to.equal(1);
    clock.advance(61_000);
    expect(await own.verify(await bobs({}, next), subject())).to.equal(undefined);
    expect(looks()).to.equal(2);
    site.keys.push(next);
    for (let i = 0; i < 50; i++) await own.verify(await bobs({}, next), subject());
    expect(looks()).to.equal(2);
    clock.advance(61_000);
    site.time += 122;
    expect(await own.verify(await bobs({}, next), subject())).to.deep.equal({ role: 'member', encryption: 'required' });
    expect(looks()).to.equal(3);
  });

  it('keeps the keys it has when the site does not answer, or turns into another', async () => {
    const own = await admission();
    clock.advance(61_000);
    site.refuse(WELL_KNOWN, 500, {});
    const next = await createIdentityKey();
    expect(await own.verify(await bobs({}, next), subject())).to.equal(undefined);
    clock.advance(61_000);
    site.answers.set(WELL_KNOWN, () => Response.json({ ...site.published(), issuer: 'https://evil.example' }));
    expect(await own.verify(await bobs({ issuer: 'https://evil.example' }, next), subject())).to.equal(undefined);
    expect(await own.verify(await bobs(), subject())).to.deep.equal({ role: 'member', encryption: 'required' });
  });

  it('a token without a good certificate of our own is token-answer-invalid', async () => {
    const eve = await createIdentityKey();
    const wrong: Record<string, () => Promise<unknown>> = {
      none: async () => undefined,
      'no text': async () => 7,
      'no base64url': async () => '***',
      garbage: async () => 'AAAA',
      'for another device key': async () => toBase64Url(await site.certificate(eve.publicKey)),
      'of another room': async () => toBase64Url(await site.certificate(me.publicKey, { room: 'other' })),
      forged: async () => toBase64Url(await site.certificate(me.publicKey, {}, eve)),
    };
    for (const [what, make] of Object.entries(wrong)) {
      const certificate = await make();
      site.answers.set('token', () =>
        Response.json({ server_url: 'wss://sfu.example', participant_token: 'a.b.c', certificate }),
      );
      expect((await codeOf(join())).code, what).to.equal('token-answer-invalid');
    }
  });

  it('a meeting that is not encrypted as the page asks is token-encryption-mismatch, whoever says so', async () => {
    site.encryption = 'off';
    expect((await codeOf(join())).code).to.equal('token-encryption-mismatch');
    site.encryption = 'required';
    expect((await codeOf(join({ encryption: 'off' }))).code).to.equal('token-encryption-mismatch');
    site.refuse('token', 403, { code: 'encryption-mismatch' });
    expect((await codeOf(join())).code).to.equal('token-encryption-mismatch');
    site.answers.clear();
    site.encryption = 'off';
    expect((await join({ encryption: 'off' })).admission.own?.encryption).to.equal('off');
  });

  it('proves with the device key who it was before, by the name and clock of the site', async () => {
    await join({}, { identity: 'g_before' });
    const { body } = site.asked.find(({ path }) => path === 'token')!;
    expect(body['participant_identity']).to.equal('g_before');
    expect(body['device_key_time']).to.equal(site.time);
    const proof = tokenProofContent({
      ...{ issuer: 'https://meet.site.example', room: 'weekly', identity: 'g_before', time: site.time },
    });
    const signature = fromBase64Url(String(body['device_key_proof']));
    expect(FakeSite.verifyKey(me).verify('token request', signature, proof)).to.equal(true);
  });

  it('proves it anew when the site says that the proof is too old, to this site alone', async () => {
    const back = async (issuer: string): Promise<Record<string, unknown> | undefined> => {
      site.asked.length = 0;
      let refused = 0;
      site.answers.set('token', (asked) =>
        refused++ === 0
          ? Response.json({ code: 'proof-required', issuer, time: site.time + 7200 }, { status: 403 })
          : site.token(asked),
      );
      await join({}, { identity: 'g_before' });
      return site.asked.filter(({ path }) => path === 'token')[1]?.body;
    };
    expect(await back('https://meet.site.example')).to.include({
      participant_identity: 'g_before',
      device_key_time: site.time + 7200,
    });
    expect(await back('https://site.example')).not.to.have.any.keys('participant_identity', 'device_key_proof');
  });

  it('renews the certificate when half its time is over, and goes on with the old one while that fails', async () => {
    const { admission: own } = await join();
    const first = own.certificate();
    let asked = 0;
    const stop = own.keepFresh(async () => {
      asked++;
      await join({}, { known: own });
    });
    clock.advance(1_799_000);
    expect(asked).to.equal(0);
    site.refuse('token', 503, { code: 'unavailable' });
    clock.advance(2_000);
    await settle();
    expect(asked).to.equal(1);
    expect(own.certificate()).to.equal(first);
    site.answers.clear();
    site.time += 1_861;
    clock.advance(60_000);
    await settle();
    expect(asked).to.equal(2);
    expect(own.certificate()).to.not.deep.equal(first);
    expect(own.own?.issued).to.equal(site.time);
    stop();
    clock.advance(10_000_000);
    await settle();
    expect(asked).to.equal(2);
  });

  it('a renewal into another meeting changes nothing: the one we are in is over for the site', async () => {
    const { admission: own } = await join();
    const first = own.certificate();
    site.meeting = new Uint8Array(16).fill(8);
    await join({}, { known: own });
    expect(own.certificate()).to.equal(first);
  });

  it('asks for the passcode until it is right, and says how long to wait after too many tries', async () => {
    const questions: AccessQuestion[] = [];
    const answers = ['0000', '1111', '123456'];
    site.answers.set('token', (asked) => {
      const { passcode } = asked.body;
      if (passcode === undefined) return Response.json({ code: 'passcode-required' }, { status: 403 });
      if (passcode === '1111') return Response.json({ code: 'passcode-wrong', retry_after: 90 }, { status: 403 });
      if (passcode !== '123456') return Response.json({ code: 'passcode-wrong' }, { status: 403 });
      return site.token(asked);
    });
    await join({
      access: async (question) => {
        questions.push(question);
        return { passcode: answers.shift()! };
      },
    });
    expect(questions).to.deep.equal([
      { need: 'passcode', wrong: false },
      { need: 'passcode', wrong: true },
      { need: 'passcode', wrong: true, retryAfter: 90 },
    ]);
    expect(site.count('token')).to.equal(4);
  });

  it('nobody to ask, or somebody who gives up: the join fails with what was asked', async () => {
    site.refuse('token', 403, { code: 'passcode-required' });
    expect((await codeOf(join())).code).to.equal('token-passcode-required');
    expect((await codeOf(join({ access: async () => undefined }))).code).to.equal('token-passcode-required');
    site.refuse('token', 403, { code: 'passcode-wrong', retry_after: 30 });
    const wrong = await codeOf(join({ access: async () => undefined }));
    expect([wrong.code, wrong.retryAfter]).to.deep.equal(['token-passcode-wrong', 30]);
    site.refuse('token', 403, { code: 'verification-required' });
    expect((await codeOf(join({ access: async () => undefined }))).code).to.equal('token-verification-required');
  });

  it('verifies a phone number: start, resend, another number, a wrong code, the right one', async () => {
    let verified = false;
    const sent = (challenge: string): Response =>
      Response.json({ challenge, expires_in: 300, resend_in: 30 }, { status: 201 });
    site.answers.set('token', (asked) =>
      verified ? site.token(asked) : Response.json({ code: 'verification-required' }, { status: 403 }),
    );
    site.answers.set('verification/start', ({ body }) => sent((body['number'] === '0301' ? 'a' : 'b').repeat(22)));
    site.answers.set('verification/resend', ({ body }) => sent(String(body['challenge'])));
    site.answers.set('verification/check', ({ body }) => {
      if (body['code'] !== '123456') return Response.json({ code: 'code-wrong' }, { status: 403 });
      verified = body['challenge'] === 'b'.repeat(22);
      return Response.json({ verified: true });
    });
    await join({
      access: async (question) => {
        if (question.need !== 'verification') throw new Error('not asked for');
        const { phone } = question;
        expect((await codeOf(phone.check('123456'))).code).to.equal('token-code-expired');
        expect(await phone.start('0301', 'DE')).to.deep.equal({ expiresIn: 300, resendIn: 30 });
        await phone.start('0302');
        await phone.resend();
        expect((await codeOf(phone.check('12345'))).code).to.equal('token-code-wrong');
        expect((await codeOf(phone.check('654321'))).code).to.equal('token-code-wrong');
        await phone.check(' 123 456 ');
        return {};
      },
    });
    expect(site.asked.find(({ path }) => path === 'verification/start')?.body).to.deep.equal({
      number: '0301',
      country: 'DE',
    });
    expect(site.count('token')).to.equal(2);
  });

  for (const [status, code, expected] of [
    [403, 'not-admitted', 'token-not-admitted'],
    [403, 'room-locked', 'token-room-locked'],
    [403, 'room-full', 'token-room-full'],
    [403, 'something-new', 'token-refused'],
    [403, 'constructor', 'token-refused'],
    [401, 'unauthorised', 'token-unauthorised'],
    [429, 'rate-limited', 'token-rate-limited'],
    [503, 'unavailable', 'token-endpoint-failed'],
  ] as const)
    it(`${status} ${code} is ${expected}`, async () => {
      site.refuse('token', status, { code }, { 'retry-after': '12' });
      const error = await codeOf(join());
      expect([error.code, error.retryAfter]).to.deep.equal([expected, 12]);
    });

  for (const [status, code, expected] of [
    [400, 'number-invalid', 'token-number-invalid'],
    [400, 'number-unsupported', 'token-number-unsupported'],
    [403, 'number-in-use', 'token-number-in-use'],
    [409, 'already-verified', 'token-already-verified'],
    [403, 'code-expired', 'token-code-expired'],
    [503, 'sms-unavailable', 'token-sms-unavailable'],
  ] as const)
    it(`verification: ${code} is ${expected}`, async () => {
      site.refuse('token', 403, { code: 'verification-required' });
      site.refuse('verification/start', status, { code });
      let seen: SecureMeetingError | undefined;
      const access: SessionOptions['access'] = async (question) => {
        if (question.need === 'verification') seen = await codeOf(question.phone.start('+49 30 1'));
        return undefined;
      };
      await codeOf(join({ access }));
      expect(seen?.code).to.equal(expected);
    });

  it('an answer about a code that makes no sense is token-answer-invalid', async () => {
    site.refuse('token', 403, { code: 'verification-required' });
    for (const answer of [
      {},
      { challenge: 'short', expires_in: 1, resend_in: 1 },
      { challenge: 'a'.repeat(22), expires_in: -1, resend_in: 1 },
      { challenge: 'a'.repeat(22), expires_in: 300, resend_in: 1e9 },
      { challenge: 'a'.repeat(22), expires_in: '300', resend_in: 1 },
    ]) {
      site.answers.set('verification/start', () => Response.json(answer));
      let seen = '';
      const access: SessionOptions['access'] = async (question) => {
        if (question.need === 'verification') seen = (await codeOf(question.phone.start('+49 30 1'))).code;
        return undefined;
      };
      await codeOf(join({ access }));
      expect(seen, JSON.stringify(answer)).to.equal('token-answer-invalid');
    }
  });

  it('reads what the site publishes strictly', () => {
    const good = site.published();
    expect(parse(good)).to.have.property('issuer', 'https://meet.site.example');
    const [key] = good['keys'] as object[];
    for (const [what, wrong] of Object.entries<unknown>({
      null: null,
      'a list': [good],
      'no issuer': { ...good, issuer: undefined },
      'a long issuer': { ...good, issuer: 'x'.repeat(257) },
      'no keys': { ...good, keys: [] },
      'too many keys': { ...good, keys: new Array(17).fill(key) },
      'a short key': { ...good, keys: [{ key: 'AAAA' }] },
      'a key of small order': { ...good, keys: [{ key: toBase64Url(Uint8Array.of(1, ...new Uint8Array(31))) }] },
      'a time that is text': { ...good, time: '1' },
      'a time before 1970': { ...good, time: -1 },
    }))
      expect(parse(wrong), what).to.equal(undefined);
  });
});
