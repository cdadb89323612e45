/** Where a provider's keys go: checked against the contract's rules, then to the worker and the message channel. */
import { SecureMeetingError, SerialQueue, equal, owned, toHex, wipe } from '../base/index.js';
import { deriveFrom } from '../crypto/index.js';
import {
  BASE_KEY_LENGTH,
  BINDING_LENGTH,
  EPOCH_LIMIT,
  type KeyMaterial,
  type KeySink,
  type Sender,
  type SenderKeys,
} from '../keys/index.js';

/** The verbs both targets have. `media/media-client.ts` and {@link MessageKeys} implement them. */
export interface KeyTarget {
  setSelf(self: Sender): Promise<void>;
  install(epoch: number, sender: Sender, key: CryptoKey): Promise<void>;
  activate(epoch: number): Promise<void>;
  pause(): Promise<void>;
  retire(epoch: number, sender?: Sender): Promise<void>;
  retireSender(sender: Sender): Promise<void>;
}

/** Check values remembered, so that no key is ever used for two things. Far beyond what a day's meeting uses. */
const REMEMBERED_MAX = 200_000;

/** What is asked of both targets. */
type Step = (target: KeyTarget, isMedia: boolean) => Promise<void>;

interface Held {
  readonly epoch: number;
  readonly sender: Sender;
  readonly check: string;
}

export class MeetingKeySink implements KeySink {
  /** The worker may be replaced while the sink lives. */
  readonly #media: () => KeyTarget;
  readonly #messages: KeyTarget;
  readonly #queue = new SerialQueue();
  readonly #held = new Map<string, Held>();
  /** Kept through re-joins: what a dead worker held is never installed again. */
  readonly #seen = new Set<string>();
  readonly #retired = new Set<number>();
  #self: Sender | undefined;
  #active: number | undefined;

  constructor(targets: { readonly media: () => KeyTarget; readonly messages: KeyTarget }) {
    this.#media = targets.media;
    this.#messages = targets.messages;
  }

  install(epoch: number, sender: Sender, keys: SenderKeys): Promise<void> {
    return this.#inOrder(async () => {
      let media: CryptoKey;
      let message: CryptoKey;
      let checks: [string, string];
      try {
        checkNames(epoch, sender);
        checks = await Promise.all([checkOf(keys.media), checkOf(keys.message)]);
        if (!this.#admit(epoch, sender, checks)) return undefined;
        [media, message] = await Promise.all([importKey(keys.media), importKey(keys.message)]);
      } finally {
        // Ours from the call on, taken or refused.
        for (const key of [keys.media, keys.message]) if (key instanceof Uint8Array) wipe(key);
      }
      this.#held.set(slot(epoch, sender), { epoch, sender, check: checks.join() });
      for (const check of checks) this.#remember(check);
      return (target, isMedia) => target.install(epoch, sender, isMedia ? media : message);
    });
  }

  activate(epoch: number): Promise<void> {
    return this.#inOrder(() => {
      if (!this.#self || !this.#held.has(slot(epoch, this.#self))) throw new SecureMeetingError('key-missing');
      if (this.#active !== undefined && epoch < this.#active) throw new SecureMeetingError('key-order');
      this.#active = epoch;
      return (target) => target.activate(epoch);
    });
  }

  retire(epoch: number, sender?: Sender): Promise<void> {
    return this.#inOrder(() => {
      if (!sender) this.#retired.add(epoch);
      for (const [id, held] of this.#held)
        if (held.epoch === epoch && (!sender || same(held.sender, sender))) this.#held.delete(id);
      return (target) => target.retire(epoch, sender);
    });
  }

  retireSender(sender: Sender): Promise<void> {
    return this.#inOrder(() => {
      for (const [id, held] of this.#held) if (same(held.sender, sender)) this.#held.delete(id);
      return (target) => target.retireSender(sender);
    });
  }

  pause(): Promise<void> {
    return this.#inOrder(() => (target) => target.pause());
  }

  rejoin(self: Sender): Promise<void> {
    return this.#inOrder(() => {
      this.#held.clear();
      this.#retired.clear();
      this.#active = undefined;
      this.#self = self;
      return (target) => target.setSelf(self);
    });
  }

  /** False when these very keys are in place already. */
  #admit(epoch: number, sender: Sender, checks: readonly [string, string]): boolean {
    if (this.#retired.has(epoch)) throw new SecureMeetingError('key-order');
    const held = this.#held.get(slot(epoch, sender));
    if (held?.check === checks.join()) return false;
    if (held) throw new SecureMeetingError('key-conflict');
    for (const other of this.#held.values())
      if (other.epoch === epoch && other.sender.identity === sender.identity)
        throw new SecureMeetingError('key-conflict');
    if (checks[0] === checks[1] || checks.some((check) => this.#seen.has(check)))
      throw new SecureMeetingError('key-reused');
    return true;
  }

  #remember(check: string): void {
    this.#seen.add(check);
    if (this.#seen.size > REMEMBERED_MAX) this.#seen.delete(this.#seen.values().next().value as string);
  }

  /**
   * What is checked, and the messages' keys, one after another. The worker is told in that order too, and answers in its
   * own time: nobody behind waits for that, so the keys of a roster cost one way to the worker and back, not one each.
   * Both are told even when one fails, so that a dead worker leaves no message key behind.
   */
  async #inOrder(check: () => Step | undefined | Promise<Step | undefined>): Promise<void> {
    const told = await this.#queue.run(async () => {
      const step = await check();
      if (!step) return undefined;
      const messages = step(this.#messages, false);
      const both = Promise.allSettled([messages, step(this.#media(), true)]);
      await messages.catch(() => undefined);
      // Not the promise itself: the queue would wait for it.
      return { both };
    });
    for (const result of (await told?.both) ?? []) if (result.status === 'rejected') throw result.reason;
  }
}

function checkNames(epoch: number, { identity, binding }: Sender): void {
  if (!Number.isInteger(epoch) || epoch < 0 || epoch >= EPOCH_LIMIT) throw new SecureMeetingError('key-order');
  if (identity === '' || binding.length !== BINDING_LENGTH)
    throw new SecureMeetingError('key-provider-failed', {
      message: 'a sender needs an identity and a 32-byte binding',
    });
}

/** Tells whether two keys are the same, bytes or not, and nothing else about them. */
async function checkOf(key: KeyMaterial): Promise<string> {
  checkKind(key);
  return toHex(await deriveFrom('key check', key));
}

function checkKind(key: KeyMaterial): void {
  const fits =
    key instanceof Uint8Array
      ? key.length === BASE_KEY_LENGTH
      : key.algorithm.name === 'HKDF' && !key.extractable && key.usages.includes('deriveBits');
  if (!fits)
    throw new SecureMeetingError('key-provider-failed', {
      message: 'a key is 32 bytes, or a non-extractable HKDF CryptoKey with the usage deriveBits',
    });
}

async function importKey(key: KeyMaterial): Promise<CryptoKey> {
  if (!(key instanceof Uint8Array)) return key;
  return crypto.subtle.importKey('raw', owned(key), 'HKDF', false, ['deriveBits', 'deriveKey']);
}

const slot = (epoch: number, { binding }: Sender): string => `${epoch} ${toHex(binding)}`;
const same = (a: Sender, b: Sender): boolean => a.identity === b.identity && equal(a.binding, b.binding);
