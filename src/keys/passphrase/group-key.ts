/** What all who hold the secret share, and what is derived from it. */
import { drop, asSecret, utf8, type Bytes, type Secret } from '../../base/index.js';
import {
  bytes,
  checkMac,
  derive,
  encode,
  hash,
  mac,
  record,
  text,
  IDENTITY_MAX,
  MEETING_MAX,
} from '../../crypto/index.js';

const whoseKey = /* @__PURE__ */ record<{ meeting: string; identity: string; announce: Uint8Array }>({
  meeting: [1, text(1, MEETING_MAX)],
  identity: [2, text(1, IDENTITY_MAX)],
  announce: [3, bytes(32)],
});

/** One group secret in one meeting. */
export class GroupKey {
  readonly #secret: Secret<Bytes>;
  readonly #macKey: Secret<Bytes>;
  readonly #meeting: string;
  readonly #salt: Bytes;

  /** @param secret 32 bytes; ours from now on */
  constructor(secret: Bytes, meeting: string) {
    this.#secret = asSecret(secret);
    this.#meeting = meeting;
    this.#salt = hash('meeting', utf8(meeting));
    this.#macKey = asSecret(derive('passphrase mac key', secret, { salt: this.#salt }));
  }

  mac(content: Uint8Array): Bytes {
    return mac('passphrase mac', this.#macKey, content);
  }

  /** Whether a holder of this secret made `tag` for `content`. */
  check(content: Uint8Array, tag: Uint8Array): boolean {
    return checkMac('passphrase mac', this.#macKey, content, tag);
  }

  /** What one sender encrypts with in one epoch. `announce`: 32 bytes, see {@link announceHash}. */
  senderKeys(identity: string, announce: Uint8Array): { readonly media: Bytes; readonly message: Bytes } {
    const context = encode(whoseKey, { meeting: this.#meeting, identity, announce });
    const options = { salt: this.#salt, context };
    return {
      media: derive('passphrase media', this.#secret, options),
      message: derive('passphrase message', this.#secret, options),
    };
  }

  /** Overwrites the secret. */
  drop(): void {
    drop(this.#secret, this.#macKey);
  }
}
