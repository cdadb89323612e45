/** A deterministic meeting for the providers without a leader: a clock by hand, a network that a test may bend. */
import { SecureMeetingError, toHex, type Bytes, type Clock } from '../../src/base/index.js';
import { createIdentityKey, sha256 } from '../../src/crypto/index.js';
import type {
  KeyProvider,
  KeyProviderContext,
  KeyProviderEvents,
  KeySink,
  Sender,
  SenderKeys,
} from '../../src/keys/index.js';

/** Operations of WebCrypto under way: they work on threads of their own, in a time of their own. */
let ciphering = 0;
for (const name of ['importKey', 'deriveBits', 'sign', 'verify'] as const) {
  const original = SubtleCrypto.prototype[name] as (...args: unknown[]) => Promise<unknown>;
  const counted = async function (this: SubtleCrypto, ...args: unknown[]): Promise<unknown> {
    ciphering++;
    try {
      return await original.apply(this, args);
    } finally {
      ciphering--;
    }
  };
  Object.defineProperty(SubtleCrypto.prototype, name, { value: counted, configurable: true, writable: true });
}

/** Lets everything that waits for a promise go on; no time passes. */
export async function settle(): Promise<void> {
  do
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
  while (ciphering > 0);
}

export class HandClock implements Clock {
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  wall(): number {
    return 1_000_000 + this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), run };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  get pending(): number {
    return this.#timers.length;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      this.#timers = this.#timers.filter((each) => each !== next);
      next.run();
      await settle();
    }
    this.#now = end;
  }
}

/** Keeps what a worker would: which keys are there, and every key there ever was. */
export class FakeSink implements KeySink {
  readonly keys = new Map<string, string>();
  readonly everHeld = new Set<string>();
  self: Sender | undefined;
  active: number | undefined;
  activations: number[] = [];
  paused = false;

  async install(epoch: number, sender: Sender, keys: SenderKeys): Promise<void> {
    const media = toHex(keys.media as Bytes);
    const id = slot(epoch, sender);
    const held = this.keys.get(id);
    if (held === media) return;
    if (held !== undefined) throw new SecureMeetingError('key-conflict');
    if (this.everHeld.has(media)) throw new SecureMeetingError('key-reused');
    this.everHeld.add(media);
    this.keys.set(id, media);
  }

  async activate(epoch: number): Promise<void> {
    if (!this.self || !this.keys.has(slot(epoch, this.self))) throw new SecureMeetingError('key-missing');
    if (this.active !== undefined && epoch < this.active) throw new SecureMeetingError('key-order');
    this.active = epoch;
    this.paused = false;
    this.activations.push(epoch);
  }

  async retire(epoch: number, sender?: Sender): Promise<void> {
    for (const id of [...this.keys.keys()])
      if (sender ? id === slot(epoch, sender) : id.startsWith(`${epoch} `)) this.keys.delete(id);
  }

  async retireSender(sender: Sender): Promise<void> {
    for (const id of [...this.keys.keys()]) if (id.endsWith(` ${toHex(sender.binding)}`)) this.keys.delete(id);
  }

  async pause(): Promise<void> {
    this.paused = true;
  }

  async rejoin(self: Sender): Promise<void> {
    this.keys.clear();
    this.active = undefined;
    this.self = self;
  }

  /** The key we send with. */
  sending(): string | undefined {
    return this.self && this.active !== undefined && !this.paused
      ? this.keys.get(slot(this.active, this.self))
      : undefined;
  }
}

const slot = (epoch: number, { binding }: Sender): string => `${epoch} ${toHex(binding)}`;

export interface Sent {
  readonly from: string;
  readonly to: string | null;
  readonly message: Bytes;
}

export class Peer {
  readonly sink = new FakeSink();
  readonly events: { type: keyof KeyProviderEvents; detail: unknown }[] = [];
  readonly identity: string;
  readonly provider: KeyProvider;
  readonly context: KeyProviderContext;
  connected = true;

  constructor(net: Net, identity: string, provider: KeyProvider, context: Omit<KeyProviderContext, 'sink' | 'emit'>) {
    this.identity = identity;
    this.provider = provider;
    this.context = {
      ...context,
      sink: this.sink,
      emit: (type, detail) => void this.events.push({ type, detail }),
    };
    net.peers.set(identity, this);
  }

