import { fromBase64Url, toBase64Url, toHex, wipe, type Bytes } from '../../base/index.js';
import { certificateKeyId, VerifyKey } from '../../crypto/index.js';

/** One of the backend's public keys, as `/.well-known/secure-meeting.json` shows it. */
export interface PublishedKey {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** Ed25519 public key, 32 bytes of base64url. */
  readonly key: string;
  /** Whether new certificates are signed with it. */
  readonly signs: boolean;
}

/** PKCS #8 of an Ed25519 seed is this and the seed (RFC 8410 §7). */
const PKCS8 = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]);

/** The keys certificates are signed with. Private halves are non-extractable from here on. */
export class SigningKeys {
  readonly #private: CryptoKey;
  /** The id of the key that signs. 8 bytes. */
  readonly id: Bytes;
  readonly published: readonly PublishedKey[];
  /** All public keys by id in hexadecimal: certificates under any of them are good. */
  readonly byId: ReadonlyMap<string, VerifyKey>;

  private constructor(signer: CryptoKey, publics: readonly Bytes[]) {
    this.#private = signer;
    this.id = certificateKeyId(publics[0] as Bytes);
    this.byId = new Map(publics.map((key) => [toHex(certificateKeyId(key)), VerifyKey.from(key) as VerifyKey]));
    this.published = publics.map((key, i) => ({
      id: toHex(certificateKeyId(key)),
      key: toBase64Url(key),
      signs: i === 0,
    }));
  }

  /** @param seeds 32 bytes of base64url each; the first signs. */
  static async import(seeds: readonly string[]): Promise<SigningKeys> {
    const publics: Bytes[] = [];
    let signer: CryptoKey | undefined;
    for (const text of seeds) {
      const seed = fromBase64Url(text);
      const pkcs8 = new Uint8Array([...PKCS8, ...seed]);
      const readable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
      publics.push(fromBase64Url((await crypto.subtle.exportKey('jwk', readable)).x as string));
      signer ??= await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
      wipe(pkcs8, seed);
    }
    return new SigningKeys(signer as CryptoKey, publics);
  }

  /** 64 bytes, RFC 8032 §5.1.6. */
  async sign(message: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign('Ed25519', this.#private, message));
  }
}
