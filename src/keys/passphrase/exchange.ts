/**
 * The exchange by which all who hold one secret learn each other's keys: docs/protocol.md, section 4.
 *
 * Each join announces itself with a nonce; everybody answers and echoes the nonces they hear. A sender's key is taken
 * only once that sender has echoed *our* nonce, so a recording gets no key installed. Who hears of a new join begins a
 * new epoch, so that a newcomer, or a member whose worker restarted, never holds a key that sealed frames from before.
 */
import { SecureMeetingError, SerialQueue, equal, type Bytes } from '../../base/index.js';
import { VerifyKey, bindingOf, decode, encode } from '../../crypto/index.js';
import {
  EPOCH_LIMIT,
  type AlarmCode,
  type KeyProviderContext,
  type RosterMember,
  type Sender,
  type SfuPresence,
} from '../key-provider.js';
import { Announcer } from './announcer.js';
import { Buckets } from './buckets.js';
import type { GroupKey } from './group-key.js';
import { Members, type Member } from './members.js';
import {
  announceHash,
  askKind,
  leavingKind,
  messageKind,
  readAnnounce,
  type Announce,
  type Messages,
} from './messages.js';
import { OwnJoin } from './own-join.js';
import { TIMES } from './times.js';
import { Timers } from './timers.js';
import { Watch } from './watch.js';

/** Which group keys there are; `passphrase` has one for ever, `external` gets them from the site. */
export interface GroupKeys {
  /** The one we announce under; undefined while we have none. */
  own(): GroupKey | undefined;
  /** Those under which `identity` may announce, the best first. */
  of(identity: string): readonly GroupKey[];
}

/** Messages that wait to be handled, of everybody: what is beyond is said again. */
const WAITING_MAX = 1_024;

export interface ExchangeListener {
  /** A genuine-looking Announce of a participant fits none of our group keys. At most every 10 s per identity. */
  onWrongKey(identity: string): void;
  /** Who is confirmed changed. */
  onMembers?(change: 'joined' | 'left'): void;
}

export class Exchange {
  readonly #context: KeyProviderContext;
  readonly #groups: GroupKeys;
  readonly #listener: ExchangeListener;
  readonly #timers: Timers;
  readonly #members = new Members();
  readonly #buckets: Buckets;
  readonly #watch: Watch;
  #own: OwnJoin | undefined;
  /** Counts joins of ours, so that what was begun for an earlier one ends. */
  #joins = 0;
  /** The epoch we send with; undefined before the first and while a join begins. */
  #active: number | undefined;
  readonly #announcer: Announcer;
  #renewing: (() => void) | undefined;
  readonly #wrong = new Map<string, number>();
  readonly #alarms = new Set<string>();
  /** One message after another, in the order they came: signatures are checked on another thread. */
  readonly #inbox = new SerialQueue();
  #waiting = 0;

