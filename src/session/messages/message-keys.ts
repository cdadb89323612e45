/** The keys that messages to all are sealed under: one per sender and epoch. The sink's second target. */
import { SecureMeetingError, asSecret, drop, equal, toHex, type Bytes, type Secret } from '../../base/index.js';
import { IDENTITY_MAX, bytes, deriveFrom, encode, record, text, uint } from '../../crypto/index.js';
import { BINDING_LENGTH, EPOCH_LIMIT, type Sender } from '../../keys/index.js';
import type { KeyTarget } from '../key-sink.js';

const whoseKey = /* @__PURE__ */ record<{ identity: string; binding: Uint8Array; epoch: number }>({
  identity: [1, text(1, IDENTITY_MAX)],
  binding: [2, bytes(BINDING_LENGTH)],
  epoch: [3, uint(EPOCH_LIMIT - 1)],
});

interface Entry {
  readonly epoch: number;
  readonly sender: Sender;
  readonly key: Secret<Bytes>;
}

/** Trusts its caller's order and rules: {@link MeetingKeySink} keeps them. */
export class MessageKeys implements KeyTarget {
  readonly #entries = new Map<string, Entry>();
  readonly #installed: () => void;
  #self: Sender | undefined;
  #active: number | undefined;

  /** `installed`: a key has come. */
  constructor(installed: () => void = () => undefined) {
    this.#installed = installed;
  }

  /** Our own sender and what we seal under now; undefined while we may not send. */
  sealing(): { readonly sender: Sender; readonly epoch: number; readonly key: Secret<Bytes> } | undefined {
    return this.#self && this.#active !== undefined ? this.#entries.get(slot(this.#active, this.#self)) : undefined;
  }

  opening(epoch: number, sender: Sender): Secret<Bytes> | undefined {
    return this.#entries.get(slot(epoch, sender))?.key;
  }

  /** The latest epoch of which there is a key of `sender`; -1: none. */
  newest(sender: Sender): number {
    let newest = -1;
    for (const entry of this.#entries.values())
      if (entry.epoch > newest && same(entry.sender, sender)) newest = entry.epoch;
    return newest;
  }

  async setSelf(self: Sender): Promise<void> {
    this.dispose();
    this.#self = self;
  }

  async install(epoch: number, sender: Sender, key: CryptoKey): Promise<void> {
    const context = encode(whoseKey, { ...sender, epoch });
    const derived = asSecret(await deriveFrom('message key', key, { context }));
    this.#entries.set(slot(epoch, sender), { epoch, sender, key: derived });
    this.#installed();
  }

  async activate(epoch: number): Promise<void> {
    if (!this.#self || !this.#entries.has(slot(epoch, this.#self))) throw new SecureMeetingError('key-missing');
    this.#active = epoch;
  }

  async pause(): Promise<void> {
    this.#active = undefined;
  }

  async retire(epoch: number, sender?: Sender): Promise<void> {
    this.#forget((entry) => entry.epoch === epoch && (!sender || same(entry.sender, sender)));
  }

  async retireSender(sender: Sender): Promise<void> {
    this.#forget((entry) => same(entry.sender, sender));
  }

  /** Overwrites every key. */
  dispose(): void {
    this.#forget(() => true);
    this.#active = undefined;
  }

  #forget(which: (entry: Entry) => boolean): void {
    for (const [id, entry] of this.#entries) {
      if (!which(entry)) continue;
      drop(entry.key);
      this.#entries.delete(id);
    }
  }
}

const slot = (epoch: number, { identity, binding }: Sender): string => `${epoch} ${toHex(binding)} ${identity}`;
const same = (a: Sender, b: Sender): boolean => a.identity === b.identity && equal(a.binding, b.binding);
