import { asSecret, concat, fromBase64Url, utf8, wipe, type Bytes, type Secret } from '../../base/index.js';
import { hmacSha256 } from '../../crypto/index.js';
import { hkdfSha256 } from '../../crypto/kdf.js';

/** What a derived key is for; one purpose's key says nothing about another's. */
type Purpose = 'ref' | 'seal' | 'code' | 'identity';
/** Bytes where a token needs several: WebCrypto's way through a thread costs four times what the hash does. */
type Subkeys = Readonly<Record<Exclude<Purpose, 'seal'>, Secret<Bytes>>> & { readonly seal: CryptoKey };

/** What a reference is to. References of different kinds never collide, and can't be compared with each other. */
export type RefKind = 'user' | 'number' | 'limit' | 'identity' | 'device-key';

/**
 * The operator's secret, and the one before it while data is moved over. From each, HKDF-SHA-256 derives one key per
 * purpose: references (so that the tables name nobody), codes, identities, and AES-256-GCM for what must be read again.
 */
export class Secrets {
  readonly #current: Subkeys;
  readonly #previous: Subkeys | undefined;

  private constructor(current: Subkeys, previous: Subkeys | undefined) {
    this.#current = current;
    this.#previous = previous;
  }

  /** @param texts one or two secrets, at least 32 bytes of base64url each; the one in use first. @throws RangeError. */
  static async import(texts: readonly string[]): Promise<Secrets> {
    if (texts.length < 1 || texts.length > 2) throw new RangeError('one secret, or the one in use and the one before');
    const [current, previous] = await Promise.all(texts.map(subkeys));
    return new Secrets(current as Subkeys, previous);
  }

  /** Names the secret in use, to find what is still under the one before. 8 bytes. */
  keyId(): Bytes {
    return mac(this.#current.ref, 'key id', '').slice(0, 8);
  }

  /** Whether an older secret is still accepted: stored data can be moved to the one in use. */
  get rotating(): boolean {
    return this.#previous !== undefined;
  }

  /** What stands for `value` in the tables, under the secret in use. 32 bytes. */
  ref(kind: RefKind, value: string | Uint8Array): Bytes {
    return mac(this.#current.ref, kind, value);
  }

  /** As {@link ref}, with the reference under the secret before as second; without one, twice the same. */
  refs(kind: RefKind, value: string | Uint8Array): readonly [Bytes, Bytes] {
    const current = this.ref(kind, value);
    return [current, this.#previous ? mac(this.#previous.ref, kind, value) : current];
  }

  /** Keyed hash of a one-time code, bound to the challenge it belongs to. 32 bytes. */
  codeHash(challenge: Uint8Array, code: string): Bytes {
    return mac(this.#current.code, 'code', concat(challenge, utf8(code)));
  }

  /** 22 characters of base64url that stay the same for one user in one room, and differ between rooms. */
  identity(room: string, userId: string): Bytes {
    return mac(this.#current.identity, 'user', JSON.stringify([room, userId])).slice(0, 16);
  }

  /** nonce (12) ‖ AES-256-GCM ciphertext and tag; `context` is authenticated and must be the same when opening. */
  async seal(context: string, plaintext: Uint8Array<ArrayBuffer>): Promise<Bytes> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const parameters = { name: 'AES-GCM', iv, additionalData: utf8(context) };
    return concat(iv, new Uint8Array(await crypto.subtle.encrypt(parameters, this.#current.seal, plaintext)));
  }

  /** @throws Error when `sealed` was made under neither secret, or for another context. */
  async open(context: string, sealed: Uint8Array): Promise<Bytes> {
    const parameters = { name: 'AES-GCM', iv: sealed.slice(0, 12), additionalData: utf8(context) };
    const ciphertext = sealed.slice(12);
    for (const keys of [this.#current, this.#previous]) {
      if (!keys) continue;
      try {
        return new Uint8Array(await crypto.subtle.decrypt(parameters, keys.seal, ciphertext));
      } catch {
        // Not under this one.
      }
    }
    throw new Error(`${context} cannot be opened: the secret it was sealed under is not configured`);
  }
}

async function subkeys(text: string): Promise<Subkeys> {
  const secret = fromBase64Url(text);
  if (secret.length < 32) throw new RangeError('a secret has at least 32 bytes (43 characters of base64url)');
  const derived = (purpose: Purpose): Secret<Bytes> =>
    asSecret(hkdfSha256(secret, new Uint8Array(32), utf8(`sm/1 server ${purpose}`), 32));
  const seal = derived('seal');
  const keys = {
    ref: derived('ref'),
    code: derived('code'),
    identity: derived('identity'),
    seal: await crypto.subtle.importKey('raw', seal, 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
  wipe(secret, seal);
  return keys;
}

function mac(key: Secret<Bytes>, kind: string, value: string | Uint8Array): Bytes {
  const bytes = typeof value === 'string' ? utf8(value) : value;
  return hmacSha256(key, concat(utf8(kind), new Uint8Array(1), bytes));
}
