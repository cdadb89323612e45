import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** One address for several copies of a server, as a site's load balancer: it looks at connections only. */
export interface Balancer {
  readonly port: number;
  /** Which copy new connections go to while it answers. */
  prefer(copy: number): void;
  /** Connections that go to a copy now. */
  open(copy: number): number;
  close(): Promise<void>;
}

export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  let preferred = 0;
  const connections = ports.map(() => new Set<Socket>());
  const pass = (client: Socket, tried: number): void => {
    const copy = (preferred + tried) % ports.length;
    const upstream = connect(ports[copy] as number, '127.0.0.1');
    // Who does not answer at all is passed over; a connection that breaks later is the client's to make again.
    const refused = (): void => {
      if (tried + 1 < ports.length && !client.destroyed) pass(client, tried + 1);
      else client.destroy();
    };
    upstream.once('error', refused);
    upstream.once('connect', () => {
      upstream.off('error', refused);
      connections[copy]?.add(client);
      const end = (): void => {
        connections[copy]?.delete(client);
        client.destroy();
        upstream.destroy();
      };
      for (const side of [client, upstream]) side.on('error', end).on('close', end);
      client.pipe(upstream).pipe(client);
    });
  };
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    pass(client, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    prefer: (copy) => (preferred = copy),
    open: (copy) => connections[copy]?.size ?? 0,
    async close() {
      for (const client of connections.flatMap((set) => [...set])) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
