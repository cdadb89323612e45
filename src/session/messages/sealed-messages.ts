/** Sealed messages: bytes in by `handle`, bytes out by `send`. No engine, no meaning; see `talk-kind.ts` for that. */
import {
  SecureMeetingError,
  asSecret,
  drop,
  equal,
  toHex,
  wipe,
  type Bytes,
  type Clock,
  type Secret,
} from '../../base/index.js';
import { BOX_NONCE_LENGTH } from '../../crypto/index.js';
import type { RosterMember, Sender } from '../../keys/index.js';
import type { ViolationCode } from '../types.js';
import { EarlyPackets, type EarlyPacket } from './early-packets.js';
import type { MessageKeys } from './message-keys.js';
import {
  CHUNKS_MAX,
  CHUNK_MAX,
  PACKET_MAX,
  readPacket,
  sealPacket,
  type PacketHeader,
  type ReadPacket,
} from './packet.js';
import { pairKey } from './pair-key.js';
import { Reassembly, SENDER_BYTES_MAX } from './reassembly.js';
import { ReplayWindow } from './replay-window.js';

/** Milliseconds for which packets of one who is not (yet) in the roster raise no alarm: they may join. */
const UNKNOWN_GRACE = 5000;
/** Windows kept, also of those who left. */
const WINDOWS_MAX = 8192;
/** Participants we keep the first unknown packet's time of. */
const UNKNOWN_MAX = 1000;

export interface Received {
  readonly topic: string;
  readonly member: RosterMember;
  readonly epoch: number;
  /** Sealed to us alone. */
  readonly toMe: boolean;
  /** Ourselves, as the sender addressed us. */
  readonly self: Sender;
  readonly sequence: number;
  readonly content: Bytes;
  /** Messages of this sender, to the same audience, that never arrived before this one. */
  readonly missing: number;
}

export interface SealedMessagesOptions {
  readonly meeting: string;
  readonly keys: MessageKeys;
  readonly clock: Clock;
  /** Cryptographically random bytes. */
  readonly random: (length: number) => Bytes;
  /** Hands one packet to the network. @throws SecureMeetingError `network-data-failed`. */
  readonly send: (topic: string, to: string | null, packet: Uint8Array) => Promise<void>;
  /** The provider's: the X25519 secret with a member. */
  readonly agree: (member: Sender) => Promise<Bytes | undefined>;
  readonly onReceived: (received: Received) => void;
  readonly onViolation: (code: ViolationCode, identity: string) => void;
  /** A packet names an epoch of a member for which there is no key. */
  readonly onMissingKey: (identity: string, epoch: number) => void;
}

export class SealedMessages {
  readonly #options: SealedMessagesOptions;
  readonly #reassembly: Reassembly;
  readonly #early: EarlyPackets;
  #members = new Map<string, RosterMember>();
  #self: Sender | undefined;
  /** Next number to all (empty) and to each binding. */
  readonly #sequences = new Map<string, number>();
  readonly #windows = new Map<string, ReplayWindow>();
  readonly #pairKeys = new Map<string, Secret<Bytes>>();
  readonly #unknown = new Map<string, number>();

  constructor(options: SealedMessagesOptions) {
    this.#options = options;
    this.#reassembly = new Reassembly(options.clock);
    this.#early = new EarlyPackets(options.clock);
  }

  /** Our binding from now on; its numbers begin anew. */
  self(self: Sender): void {
    this.#self = self;
    this.#sequences.clear();
    // Written to who we were before: no key will ever open it.
    this.#early.clear();
    this.#dropPairKeys();
  }

