import { equal, SecureMeetingError, type Bytes } from '../../base/index.js';
import type { HostAction } from '../key-provider.js';
import { idOf } from './announce.js';
import { parseAnnounce, type Announce } from './announce.js';
import { senderOf } from './keying.js';
import type { Machine } from './machine.js';
import { checkHostRequest, Refused } from './operations.js';
import { makeEntry, type Entry } from './roster.js';
import { BOUNDS, TIMING } from './timing.js';
import { COUNTED, encodeHostRequest, type HostRequest } from './wishes.js';
import { Malformed, TYPES, type Envelope } from './wire.js';

interface Kept {
  readonly request: HostRequest;
  readonly message: Bytes;
  readonly at: number;
  shownAt: number;
}

interface Wish {
  readonly action: HostAction;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
  readonly until: number;
  /** Settings counter and term for which it was asked last. */
  counter: number;
  term: number;
}

const ZERO = /* @__PURE__ */ new Uint8Array(0);

/** Lock, waiting room, roles, admit, deny, remove, hand over: hosts' signed requests, on both sides (rule 8). */
export class Hosting {
  readonly #m: Machine;
  /** Requests the chain does not carry yet, by id. */
  readonly #kept = new Map<string, Kept>();
  readonly #wishes = new Set<Wish>();
  /** What knocks, as every host hears it itself. */
  readonly #knocks = new Map<string, { readonly announce: Announce; readonly entry: Entry; readonly at: number }>();

  /** Bindings a host turned away: every member remembers, so that no later leader asks again. */
  readonly #denied = new Set<string>();
  /** Bindings a host let in: whoever leads by then adds them. */
  readonly #admits = new Map<string, { readonly message: Bytes; readonly at: number }>();

  constructor(machine: Machine) {
    this.#m = machine;
  }

  /** Another chain: what was asked of the old one means nothing here. */
  reset(): void {
    this.#kept.clear();
    this.#knocks.clear();
    this.#admits.clear();
  }

