import { equal, SecureMeetingError, toHex, wipe } from '../../base/index.js';
import { EPOCH_LIMIT, type KeySink, type Sender, type SenderKeys } from '../key-provider.js';

/** A key that a participant was given, as the ledger of a simulation knows it. Keys in hexadecimal. */
export interface Installed {
  readonly epoch: number;
  readonly identity: string;
  readonly binding: string;
  readonly media: string;
  readonly message: string;
}

export interface SinkObserver {
  installed(key: Installed): void;
  activated(epoch: number, own: Installed): void;
  /** A verb that the contract forbids. The sink refuses it as the real one does. */
  refused(code: string, what: string): void;
  rejoined(self: Sender): void;
}

/** The sink of a simulated participant: keeps the contract's rules, and shows what it was told. */
export class SimSink implements KeySink {
  readonly #observer: SinkObserver;
  readonly #keys = new Map<string, Installed>();
  readonly #used = new Map<string, string>();
  #retired = new Set<number>();
  #self: Sender | undefined;
  #active = -1;
  #paused = false;
  /** New after every restart of the worker: what the old one counted is forgotten. */
  worker = 0;

  constructor(observer: SinkObserver) {
    this.#observer = observer;
  }

  get self(): Sender | undefined {
    return this.#self;
  }
  /** The epoch we send with now; -1 when nothing is sent. */
  get sending(): number {
    return this.#paused ? -1 : this.#active;
  }
  get keys(): readonly Installed[] {
    return [...this.#keys.values()];
  }
  own(epoch: number): Installed | undefined {
    return this.#self && this.#keys.get(name(epoch, toHex(this.#self.binding)));
  }
  find(epoch: number, binding: string): Installed | undefined {
    return this.#keys.get(name(epoch, binding));
  }

  async install(epoch: number, sender: Sender, keys: SenderKeys): Promise<void> {
    const binding = toHex(sender.binding);
    const { media, message } = keys;
    if (!(media instanceof Uint8Array) || !(message instanceof Uint8Array)) throw new TypeError('bytes expected');
    const key = { epoch, identity: sender.identity, binding, media: toHex(media), message: toHex(message) };
    wipe(media, message);
    if (!Number.isInteger(epoch) || epoch < 0 || epoch >= EPOCH_LIMIT) this.#refuse('key-order', `epoch ${epoch}`);
    if (this.#retired.has(epoch)) this.#refuse('key-order', `epoch ${epoch} was retired`);
    const id = name(epoch, binding);
    const known = this.#keys.get(id);
    if (known) {
      if (known.media === key.media && known.message === key.message) return;
      this.#refuse('key-conflict', `second key for ${sender.identity} in ${epoch}`);
    }
    for (const other of this.#keys.values())
      if (other.epoch === epoch && other.identity === sender.identity)
        this.#refuse('key-conflict', `${sender.identity} twice in ${epoch}`);
    for (const secret of [key.media, key.message]) {
      const before = this.#used.get(secret);
      if (before !== undefined && before !== id) this.#refuse('key-reused', `${sender.identity} in ${epoch}`);
      // What was retired, or held by a worker that died, does not come back. A provider may learn that from the refusal.
      if (before !== undefined) throw new SecureMeetingError('key-reused', { message: `${id} was dropped before` });
      this.#used.set(secret, id);
    }
    this.#keys.set(id, key);
    this.#observer.installed(key);
  }

  async activate(epoch: number): Promise<void> {
    const own = this.own(epoch);
    if (!own) return this.#refuse('key-missing', `activate ${epoch}`);
    if (epoch < this.#active) this.#refuse('key-order', `activate ${epoch} after ${this.#active}`);
    this.#active = epoch;
    this.#paused = false;
    this.#observer.activated(epoch, own);
  }

  async retire(epoch: number, sender?: Sender): Promise<void> {
    for (const [id, key] of this.#keys)
      if (key.epoch === epoch && (!sender || toHex(sender.binding) === key.binding)) this.#keys.delete(id);
    if (sender) return;
    this.#retired.add(epoch);
    if (epoch === this.#active) this.#paused = true;
  }

  async retireSender(sender: Sender): Promise<void> {
    for (const [id, key] of this.#keys) if (toHex(sender.binding) === key.binding) this.#keys.delete(id);
  }

  async pause(): Promise<void> {
    this.#paused = true;
  }

  async rejoin(self: Sender): Promise<void> {
    if (this.#self && equal(this.#self.binding, self.binding))
      this.#refuse('key-reused', 'a new join needs a new binding');
    this.#keys.clear();
    this.#retired = new Set();
    this.#active = -1;
    this.#paused = true;
    this.#self = self;
    this.#observer.rejoined(self);
  }

  /** The worker died: its keys and counters with it. */
  loseWorker(): void {
    this.worker++;
    this.#keys.clear();
    this.#paused = true;
  }

  #refuse(code: 'key-order' | 'key-conflict' | 'key-reused' | 'key-missing', what: string): never {
    this.#observer.refused(code, what);
    throw new SecureMeetingError(code, { message: what });
  }
}

function name(epoch: number, binding: string): string {
  return `${epoch} ${binding}`;
}
