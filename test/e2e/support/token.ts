import { createHmac } from 'node:crypto';

export interface TokenClaims {
  readonly room: string;
  readonly identity: string;
  readonly name?: string;
  /** Merged over the smallest grants that let somebody talk in one room. */
  readonly grants?: Readonly<Record<string, unknown>>;
  readonly secondsValid?: number;
}

/** A LiveKit access token: a JSON Web Token signed with HMAC-SHA-256 (RFC 7519, RFC 7518 section 3.2). */
export function accessToken(
  key: { readonly apiKey: string; readonly apiSecret: string },
  { room, identity, name, grants = {}, secondsValid = 3600 }: TokenClaims,
): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({
    iss: key.apiKey,
    sub: identity,
    name,
    nbf: now - 10,
    exp: now + secondsValid,
    video: { roomJoin: true, room, canPublish: true, canSubscribe: true, canPublishData: true, ...grants },
  })}`;
  return `${text}.${createHmac('sha256', key.apiSecret).update(text).digest('base64url')}`;
}
