import { expect } from 'chai';
import { SecureMeetingError } from '../../../src/base/index.js';
import type { MediaPath } from '../../../src/session/index.js';
import { testConnection } from '../../../src/session/test-connection.js';
import type { ConnectionTest, SessionOptions, TokenRequest } from '../../../src/session/types.js';
import { FakeClock } from './fake-clock.js';
import { FakePorts, type FakeConnection } from './fake-meeting.js';

describe('the test of the connection', () => {
  const udp = { transport: 'udp', roundTripMs: 24 } as const;
  async function run(
    prepare: (connection: FakeConnection) => void,
    options: Partial<SessionOptions> = {},
  ): Promise<{ result: ConnectionTest; ports: FakePorts; asked: TokenRequest[] }> {
    const asked: TokenRequest[] = [];
    const ports = new FakePorts();
    ports.prepare = prepare;
    const clock = new FakeClock();
    const testing = testConnection({
      options: {
        room: 'weekly',
        tokenSource: async (request) => {
          asked.push(request);
          return { serverUrl: 'wss://sfu.example', token: 'a.b.c' };
        },
        ...options,
      },
      ports,
      clock,
      signal: new AbortController().signal,
    });
    let result: ConnectionTest | undefined;
    testing.then(
      (found) => (result = found),
      () => undefined,
    );
    for (let i = 0; i < 400 && !result; i++) await clock.pass(200, 200);
    return { result: await testing, ports, asked };
  }
  const finds =
    (...paths: (MediaPath | null)[]) =>
    (connection: FakeConnection): void => {
      connection.paths = paths;
    };

  it('goes to a room of its own, without a name, a worker or anything sent, and leaves it', async () => {
    const { result, ports, asked } = await run(finds(udp));
    expect(result).to.deep.equal({ service: 'reached', media: 'udp', roundTripMs: 24 });
    expect(asked).to.have.length(1);
    expect(asked[0]?.room).to.match(/^connection-test-[0-9a-f]{16}$/);
    expect(asked[0]).to.not.have.property('name');
    expect(ports.workers).to.deep.equal([]);
    expect(ports.connection.sent).to.deep.equal([]);
    expect(ports.connection.closed).to.equal(true);
  });

  it('waits for the round trip, and does without when there is none', async () => {
    const late = await run(finds(null, { transport: 'tcp', roundTripMs: null }, { transport: 'tcp', roundTripMs: 80 }));
    expect(late.result).to.deep.equal({ service: 'reached', media: 'tcp', roundTripMs: 80 });
    const never = await run(finds({ transport: 'relay', roundTripMs: null }));
    expect(never.result).to.deep.equal({ service: 'reached', media: 'relay', roundTripMs: null });
  });

  it('tells a service that does not answer from a network that lets no media through', async () => {
    const fail = (code: 'network-unreachable' | 'token-refused', signals: boolean) =>
      run((connection) => {
        connection.onConnect = async (one) => {
          if (signals) one.signal();
          throw new SecureMeetingError(code);
        };
      });
    expect((await fail('network-unreachable', false)).result).to.deep.equal({
      ...{ service: 'unreachable', media: 'untested', roundTripMs: null, error: 'network-unreachable' },
    });
    expect((await fail('network-unreachable', true)).result).to.deep.equal({
      ...{ service: 'reached', media: 'blocked', roundTripMs: null, error: 'network-unreachable' },
    });
    expect((await fail('token-refused', false)).result).to.deep.include({ service: 'reached', media: 'untested' });
  });

  it('gives up after a while, and lets go of the connection', async () => {
    const { result, ports } = await run((connection) => {
      connection.onConnect = (one, signal) => {
        one.signal();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      };
    });
    expect(result).to.deep.include({ service: 'reached', media: 'blocked' });
    expect(ports.connection.closed).to.equal(true);
  });

  it('guesses nothing where the site gives no permission, or the page’s one token would be spent', async () => {
    const refused = await run(finds(udp), {
      tokenSource: () => Promise.reject(new SecureMeetingError('token-refused')),
    });
    expect(refused.result).to.deep.equal({
      ...{ service: 'untested', media: 'untested', roundTripMs: null, error: 'token-refused' },
    });
    const own = await run(finds(udp), { tokenSource: undefined, token: 'a.b.c', serverUrl: 'wss://x' } as never);
    expect(own.result).to.deep.include({ service: 'untested', error: 'config-token-source-missing' });
    expect(own.ports.connections).to.deep.equal([]);
  });
});
