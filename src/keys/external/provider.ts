/** `external`: the host site brings the keys; the exchange of `passphrase` runs over them. */
import { SecureMeetingError, owned, toHex, wipe, type Bytes } from '../../base/index.js';
import { derive, deriveFrom } from '../../crypto/index.js';
import {
  BASE_KEY_LENGTH,
  EPOCH_LIMIT,
  type KeyMaterial,
  type KeyProviderCapabilities,
  type KeyProviderContext,
  type KeyProviderEvents,
} from '../key-provider.js';
import { Exchange } from '../passphrase/exchange.js';
import { ExchangeProvider } from '../passphrase/exchange-provider.js';
import { GroupKey } from '../passphrase/group-key.js';
import { Timers } from '../passphrase/timers.js';

/** Milliseconds. */
const DEADLINE = 30_000;
/** From announcing under a new key to sending under it: the other members' sites need a moment too. */
const STAGING = 2000;
/** From sending under a new key until the one before is dropped; shorter when somebody left. */
const RETIRE = 10_000;
const RETIRE_AFTER_LEAVE = 2000;
/** The most keys at once: a group key in force, one staged, one going, and one for each member that has its own. */
const KEYS_MAX = 1024;

/** What the site does with the keys decides the rest; a key it gives to leavers cuts nobody off. */
const CAPABILITIES: KeyProviderCapabilities = {
  forwardSecrecy: false,
  cutsOffLeavers: true,
  cutsOffJoiners: false,
  membershipAgreement: false,
  authentication: 'member',
  verification: false,
  locks: false,
  waitingRoom: false,
  postQuantum: false,
  largestMeeting: 100,
};

type Reason = KeyProviderEvents['keyRequest']['reason'];

interface SiteKey {
  readonly secret: Bytes;
  readonly epoch: number;
  /** The member it is for; undefined: all who have none of their own. */
  readonly identity: string | undefined;
  group: GroupKey | undefined;
}

export class ExternalProvider extends ExchangeProvider {
  override readonly name = 'external';
  override readonly capabilities = CAPABILITIES;
  readonly #keys: SiteKey[] = [];
  /** Check values of every key ever given, so that none is used for two things. */
  readonly #known = new Set<string>();
  #context: KeyProviderContext | undefined;
  #timers: Timers | undefined;
  #request: { readonly epoch: number; readonly reason: Reason; readonly cancel: () => void } | undefined;
  #joined = false;
  #stopped = false;

