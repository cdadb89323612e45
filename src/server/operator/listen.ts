import type { AddressInfo } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import type { Server } from '../server.js';

export interface Listening {
  readonly port: number;
  /** Takes no new connections, lets requests end (10 s at most), then closes the server behind. */
  close(): Promise<void>;
}

/** Serves `server` over HTTP with times that bound slow clients. TLS is the proxy's in front. */
export async function listen(server: Server, port: number, hostname: string): Promise<Listening> {
  const http = await new Promise<ServerType>((resolve, reject) => {
    const starting: ServerType = serve(
      {
        fetch: (request, environment) => server.fetch(request, environment),
        port,
        hostname,
        serverOptions: {
          requestTimeout: 15_000,
          headersTimeout: 10_000,
          keepAliveTimeout: 30_000,
          maxHeaderSize: 16_384,
        },
      },
      () => resolve(starting),
    );
    starting.once('error', reject);
  });
  return {
    port: (http.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      // Again and again: who was being answered just now would go on asking over the connection they have.
      const sweep = setInterval(() => 'closeIdleConnections' in http && http.closeIdleConnections(), 50);
      const late = setTimeout(() => 'closeAllConnections' in http && http.closeAllConnections(), 10_000);
      await closed;
      clearInterval(sweep);
      clearTimeout(late);
      await server.close();
    },
  };
}
