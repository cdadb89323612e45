/** The browser's side of the backend against the real one, without a browser: both must speak the same. */
import { expect } from 'chai';
import { systemClock, type SecureMeetingError } from '../../src/base/index.js';
import type { IdentityKey } from '../../src/crypto/index.js';
import { openPglite, type Database, type SmsMessage } from '../../src/server/index.js';
import type { Admission } from '../../src/session/backend/admission.js';
import { enter } from '../../src/session/backend/enter.js';
import { moderateBySite } from '../../src/session/backend/moderation.js';
import type { AccessHandler, ModerationAction, SessionOptions, TokenAnswer } from '../../src/session/types.js';
import { startFakeLivekit, type FakeLivekit } from './support/fake-livekit.js';
import { device, ISSUER, keyOf, LIVEKIT, ORIGIN, startSite, type Site } from './support/site.js';

describe('the browser’s side of the backend', () => {
  const original = globalThis.fetch;
  let database: Database;
  let other: Database;
  let livekit: FakeLivekit;
  let site: Site;
  /** The same address, other signing keys: a server in between that answers in the site's place. */
  let impostor: Site;
  let answering: Site;
  const sent: SmsMessage[] = [];

  before(async () => {
    [database, other, livekit] = await Promise.all([openPglite(), openPglite(), startFakeLivekit()]);
    const options = { livekit: { ...LIVEKIT, apiUrl: livekit.url } };
    site = await startSite(database, {
      ...options,
      verification: {
        sms: { send: async (message) => void sent.push(message) },
        siteName: 'Example',
        countries: ['DE'],
      },
    });
    impostor = await startSite(other, { ...options, signingKeys: [keyOf(99)] });
    for (const one of [site, impostor])
      one.policy = (user, room) => ({
        admit: user?.id !== 'banned',
        role: user?.id === 'host' ? 'host' : 'member',
        ...(room === 'guarded' && { passcode: '4711' }),
        ...(room === 'clear' && { encryption: 'off' as const }),
      });
    answering = site;
    globalThis.fetch = (async (url: string | URL, init: RequestInit) => {
      if (!String(url).startsWith(ISSUER)) return original(url, init);
      const headers = new Headers(init.headers);
      headers.set('origin', ORIGIN);
      return answering.server.fetch(new Request(url, { ...init, headers }), {
        incoming: { socket: { remoteAddress: '192.0.2.7' } },
      });
    }) as typeof fetch;
  });
  after(async () => {
    globalThis.fetch = original;
    await Promise.all([site.server.close(), impostor.server.close()]);
    await livekit.stop();
  });
  afterEach(() => {
    answering = site;
  });

  const come = (
    ik: IdentityKey,
    user: string | undefined,
    more: Partial<SessionOptions> & { identity?: string; access?: AccessHandler } = {},
  ): Promise<{ answer: TokenAnswer; admission: Admission }> => {
    const { identity, access, room = 'weekly', ...options } = more;
    return enter(
      {
        options: {
          ...{ api: ISSUER, room },
          requestInit: () => (user === undefined ? {} : { headers: { 'x-user': user } }),
          ...options,
        },
        request: { room, ...(identity !== undefined && { identity }) },
        ...{ ik, admission: undefined, ask: access },
      },
      { clock: systemClock, signal: new AbortController().signal, refreshed: undefined },
    );
  };
  const codeOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => '',
      (error: unknown) => (error as SecureMeetingError).code,
    );
  const letsIn = async (by: Admission, who: Admission, ik: IdentityKey, room = 'weekly'): Promise<string | undefined> =>
    (
      await by.verify(who.certificate() as Uint8Array, {
        ...{ meeting: room, identity: (who.own as { identity: string }).identity, ik: ik.publicKey },
      })
    )?.role;

  it('members let in whom the site certified, and as what', async () => {
    const [hostKey, bobKey] = await Promise.all([device(), device()]);
    const { admission: host } = await come(hostKey, 'host');
    const { admission: bob } = await come(bobKey, 'bob');
    expect(await letsIn(bob, host, hostKey)).to.equal('host');
    expect(await letsIn(host, bob, bobKey)).to.equal('member');
    const { admission: elsewhere } = await come(bobKey, 'bob', { room: 'elsewhere' });
    expect(await letsIn(host, elsewhere, bobKey), 'of another room').to.equal(undefined);
    expect(await letsIn(host, bob, hostKey), 'with another device key').to.equal(undefined);
  });

  it('a certificate forged in between, under the site’s own name, lets nobody in', async () => {
    const [hostKey, eveKey] = await Promise.all([device(), device()]);
    const { admission: host } = await come(hostKey, 'host');
    answering = impostor;
    const { admission: eve } = await come(eveKey, 'host');
    expect(eve.own?.issuer).to.equal(host.own?.issuer);
    expect(await letsIn(host, eve, eveKey)).to.equal(undefined);
  });

  it('a guest is who they were after a reload, by the device key; nobody else is', async () => {
    const key = await device();
    const first = await come(key, undefined);
    const { identity } = first.admission.own as { identity: string };
    expect((await come(key, undefined, { identity })).admission.own?.identity).to.equal(identity);
    expect((await come(await device(), undefined, { identity })).admission.own?.identity).not.to.equal(identity);
  });

  it('asks for the passcode until it is right', async () => {
    const given = ['0000', '4711'];
    const wrong: boolean[] = [];
    const { admission } = await come(await device(), undefined, {
      room: 'guarded',
      access: async (question) => {
        if (question.need === 'passcode') wrong.push(question.wrong);
        return { passcode: given.shift() as string };
      },
    });
    expect(wrong).to.deep.equal([false, true]);
    expect(admission.own?.room).to.equal('guarded');
  });

  it('verifies a number by the code of the message, once', async () => {
    site.users.set('new', { id: 'new' });
    const key = await device();
    const access: AccessHandler = async (question) => {
      if (question.need !== 'verification') throw new Error('not asked for');
      for (const number of ['12', 'my number', '+49 30 1', '1'.repeat(40)])
        expect(await codeOf(question.phone.start(number)), number).to.equal('token-number-invalid');
      expect(await codeOf(question.phone.start('+1 202 555 0123'))).to.equal('token-number-unsupported');
      expect(await question.phone.start('0151 23456789', 'DE')).to.deep.equal({ expiresIn: 300, resendIn: 30 });
      expect(await codeOf(question.phone.resend())).to.equal('token-rate-limited');
      const { code } = sent.at(-1) as SmsMessage;
      expect(await codeOf(question.phone.check(String((Number(code) + 1) % 1e6).padStart(6, '0')))) //
        .to.equal('token-code-wrong');
      await question.phone.check(code);
      return {};
    };
    await come(key, 'new', { access });
    expect(sent).to.have.length(1);
    await come(key, 'new');
  });

  it('tells refusals apart', async () => {
    const key = await device();
    expect(await codeOf(come(key, 'banned'))).to.equal('token-not-admitted');
    expect(await codeOf(come(key, undefined, { room: 'guarded' }))).to.equal('token-passcode-required');
    expect(await codeOf(come(key, 'ann', { room: 'clear' }))).to.equal('token-encryption-mismatch');
    expect((await come(key, 'ann', { room: 'clear', encryption: 'off' })).admission.own?.encryption).to.equal('off');
  });

  it('a host moderates, nobody else, and who was removed gets no new certificate', async () => {
    const [hostKey, bobKey] = await Promise.all([device(), device()]);
    const { admission: host } = await come(hostKey, 'host');
    const { admission: bob } = await come(bobKey, 'bob');
    const { identity } = bob.own as { identity: string };
    const ask = (by: Admission, ik: IdentityKey, action: ModerationAction): Promise<string> =>
      codeOf(moderateBySite(by, ik, action));
    livekit.answers.set('GetParticipant', {
      tracks: [
        { sid: 'TR_mic', source: 'MICROPHONE', muted: false },
        { sid: 'TR_cam', source: 'CAMERA', muted: false },
      ],
    });
    livekit.calls.length = 0;
    expect(await ask(bob, bobKey, { type: 'end' })).to.equal('room-action-refused');
    expect(await ask(host, bobKey, { type: 'mute', identity })).to.equal('room-action-refused');
    expect(await ask(host, hostKey, { type: 'mute', identity })).to.equal('');
    expect(await ask(host, hostKey, { type: 'stop-camera', identity })).to.equal('');
    expect(await ask(host, hostKey, { type: 'lock' })).to.equal('');
    expect(await codeOf(come(await device(), 'carol'))).to.equal('token-room-locked');
    expect(await ask(host, hostKey, { type: 'unlock' })).to.equal('');
    expect(await ask(host, hostKey, { type: 'remove', identity })).to.equal('');
    expect(await codeOf(come(bobKey, 'bob'))).to.equal('token-not-admitted');
    livekit.down = true;
    expect(await ask(host, hostKey, { type: 'mute', identity })).to.equal('token-endpoint-failed');
    livekit.down = false;
    expect(livekit.calls.map(({ method, body }) => [method, body['trackSid']]).filter(([, sid]) => sid))
      .to.deep //
      .equal([
        ['MutePublishedTrack', 'TR_mic'],
        ['MutePublishedTrack', 'TR_cam'],
      ]);
  });
});