  roster(members: readonly RosterMember[]): void {
    const before = this.#members;
    this.#members = new Map(members.map((member) => [toHex(member.sender.binding), member]));
    for (const [binding, { sender }] of before) {
      if (this.#members.has(binding)) continue;
      this.#reassembly.forgetSender(binding);
      this.#dropPairKeys(binding);
      this.#unknown.delete(sender.identity);
    }
    this.retry();
  }

  /** A sender was confirmed, or a key came: opens what waited for it. */
  retry(): void {
    for (const packet of this.#early.take()) this.#arrive(packet, false);
  }

  /** What `send` will use next: a signature inside the message names it. */
  next(to: string | null): {
    readonly self: Sender;
    readonly recipient: Sender | undefined;
    readonly sequence: number;
  } {
    const sealing = this.#options.keys.sealing();
    if (!sealing || !this.#self) throw new SecureMeetingError('key-missing');
    const recipient = to === null ? undefined : this.#memberOf(to)?.sender;
    if (to !== null && !recipient) throw new SecureMeetingError('room-recipient-unknown');
    const sequence = this.#sequences.get(lane(recipient)) ?? 0;
    return { self: this.#self, recipient, sequence };
  }

  /**
   * Seals `content` to all, or to one member. Call it in the same turn as {@link next}.
   * @throws SecureMeetingError `key-missing`, `room-recipient-unknown`, `room-message-too-long`, `network-data-failed`.
   */
  async send(topic: string, to: string | null, content: Uint8Array): Promise<void> {
    const { self, recipient, sequence } = this.next(to);
    const count = Math.max(1, Math.ceil(content.length / CHUNK_MAX));
    if (count > CHUNKS_MAX || content.length > SENDER_BYTES_MAX) throw new SecureMeetingError('room-message-too-long');
    this.#sequences.set(lane(recipient), sequence + 1);
    // The key is chosen before anything is awaited, or else for the whole message after the agreement.
    let sealing = this.#options.keys.sealing();
    const pairKey = recipient && (await this.#pairKey(self, recipient, recipient));
    if (recipient && !pairKey) throw new SecureMeetingError('room-recipient-unknown');
    if (recipient) sealing = this.#options.keys.sealing();
    if (!sealing || self !== this.#self) throw new SecureMeetingError('key-missing');
    const base = { from: self.binding, epoch: sealing.epoch, sequence, count };
    const packets = Array.from({ length: count }, (_, index) => {
      const header: PacketHeader = { ...base, index, ...(recipient && { to: recipient.binding }) };
      const chunk = content.subarray(index * CHUNK_MAX, (index + 1) * CHUNK_MAX);
      return sealPacket(topic, header, pairKey ?? sealing.key, this.#options.random(BOX_NONCE_LENGTH), chunk);
    });
    await Promise.all(packets.map((packet) => this.#options.send(topic, to, packet)));
  }

  /** A packet of a sealed topic; `from` is the SFU's word. Never throws. */
  handle(topic: string, from: string, payload: Uint8Array): void {
    // Sealed or not: no honest sender makes one.
    if (payload.length > PACKET_MAX) return this.#options.onViolation('forged', from);
    this.#arrive({ topic, from, payload, at: this.#options.clock.now() }, true);
  }

  /** `first`: it did not wait. */
  #arrive(early: EarlyPacket, first: boolean): void {
    const { topic, from, payload } = early;
    const packet = readPacket(payload);
    if (!packet) return this.#options.onViolation('plaintext', from);
    const { header } = packet;
    const member = this.#members.get(toHex(header.from));
    if (!member || !this.#self) {
      // Who is not in yet, knows nobody.
      if (first && this.#options.keys.sealing()) this.#onUnknown(from);
      return this.#early.hold(early);
    }
    // Genuine or not, it did not come from whom the SFU says; and what is for others is not for us.
    if (member.sender.identity !== from || equal(header.from, this.#self.binding))
      return this.#options.onViolation('foreign', from);
    if (!header.to) {
      const key = this.#options.keys.opening(header.epoch, member.sender);
      if (key) return this.#open(topic, member, this.#self, packet, key);
      if (first) this.#options.onMissingKey(from, header.epoch);
      // Keys come for later epochs only: what is older was said before we were there.
      if (header.epoch > this.#options.keys.newest(member.sender)) this.#early.hold(early);
      return;
    }
    if (!equal(header.to, this.#self.binding)) return this.#options.onViolation('foreign', from);
    const self = this.#self;
    void this.#pairKey(member.sender, self, member.sender).then((key) => {
      if (key && self === this.#self) this.#open(topic, member, self, packet, key);
    });
  }

  /** Overwrites every key. */
  dispose(): void {
    this.#dropPairKeys();
    this.#early.clear();
    this.#members.clear();
    this.#self = undefined;
  }

  #open(topic: string, member: RosterMember, self: Sender, packet: ReadPacket, key: Uint8Array): void {
    const { header } = packet;
    const { identity } = member.sender;
    const chunk = packet.open(topic, key);
    if (!chunk) return this.#options.onViolation('forged', identity);
    const stream = `${toHex(header.from)}${header.to ? ' to us' : ''}`;
    const window = this.#window(stream);
    if (!window.fresh(header.sequence)) return this.#options.onViolation('replay', identity);
    const id = `${stream} ${header.epoch} ${header.sequence}`;
    const content = this.#reassembly.add(toHex(header.from), id, header.index, header.count, chunk);
    if (content === 'waiting') return;
    if (content === 'repeated') return this.#options.onViolation('replay', identity);
    if (content === 'refused') return this.#options.onViolation('forged', identity);
    const missing = window.take(header.sequence);
    const { epoch, sequence } = header;
    const toMe = header.to !== undefined;
    this.#options.onReceived({ topic, member, epoch, toMe, self, sequence, content, missing });
  }

  /** Somebody who is on the way in, or whose keys we don't have yet; after a while, somebody who should not be here. */
  #onUnknown(from: string): void {
    const now = this.#options.clock.now();
    const since = this.#unknown.get(from);
    if (since === undefined) {
      if (this.#unknown.size < UNKNOWN_MAX) this.#unknown.set(from, now);
    } else if (now - since > UNKNOWN_GRACE) this.#options.onViolation('foreign', from);
  }

  #memberOf(identity: string): RosterMember | undefined {
    if (identity === this.#self?.identity) return undefined;
    return [...this.#members.values()].find(({ sender }) => sender.identity === identity);
  }

  #window(stream: string): ReplayWindow {
    let window = this.#windows.get(stream);
    if (!window) {
      this.#windows.set(stream, (window = new ReplayWindow()));
      if (this.#windows.size > WINDOWS_MAX) this.#windows.delete(this.#windows.keys().next().value as string);
    }
    return window;
  }

  /** One key per direction. `peer`: which of the two is not us. */
  async #pairKey(from: Sender, to: Sender, peer: Sender): Promise<Secret<Bytes> | undefined> {
    const self = this.#self;
    const id = `${toHex(peer.binding)} ${peer === to ? 'out' : 'in'}`;
    const known = this.#pairKeys.get(id);
    if (known) return known;
    const shared = await this.#options.agree(peer).catch(() => undefined);
    if (!shared) return undefined;
    const key = asSecret(pairKey(shared, this.#options.meeting, from.binding, to.binding));
    wipe(shared);
    if (self !== this.#self) return undefined;
    this.#pairKeys.set(id, key);
    return key;
  }

  #dropPairKeys(binding = ''): void {
    for (const [id, key] of this.#pairKeys) {
      if (!id.startsWith(binding)) continue;
      drop(key);
      this.#pairKeys.delete(id);
    }
  }
}

const lane = (recipient: Sender | undefined): string => (recipient ? toHex(recipient.binding) : '');
