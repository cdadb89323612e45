import { expect } from 'chai';
import { fromBase64Url, SecureMeetingError, toBase64Url } from '../../../src/base/index.js';
import { createIdentityKey, tokenProofContent, VerifyKey, type IdentityKey } from '../../../src/crypto/index.js';
import { ANSWER_TIMEOUT } from '../../../src/session/backend/request.js';
import { getToken } from '../../../src/session/token.js';
import type { SessionOptions } from '../../../src/session/types.js';
import { FakeClock, settle } from './fake-clock.js';

const good = { server_url: 'wss://sfu.example', participant_token: 'aaa.bbb.ccc', unknown: 1 };
const endpoint: Pick<SessionOptions, 'tokenEndpoint'> = { tokenEndpoint: 'https://site.example/token' };

describe('getting a token', () => {
  const original = globalThis.fetch;
  let requests: { url: string; init: RequestInit }[] = [];
  let clock: FakeClock;

  const answer = (make: () => Response | Promise<Response>): void => {
    globalThis.fetch = (async (url: string, init: RequestInit) => {
      requests.push({ url, init });
      return make();
    }) as typeof fetch;
  };
  const ask = (
    options: Partial<SessionOptions> = endpoint,
    request: object = {},
    signal = new AbortController().signal,
  ): ReturnType<typeof getToken> => getToken(options, { room: 'weekly', ...request }, { clock, signal });
  const code = async (promise: Promise<unknown>): Promise<SecureMeetingError> => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(SecureMeetingError);
    return error as SecureMeetingError;
  };

  beforeEach(() => {
    requests = [];
    clock = new FakeClock();
  });
  afterEach(() => {
    globalThis.fetch = original;
  });

  it("speaks LiveKit's standard: POST, JSON in snake case, nothing that was not given", async () => {
    answer(() => Response.json(good, { status: 201 }));
    expect(await ask()).to.deep.equal({ serverUrl: 'wss://sfu.example', token: 'aaa.bbb.ccc' });
    const [{ url, init }] = requests as [{ url: string; init: RequestInit }];
    expect(url).to.equal('https://site.example/token');
    expect(init.method).to.equal('POST');
    expect(new Headers(init.headers).get('content-type')).to.equal('application/json');
    expect(JSON.parse(String(init.body))).to.deep.equal({ room_name: 'weekly' });
    await ask(endpoint, { name: 'Ann', identity: 'i1', deviceKey: 'key' });
    expect(JSON.parse(String(requests[1]?.init.body))).to.deep.equal({
      room_name: 'weekly',
      participant_name: 'Ann',
      participant_identity: 'i1',
      device_key: 'key',
    });
  });

  it("asks `token` under `api`, and lets the page's requestInit add headers and credentials but not the body", async () => {
    answer(() => Response.json(good));
    await ask({
      api: 'https://site.example/meet/',
      requestInit: (url, purpose) => ({
        credentials: 'include',
        headers: { 'x-purpose': `${purpose} ${url}`, 'content-type': 'text/plain' },
        method: 'GET',
        body: 'other',
      }),
    });
    const [{ url, init }] = requests as [{ url: string; init: RequestInit }];
    expect(url).to.equal('https://site.example/meet/token');
    expect(init.credentials).to.equal('include');
    expect(init.method).to.equal('POST');
    expect(new Headers(init.headers).get('x-purpose')).to.equal('token https://site.example/meet/token');
    expect(new Headers(init.headers).get('content-type')).to.equal('application/json');
    expect(String(init.body)).to.contain('weekly');
  });

  for (const [status, expected] of [
    [401, 'token-unauthorised'],
    [403, 'token-refused'],
    [404, 'token-endpoint-missing'],
    [405, 'token-endpoint-missing'],
    [429, 'token-rate-limited'],
    [500, 'token-endpoint-failed'],
    [502, 'token-endpoint-failed'],
    [418, 'token-endpoint-failed'],
  ] as const)
    it(`${status} is ${expected}, with the time after which to try again`, async () => {
      answer(() => new Response('<h1>no</h1>', { status, headers: { 'retry-after': '17' } }));
      const error = await code(ask());
      expect(error.code).to.equal(expected);
      expect(error.retryAfter).to.equal(17);
      answer(() => new Response('', { status }));
      expect((await code(ask())).retryAfter).to.equal(undefined);
    });

  it('reads Retry-After as a date and from the body, and bounds it', async () => {
    const later = new Date(Date.now() + 90_000).toUTCString();
    answer(() => new Response('', { status: 429, headers: { 'retry-after': later } }));
    expect((await code(ask())).retryAfter).to.be.within(85, 91);
    answer(() => Response.json({ code: 'room-full', retry_after: 5 }, { status: 403 }));
    expect((await code(ask())).retryAfter).to.equal(5);
    answer(() => new Response('', { status: 429, headers: { 'retry-after': '1e12' } }));
    expect((await code(ask())).retryAfter).to.equal(86_400);
    answer(() => new Response('', { status: 429, headers: { 'retry-after': 'soon' } }));
    expect((await code(ask())).retryAfter).to.equal(undefined);
  });

  const tooMuch = (): Response => new Response('x'.repeat(70_000));
  for (const [what, response] of [
    ['HTML', () => new Response('<!doctype html><title>Log in</title>', { headers: { 'content-type': 'text/html' } })],
    ['nothing', () => new Response(null, { status: 204 })],
    ['null', () => Response.json(null)],
    ['an array', () => Response.json([good])],
    ['no token', () => Response.json({ server_url: good.server_url })],
    ['no address', () => Response.json({ participant_token: good.participant_token })],
    ['a token that is a number', () => Response.json({ ...good, participant_token: 7 })],
    ['a token with line breaks', () => Response.json({ ...good, participant_token: 'a\r\nb' })],
    ['an address that runs script', () => Response.json({ ...good, server_url: 'javascript:alert(1)' })],
    ['an address that is none', () => Response.json({ ...good, server_url: 'sfu' })],
    ['70 kB', tooMuch],
  ] as const)
    it(`${what} is token-answer-invalid`, async () => {
      answer(response);
      expect((await code(ask())).code).to.equal('token-answer-invalid');
    });

  it('an endpoint that can not be reached is token-endpoint-unreachable', async () => {
    answer(() => Promise.reject(new TypeError('Failed to fetch')));
    expect((await code(ask())).code).to.equal('token-endpoint-unreachable');
  });

  it('gives up after ten seconds with token-timeout, and ends the request', async () => {
    answer(() => new Promise<Response>(() => undefined));
    const failed = code(ask());
    await settle();
    clock.advance(ANSWER_TIMEOUT - 1);
    await settle();
    expect(requests[0]?.init.signal?.aborted).to.equal(false);
    clock.advance(2);
    expect((await failed).code).to.equal('token-timeout');
    expect(requests[0]?.init.signal?.aborted).to.equal(true);
  });

  it('ends with the caller: an aborted join is an AbortError, and the request ends', async () => {
    answer(() => new Promise<Response>(() => undefined));
    const stop = new AbortController();
    const asked = ask(endpoint, {}, stop.signal).catch((error: unknown) => error);
    await settle();
    stop.abort();
    expect((await asked) as DOMException).to.have.property('name', 'AbortError');
    expect(requests[0]?.init.signal?.aborted).to.equal(true);
  });

  describe('of an endpoint that wants to know who was here before', () => {
    const guest = { room: 'weekly', identity: 'g_before' };
    const time = 1_800_000_000;
    let ik: IdentityKey;
    const bodies = (): Record<string, unknown>[] =>
      requests.map(({ init }) => JSON.parse(String(init.body)) as Record<string, unknown>);
    const returning = (
      question: object,
      { tokenEndpoint = 'https://site.example/token', issuer = undefined as string | undefined, from = {} } = {},
    ): ReturnType<typeof getToken> => {
      requests = [];
      answer(() =>
        requests.length === 1
          ? Object.defineProperties(Response.json({ code: 'proof-required', ...question }, { status: 403 }), from)
          : Response.json(good),
      );
      const prover = { ik, ...(issuer !== undefined && { issuer: async () => issuer }) };
      return getToken({ tokenEndpoint }, guest, { clock, signal: new AbortController().signal, prover });
    };
    const proves = (issuer: string): boolean => {
      const [, { device_key_proof: proof, device_key_time, ...rest } = {}] = bodies();
      expect(rest).to.include({ room_name: 'weekly', device_key: toBase64Url(ik.publicKey) });
      if (proof === undefined) {
        expect([rest['participant_identity'], device_key_time]).to.deep.equal([undefined, undefined]);
        return false;
      }
      expect([rest['participant_identity'], device_key_time]).to.deep.equal(['g_before', time]);
      const content = tokenProofContent({ issuer, room: 'weekly', identity: 'g_before', time });
      return !!VerifyKey.from(ik.publicKey)?.verify('token request', fromBase64Url(String(proof)), content);
    };
    beforeEach(async () => {
      ik = await createIdentityKey();
    });

    it('proves it, by the name and clock it is told', async () => {
      for (const issuer of ['https://site.example', 'https://site.example/meeting', 'https://site.example:443/x']) {
        expect(await returning({ issuer, time })).to.have.property('token', good.participant_token);
        expect(proves(issuer), issuer).to.equal(true);
      }
      expect(bodies()[0]).not.to.have.any.keys('device_key_proof', 'device_key_time');
    });

    it('proves nothing for another site, and asks as somebody new', async () => {
      for (const issuer of [
        ...['https://other.example', 'http://site.example', 'https://site.example:8443', 'https://sub.site.example'],
        ...['https://site.example@other.example/', 'https://site.example.other.example', '//site.example', 'null'],
        ...['data:,https://site.example', 'blob:null/site', '\ud800', '', `https://site.example/${'x'.repeat(256)}`],
        ...[7, null, ['https://site.example'], { origin: 'https://site.example' }],
      ]) {
        expect(await returning({ issuer, time })).to.have.property('token', good.participant_token);
        expect(proves(String(issuer)), String(issuer)).to.equal(false);
        expect(requests, String(issuer)).to.have.length(2);
      }
    });

    it('proves nothing after a redirect, wherever it led', async () => {
      const issuer = 'https://site.example';
      for (const redirected of [true, false]) {
        await returning({ issuer, time }, { from: { redirected: { value: redirected } } });
        expect(proves(issuer), String(redirected)).to.equal(!redirected);
      }
    });

    it('proves nothing at a time that is none', async () => {
      for (const wrong of [undefined, null, '1800000000', -1, 1.5, 2 ** 40 + 1, 1e300, [time]]) {
        await returning({ issuer: 'https://site.example', time: wrong });
        expect(proves('https://site.example'), String(wrong)).to.equal(false);
      }
    });

    it('goes by the origin of the page where the address has none', async () => {
      if (typeof document === 'undefined') {
        await returning({ issuer: 'https://site.example', time }, { tokenEndpoint: '/token' });
        expect(proves('https://site.example')).to.equal(false);
        return;
      }
      await returning({ issuer: location.origin, time }, { tokenEndpoint: '/token' });
      expect(proves(location.origin)).to.equal(true);
      await returning({ issuer: 'https://site.example', time }, { tokenEndpoint: '/token' });
      expect(proves('https://site.example')).to.equal(false);
    });

    it('proves to the site that the page names as its `api`, wherever that is, and to no other', async () => {
      await returning({ issuer: 'https://meet.example', time }, { issuer: 'https://meet.example' });
      expect(proves('https://meet.example')).to.equal(true);
      await returning({ issuer: 'https://site.example', time }, { issuer: 'https://meet.example' });
      expect(proves('https://site.example')).to.equal(false);
    });

    it('is asked twice at most, whatever it answers', async () => {
      for (const issuer of ['https://site.example', 'https://other.example']) {
        requests = [];
        answer(() => Response.json({ code: 'proof-required', issuer, time }, { status: 403 }));
        const prover = { ik };
        const asked = getToken(endpoint, guest, { clock, signal: new AbortController().signal, prover });
        expect((await code(asked)).code).to.equal('token-answer-invalid');
        expect(requests).to.have.length(2);
      }
      requests = [];
      const nobody = getToken(
        endpoint,
        { room: 'weekly' },
        { clock, signal: new AbortController().signal, prover: { ik } },
      );
      expect((await code(nobody)).code).to.equal('token-answer-invalid');
      expect(requests, 'of whom no proof can be').to.have.length(1);
    });
  });

  it('asks an endpoint that refuses our own field once more, by LiveKit’s standard alone', async () => {
    const prover = { ik: await createIdentityKey() };
    const context = { clock, signal: new AbortController().signal, prover };
    for (const status of [400, 422]) {
      requests = [];
      answer(() =>
        requests.length === 1 ? Response.json({ error: 'unknown field device_key' }, { status }) : Response.json(good),
      );
      await getToken(endpoint, { room: 'weekly', identity: 'i1' }, context);
      expect(requests.map(({ init }) => JSON.parse(String(init.body)) as unknown)).to.deep.equal([
        { room_name: 'weekly', participant_identity: 'i1', device_key: toBase64Url(prover.ik.publicKey) },
        { room_name: 'weekly', participant_identity: 'i1' },
      ]);
    }
    for (const [status, times] of [
      [400, 2],
      [403, 1],
      [503, 1],
    ] as const) {
      requests = [];
      answer(() => new Response('', { status }));
      await code(getToken(endpoint, { room: 'weekly' }, context));
      expect(requests, String(status)).to.have.length(times);
    }
  });

  it("prefers the page's tokenSource; its own errors keep their code, others become token-endpoint-failed", async () => {
    answer(() => Response.json(good));
    const tokenSource = async (): Promise<{ serverUrl: string; token: string }> => ({
      serverUrl: 'ws://a',
      token: 'b',
    });
    expect(await ask({ ...endpoint, tokenSource })).to.deep.equal({ serverUrl: 'ws://a', token: 'b' });
    expect(requests).to.have.length(0);
    const refuse = async (): Promise<never> => {
      throw new SecureMeetingError('token-refused');
    };
    expect((await code(ask({ tokenSource: refuse }))).code).to.equal('token-refused');
    const crash = async (): Promise<never> => {
      throw new Error('oops');
    };
    expect((await code(ask({ tokenSource: crash }))).code).to.equal('token-endpoint-failed');
    const garbage = (async () => 'token') as never;
    expect((await code(ask({ tokenSource: garbage }))).code).to.equal('token-answer-invalid');
  });

  it('joins again with the token the SFU refreshed when the page gave one token only', async () => {
    const options = { token: 'old', serverUrl: 'wss://sfu.example' };
    const signal = new AbortController().signal;
    expect((await getToken(options, { room: 'r' }, { clock, signal })).token).to.equal('old');
    expect((await getToken(options, { room: 'r' }, { clock, signal, refreshed: 'new' })).token).to.equal('new');
    expect((await code(ask({ token: 'old' }))).code).to.equal('config-token-source-missing');
    expect((await code(ask({}))).code).to.equal('config-token-source-missing');
  });
});
