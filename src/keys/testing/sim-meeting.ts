import { SecureMeetingError, toHex, type Bytes } from '../../base/index.js';
import type { KeyProvider, KeyProviderContext, KeyProviderEvents, MeetingIdentityKey } from '../key-provider.js';
import { KeyLedger } from './key-ledger.js';
import { SimNode, type Noted, type SimNodeOptions } from './sim-node.js';
import { SimSink } from './sim-sink.js';
import type { Simulation } from './simulation.js';
import { standInIdentity } from './stand-ins.js';

/** One message on its way through the simulated SFU. */
export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/** How the network treats packets; all probabilities per packet, times in milliseconds. */
export interface NetworkQuality {
  delay: number;
  jitter: number;
  loss: number;
  duplication: number;
  /** Probability of an extra delay of up to a second, so that later packets overtake. */
  reorder: number;
}

/** What a server in between does with a packet: the packets to deliver instead, each after a time. */
export type Server = (packet: Packet) => readonly (Packet & { readonly after?: number })[] | undefined;

/** One promise that was broken, in words, and when. */
export interface Violation {
  readonly at: number;
  readonly rule: string;
  readonly what: string;
}

/** A meeting on a simulated SFU, with a ledger of all keys that checks the promises after every step. */
export class SimMeeting {
  readonly sim: Simulation;
  readonly meeting: string;
  readonly nodes = new Map<string, SimNode>();
  readonly violations: Violation[] = [];
  readonly quality: NetworkQuality = { delay: 25, jitter: 10, loss: 0, duplication: 0, reorder: 0 };
  /** The hostile server, when there is one. */
  server: Server | undefined;
  /** Everything sent so far, for servers that replay. Kept only when asked for. */
  recording: Packet[] | undefined;
  /** Called before a node's provider sends; true crashes it right after. */
  crashAfterSend: ((node: SimNode, bytes: Uint8Array) => boolean) | undefined;
  sent = 0;
  sentBytes = 0;
  readonly #groups = new Map<string, number>();
  readonly #lastDelivery = new Map<string, number>();
  readonly #ledger = new KeyLedger((rule, what) => this.violate(rule, what));
  readonly #settle: (provider: KeyProvider) => Promise<void>;
  readonly #makeIk: (seed: Bytes) => Promise<MeetingIdentityKey>;

  constructor(
    sim: Simulation,
    options: {
      readonly meeting?: string;
      /** Settles when a provider has handled all it was given; by default, after all promise jobs ran. */
      readonly settle?: (provider: KeyProvider) => Promise<void>;
      readonly identityKey?: (seed: Bytes) => Promise<MeetingIdentityKey>;
    } = {},
  ) {
    this.sim = sim;
    this.meeting = options.meeting ?? 'simulated';
    this.#settle = options.settle ?? (() => new Promise((done) => setTimeout(done)));
    this.#makeIk = options.identityKey ?? standInIdentity;
  }

  // ── Participants ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Connects a participant and starts its provider. */
  async join(identity: string, provider: KeyProvider, options: SimNodeOptions = {}): Promise<SimNode> {
    const ik = options.ik ?? (await this.#makeIk(this.sim.bytes(32)));
    const sink: SimSink = new SimSink({
      installed: (key) => {
        node.fresh.push(key);
        node.had(key);
      },
      activated: (epoch, own) => {
        this.#ledger.activated(node, epoch, own);
        this.sim.log(() => `${identity} sends with ${epoch}`);
      },
      refused: (code, what) => this.violate('sink', `${identity}: ${code}: ${what}`),
      rejoined: (self) => {
        node.rosters.clear();
        node.newestEpoch = -1;
        this.sim.log(() => `${identity} joins as ${toHex(self.binding).slice(0, 6)}`);
      },
    });
    const node: SimNode = new SimNode(identity, provider, sink, ik);
    const others = [...this.nodes.values()].filter((other) => other.alive);
    this.nodes.set(identity, node);
    this.sim.log(() => `${identity} connects`);
    for (const other of others) this.#presence(other, identity, true, 5);
    await this.#step(node, () => provider.start(this.#context(node, options)));
    return node;
  }

  #context(node: SimNode, options: SimNodeOptions): KeyProviderContext {
    const storage = new Map<string, Uint8Array>();
    return {
      meeting: this.meeting,
      self: { identity: node.identity, name: options.name ?? node.identity, ik: node.ik },
      presence: () => [...this.nodes.values()].filter((n) => n.alive && n !== node).map((n) => n.identity),
      send: async (to, bytes) => {
        if (!node.alive || !node.connected) throw new SecureMeetingError('network-data-failed');
        this.#send(node, to, bytes);
        if (this.crashAfterSend?.(node, bytes)) this.crash(node);
      },
      sendNow: (bytes) => {
        if (node.alive && node.connected) this.#send(node, null, bytes);
      },
      clock: this.sim.clock((run) => (node.alive ? this.#step(node, run) : undefined), {
        ...{ speed: options.speed ?? 1, ahead: options.ahead ?? 0, wall: options.wall ?? 0 },
      }),
      random: (length) => this.sim.bytes(length),
      storage: {
        get: async (key) => storage.get(key),
        put: async (key, value) => void storage.set(key, value),
        delete: async (key) => void storage.delete(key),
      },
      sink: node.sink,
      emit: (type, detail) => this.#event(node, type, detail),
    };
  }

