/** A guest of the real backend whose page names its token endpoint and nothing else, without a browser and an SFU. */
import { expect } from 'chai';
import { SecureMeetingError, systemClock } from '../../src/base/index.js';
import { openPglite } from '../../src/server/index.js';
import { Session } from '../../src/session/index.js';
import { getToken } from '../../src/session/token.js';
import { FakePorts } from '../unit/session/fake-meeting.js';
import { settled } from '../unit/session/fake-clock.js';
import { device, ISSUER, ORIGIN, startSite, type Site } from './support/site.js';

const ENDPOINT = `${ISSUER}/token`;

describe('a guest by the token endpoint alone', () => {
  const original = globalThis.fetch;
  const pages: (() => void)[] = [];
  const asked: Record<string, unknown>[] = [];
  const sessions: Session[] = [];
  let site: Site;
  let rooms = 0;
  const newRoom = (): string => `guests-${++rooms}`;

  const toSite = async (body: unknown, user?: string): Promise<Response> =>
    site.server.fetch(
      new Request(ENDPOINT, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: ORIGIN, ...(user !== undefined && { 'x-user': user }) },
        body: JSON.stringify(body),
      }),
      { incoming: { socket: { remoteAddress: '192.0.2.7' } } },
    );

  before(async () => {
    site = await startSite(await openPglite());
  });
  after(() => site.server.close());
  beforeEach(() => {
    asked.length = pages.length = 0;
    site.policy = () => ({ admit: true });
    globalThis.fetch = (async (url: string, init: RequestInit) => {
      const body = JSON.parse(String(init.body)) as Record<string, unknown>;
      asked.push(body);
      // Somebody else's endpoint in front of the site: what comes is handed on, and so is what the site says.
      expect(url).to.be.oneOf([ENDPOINT, 'https://relay.example/token']);
      return toSite(body);
    }) as typeof fetch;
    globalThis.addEventListener = ((type: string, run: () => void): void => {
      if (type === 'pagehide') pages.push(run);
    }) as never;
    globalThis.removeEventListener = () => undefined;
  });
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.dispose()));
    globalThis.fetch = original;
    Reflect.deleteProperty(globalThis, 'addEventListener');
    Reflect.deleteProperty(globalThis, 'removeEventListener');
  });

  /** Joins as a page of this tab does, and answers as whom. */
  const join = async (room: string): Promise<{ session: Session; ports: FakePorts; identity: () => string }> => {
    const ports = new FakePorts();
    ports.prepare = (connection) => {
      connection.onConnect = async () => connection.signal(subjectOf(connection.requests.at(-1)?.token));
    };
    const session = new Session({ room, tokenEndpoint: ENDPOINT, startMuted: true, startCameraOff: true }, ports);
    sessions.push(session);
    await session.join();
    return { session, ports, identity: () => session.state.self.identity };
  };
  const reload = (): void => {
    for (const hide of pages.splice(0)) hide();
  };

  it('is who they were after a reload and on a connection built anew; nobody else is', async () => {
    const room = newRoom();
    const first = await join(room);
    const identity = first.identity();
    first.ports.connection.events.emit('closed', { reason: 'network' });
    await settled(
      () => first.ports.connections.length === 2 && first.session.state.phase === 'joined',
      () => new Promise((resolve) => setTimeout(resolve, 20)),
    );
    expect(first.identity(), 'on another connection').to.equal(identity);
    reload();
    const second = await join(room);
    expect(second.identity(), 'after a reload').to.equal(identity);

    const ik = await device();
    const as = { room, identity };
    const signal = new AbortController().signal;
    const { token } = await getToken({ tokenEndpoint: ENDPOINT }, as, { clock: systemClock, signal, prover: { ik } });
    expect(subjectOf(token), 'with another key').not.to.equal(identity);
    const standard = await getToken({ tokenEndpoint: ENDPOINT }, as, { clock: systemClock, signal });
    expect(subjectOf(standard.token), 'as LiveKit’s clients ask').not.to.equal(identity);
  });

  it('is asked for no passcode when they return', async () => {
    const room = newRoom();
    const first = await join(room);
    const identity = first.identity();
    site.policy = () => ({ admit: true, passcode: '4711' });
    reload();
    const second = await join(room);
    expect(second.identity()).to.equal(identity);
  });

  it('signs nothing for whoever hands the site’s question on, and comes to them as somebody new', async () => {
    const room = newRoom();
    const ik = await device();
    const context = { clock: systemClock, signal: new AbortController().signal, prover: { ik } };
    const first = await getToken({ tokenEndpoint: ENDPOINT }, { room }, context);
    const identity = subjectOf(first.token);
    asked.length = 0;
    const relayed = await getToken({ tokenEndpoint: 'https://relay.example/token' }, { room, identity }, context);
    expect(subjectOf(relayed.token)).not.to.equal(identity);
    expect(asked).to.have.length(2);
    expect(asked[0]).to.have.property('participant_identity', identity);
    for (const body of asked) expect(body).not.to.have.any.keys('device_key_proof', 'device_key_time');
  });

  it('is told once that a clock is wrong, not for ever', async () => {
    const room = newRoom();
    const ik = await device();
    const context = { clock: systemClock, signal: new AbortController().signal, prover: { ik } };
    const { token } = await getToken({ tokenEndpoint: ENDPOINT }, { room }, context);
    asked.length = 0;
    // Two copies of a backend whose clocks are far apart.
    const now = site.time;
    const fetched = globalThis.fetch;
    globalThis.fetch = (async (url: string, init: RequestInit) => {
      site.time = site.time === now ? now + 3_600_000 : now;
      return fetched(url, init);
    }) as typeof fetch;
    const failed = await getToken({ tokenEndpoint: ENDPOINT }, { room, identity: subjectOf(token) }, context).catch(
      (error: unknown) => error,
    );
    site.time = now;
    expect(failed).to.be.instanceOf(SecureMeetingError).with.property('code', 'token-answer-invalid');
    expect(asked).to.have.length(2);
  });
});

/** Whom LiveKit's token is for. */
function subjectOf(token: string | undefined): string {
  const [, claims = ''] = token?.split('.') ?? [];
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string }).sub;
}
