import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers LiveKit's server API (Twirp with JSON) and records what was asked. */
export interface FakeLivekit {
  readonly url: string;
  readonly calls: {
    readonly method: string;
    readonly body: Record<string, unknown>;
    /** The token it came with. */
    readonly token: string;
  }[];
  /** While true everything fails with 503. */
  down: boolean;
  /** While true nothing is answered. */
  silent: boolean;
  /** Answers by method; an empty object otherwise. */
  readonly answers: Map<string, unknown>;
  stop(): Promise<void>;
}

export async function startFakeLivekit(): Promise<FakeLivekit> {
  const fake = {
    url: '',
    calls: [] as FakeLivekit['calls'],
    down: false,
    silent: false,
    answers: new Map<string, unknown>(),
  };
  const server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const method = (request.url ?? '').split('/').at(-1) ?? '';
      response.setHeader('content-type', 'application/json');
      if (fake.silent) return;
      if (fake.down) {
        response.writeHead(503).end('{"code":"unavailable","msg":"down"}');
        return;
      }
      const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      fake.calls.push({ method, body: JSON.parse(text) as Record<string, unknown>, token });
      response.end(JSON.stringify(fake.answers.get(method) ?? {}));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(fake, {
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