  /** A crash: nothing more is sent; the SFU notices after a while. */
  crash(node: SimNode, noticed = 5_000): void {
    if (!node.alive) return;
    node.alive = false;
    this.sim.log(() => `${node.identity} crashes`);
    for (const other of this.nodes.values()) if (other.alive) this.#presence(other, node.identity, false, noticed);
  }

  /** Leaves with a goodbye. */
  async leave(node: SimNode, reason: 'left' | 'page-closing' = 'left'): Promise<void> {
    this.sim.log(() => `${node.identity} leaves (${reason})`);
    await this.#step(node, () => node.provider.stop(reason));
    node.alive = false;
    for (const other of this.nodes.values()) if (other.alive) this.#presence(other, node.identity, false, 20);
  }

  /**
   * Our own connection to the SFU breaks, and stands again after a while: the same one (`returned`), or one made anew
   * (`rejoined`), which the SFU tells the others as going and coming.
   */
  async disconnect(node: SimNode, forMs: number, how: 'returned' | 'rejoined' = 'returned'): Promise<void> {
    this.sim.log(() => `${node.identity}'s connection breaks`);
    node.connected = false;
    await this.#step(node, () => node.provider.handleConnection('lost'));
    if (how === 'rejoined') await this.#tellAll(node, false);
    this.sim.after(forMs, async () => {
      node.connected = true;
      this.sim.log(() => `${node.identity}'s connection has ${how}`);
      if (!node.alive) return;
      if (how === 'rejoined') await this.#tellAll(node, true);
      await this.#step(node, () => node.provider.handleConnection(how));
    });
  }

