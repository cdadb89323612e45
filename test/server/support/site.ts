import { toBase64Url } from '../../../src/base/index.js';
import {
  createIdentityKey,
  VerifyKey,
  verifyCertificate,
  type CertificateVerdict,
  type IdentityKey,
} from '../../../src/crypto/index.js';
import {
  createServer,
  type Database,
  type LogEntry,
  type RoomPolicy,
  type Server,
  type ServerOptions,
  type User,
} from '../../../src/server/index.js';

export const ISSUER = 'https://meet.example';
export const ORIGIN = 'https://www.example';
export const LIVEKIT = { url: 'ws://127.0.0.1:1', apiKey: 'key', apiSecret: 'a-secret-for-the-tests-of-32-chars' };

/** 32 bytes of one value as base64url: a recognisable key. */
export const keyOf = (byte: number): string => toBase64Url(new Uint8Array(32).fill(byte));

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** A host site with a backend: users are named by a header, the policy can be changed, time can be moved. */
export interface Site {
  readonly server: Server;
  readonly log: LogEntry[];
  policy: (user: User | null, room: string) => RoomPolicy;
  users: Map<string, User>;
  /** Milliseconds. */
  time: number;
  post(path: string, body: unknown, as?: Caller): Promise<Reply>;
  get(path: string): Promise<Reply>;
  /** Checks a certificate as a client would. */
  verify(
    certificate: unknown,
    expected: { room: string; identity: unknown; ik: Uint8Array; now?: number },
  ): Promise<CertificateVerdict>;
}

export interface Caller {
  readonly user?: string;
  readonly address?: string;
  readonly headers?: Record<string, string>;
}

export async function startSite(database: Database, options: Partial<ServerOptions> = {}): Promise<Site> {
  const log: LogEntry[] = [];
  const site = {
    log,
    time: Date.UTC(2027, 0, 1),
    policy: (): RoomPolicy => ({ admit: true }),
    users: new Map<string, User>(),
  } as unknown as Site & { server: Server };
  const server = await createServer({
    database,
    livekit: LIVEKIT,
    authenticate: (request) => {
      const id = request.headers.get('x-user');
      return id === null ? null : (site.users.get(id) ?? { id, verified: true });
    },
    policy: ({ user, room }) => site.policy(user, room),
    issuer: ISSUER,
    signingKeys: [keyOf(1)],
    secrets: [keyOf(2)],
    origins: [ORIGIN],
    requestsPerMinute: 1_000_000,
    log: (entry) => log.push(entry),
    now: () => site.time,
    ...options,
  });
  const call = async (path: string, init: RequestInit, caller: Caller): Promise<Reply> => {
    const response = await server.fetch(new Request(`${ISSUER}${path}`, init), {
      incoming: { socket: { remoteAddress: caller.address ?? '192.0.2.1' } },
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
    };
  };
  return Object.assign(site, {
    server,
    post: (path: string, body: unknown, caller: Caller = {}) =>
      call(
        path,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(caller.user !== undefined && { 'x-user': caller.user }),
            ...caller.headers,
          },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        },
        caller,
      ),
    get: (path: string) => call(path, {}, {}),
    async verify(certificate: unknown, expected: { room: string; identity: unknown; ik: Uint8Array; now?: number }) {
      const { body } = await site.get('/.well-known/secure-meeting.json');
      const keys = new Map(
        (body.keys as { id: string; key: string }[]).map(({ id, key }) => [
          id,
          VerifyKey.from(Buffer.from(key, 'base64url'))!,
        ]),
      );
      return verifyCertificate(Buffer.from(String(certificate), 'base64url'), {
        issuer: ISSUER,
        keys,
        room: expected.room,
        identity: String(expected.identity),
        ik: expected.ik,
        now: expected.now ?? Number(body.time),
      });
    },
  });
}

/** A device key as a client has it. */
export async function device(): Promise<IdentityKey & { readonly text: string }> {
  const key = await createIdentityKey();
  return Object.assign(key, { text: toBase64Url(key.publicKey) });
}
