import { SecureMeetingError, toHex, type Clock } from '../base/index.js';
import type { Connection, MediaPath, SessionPorts } from './ports.js';
import { getToken } from './token.js';
import type { ConnectionTest, SessionOptions } from './types.js';

/** Milliseconds for all of it, and for a round trip to be measured once a way is found. */
const PATIENCE = 40_000;
const MEASURE = 4000;
const LOOK_EVERY = 200;

export interface ConnectionTestContext {
  readonly options: SessionOptions;
  readonly ports: SessionPorts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Goes the way a meeting would go, to a room of its own: nobody in the meeting sees anybody come, no device is opened and
 * nothing is sent. What is not known is `untested`, never guessed.
 * @throws an AbortError when aborted; every other failure is the result
 */
export async function testConnection(context: ConnectionTestContext): Promise<ConnectionTest> {
  const { options, ports, clock, signal } = context;
  const result = (known: Partial<ConnectionTest>): ConnectionTest => ({
    ...{ service: 'untested', media: 'untested', roundTripMs: null },
    ...known,
  });
  // A token of the page is for one meeting and one join: it would be spent, and take us into that meeting.
  if (!options.tokenSource && options.tokenEndpoint === undefined && options.api === undefined)
    return result({ error: 'config-token-source-missing' });
  const room = `connection-test-${toHex(crypto.getRandomValues(new Uint8Array(8)))}`;
  let answer: Awaited<ReturnType<typeof getToken>>;
  let connection: Connection;
  try {
    answer = await getToken(options, { room }, { clock, signal });
    ({ connection } = await ports.open({ encrypted: false }));
  } catch (error) {
    signal.throwIfAborted();
    return result({ error: SecureMeetingError.from(error, 'token-endpoint-failed').code });
  }
  const stop = new AbortController();
  const abort = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const tooLong = clock.after(PATIENCE, abort);
  let reached = false;
  connection.on('signalled', () => (reached = true));
  try {
    signal.throwIfAborted();
    const { serverUrl, token } = answer;
    await connection.connect({ serverUrl, token, signal: stop.signal });
    const path = await measured(connection, clock, stop.signal);
    if (!path) return result({ service: 'reached' });
    return result({ service: 'reached', media: path.transport, roundTripMs: path.roundTripMs });
  } catch (error) {
    signal.throwIfAborted();
    const { code } = SecureMeetingError.from(error, 'network-unreachable');
    if (reached) return result({ service: 'reached', media: 'blocked', error: code });
    // It answered, if only to say no.
    const refused = code === 'token-refused' || code === 'token-expired';
    return result({ service: refused ? 'reached' : 'unreachable', error: code });
  } finally {
    tooLong();
    signal.removeEventListener('abort', abort);
    await connection.close();
  }
}

/** The way, with its round trip once it is measured; without, when that takes too long. */
async function measured(connection: Connection, clock: Clock, signal: AbortSignal): Promise<MediaPath | null> {
  const deadline = clock.now() + MEASURE;
  for (;;) {
    const path = await connection.path();
    if (path?.roundTripMs != null || clock.now() >= deadline || signal.aborted) return path;
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve));
  }
}