  constructor(context: KeyProviderContext, groups: GroupKeys, listener: ExchangeListener) {
    this.#context = context;
    this.#groups = groups;
    this.#listener = listener;
    this.#buckets = new Buckets(context.clock, 40, 10);
    this.#timers = new Timers(context.clock);
    this.#announcer = new Announcer(context, this.#timers, async (answer, echoes) => {
      const group = groups.own();
      if (this.#own && group) await context.send(null, await this.#own.announce(group, answer, echoes));
    });
    this.#watch = new Watch(context, this.#timers, {
      isConfirmed: (identity) => this.#members.confirmedOf(identity) !== undefined,
      onBack: (identity) => {
        this.#askGone(identity);
        this.#expect(identity);
      },
      onGone: (identity) => this.#gone(identity),
      onStranger: (identity) => {
        if (!this.#wrong.has(identity)) this.#alarm('stranger', identity);
      },
      onRepeat: () => this.announce(true),
    });
  }

  get epoch(): number {
    return this.#own?.epoch ?? 0;
  }

  /** The members whose keys we hold, ourselves not among them. */
  confirmed(): readonly Member[] {
    return this.#members.confirmed();
  }

  /** Begins a join of ours: the first, or another because our keys or our connection were lost. */
  async join(): Promise<void> {
    const turn = ++this.#joins;
    this.#own?.drop();
    this.#own = undefined;
    this.#active = undefined;
    this.#renewing?.();
    this.#members.clear();
    this.#announcer.clear();
    const own = await OwnJoin.begin(this.#context);
    const group = this.#groups.own();
    if (turn !== this.#joins || this.#timers.ended || !group) return own.drop();
    this.#own = own;
    await this.#sink(this.#context.sink.rejoin(own.sender));
    if (own !== this.#own) return;
    this.#context.emit('self', { sender: own.sender });
    this.#roster();
    this.announce(true);
    this.#watch.restart();
    await this.#use(own, group, 0);
  }

  /** Announces us soon: once for all that asked within a moment. `answer`: whoever hears us shall answer. */
  announce(answer: boolean): void {
    this.#announcer.announce(answer);
  }

  /** Begins another epoch of ours, now or as soon as the current one is old enough; sends with it `staging` ms later. */
  renew(staging?: number): void {
    const own = this.#own;
    if (!own || this.#renewing) return;
    const wait = own.begunAt + TIMES.youngEpoch - this.#context.clock.now();
    if (wait <= 0) return this.#renewNow(own, staging);
    const cancel = this.#timers.after(wait, () => {
      this.#renewing = undefined;
      if (this.#own === own) this.#renewNow(own, staging);
    });
    this.#renewing = () => {
      this.#renewing = undefined;
      cancel();
    };
  }

  handleMessage(from: string, message: Uint8Array): void {
    if (from === '' || from === this.#context.self.identity || !this.#own || !this.#buckets.take(from)) return;
    if (this.#waiting >= WAITING_MAX) return;
    this.#waiting++;
    void this.#inbox.run(() => this.#handle(from, message)).finally(() => this.#waiting--);
  }

  async #handle(from: string, message: Uint8Array): Promise<void> {
    const own = this.#own;
    if (!own) return;
    const read = decode(messageKind, message);
    if (read?.type === 'announce') await this.#onAnnounce(own, from, read.body);
    else if (read?.type === 'ask') this.#onAsk(own, from, read.body);
    else if (read?.type === 'leaving') await this.#onLeaving(from, read.body);
  }

  handlePresence({ identity, present }: SfuPresence): void {
    if (!present) this.#wrong.delete(identity);
    this.#watch.presence(identity, present);
  }

  handleConnection(change: 'lost' | 'returned' | 'rejoined' | 'slept'): void {
    if (change === 'rejoined') void this.join();
    else if (change !== 'lost' && this.#own) this.announce(true);
    this.#watch.connection(change !== 'lost');
  }

  /** Frames under an unknown epoch: their Announce was lost, or is under way. */
  handleMissingKey(identity: string, epoch: number): void {
    const member = this.#members.confirmedOf(identity);
    if (!member) this.announce(true);
    else if (Number.isInteger(epoch) && epoch >= 0 && epoch < EPOCH_LIMIT) this.#ask(member, epoch, false);
  }

  /** Forgets every key that came under a group key which is no longer good. */
  dropGroup(group: GroupKey): void {
    for (const member of this.#members.confirmed()) {
      for (const [epoch, under] of member.installed) if (under === group) this.#retire(member, epoch);
      if (member.installed.size === 0) this.#lose(member, 'gone');
    }
  }

  /** The X25519 secret of us and a confirmed member. */
  async agree(sender: Sender): Promise<Bytes | undefined> {
    const member = this.#members.get(sender.binding);
    if (member?.state !== 'confirmed' || member.sender.identity !== sender.identity) return undefined;
    return this.#own?.agree(member.lasting.messageKey);
  }

  /** Says goodbye if it still can, and forgets everything. */
  async stop(reason: 'left' | 'removed' | 'ended' | 'failed' | 'page-closing'): Promise<void> {
    const group = this.#groups.own();
    const goodbye = group && this.#own?.goodbye(group);
    const members = this.#members.confirmed();
    const self = this.#own?.sender;
    this.#timers.end();
    this.#joins++;
    this.#own?.drop();
    this.#own = undefined;
    this.#members.clear();
    if (goodbye && reason === 'page-closing') this.#context.sendNow(goodbye);
    else if (goodbye) await this.#context.send(null, goodbye).catch(() => undefined);
    const senders = [...(self ? [self] : []), ...members.map(({ sender }) => sender)];
    await Promise.allSettled(senders.map((sender) => this.#context.sink.retireSender(sender)));
  }

  async #onAnnounce(own: OwnJoin, from: string, announce: Announce): Promise<void> {
    const read = readAnnounce(announce.content);
    if (!read || read.lasting.meeting !== this.#context.meeting) return;
    // The SFU relayed one member's Announce as another's.
    if (read.lasting.identity !== from) return this.#alarm('forged', from);
    const group = this.#groups.of(from).find((each) => each.check(announce.content, announce.mac));
    if (!group) return this.#onWrongKey(from);
    const { content, lasting } = read;
    const binding = bindingOf(lasting);
    if (this.#members.ended(binding)) return;
    const known = this.#members.get(binding);
    // The MAC made this epoch genuine; the signature is for who it is, and is checked once per join.
    const member = known ?? (await this.#meet(own, from, binding, read, announce, group));
    if (!member) return;
    if (!equal(member.lastingBytes, content.lasting)) return this.#alarm('forged', from);
    const echoed = content.echoes.some((nonce) => equal(nonce, own.nonce));
    if (known && (content.epoch < known.epoch || (known.state === 'gone' && content.epoch === known.epoch))) return;
    member.epoch = content.epoch;
    member.group = group;
    if (member.state === 'gone' || (member.state === 'heard' && echoed)) this.#confirm(member);
    if (member.state === 'confirmed' && !member.installed.has(content.epoch)) this.#install(member);
    this.#reply(own, member, !known, echoed, content.answer);
  }

  /** A join we had not heard of. */
  async #meet(
    own: OwnJoin,
    from: string,
    binding: Bytes,
    { content, lasting }: NonNullable<ReturnType<typeof readAnnounce>>,
    { content: signed, signature }: Announce,
    group: GroupKey,
  ): Promise<Member | undefined> {
    const verifyKey = VerifyKey.from(lasting.ik);
    if (!verifyKey || !(await verifyKey.verifyNatively('passphrase announce', signature, signed))) {
      this.#alarm('forged', from);
      return undefined;
    }
    // Meanwhile our join may have become another one, in which everybody is asked again, or the group key a past one.
    if (own !== this.#own || !this.#groups.of(from).includes(group)) return undefined;
    const member: Member = {
      sender: { identity: from, binding },
      lasting,
      lastingBytes: content.lasting,
      verifyKey,
      state: 'heard',
      epoch: content.epoch,
      group,
      installed: new Map(),
      answeredAt: -Infinity,
    };
    return this.#members.add(member) ? member : undefined;
  }

  /** What a member that announced itself needs from us: our echo, and a key that sealed nothing before it came. */
  #reply(own: OwnJoin, member: Member, isNew: boolean, echoed: boolean, wantsAnswer: boolean): void {
    const now = this.#context.clock.now();
    if (!isNew && (!wantsAnswer || now - member.answeredAt < TIMES.answer)) return;
    member.answeredAt = now;
    this.#announcer.echo(member.lasting.nonce);
    // Who echoes us knew our epoch when it began to hold keys. Anyone else is a newcomer.
    const returned = this.#members.of(member.sender.identity).length > 1;
    const old = now - own.begunAt >= TIMES.youngEpoch;
    if (isNew && !echoed && (old || returned)) this.renew();
    else this.announce(false);
  }

  #confirm(member: Member): void {
    for (const other of this.#members.of(member.sender.identity)) {
      if (other === member || other.state === 'heard') continue;
      this.#members.end(other);
      void this.#sink(this.#context.sink.retireSender(other.sender));
    }
    member.state = 'confirmed';
    this.#wrong.delete(member.sender.identity);
    this.#roster();
    this.#listener.onMembers?.('joined');
  }

  #install(member: Member): void {
    const { epoch, group, sender } = member;
    const keys = group.senderKeys(sender.identity, announceHash(member.lastingBytes, epoch));
    const before = [...member.installed.keys()];
    member.installed.set(epoch, group);
    void this.#context.sink.install(epoch, sender, keys).catch((error: unknown) => {
      member.installed.delete(epoch);
      // What a dead worker held is never installed again; ask for an epoch that it did not hold.
      if (error instanceof SecureMeetingError && error.code === 'key-reused') this.#ask(member, epoch, true);
    });
    for (const old of before) this.#timers.after(TIMES.overlap, () => this.#retire(member, old));
  }

  #retire(member: Member, epoch: number): void {
    if (member.installed.delete(epoch)) void this.#sink(this.#context.sink.retire(epoch, member.sender));
  }

  #onWrongKey(identity: string): void {
    const now = this.#context.clock.now();
    const last = this.#wrong.get(identity);
    if (last !== undefined && now - last < TIMES.wrongKey) return;
    if (last === undefined && this.#wrong.size >= 1000) return;
    this.#wrong.set(identity, now);
    // They learn the same from ours.
    this.announce(false);
    this.#listener.onWrongKey(identity);
  }

  #onAsk(own: OwnJoin, from: string, ask: Messages['ask']): void {
    const content = decode(askKind, ask.content);
    if (!content || content.meeting !== this.#context.meeting || !equal(content.binding, own.sender.binding)) return;
    if (!this.#groups.of(from).some((group) => group.check(ask.content, ask.mac))) return;
    if (content.fresh && content.epoch === own.epoch) this.renew();
    else this.announce(false);
  }

  #ask(member: Member, epoch: number, fresh: boolean): void {
    const group = this.#groups.own();
    if (!group || !this.#own) return;
    const { binding, identity } = member.sender;
    const content = encode(askKind, { meeting: this.#context.meeting, binding, epoch, fresh });
    const message = encode(messageKind, { type: 'ask', body: { content, mac: group.mac(content) } });
    void this.#context.send(identity, message).catch(() => undefined);
  }

  async #onLeaving(from: string, leaving: Messages['leaving']): Promise<void> {
    const content = decode(leavingKind, leaving.content);
    if (!content || content.meeting !== this.#context.meeting) return;
    const member = this.#members.get(content.binding);
    if (!member || member.sender.identity !== from) return;
    if (!this.#groups.of(from).some((group) => group.check(leaving.content, leaving.mac))) return;
    const { signature, content: signed } = leaving;
    if (!(await member.verifyKey.verifyNatively('passphrase leaving', signature, signed))) return;
    if (this.#members.get(content.binding) === member) this.#lose(member, 'ended');
  }

  /** Reported gone for long enough. Its binding may come back with a later epoch: the SFU may have been wrong. */
  #gone(identity: string): void {
    const member = this.#members.confirmedOf(identity);
    if (member) this.#lose(member, 'gone');
  }

  /**
   * The SFU reports a newcomer: most likely its Announce is a moment away, and the epoch it may have can begin now. One
   * that the SFU makes up costs an epoch, once a second at most.
   */
  #expect(identity: string): void {
    const own = this.#own;
    if (!own || this.#active !== own.epoch || this.#members.confirmedOf(identity)) return;
    if (this.#context.clock.now() - own.begunAt < TIMES.youngEpoch) return;
    this.renew();
    this.#announcer.hurry();
  }

  #askGone(identity: string): void {
    for (const member of this.#members.of(identity)) if (member.state === 'gone') this.#ask(member, member.epoch, true);
  }

  #lose(member: Member, how: 'gone' | 'ended'): void {
    const was = member.state;
    if (how === 'ended') this.#members.end(member);
    member.state = 'gone';
    member.installed.clear();
    if (was !== 'confirmed') return;
    void this.#sink(this.#context.sink.retireSender(member.sender));
    this.#roster();
    this.#listener.onMembers?.('left');
  }

  #renewNow(own: OwnJoin, staging?: number): void {
    const group = this.#groups.own();
    if (!group) return;
    if (own.epoch + 1 >= EPOCH_LIMIT) return void this.join();
    own.epoch++;
    own.begunAt = this.#context.clock.now();
    this.announce(false);
    void this.#use(own, group, staging ?? (this.#members.confirmed().length > 0 ? TIMES.staging : 0));
    this.#roster();
  }

  /** Installs our own key of the current epoch and, once the others had time to, sends with it. */
  async #use(own: OwnJoin, group: GroupKey, staging: number): Promise<void> {
    const { epoch, sender } = own;
    const { sink } = this.#context;
    await this.#sink(sink.install(epoch, sender, own.keys(group)));
    if (staging > 0) await new Promise<void>((resolve) => this.#timers.after(staging, resolve));
    // A later epoch, or a later join, overtook this one.
    if (this.#own !== own || epoch < own.epoch) return void this.#sink(sink.retire(epoch, sender));
    const before = this.#active;
    if (!(await this.#sink(sink.activate(epoch))) || this.#own !== own) return;
    this.#active = epoch;
    if (before !== undefined && before !== epoch) void this.#sink(sink.retire(before, sender));
    this.#context.emit('state', { state: 'ready', epoch });
  }

  #roster(): void {
    const own = this.#own;
    if (!own) return;
    const others = this.#members.confirmed().map(({ sender, lasting }): RosterMember => {
      const { name, ik, messageKey } = lasting;
      return { sender, name, ik, messageKey, role: 'none', present: true };
    });
    this.#context.emit('roster', { epoch: own.epoch, members: [own.member(), ...others] });
  }

  /** Reported once per cause and identity. */
  #alarm(code: AlarmCode, identity: string): void {
    const cause = `${code} ${identity}`;
    if (this.#alarms.has(cause) || this.#alarms.size >= 1000) return;
    this.#alarms.add(cause);
    this.#context.emit('alarm', { code, identity });
  }

  /**
   * Whether the sink took it. It refuses our own keys only when something is broken: then we are out, in words, rather
   * than silent. A worker that died is not our business here: the session tells us to join anew.
   */
  async #sink(step: Promise<void>): Promise<boolean> {
    try {
      await step;
      return true;
    } catch (error) {
      const { code } = SecureMeetingError.from(error, 'key-provider-failed');
      if (!this.#timers.ended && code.startsWith('key-')) this.#context.emit('ended', { reason: 'key', code });
      return false;
    }
  }
}
