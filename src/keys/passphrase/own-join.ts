/** One join of ours: what we announce, our epoch, and the secrets that end with it. */
import { asSecret, drop, type Bytes, type Secret } from '../../base/index.js';
import {
  JOIN_NONCE_LENGTH,
  bindingOf,
  encode,
  purposed,
  x25519AgreeNatively,
  x25519PublicKeyNatively,
} from '../../crypto/index.js';
import type { KeyProviderContext, RosterMember, Sender } from '../key-provider.js';
import type { GroupKey } from './group-key.js';
import { announceHash, announceKind, lastingKind, leavingKind, messageKind, type Lasting } from './messages.js';

/** Epochs of a join begin below this, at random, so that two joins rarely share one; they stay below 2³² for good. */
const FIRST_EPOCH_LIMIT = 2 ** 30;

export class OwnJoin {
  readonly sender: Sender;
  readonly nonce: Bytes;
  /** The epoch we announce. */
  epoch: number;
  /** When that epoch began, on the context's clock. */
  begunAt: number;
  readonly #context: KeyProviderContext;
  readonly #lasting: Lasting;
  readonly #lastingBytes: Bytes;
  readonly #messageSecret: Secret<Bytes>;
  readonly #leaving: Bytes;
  #leavingSignature: Bytes | undefined;

  private constructor(context: KeyProviderContext, messageSecret: Bytes, messageKey: Bytes) {
    const { meeting, self, clock } = context;
    this.#context = context;
    this.#messageSecret = asSecret(messageSecret);
    this.nonce = context.random(JOIN_NONCE_LENGTH);
    this.#lasting = {
      meeting,
      identity: self.identity,
      name: self.name,
      ik: self.ik.publicKey,
      nonce: this.nonce,
      messageKey,
    };
    this.#lastingBytes = encode(lastingKind, this.#lasting);
    this.sender = { identity: self.identity, binding: bindingOf(this.#lasting) };
    this.#leaving = encode(leavingKind, { meeting, binding: this.sender.binding });
    const random = context.random(4);
    this.epoch = new DataView(random.buffer, random.byteOffset).getUint32(0) % FIRST_EPOCH_LIMIT;
    this.begunAt = clock.now();
  }

  /** A join with a new nonce, binding and message key. The goodbye is signed now: a closing page can't wait. */
  static async begin(context: KeyProviderContext): Promise<OwnJoin> {
    const messageSecret = context.random(32);
    const join = new OwnJoin(context, messageSecret, await x25519PublicKeyNatively(messageSecret));
    join.#leavingSignature = await context.self.ik.sign(purposed('passphrase leaving', join.#leaving));
    return join;
  }

  /** Our own keys of the current epoch. */
  keys(group: GroupKey): { readonly media: Bytes; readonly message: Bytes } {
    return group.senderKeys(this.sender.identity, announceHash(this.#lastingBytes, this.epoch));
  }

  async announce(group: GroupKey, answer: boolean, echoes: readonly Uint8Array[]): Promise<Bytes> {
    const content = encode(announceKind, { lasting: this.#lastingBytes, epoch: this.epoch, answer, echoes });
    const mac = group.mac(content);
    const signature = await this.#context.self.ik.sign(purposed('passphrase announce', content));
    return encode(messageKind, { type: 'announce', body: { content, signature, mac } });
  }

  goodbye(group: GroupKey): Bytes | undefined {
    const signature = this.#leavingSignature;
    if (!signature) return undefined;
    const mac = group.mac(this.#leaving);
    return encode(messageKind, { type: 'leaving', body: { content: this.#leaving, signature, mac } });
  }

  /** Our own line of the roster. */
  member(): RosterMember {
    const { name, ik, messageKey } = this.#lasting;
    return { sender: this.sender, name, ik, messageKey, role: 'none', present: true };
  }

  agree(messageKey: Uint8Array): Promise<Bytes | undefined> {
    return x25519AgreeNatively(this.#messageSecret, messageKey);
  }

  drop(): void {
    drop(this.#messageSecret);
  }
}
