import { toBase64Url, toHex, type Bytes } from '../../../../src/base/index.js';
import {
  certificateKeyId,
  createIdentityKey,
  issueCertificate,
  VerifyKey,
  type Certificate,
  type IdentityKey,
} from '../../../../src/crypto/index.js';

export const API = 'https://site.example/meet';
const ISSUER = 'https://meet.site.example';

export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly body: Record<string, unknown>;
  readonly init: RequestInit;
}
type Answer = (asked: Asked) => Response | Promise<Response>;

/** A site's backend in place of `fetch`, with real keys and real certificates. */
export class FakeSite {
  readonly asked: Asked[] = [];
  readonly keys: IdentityKey[];
  /** The backend's clock, seconds since 1970. */
  time = 1_800_000_000;
  meeting = new Uint8Array(16).fill(3);
  role: 'host' | 'member' = 'member';
  encryption: 'required' | 'off' = 'required';
  identity = 'u_me';
  lifetime = 3600;
  /** The meeting's end and most members. */
  bounds: Pick<Certificate, 'ends' | 'limit'> = {};
  /** As it is published; undefined: the site takes no reports. */
  reportKey: string | undefined;
  readonly answers = new Map<string, Answer>();
  readonly #fetch = globalThis.fetch;

  private constructor(keys: IdentityKey[]) {
    this.keys = keys;
    globalThis.fetch = (async (url: string, init: RequestInit) => {
      const path = url.slice(API.length + 1);
      const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
      const asked = { path, method: init.method ?? 'GET', body, init };
      this.asked.push(asked);
      const answer = this.answers.get(path) ?? this.#default(path);
      return answer(asked);
    }) as typeof fetch;
  }

  static async start(): Promise<FakeSite> {
    return new FakeSite([await createIdentityKey({ seed: new Uint8Array(32).fill(41) })]);
  }

  stop(): void {
    globalThis.fetch = this.#fetch;
  }

  get key(): IdentityKey {
    return this.keys[0] as IdentityKey;
  }

  count(path: string): number {
    return this.asked.filter((one) => one.path === path).length;
  }

  certificate(ik: Uint8Array, changed: Partial<Certificate> = {}, signer = this.key): Promise<Bytes> {
    return issueCertificate(
      {
        issuer: ISSUER,
        key: certificateKeyId(signer.publicKey),
        room: 'weekly',
        meeting: this.meeting,
        identity: this.identity,
        role: this.role,
        ik,
        encryption: this.encryption,
        issued: this.time,
        expires: this.time + this.lifetime,
        ...this.bounds,
        ...changed,
      },
      (message) => signer.sign(message),
    );
  }

  refuse(path: string, status: number, body: object, headers: Record<string, string> = {}): void {
    this.answers.set(path, () => Response.json(body, { status, headers }));
  }

  published(): Record<string, unknown> {
    return {
      issuer: ISSUER,
      keys: this.keys.map(({ publicKey }, i) => ({
        id: toHex(certificateKeyId(publicKey)),
        key: toBase64Url(publicKey),
        signs: i === 0,
      })),
      ...(this.reportKey !== undefined && { report_key: this.reportKey }),
      time: this.time,
    };
  }

  async token(asked: Asked): Promise<Response> {
    const ik = Uint8Array.from(
      atob(String(asked.body['device_key']).replaceAll('-', '+').replaceAll('_', '/')),
      (char) => char.charCodeAt(0),
    );
    return Response.json(
      {
        ...{ server_url: 'wss://sfu.example', participant_token: 'a.b.c', identity: this.identity, role: this.role },
        ...{ encryption: this.encryption, time: this.time, certificate: toBase64Url(await this.certificate(ik)) },
      },
      { status: 201 },
    );
  }

  #default(path: string): Answer {
    if (path === 'token') return (asked) => this.token(asked);
    if (path === '.well-known/secure-meeting.json') return () => Response.json(this.published());
    return () => Response.json({ code: 'not-found' }, { status: 404 });
  }

  static verifyKey(key: IdentityKey): VerifyKey {
    return VerifyKey.from(key.publicKey) as VerifyKey;
  }
}