  override async start(context: KeyProviderContext): Promise<void> {
    this.#context = context;
    this.#timers = new Timers(context.clock);
    for (const key of this.#keys) key.group = new GroupKey(key.secret, context.meeting);
    const groups = { own: () => this.#of(context.self.identity)[0], of: (identity: string) => this.#of(identity) };
    this.exchange = new Exchange(context, groups, {
      onWrongKey: (identity) => {
        // Another member is ahead of us, or has a key that our site does not know.
        if (this.#joined) this.#ask('rotation');
        context.emit('wrongKey', { identity });
      },
      onMembers: (change) => {
        if (change === 'left') this.#ask('left');
      },
    });
    context.emit('state', { state: 'waiting', epoch: 0 });
    if (groups.own()) await this.#join();
    else this.#ask('first');
  }

  /**
   * The site's answer to a `keyRequest`, or a key ahead of one. For all, or for one member alone (`identity`).
   * @throws SecureMeetingError `key-short`: not 32 bytes; `config-invalid`: a CryptoKey that is not for HKDF;
   *   `key-reused`: this key was given before; `key-order`: not later than the key before it.
   */
  async setKey(
    key: KeyMaterial,
    { epoch, identity }: { readonly epoch?: number; readonly identity?: string } = {},
  ): Promise<void> {
    const secret = await take(key);
    const check = toHex(derive('key check', secret));
    const latest = Math.max(-1, ...this.#keys.filter((each) => each.identity === identity).map((each) => each.epoch));
    const order = epoch ?? (identity === undefined ? this.#request?.epoch : undefined) ?? latest + 1;
    try {
      if (this.#known.has(check)) throw new SecureMeetingError('key-reused');
      if (!Number.isInteger(order) || order <= latest || order >= EPOCH_LIMIT)
        throw new SecureMeetingError('key-order');
      if (this.#keys.length >= KEYS_MAX || this.#stopped) throw new SecureMeetingError('key-provider-failed');
    } catch (error) {
      wipe(secret);
      throw error;
    }
    this.#known.add(check);
    const context = this.#context;
    const group = context && new GroupKey(secret, context.meeting);
    this.#keys.push({ secret, epoch: order, identity, group });
    this.#keys.sort((a, b) => b.epoch - a.epoch);
    if (!context) return;
    if (identity === undefined || identity === context.self.identity) await this.#switch(identity);
    else this.exchange?.announce(true);
  }

  override async stop(reason: 'left' | 'removed' | 'ended' | 'failed' | 'page-closing'): Promise<void> {
    this.#stopped = true;
    this.#timers?.end();
    await this.exchange?.stop(reason);
    for (const key of this.#keys) this.#drop(key);
    this.#keys.length = 0;
  }

  /** A member's own key if it has one, else the group's; the latest first. */
  #of(identity: string): readonly GroupKey[] {
    const own = this.#keys.filter((key) => key.identity === identity);
    const keys = own.length > 0 ? own : this.#keys.filter((key) => key.identity === undefined);
    return keys.flatMap(({ group }) => (group ? [group] : []));
  }

  async #join(): Promise<void> {
    this.#joined = true;
    await this.exchange?.join();
  }

  /** We have a later key to send under. */
  async #switch(identity: string | undefined): Promise<void> {
    const left = this.#request?.reason === 'left';
    this.#request?.cancel();
    this.#request = undefined;
    if (!this.#joined) return this.#join();
    this.exchange?.announce(true);
    this.exchange?.renew(left ? 0 : STAGING);
    const before = this.#keys.filter((key) => key.identity === identity).slice(1);
    const wait = (left ? 0 : STAGING) + (left ? RETIRE_AFTER_LEAVE : RETIRE);
    this.#timers?.after(wait, () => this.#retire(before, false));
    this.#timers?.after(DEADLINE, () => this.#retire(before, true));
  }

  /** Drops keys that nobody uses any more; at the deadline also those that somebody still does. */
  #retire(keys: readonly SiteKey[], late: boolean): void {
    for (const key of keys) {
      const { group } = key;
      if (!group || (!late && this.exchange?.confirmed().some((member) => member.group === group))) continue;
      this.exchange?.dropGroup(group);
      this.#drop(key);
      this.#keys.splice(this.#keys.indexOf(key), 1);
    }
  }

  #drop(key: SiteKey): void {
    key.group?.drop();
    key.group = undefined;
    wipe(key.secret);
  }

  /** Asks the site for a key; one question at a time, open until it is answered. */
  #ask(reason: Reason): void {
    const context = this.#context;
    if (!context || !this.#timers || this.#request || this.#stopped) return;
    const latest = this.#keys.find((key) => key.identity === undefined)?.epoch ?? -1;
    const others = this.exchange?.confirmed().map(({ sender }) => sender.identity) ?? [];
    const cancel = this.#timers.after(DEADLINE, () => void this.#overdue());
    this.#request = { epoch: latest + 1, reason, cancel };
    const participants = [context.self.identity, ...(others.length > 0 ? others : context.presence())];
    context.emit('keyRequest', { epoch: latest + 1, reason, participants, deadline: context.clock.wall() + DEADLINE });
  }

  /** The request stays open; until it is answered nothing is sent. */
  async #overdue(): Promise<void> {
    const context = this.#context;
    if (!context || !this.#joined) return;
    await context.sink.pause().catch(() => undefined);
    context.emit('state', { state: 'paused', epoch: this.exchange?.epoch ?? 0 });
  }
}

/** The site's key under our own label: 32 bytes that are ours, so that what the site does with its key is its own. */
async function take(key: KeyMaterial): Promise<Bytes> {
  if (key instanceof Uint8Array) {
    if (key.length !== BASE_KEY_LENGTH) throw new SecureMeetingError('key-short');
    return derive('external key', owned(key));
  }
  if (key.algorithm.name !== 'HKDF' || !key.usages.includes('deriveBits'))
    throw new SecureMeetingError('config-invalid', { message: 'setKey needs 32 bytes or an HKDF key' });
  return deriveFrom('external key', key);
}