  stop(): void {
    for (const wish of this.#wishes) wish.fail(new SecureMeetingError('room-action-refused'));
    this.#wishes.clear();
  }

  /** The host's request that lets this binding in, while it is young. */
  admitOf(id: string): Bytes | undefined {
    const admit = this.#admits.get(id);
    return admit && this.#m.now() - admit.at < TIMING.requestLife ? admit.message : undefined;
  }

  isDenied(id: string): boolean {
    return this.#denied.has(id);
  }

  /** Requests that a new leader has to carry out. */
  pending(): readonly Bytes[] {
    return [...this.#kept.values()].map((kept) => kept.message);
  }

  /** Since when the leader counts as gone for ignoring a host. */
  ignoredSince(): number | undefined {
    const now = this.#m.now();
    let since: number | undefined;
    for (const kept of this.#kept.values())
      if (now - kept.at >= TIMING.finalIgnored) since = Math.min(since ?? Infinity, kept.at + TIMING.finalIgnored);
    return since;
  }

  // ── As a host ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Signs the wish and shows it to all; `settled` when the chain carries it. @throws SecureMeetingError */
  async act(action: HostAction): Promise<{ readonly settled: Promise<void> }> {
    const m = this.#m;
    const refused = (message: string): SecureMeetingError => new SecureMeetingError('room-action-refused', { message });
    if (!m.chain || !m.me?.entry.host) throw refused('only a host of the meeting can do that');
    if ('target' in action && equal(action.target.binding, m.me.entry.binding) && action.type === 'remove')
      throw refused('nobody removes themselves');
    let wish!: Wish;
    const settled = new Promise<void>((done, fail) => {
      wish = { action, done, fail, until: m.now() + TIMING.requestLife, counter: -1, term: -1 };
    });
    settled.catch(() => undefined);
    this.#wishes.add(wish);
    await this.#ask(wish);
    return { settled };
  }

  async #ask(wish: Wish): Promise<void> {
    const m = this.#m;
    const { chain, me } = m;
    if (!chain || !me || (wish.counter === chain.roster.counter && wish.term === chain.term)) return;
    wish.counter = chain.roster.counter;
    wish.term = chain.term;
    const { action } = wish;
    const body = encodeHostRequest({
      instance: chain.instance,
      action: action.type,
      target: ('target' in action ? action.target.binding : ZERO) as Bytes,
      counter: COUNTED.has(action.type) ? chain.roster.counter : 0,
      id: m.ctx.random(16),
      author: me.entry.binding,
    });
    const envelope = await m.sign(TYPES.hostRequest, body);
    m.send(null, envelope.bytes);
    await this.onRequest(envelope);
    this.#settle(wish);
  }

  #settle(wish: Wish): void {
    const { chain } = this.#m;
    if (!this.#wishes.has(wish) || !chain) return;
    if (!this.#isDone(wish.action)) {
      if (this.#m.now() < wish.until) return;
      this.#wishes.delete(wish);
      return wish.fail(new SecureMeetingError('room-action-refused'));
    }
    this.#wishes.delete(wish);
    wish.done();
  }

  #isDone(action: HostAction): boolean {
    const { chain } = this.#m;
    if (!chain) return false;
    const { roster } = chain;
    switch (action.type) {
      case 'lock':
      case 'unlock':
        return roster.locked === (action.type === 'lock');
      case 'waiting-room-on':
      case 'waiting-room-off':
        return roster.waiting === (action.type === 'waiting-room-on');
      case 'share-hosts':
      case 'share-all':
        return roster.shareByHosts === (action.type === 'share-hosts');
      case 'chat-hosts':
      case 'chat-all':
        return roster.chatByHosts === (action.type === 'chat-hosts');
      case 'end':
      case 'deny':
        return true;
      case 'admit':
        return roster.get(idOf(action.target.binding)) !== undefined;
      case 'remove':
        return roster.get(idOf(action.target.binding)) === undefined;
      case 'make-host':
      case 'make-member':
        return roster.get(idOf(action.target.binding))?.host === (action.type === 'make-host');
      case 'hand-over':
        return chain.tip.leader === idOf(action.target.binding);
    }
  }

  // ── As anybody ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A host's request. One that no host of this roster signed, or for another time, changes nothing. */
  async onRequest(envelope: Envelope): Promise<void> {
    const m = this.#m;
    const { chain, me } = m;
    if (!chain || !me) return;
    let request: HostRequest;
    try {
      request = await checkHostRequest(m.rules(), chain.roster, envelope.bytes);
    } catch (error) {
      if (error instanceof Refused || error instanceof Malformed) return;
      throw error;
    }
    const id = idOf(request.id);
    const known = this.#kept.get(id);
    if (known) {
      known.shownAt = m.now();
      return;
    }
    const target = chain.roster.get(idOf(request.target));
    switch (request.action) {
      case 'end':
        if (m.leading) await m.leading.carry(envelope.bytes);
        return m.end('ended');
      case 'admit':
      case 'deny':
        this.#knocks.delete(idOf(request.target));
        if (request.action === 'admit') this.#noteAdmit(idOf(request.target), envelope.bytes);
        else if (this.#denied.size < BOUNDS.records) this.#denied.add(idOf(request.target));
        this.#emitKnocks();
        return m.leading?.decide(request.target, request.action === 'admit' ? envelope.bytes : undefined);
      case 'remove':
        if (!target) return;
        if (target.id === me.entry.id) return m.end('removed');
        if (m.leading) return this.#removeNow(target, envelope);
        this.#keep(id, request, envelope.bytes);
        return m.finals.noteRemoval(target, envelope.bytes);
      case 'hand-over':
        if (!target) return;
        this.#keep(id, request, envelope.bytes);
        return m.finals.handOver(target.id, envelope.bytes);
      default:
        if (m.leading) return m.leading.carry(envelope.bytes);
        this.#keep(id, request, envelope.bytes);
    }
  }

  #noteAdmit(target: string, message: Bytes): void {
    if (this.#admits.size >= BOUNDS.knocks) this.#admits.delete(this.#admits.keys().next().value as string);
    this.#admits.set(target, { message, at: this.#m.now() });
  }

  /** The Commit carries the request itself, so that the removal bars and not only takes out. */
  async #removeNow(target: Entry, envelope: Envelope): Promise<void> {
    const m = this.#m;
    m.keying.retireSender(target);
    await m.leading?.carry(envelope.bytes);
    m.finals.noteRemoved(target.id);
  }

  #keep(id: string, request: HostRequest, message: Bytes): void {
    if (this.#kept.size >= BOUNDS.finals) return;
    this.#kept.set(id, { request, message, at: this.#m.now(), shownAt: this.#m.now() });
  }

  /** The chain went on: what it carries, or what is stale now, is done with. */
  afterStep(): void {
    const { chain } = this.#m;
    if (!chain) return;
    for (const [id, { request }] of this.#kept) {
      const stale = COUNTED.has(request.action) && request.counter !== chain.roster.counter;
      const noTarget = request.target.length > 0 && !chain.roster.get(idOf(request.target));
      if (stale || noTarget || !chain.roster.get(idOf(request.author))?.host) this.#kept.delete(id);
    }
    for (const wish of this.#wishes) this.#settle(wish);
  }

  async tick(): Promise<void> {
    const m = this.#m;
    const now = m.now();
    for (const wish of [...this.#wishes]) {
      this.#settle(wish);
      if (this.#wishes.has(wish)) await this.#ask(wish);
    }
    for (const [id, kept] of this.#kept) {
      if (now - kept.at > TIMING.requestLife) {
        // Nobody took over: the leader carries the request, so that it is stale from now on and can't come back.
        this.#kept.delete(id);
        if (m.leading && kept.request.action === 'hand-over') await m.leading.carry(kept.message);
      } else if (!m.leading && now - kept.shownAt >= TIMING.heartbeat) {
        kept.shownAt = now;
        m.send(null, kept.message);
      }
    }
    let changed = false;
    for (const [id, knock] of this.#knocks)
      if (now - knock.at > 5_000 || m.chain?.roster.get(id)) changed = this.#knocks.delete(id) || changed;
    if (changed) this.#emitKnocks();
  }

  /** Somebody outside announces itself while a waiting room is on: hosts see who, as claimed. */
  async onAnnounce(envelope: Envelope, from: string): Promise<void> {
    const m = this.#m;
    if (!m.chain || !m.me?.entry.host) return;
    const announce = parseAnnounce(envelope.body);
    if (announce.support || announce.identity !== from || announce.meeting !== m.ctx.meeting) return;
    const entry = makeEntry(m.ctx.meeting, { ...announce, host: false });
    if (m.chain.roster.get(entry.id) || this.#denied.has(entry.id)) return;
    const known = this.#knocks.get(entry.id);
    if (known) {
      this.#knocks.set(entry.id, { ...known, at: m.now() });
      return;
    }
    const { records, waiting } = m.chain.roster;
    const needsHost = waiting || records.some((r) => r.identity === from && !equal(r.ik, announce.ik));
    if (!needsHost || this.#knocks.size >= BOUNDS.knocks) return;
    if (!(await m.p.verify(announce.ik, 'leader announce', envelope.body, envelope.proof))) return;
    for (const [id, knock] of this.#knocks) if (knock.announce.identity === from) this.#knocks.delete(id);
    this.#knocks.set(entry.id, { announce, entry, at: m.now() });
    this.#emitKnocks();
  }

  #emitKnocks(): void {
    const knocks = [...this.#knocks.values()].map(({ announce, entry }) => ({
      sender: senderOf(entry),
      claimedName: announce.name,
      ik: announce.ik,
    }));
    this.#m.ctx.emit('knocks', knocks);
  }
}