  async #tellAll(node: SimNode, present: boolean): Promise<void> {
    for (const other of this.nodes.values())
      if (other !== node && other.connected) await this.claimPresence(other, node.identity, present);
  }

  async worker(node: SimNode): Promise<void> {
    this.sim.log(() => `${node.identity}'s worker dies`);
    node.sink.loseWorker();
    await this.#step(node, () => node.provider.handleWorkerLost());
  }

  /** Tells a node's provider something, as the session would. */
  async tell(node: SimNode, what: (provider: KeyProvider) => unknown): Promise<void> {
    await this.#step(node, () => void what(node.provider));
  }

  /** The server's word about who is there: true or not. */
  async claimPresence(to: SimNode, identity: string, present: boolean): Promise<void> {
    if (to.alive) await this.#step(to, () => to.provider.handlePresence({ identity, present }));
  }

  #presence(to: SimNode, identity: string, present: boolean, after: number): void {
    this.sim.after(after, () => {
      const returned = !present && this.nodes.get(identity)?.alive === true;
      return to.alive && !returned ? this.claimPresence(to, identity, present) : undefined;
    });
  }

  // ── Network ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Splits the network: nobody hears another group until {@link heal}. Who is in no group is in group 0. */
  split(groups: readonly (readonly string[])[]): void {
    this.#groups.clear();
    for (const [at, group] of groups.entries()) for (const identity of group) this.#groups.set(identity, at);
    this.sim.log(() => `split ${groups.map((g) => g.join('+')).join(' | ')}`);
  }

  /** An honest, quick network again. */
  heal(): void {
    this.#groups.clear();
    this.server = undefined;
    Object.assign(this.quality, { delay: 25, jitter: 10, loss: 0, duplication: 0, reorder: 0 });
    this.sim.log(() => 'healed');
  }

  /** The server's own packet. */
  inject(packet: Packet, after = 0): void {
    this.sim.after(after, () => this.#deliver(packet));
  }

  #send(node: SimNode, to: string | null, bytes: Uint8Array): void {
    const copy = new Uint8Array(bytes);
    const targets = to === null ? [...this.nodes.keys()] : [to];
    this.sent++;
    this.sentBytes += bytes.length;
    for (const target of targets) {
      if (target === node.identity) continue;
      const packet = { from: node.identity, to: target, bytes: copy };
      this.recording?.push(packet);
      const instead = this.server?.(packet);
      const packets: readonly (Packet & { readonly after?: number })[] = instead ?? [packet];
      for (const each of packets) this.#route(each, each.after ?? 0);
    }
  }

  #route(packet: Packet, extra: number): void {
    const { quality, sim } = this;
    if ((this.#groups.get(packet.from) ?? 0) !== (this.#groups.get(packet.to) ?? 0)) return;
    if (quality.loss && sim.random.chance(quality.loss)) return;
    const copies = quality.duplication && sim.random.chance(quality.duplication) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      let after = extra + quality.delay + sim.random.next() * quality.jitter;
      if (quality.reorder && sim.random.chance(quality.reorder)) {
        after += sim.random.next() * 1_000;
      } else {
        // Reliable and ordered, as LiveKit's data channel is.
        const way = `${packet.from} ${packet.to}`;
        const at = Math.max(sim.now + after, this.#lastDelivery.get(way) ?? 0);
        this.#lastDelivery.set(way, at);
        after = at - sim.now;
      }
      sim.after(after, () => this.#deliver(packet));
    }
  }

  #deliver(packet: Packet): Promise<void> | undefined {
    const node = this.nodes.get(packet.to);
    if (!node?.alive || !node.connected) return undefined;
    return this.#step(node, () => node.provider.handleMessage(packet.from, packet.bytes));
  }

  // ── Steps and promises ─────────────────────────────────────────────────────────────────────────────────────────────

  async #step(node: SimNode, run: () => unknown): Promise<void> {
    try {
      const done = run();
      if (done instanceof Promise) await done;
    } catch (error) {
      this.violate('throws', `${node.identity}: ${String(error)}`);
    }
    await this.#settle(node.provider);
    if (node.fresh.length > 0) this.#ledger.check(node);
    this.afterStep?.(node);
  }

  /** More promises, checked after every step of a node. */
  afterStep: ((node: SimNode) => void) | undefined;

  violate(rule: string, what: string): void {
    if (this.violations.length < 50) this.violations.push({ at: this.sim.now, rule, what });
    this.sim.log(() => `!!! ${rule}: ${what}`);
  }

  #event<K extends keyof KeyProviderEvents>(node: SimNode, type: K, detail: KeyProviderEvents[K]): void {
    node.events.push({ type, detail, at: this.sim.now });
    if (holdsKey(detail, node)) this.violate('no key in an event', `${node.identity} ${type}`);
    node.note({ type, detail } as Noted);
    this.sim.log(() => `${node.identity} ${type} ${describe(type, detail)}`);
  }
}

/** Whether a key that this node had is anywhere in the value: as bytes, or as hexadecimal in a string. */
function holdsKey(value: unknown, node: SimNode): boolean {
  if (value instanceof Uint8Array) {
    // Almost everything of this length is no key, and a thousand rosters of a thousand rows have a lot of it.
    if (value.length === 32 && !node.maybeHad(value)) return false;
    return value.length >= 32 && holdsKey(toHex(value), node);
  }
  if (typeof value === 'string') {
    if (value.length < 64) return false;
    for (let at = 0; at + 64 <= value.length; at++) if (node.everHad.has(value.slice(at, at + 64))) return true;
    return false;
  }
  if (typeof value !== 'object' || value === null) return false;
  // An array's own values are looked at as such: a thousand names of places cost more than what stands there.
  if (Array.isArray(value)) return value.some((item) => holdsKey(item, node));
  for (const key in value) if (holdsKey((value as Record<string, unknown>)[key], node)) return true;
  return false;
}

function safeJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (item instanceof Uint8Array ? toHex(item) : item)) ?? '';
}

function describe(type: string, detail: unknown): string {
  if (type !== 'roster') return type === 'self' ? '' : safeJson(detail);
  const { epoch, members, leader } = detail as KeyProviderEvents['roster'];
  return `${epoch} [${members.map((m) => m.sender.identity).join(' ')}] led by ${leader?.identity}`;
}
