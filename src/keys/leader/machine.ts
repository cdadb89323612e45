import { SecureMeetingError, toHex, wipe, type Bytes } from '../../base/index.js';
import type { AlarmCode, KeyProviderContext, KeyProviderEvents, RosterMember, Sender } from '../key-provider.js';
import { bindingOf } from '../../crypto/binding.js';
import type { Chain } from './chain.js';
import { type Link } from './chain.js';
import { Claims } from './claims.js';
import { Code } from './code.js';
import type { LeaderFault } from './faults.js';
import { Finals } from './finals.js';
import { Following } from './following.js';
import { Forks } from './forks.js';
import { Hosting } from './hosting.js';
import { Joining } from './joining.js';
import { Keying, senderOf } from './keying.js';
import type { Leading } from './leading.js';
import type { Rules } from './operations.js';
import type { LeaderOptions } from './options.js';
import type { Pairwise } from './pairwise.js';
import type { KeyPair, Primitives } from './primitives.js';
import type { Entry } from './roster.js';
import { Serving } from './serving.js';
import { encodeEnvelope, purposeOf, type Envelope, type MessageType } from './wire.js';

/** Who we are in one join: a row of the roster and what only we have. */
export interface Me {
  readonly entry: Entry;
  readonly messageKeys: KeyPair;
  /** Our goodbye, signed ahead for a closing page. */
  readonly leaving: Bytes;
}

/**
 * One participant's state, shared by the parts that each know one half of the protocol. Everything runs one step at a
 * time (see `provider.ts`), so no part ever sees another one's half-done work.
 */
export class Machine {
  readonly ctx: KeyProviderContext;
  readonly options: LeaderOptions;
  readonly p: Primitives;
  readonly faults: ReadonlySet<LeaderFault>;
  readonly keying: Keying;
  readonly joining: Joining;
  readonly following: Following;
  readonly finals: Finals;
  readonly hosting: Hosting;
  readonly claims: Claims;
  readonly forks: Forks;
  readonly serving: Serving;
  readonly code: Code;

  me: Me | undefined;
  chain: Chain | undefined;
  /** Our half of the pairwise chain with the leader. */
  pairwise: Pairwise | undefined;
  /** Set while we lead. */
  leading: Leading | undefined;
  connected = true;
  ended = false;
  /** Roster positions the leader has no proof of life from. */
  unproved: ReadonlySet<number> = new Set();
  readonly #alarms = new Set<string>();
  #presenceGone = new Map<string, number>();

  constructor(ctx: KeyProviderContext, options: LeaderOptions, p: Primitives, faults: ReadonlySet<LeaderFault>) {
    this.ctx = ctx;
    this.options = options;
    this.p = p;
    this.faults = faults;
    this.keying = new Keying({
      p,
      sink: ctx.sink,
      clock: ctx.clock,
      faults,
      onFailure: (error) => this.#sinkFailed(error),
      onState: () => this.emitState(),
    });
    this.joining = new Joining(this);
    this.following = new Following(this);
    this.finals = new Finals(this);
    this.hosting = new Hosting(this);
    this.claims = new Claims(this);
    this.forks = new Forks(this);
    this.serving = new Serving(this);
    this.code = new Code(this);
  }

  now(): number {
    return this.ctx.clock.now();
  }

  rules(instance: Bytes = this.chain?.instance ?? new Uint8Array(0)): Rules {
    const { p, faults } = this;
    return { p, meeting: this.ctx.meeting, instance, certificates: this.options.certificates, faults };
  }

  async sign(type: MessageType, body: Bytes): Promise<Envelope> {
    const signature = await this.ctx.self.ik.sign(this.p.signed(purposeOf(type), body));
    return encodeEnvelope(type, body, signature);
  }

  /** Sends and forgets: a lost connection shows in heartbeats, not here. */
  send(to: string | null, bytes: Uint8Array): void {
    // Nobody is there to answer where the SFU named nobody.
    if (this.ended || to === '') return;
    this.ctx.send(to, bytes).catch(() => undefined);
  }

  /** Whether the SFU says that this identity is here. A rumour: it only makes us wait or ask. */
  isPresent(identity: string): boolean {
    return identity === this.ctx.self.identity || !this.#presenceGone.has(identity);
  }

  /** Since when the SFU says that this identity is gone; undefined while it says nothing. */
  goneSince(identity: string): number | undefined {
    return this.#presenceGone.get(identity);
  }