  last<K extends keyof KeyProviderEvents>(type: K): KeyProviderEvents[K] | undefined {
    return this.all(type).at(-1);
  }

  all<K extends keyof KeyProviderEvents>(type: K): KeyProviderEvents[K][] {
    return this.events.filter((event) => event.type === type).map(({ detail }) => detail as KeyProviderEvents[K]);
  }

  /** Whom this member vouches for, without itself. */
  roster(): string[] {
    return (this.last('roster')?.members ?? [])
      .map(({ sender }) => sender.identity)
      .filter((id) => id !== this.identity);
  }

  /** Whether it holds the key that `other` sends with now. */
  opens(other: Peer): boolean {
    const key = other.sink.sending();
    return key !== undefined && [...this.sink.keys.values()].includes(key);
  }
}

export class Net {
  readonly clock = new HandClock();
  readonly peers = new Map<string, Peer>();
  readonly log: Sent[] = [];
  readonly delay: number;
  /** A test's server: what becomes of a message on its way to `to`. Undefined: it is lost. */
  bend: (sent: Sent, to: string) => Sent | undefined = (sent) => sent;
  #seed = 0;

  constructor(delay = 10) {
    this.delay = delay;
  }

  /** Cryptographic in shape only; another for every call. */
  random(length: number): Bytes {
    const blocks = Math.ceil(length / 32);
    const out = new Uint8Array(32 * blocks);
    for (let i = 0; i < blocks; i++) out.set(sha256(new TextEncoder().encode(`random ${this.#seed++}`)), 32 * i);
    return out.slice(0, length);
  }

  async peer(identity: string, provider: KeyProvider, meeting = 'weekly'): Promise<Peer> {
    const ik = await createIdentityKey({ seed: this.random(32) });
    const store = new Map<string, Uint8Array>();
    const peer: Peer = new Peer(this, identity, provider, {
      meeting,
      self: { identity, name: identity.toUpperCase(), ik },
      presence: () => [...this.peers.values()].filter((p) => p.connected && p !== peer).map((p) => p.identity),
      send: async (to, message) => {
        if (!peer.connected) throw new SecureMeetingError('network-data-failed');
        this.#carry({ from: identity, to, message: new Uint8Array(message) });
      },
      sendNow: (message) => this.#carry({ from: identity, to: null, message: new Uint8Array(message) }),
      clock: this.clock,
      random: (length) => this.random(length),
      storage: {
        get: async (key) => store.get(key),
        put: async (key, value) => void store.set(key, value),
        delete: async (key) => void store.delete(key),
      },
    });
    return peer;
  }

  /** Connects a peer and starts its provider; the others learn of it first, unless the SFU keeps it to itself. */
  async join(peer: Peer, { told = true } = {}): Promise<void> {
    if (told)
      for (const other of this.peers.values())
        if (other !== peer && other.connected)
          other.provider.handlePresence({ identity: peer.identity, present: true });
    await peer.provider.start(peer.context);
  }

  /** The SFU's word on somebody, true or not, to one member or to all. */
  presence(identity: string, present: boolean, to?: Peer): void {
    for (const peer of to ? [to] : this.peers.values())
      if (peer.identity !== identity) peer.provider.handlePresence({ identity, present });
  }

  deliver(sent: Sent, to: string): void {
    this.peers.get(to)?.provider.handleMessage(sent.from, sent.message);
  }

  #carry(sent: Sent): void {
    this.log.push(sent);
    for (const peer of this.peers.values()) {
      if (peer.identity === sent.from || (sent.to !== null && sent.to !== peer.identity)) continue;
      const arrives = this.bend(sent, peer.identity);
      if (arrives) this.clock.after(this.delay, () => peer.connected && this.deliver(arrives, peer.identity));
    }
  }
}

/** Every pair of these opens each other's media, and nobody vouches for anyone else. */
export function complete(peers: readonly Peer[]): boolean {
  return peers.every((peer) => {
    const others = peers.filter((other) => other !== peer);
    const names = others.map(({ identity }) => identity).sort();
    return others.every((other) => peer.opens(other)) && String(peer.roster().sort()) === String(names);
  });
}
