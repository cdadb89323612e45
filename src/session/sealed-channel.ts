/** Talk in an encrypted meeting: sealed to the members, chat and names signed, and the sink that brings the keys. */
import { SerialQueue, equal, type Bytes, type Clock } from '../base/index.js';
import { VerifyKey } from '../crypto/index.js';
import type { KeySink, MeetingIdentityKey, RosterMember, Sender } from '../keys/index.js';
import type { Channel, Heard, Signed, Talk } from './channel.js';
import { MeetingKeySink, type KeyTarget } from './key-sink.js';
import { MessageKeys } from './messages/message-keys.js';
import { SealedMessages, type Received } from './messages/sealed-messages.js';
import { TOPICS, decodeTalk, encodeTalk, signedChat, topicOf } from './messages/talk-kind.js';
import type { ViolationCode } from './types.js';

/** A member's messages named an epoch we have no key for: asked at most this often, in milliseconds. */
const ASK_EVERY = 1000;

export interface SealedChannelOptions {
  /** The worker; it may be replaced during the meeting, the channel and the sink stay. */
  readonly media: () => KeyTarget;
  readonly meeting: string;
  readonly ik: MeetingIdentityKey;
  readonly clock: Clock;
  readonly send: (topic: string, to: string | null, payload: Uint8Array) => Promise<void>;
  /** The provider's `agree`; without it there are no private messages. */
  readonly agree?: (member: Sender) => Promise<Bytes | undefined>;
  readonly onMissingKey?: (identity: string, epoch: number) => void;
}

type Violation = { readonly code: ViolationCode; readonly identity: string; readonly count: number };

export class SealedChannel implements Channel {
  /** Hand this to the provider. */
  readonly sink: KeySink;
  readonly #options: SealedChannelOptions;
  readonly #keys = new MessageKeys(() => this.#messages.retry());
  readonly #messages: SealedMessages;
  readonly #sending = new SerialQueue();
  readonly #counts = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  #instance: Uint8Array | undefined;
  #heard: ((heard: Heard) => void) | undefined;
  #violated: ((violation: Violation) => void) | undefined;

  constructor(options: SealedChannelOptions) {
    this.#options = options;
    this.sink = new MeetingKeySink({ media: options.media, messages: this.#keys });
    this.#messages = new SealedMessages({
      meeting: options.meeting,
      keys: this.#keys,
      clock: options.clock,
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      send: options.send,
      agree: async (member) => options.agree?.(member),
      onReceived: (received) => this.#onReceived(received),
      onViolation: (code, identity) => this.#violation(code, identity),
      onMissingKey: (identity, epoch) => this.#missingKey(identity, epoch),
    });
  }

  onHeard(listener: (heard: Heard) => void): void {
    this.#heard = listener;
  }

  onViolation(listener: (violation: Violation) => void): void {
    this.#violated = listener;
  }

  /** A binding of ours began. */
  self(self: Sender): void {
    this.#messages.self(self);
  }

  /** Whom the provider vouches for. `instance`: 32 bytes that name its chain, if it has one. */
  roster(members: readonly RosterMember[], instance?: Uint8Array): void {
    this.#instance = instance;
    this.#messages.roster(members);
  }

  handle(topic: string, from: string, payload: Uint8Array): void {
    // Other topics belong to the host page, or to a later version.
    if (TOPICS.includes(topic)) this.#messages.handle(topic, from, payload);
  }

  send(talk: Talk, to: string | null): Promise<void> {
    // One after another: a signature names the number its message will have.
    return this.#sending.run(async () => {
      for (;;) {
        const { self, recipient, sequence } = this.#messages.next(to);
        const content = await encodeTalk(talk, this.#place(self, recipient, sequence), this.#options.ik);
        // We, or they, may have begun a new join meanwhile; then it has to be said anew.
        const now = this.#messages.next(to);
        if (now.self === self && same(now.recipient, recipient)) return this.#messages.send(topicOf(talk), to, content);
      }
    });
  }

  dispose(): void {
    this.#heard = undefined;
    this.#violated = undefined;
    this.#messages.dispose();
    this.#keys.dispose();
  }

  #place(from: Sender, to: Sender | undefined, sequence: number): Parameters<typeof encodeTalk>[1] {
    return {
      meeting: this.#options.meeting,
      ...(this.#instance && { instance: this.#instance }),
      from: from.binding,
      ...(to && { to: to.binding }),
      sequence,
    };
  }

  #onReceived({ topic, member, epoch, toMe, sequence, content, missing, self }: Received): void {
    const place = this.#place(member.sender, toMe ? self : undefined, sequence);
    const talk = decodeTalk(content, topic, place, VerifyKey.from(member.ik));
    if (talk === 'forged') return this.#violation('forged', member.sender.identity);
    // Of a later version, or malformed by a member: nothing to show, and no harm done.
    if (!talk) return;
    const proof = (): Signed | undefined => {
      const signed = signedChat(content, place);
      return signed && { ...signed, ik: member.ik };
    };
    const { sender } = member;
    this.#heard?.({ ...{ sender, epoch, toMe, talk, missing }, ...(talk.type === 'chat' && { proof }) });
  }

  #violation(code: ViolationCode, identity: string): void {
    const cause = `${code} ${identity}`;
    if (this.#counts.size >= 2000 && !this.#counts.has(cause)) return;
    const count = (this.#counts.get(cause) ?? 0) + 1;
    this.#counts.set(cause, count);
    this.#violated?.({ code, identity, count });
  }

  #missingKey(identity: string, epoch: number): void {
    const now = this.#options.clock.now();
    if (now - (this.#asked.get(identity) ?? -Infinity) < ASK_EVERY) return;
    this.#asked.set(identity, now);
    this.#options.onMissingKey?.(identity, epoch);
  }
}

const same = (a: Sender | undefined, b: Sender | undefined): boolean =>
  a && b ? equal(a.binding, b.binding) : a === b;