  setPresence(identity: string, present: boolean): void {
    if (present) this.#presenceGone.delete(identity);
    else if (!this.#presenceGone.has(identity)) this.#presenceGone.set(identity, this.now());
    if (this.#presenceGone.size > 8_192) this.#presenceGone = new Map([...this.#presenceGone].slice(-4_096));
  }

  /**
   * Our connection stands again. What was said meanwhile is lost when it was made anew (`anew`); binding, keys and chain
   * stay, and whoever was taken out learns it from the answer to its question.
   */
  async reconnected(anew: boolean): Promise<void> {
    const present = new Set(this.ctx.presence());
    // What the SFU said before the break is no news: whoever is still gone is gone from now on.
    for (const identity of this.#presenceGone.keys())
      if (present.has(identity)) this.#presenceGone.delete(identity);
      else this.#presenceGone.set(identity, this.now());
    this.claims.restartClock();
    this.joining.restartClock();
    if (!anew) return;
    this.joining.repeat();
    if (this.leading) await this.leading.beat();
    else await this.following.askAnew();
  }

  /** The X25519 secret of our message key and a listed member's; undefined for anybody else. */
  async agree(member: Sender): Promise<Bytes | undefined> {
    const entry = this.chain?.roster.get(toHex(member.binding));
    if (!this.me || !entry || entry.identity !== member.identity || entry.id === this.me.entry.id) return undefined;
    try {
      return await this.p.agree(this.me.messageKeys.secretKey, entry.messageKey);
    } catch {
      return undefined; // of small order: its owner gets no private messages
    }
  }

  /** Something that may be an attack: once per cause and member. */
  alarm(code: AlarmCode, identity?: string): void {
    const key = `${code} ${identity ?? ''}`;
    if (this.#alarms.has(key) || this.#alarms.size > 4_096) return;
    this.#alarms.add(key);
    this.ctx.emit('alarm', identity === undefined ? { code } : { code, identity });
  }

  /** Makes a chain ours: as a newcomer, a founder, or after a fork. Keys are installed by the caller. */
  adopt(me: Me, chain: Chain, pairwise: Pairwise | undefined): void {
    this.leading?.stop();
    this.leading = undefined;
    if (this.me) wipe(this.me.messageKeys.secretKey);
    this.pairwise?.drop();
    this.me = me;
    this.chain = chain;
    this.pairwise = pairwise;
    this.unproved = new Set();
    this.keying.begin(me.entry);
    this.following.begin();
    this.claims.reset();
    this.forks.reset();
    this.hosting.reset();
    this.ctx.emit('self', { sender: senderOf(me.entry) });
  }

  /** The chain went one step on, whoever made it. */
  stepped(link: Link): void {
    const { outcome } = link;
    for (const entry of outcome.out) this.keying.retireSender(entry);
    const mine = this.chain?.roster.get(this.me?.entry.id);
    if (this.me && mine) this.me = { ...this.me, entry: mine };
    for (const id of outcome.removed) this.finals.noteRemoved(id);
    const chain = this.chain as Chain;
    this.finals.afterStep();
    this.hosting.afterStep();
    if (link.commit.fresh) this.#alarmIfHalved(link);
    this.emitRoster();
    const { locked, waiting: waitingRoom, shareByHosts, chatByHosts } = chain.roster;
    this.ctx.emit('settings', { locked, waitingRoom, shareByHosts, chatByHosts });
    if (outcome.ended) this.end('ended');
  }

  #alarmIfHalved(link: Link): void {
    const silent = link.outcome.out.filter((e) => !this.finals.has(e.id) && !link.outcome.removed.has(e.id));
    const before = link.outcome.out.length + (link.roster?.entries.length ?? 0);
    if (before > 2 && silent.length * 2 >= before) this.alarm('roster-mismatch');
  }

  /** How each entry was told last: in a large meeting, almost every row stays as it was. */
  readonly #rows = new WeakMap<Entry, RosterMember>();

  #row(entry: Entry, present: boolean): RosterMember {
    const known = this.#rows.get(entry);
    if (known?.present === present) return known;
    const { name, ik, messageKey, host } = entry;
    const role = host ? 'host' : 'member';
    const row: RosterMember = { sender: known?.sender ?? senderOf(entry), name, ik, messageKey, role, present };
    this.#rows.set(entry, row);
    return row;
  }

  emitRoster(): void {
    const { chain } = this;
    if (!chain) return;
    const leader = chain.tip.leader;
    const members = chain.roster.entries.map((entry, at) =>
      this.#row(entry, entry.id === leader || entry.id === this.me?.entry.id || !this.unproved.has(at)),
    );
    const { epoch, instance } = chain;
    this.ctx.emit('roster', { epoch, members, leader: senderOf(chain.leader), instance });
  }

  #lastState = '';
  emitState(): void {
    const { keying } = this;
    const state: KeyProviderEvents['state']['state'] = keying.blocked
      ? 'paused'
      : keying.active >= 0
        ? 'ready'
        : this.joining.knocking
          ? 'knocking'
          : 'waiting';
    const epoch = Math.max(keying.active, 0);
    if (this.#lastState === `${state} ${epoch}`) return;
    this.#lastState = `${state} ${epoch}`;
    this.ctx.emit('state', { state, epoch });
  }

  /** Our chain is lost for us: everything is retired, and we announce ourselves anew. */
  async lost(alarm?: AlarmCode): Promise<void> {
    if (alarm) this.alarm(alarm);
    this.leading?.stop();
    this.leading = undefined;
    this.pairwise?.drop();
    this.pairwise = undefined;
    if (this.me) wipe(this.me.messageKeys.secretKey);
    this.me = undefined;
    this.chain = undefined;
    this.keying.drop();
    this.claims.reset();
    this.forks.reset();
    this.code.unverify();
    this.emitState();
    await this.joining.begin();
  }

  /** Out for good. */
  end(reason: KeyProviderEvents['ended']['reason']): void {
    if (this.ended) return;
    this.teardown();
    this.ctx.emit('ended', { reason });
  }

  /** All keys are overwritten and dropped (rule 10). */
  teardown(): void {
    this.leading?.stop();
    this.leading = undefined;
    this.joining.stop();
    this.claims.reset();
    this.hosting.stop();
    this.pairwise?.drop();
    this.pairwise = undefined;
    if (this.me) wipe(this.me.messageKeys.secretKey);
    this.keying.drop();
    this.ended = true;
  }

  /** Binding of an Announce of this meeting. */
  binding(of: { readonly identity: string; readonly ik: Uint8Array; readonly nonce: Uint8Array }): Bytes {
    return bindingOf({ meeting: this.ctx.meeting, ...of });
  }

  #sinkFailed(error: unknown): void {
    if (this.ended) return;
    const code = SecureMeetingError.from(error, 'key-provider-failed').code;
    this.teardown();
    this.ctx.emit('ended', { reason: 'key', code });
  }
}
