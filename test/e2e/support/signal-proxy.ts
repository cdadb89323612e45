import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignalRequest, SignalResponse, type ParticipantInfo, type SessionDescription } from '@livekit/protocol';
import { WebSocket, WebSocketServer } from 'ws';

/** Messages that take the place of the one that came: none to swallow it. */
type Rewrite<M> = (message: M) => readonly M[];

/**
 * A lying SFU: stands between one browser and a real LiveKit server and rewrites what they tell each other. Media goes
 * past it, as what the SFU can do to media hostile participants do.
 */
export interface SignalProxy {
  /** What the victim is told the server's address is. */
  readonly url: string;
  /** Applied in order to each message to the client; may change it in place. */
  readonly toClient: Rewrite<SignalResponse>[];
  readonly toServer: Rewrite<SignalRequest>[];
  /** Says a message of our own to every client that is connected. */
  say(message: SignalResponse): void;
  /** Answers 404 to the newer signalling path: clients fall back to the one with two peer connections. */
  refuseV1: boolean;
  close(): Promise<void>;
}

export async function startSignalProxy(target: string): Promise<SignalProxy> {
  const clients = new Set<WebSocket>();
  const run = <M>(rewrites: readonly Rewrite<M>[], message: M): readonly M[] =>
    rewrites.reduce<readonly M[]>((messages, rewrite) => messages.flatMap((each) => rewrite(each)), [message]);
  const isV1 = (url: string): boolean => new URL(url, target).pathname.startsWith('/rtc/v1');

  async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('access-control-allow-origin', '*');
    if (proxy.refuseV1 && isV1(request.url ?? '')) return void response.writeHead(404).end('not found');
    try {
      const answer = await fetch(new URL(request.url ?? '/', target.replace(/^ws/, 'http')));
      response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      response.writeHead(502).end();
    }
  }
  const server = createServer((request, response) => void passOn(request, response));
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (proxy.refuseV1 && isV1(request.url ?? '')) return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (client) => {
      const upstream = new WebSocket(new URL(request.url ?? '/', target));
      const early: Buffer[] = [];
      clients.add(client);
      client.on('message', (data: Buffer) => {
        const messages = run(proxy.toServer, SignalRequest.fromBinary(data));
        for (const message of messages) {
          const bytes = Buffer.from(message.toBinary());
          if (upstream.readyState === WebSocket.OPEN) upstream.send(bytes);
          else early.push(bytes);
        }
      });
      upstream.on('open', () => early.splice(0).forEach((bytes) => upstream.send(bytes)));
      upstream.on('message', (data: Buffer) => {
        for (const message of run(proxy.toClient, SignalResponse.fromBinary(data))) client.send(message.toBinary());
      });
      const end = (): void => {
        clients.delete(client);
        client.close();
        upstream.close();
      };
      for (const side of [client, upstream]) side.on('close', end).on('error', end);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const proxy: SignalProxy = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    toClient: [],
    toServer: [],
    refuseV1: false,
    say: (message) => clients.forEach((client) => client.send(message.toBinary())),
    close: () =>
      new Promise<void>((resolve) => {
        clients.forEach((client) => client.terminate());
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

/** The participants a message tells of; changes made to them are what the client hears. */
export function participantsIn({ message }: SignalResponse): ParticipantInfo[] {
  if (message.case === 'join') return message.value.otherParticipants;
  if (message.case === 'update') return message.value.participants;
  return [];
}

/** The session description a message carries: whose media comes in which section. */
export function descriptionIn({ message }: SignalResponse): SessionDescription | undefined {
  return message.case === 'offer' || message.case === 'answer' ? message.value : undefined;
}
