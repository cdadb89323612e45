import { asSecret, toBase64Url, utf8, type Bytes, type Secret } from '../../base/index.js';
import { hmacSha256 } from '../../crypto/index.js';
import type { MediaSource } from '../policy.js';

/** Seconds a token is good for connecting; the SFU renews it over the connection. */
const LIFETIME = 600;

export interface LivekitToken {
  readonly room: string;
  readonly identity: string;
  /** Shown by the SFU to everybody: only in meetings without E2EE. */
  readonly name?: string | undefined;
  readonly sources: readonly MediaSource[];
  readonly limit: number | null;
}

/**
 * Signs LiveKit's tokens: a JWT (RFC 7519) with HS256. LiveKit's library does it too, but by this machine's
 * clock: with the database's, all copies of the backend agree and a wrong clock here locks nobody out.
 *
 * A participant's grant is the least a meeting needs: one room, publish only the listed sources, subscribe, data. Nobody changes
 * their own metadata or name at the SFU, is hidden, or gets an admin token.
 */
export class LivekitTokens {
  readonly #apiKey: string;
  readonly #key: Secret<Bytes>;

  constructor(apiKey: string, apiSecret: string) {
    this.#apiKey = apiKey;
    this.#key = asSecret(utf8(apiSecret));
  }

  issue(token: LivekitToken, now: Date): string {
    return this.#sign(now, {
      sub: token.identity,
      ...(token.name !== undefined && { name: token.name }),
      video: {
        room: token.room,
        roomJoin: true,
        canPublish: true,
        canPublishSources: token.sources,
        canPublishData: true,
        canSubscribe: true,
        canUpdateOwnMetadata: false,
      },
      roomConfig: {
        emptyTimeout: 300,
        departureTimeout: 60,
        ...(token.limit !== null && { maxParticipants: token.limit }),
      },
    });
  }

  /** For the server API: what of it one call may use. */
  forServerApi(grant: object, now: Date): string {
    return this.#sign(now, { video: grant });
  }

  #sign(now: Date, what: object): string {
    const seconds = Math.floor(now.getTime() / 1000);
    // SFUs whose clock is a little behind take it too.
    const claims = { iss: this.#apiKey, nbf: seconds - 60, exp: seconds + LIFETIME, ...what };
    const body = `${HEADER}.${toBase64Url(utf8(JSON.stringify(claims)))}`;
    return `${body}.${toBase64Url(hmacSha256(this.#key, utf8(body)))}`;
  }
}

const HEADER = /* @__PURE__ */ toBase64Url(utf8('{"alg":"HS256","typ":"JWT"}'));
