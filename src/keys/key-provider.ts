/**
 * The contract between a meeting and whatever makes its keys.
 *
 * A key provider turns "who is in the meeting" into "which base key for which sender in which epoch". The built-in
 * providers use nothing that is not in this file. The conformance kit (`secure-meeting/testing`) runs any provider
 * through it on a simulated network and reports what it promises and what it keeps.
 *
 * Words used here:
 * - **Sender**: an identity *and* its binding. The binding is new in every join, so the same person who comes back is
 *   another sender, and nothing recorded from an earlier join opens under a later key.
 * - **Epoch**: a number below 2³² for which each sender has one set of keys. Epochs are compared only within one join.
 * - **Roster**: who the provider vouches for. The SFU's list of participants is only a rumour ({@link SfuPresence}).
 *
 * Order of calls: the session calls `start` once, then the `handle…` methods in any order, then `stop` once. They are
 * never called after `stop`. None of them may throw for what came from the network: bad input changes nothing and at
 * most raises an alarm. A rejected `start` ends the join with the error's code.
 */
import type { Bytes, Clock, ErrorCode } from '../base/index.js';

/** Length of a binding in bytes: a SHA-256 over at least 128 random bits, new in every join. */
export const BINDING_LENGTH = 32;

/** Length in bytes of each key that is installed. */
export const BASE_KEY_LENGTH = 32;

/** Epochs stay below this: KID = epoch · 4 + stream must be a safe integer, and CTR and KID are never shortened. */
export const EPOCH_LIMIT = 2 ** 32;

/** Who encrypts: an identity (LiveKit's participant identity, 1–256 characters) in one join of it. */
export interface Sender {
  readonly identity: string;
  /** {@link BINDING_LENGTH} bytes. Senders with the same identity and another binding are different senders. */
  readonly binding: Uint8Array;
}

/** 32 secret bytes, or a non-extractable WebCrypto `HKDF` key with the usage `deriveBits`. */
export type KeyMaterial = Uint8Array | CryptoKey;

/**
 * What one sender encrypts with in one epoch. Two keys with nothing in common, so that the worker that handles media
 * never holds the key of the messages and the other way round.
 */
export interface SenderKeys {
  /** Base key of RFC 9605 §4.4.2, one for all four streams of the sender. */
  readonly media: KeyMaterial;
  /** Secret from which the sealed messages' key is derived. */
  readonly message: KeyMaterial;
}

/**
 * Where keys go: three verbs, one direction. All three are applied in the order they were called; each promise settles
 * when the worker and the message channel have the change.
 *
 * Keys given as bytes belong to the sink from the call on: it imports them and overwrites them with zeros.
 */
export interface KeySink {
  /**
   * Lets `sender`'s frames and messages of `epoch` be opened; for our own sender, lets us later activate the epoch.
   * Installing the very same keys again for the same epoch and sender does nothing.
   * @throws SecureMeetingError `key-conflict`: another key is there for this epoch and sender (or for the same epoch
   *   and identity under another binding that was not retired); `key-reused`: this key was installed for another
   *   epoch or sender; `key-order`: the epoch is not an integer in 0…2³²−1, or was retired in this join.
   */
  install(epoch: number, sender: Sender, keys: SenderKeys): Promise<void>;
  /**
   * From the next frame on, we send with our own key of `epoch`.
   * @throws SecureMeetingError `key-missing`: our own key of this epoch is not installed; `key-order`: the epoch is
   *   lower than the active one (unless the join began anew, see {@link KeySink.rejoin}).
   */
  activate(epoch: number): Promise<void>;
  /**
   * Forgets now: one sender's keys of the epoch, or all of the epoch. Frames still in flight under them are dropped.
   * Retiring what is not there does nothing. Retiring our own active key stops sending.
   */
  retire(epoch: number, sender?: Sender): Promise<void>;
  /** Forgets every key of a sender in all epochs, at once: it left or was removed. */
  retireSender(sender: Sender): Promise<void>;
  /**
   * Nothing is encrypted or sent until the next `activate`, keys stay. For a provider that lost sight of its
   * meeting (no heartbeat, just woke up) and must not go on sending.
   */
  pause(): Promise<void>;
  /**
   * Begins a new join under a new own binding: every key is retired first, in all epochs, and the rule that
   * `activate` never goes back starts anew.
   */
  rejoin(self: Sender): Promise<void>;
}

/** Our own signing key for this meeting: Ed25519, non-extractable where the platform allows. */
export interface MeetingIdentityKey {
  /** 32 bytes, RFC 8032 §5.1.5. */
  readonly publicKey: Bytes;
  /** 64 bytes, RFC 8032 §5.1.6. The caller puts the purpose string in front (`sm/1 …`); this method signs as given. */
  sign(message: Uint8Array): Promise<Bytes>;
}

/** One participant as the SFU reports it: a rumour, never a reason to give or keep a key. */
export interface SfuPresence {
  readonly identity: string;
  /** `reconnecting` while our own connection is being rebuilt: the SFU's list is not news then. */
  readonly present: boolean;
}

/** A little storage for this provider in this meeting, kept for the tab's life and emptied at `leave`. */
export interface ProviderStorage {
  /** The value put last, or undefined. Sealed at rest under a non-extractable key where the browser has storage. */
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What a provider vouches for about one member. */
export interface RosterMember {
  readonly sender: Sender;
  /** The name the member signed, at most 256 UTF-16 code units, no control characters. */
  readonly name: string;
  /** The member's signing key, 32 bytes: messages signed by anyone else are not theirs. */
  readonly ik: Uint8Array;
  /** X25519 public key for private messages, 32 bytes; undefined when the provider has none. */
  readonly messageKey?: Uint8Array;
  /** `host` by certificate, by founding, or named by a host; `none` when the provider knows no roles. */
  readonly role: 'host' | 'member' | 'none';
  /** False until the provider has proof that this member lives now (an Ack, an echo), not only that it once did. */
  readonly present: boolean;
}

/** The meeting's settings as the provider's members agreed on them. */
export interface AgreedSettings {
  readonly locked: boolean;
  readonly waitingRoom: boolean;
  /** Only hosts share a screen; without it everybody may. */
  readonly shareByHosts?: boolean;
  /** Only hosts write in the chat and offer files; without it everybody may. */
  readonly chatByHosts?: boolean;
}

/** Somebody who asks to be let in and has no key. Their name is what they claim. */
export interface Knock {
  readonly sender: Sender;
  readonly claimedName: string;
  readonly ik: Uint8Array;
}

/** Thirty digits in six groups of five; equal at all members if nobody stands in between. */
export type SecurityCode = readonly [string, string, string, string, string, string];

/** Something a participant must know because it may be an attack. Never thrown; reported once per cause and member. */
export const ALARM_CODES = [
  'stranger',
  'roster-mismatch',
  'equivocation',
  'certificate',
  'code-mismatch',
  'two-meetings',
  'stale-heartbeat',
  'unauthorised-operation',
  'downgrade',
  'forged',
  'replay',
] as const;
export type AlarmCode = (typeof ALARM_CODES)[number];

/**
 * What a provider tells the session. All are facts; none carries a secret. Calls may come from inside a `handle…`.
 */
export interface KeyProviderEvents {
  /** The members the provider vouches for, our own among them, in order of joining. Replaces the list before. */
  roster: {
    readonly epoch: number;
    readonly members: readonly RosterMember[];
    readonly leader?: Sender;
    /** 32 bytes that name the chain all members are in, if the provider has one: signed messages carry it. */
    readonly instance?: Uint8Array;
  };
  /** Where we stand: no key yet, knocking at a waiting room, able to send, or paused (see {@link KeySink.pause}). */
  state: { readonly state: 'waiting' | 'knocking' | 'ready' | 'paused'; readonly epoch: number };
  /** A code to compare, and why it is new. Absent from providers without the `verification` capability. */
  securityCode: {
    readonly code: SecurityCode;
    readonly leader: { readonly identity: string; readonly name: string };
    readonly reason: 'first' | 'leader-changed' | 'rejoined';
    /** Whether an earlier comparison still vouches for this chain. */
    readonly verified: boolean;
  };
  /** The code in force was confirmed or rejected, here. */
  verified: { readonly verified: boolean };
  settings: AgreedSettings;
  knocks: readonly Knock[];
  alarm: { readonly code: AlarmCode; readonly identity?: string };
  /** A key from outside is needed; open until {@link KeyProvider.setKey} answers. Only from `external` providers. */
  keyRequest: {
    readonly epoch: number;
    readonly reason: 'first' | 'joined' | 'left' | 'rotation' | 'rejoined';
    readonly participants: readonly string[];
    /** Wall-clock milliseconds after which sending stops. */
    readonly deadline: number;
  };
  /** Keys in hand but some peers' join cannot be opened with them: a wrong passphrase, theirs or ours. */
  wrongKey: { readonly identity: string };
  /** We are out for good; the session leaves with this reason. */
  ended: { readonly reason: 'denied' | 'removed' | 'locked' | 'ended' | 'key'; readonly code?: ErrorCode };
  /** A binding of ours began (the first, or after a re-join): messages sent from now on carry it. */
  self: { readonly sender: Sender };
}

/** Who an admission certificate has to be about. */
export interface AdmissionSubject {
  readonly meeting: string;
  readonly identity: string;
  readonly ik: Uint8Array;
}

/** The host site's say about who is let in, when the meeting has an `api`. */
export interface Admission {
  /** Our own certificate, at most 4 kB; asked for at every join, and later when it may have been renewed. */
  certificate(): Uint8Array | undefined;
  /**
   * Undefined when it is not valid now for exactly this meeting, identity and key. Never throws. `encryption` is what
   * the site says was chosen; a provider whose members signed what they chose compares the two.
   */
  verify(
    certificate: Uint8Array,
    subject: AdmissionSubject,
  ): Promise<{ readonly role: 'host' | 'member'; readonly encryption: 'required' | 'off' } | undefined>;
}

/** Everything a provider may touch. What must not happen in a provider (time, randomness, network) comes from here. */
export interface KeyProviderContext {
  /** The meeting's name: the LiveKit room's *name*, 1–128 characters. The room's sid is in no key. */
  readonly meeting: string;
  readonly self: { readonly identity: string; readonly name: string; readonly ik: MeetingIdentityKey };
  /** Which participants the SFU reports now, ourselves not among them. */
  readonly presence: () => readonly string[];
  /**
   * Sends one key-agreement message (topic `sm/keys`, reliable, ordered per sender, at most 1 MB; it is chunked below).
   * `to` null: to all who are connected now. Not sealed: the provider's messages authenticate themselves.
   * @throws SecureMeetingError `network-data-failed` when we are not connected.
   */
  send(to: string | null, message: Uint8Array): Promise<void>;
  /** As `send` to all, but synchronously handed to the socket, from a page that is closing. May do nothing. */
  sendNow(message: Uint8Array): void;
  readonly clock: Clock;
  /** Cryptographically random bytes (deterministic in a simulation). */
  random(length: number): Bytes;
  readonly storage: ProviderStorage;
  /**
   * Only in meetings of a site with a backend: then nobody may be let in without a valid certificate, and nobody is a
   * host but by one, or named by one. A provider with the `certificates` capability keeps that.
   */
  readonly admission?: Admission;
  readonly sink: KeySink;
  /** Reports a fact to the session. Never throws. */
  emit<K extends keyof KeyProviderEvents>(type: K, detail: KeyProviderEvents[K]): void;
}

/** What a provider promises. `capabilities` of the element shows it; the conformance kit checks it. */
export interface KeyProviderCapabilities {
  /** Recorded media stays closed to who later gets all long-lived secrets. */
  readonly forwardSecrecy: boolean;
  /** Who left can't open what is sent afterwards. */
  readonly cutsOffLeavers: boolean;
  /** Who joins can't open what was sent before. */
  readonly cutsOffJoiners: boolean;
  /** All members hold the same list of members, or share no key. */
  readonly membershipAgreement: boolean;
  /** `member`: nobody outside can pose as a member; `sender`: no member can pose as another. */
  readonly authentication: 'member' | 'sender';
  /** A code to compare exposes a man in the middle. */
  readonly verification: boolean;
  readonly locks: boolean;
  readonly waitingRoom: boolean;
  /** Hosts set who may share a screen and who may write: {@link AgreedSettings} then says it. */
  readonly permissions?: boolean;
  readonly postQuantum: boolean;
  /** Every member checks every newcomer's admission certificate when there is {@link KeyProviderContext.admission}. */
  readonly certificates?: boolean;
  /** The most members it is meant for. */
  readonly largestMeeting: number;
}

/** A host's wish that the keys can enforce. Others (mute, stop share) are the backend's. */
export type HostAction =
  | { readonly type: 'lock' | 'unlock' | 'waiting-room-on' | 'waiting-room-off' | 'end' }
  | { readonly type: 'share-hosts' | 'share-all' | 'chat-hosts' | 'chat-all' }
  | { readonly type: 'admit' | 'deny' | 'remove' | 'make-host' | 'make-member' | 'hand-over'; readonly target: Sender };

/** A list of members and who vouches for it, as it is shown to somebody outside the meeting. */
export interface SignedRoster {
  /** What was signed, without its label: it names the roster by a hash. */
  readonly content: Bytes;
  readonly signature: Bytes;
  /** Whose signature it is. */
  readonly ik: Bytes;
  readonly roster: Bytes;
}

/** See the module's comment for the order of calls. */
export interface KeyProvider {
  /** The word by which attributes, events and capabilities name it, for example `passphrase`. */
  readonly name: string;
  readonly capabilities: KeyProviderCapabilities;
  /**
   * Begins: called when the signal connection stands (before media does, so that the exchange hides behind media
   * set-up). Resolves when the provider has begun, not when keys are there; that is told by `state`.
   * @throws SecureMeetingError when it can't work at all (`key-missing`, `key-short`, …).
   */
  start(context: KeyProviderContext): Promise<void>;
  /** A message of topic `sm/keys`. `from` is only the SFU's word, empty when the SFU names nobody. Must not throw. */
  handleMessage(from: string, message: Uint8Array): void;
  /** The SFU reports that someone came or went. Not called for the rebuild of our own connection. */
  handlePresence(change: SfuPresence): void;
  /**
   * Our own connection: `lost` when it broke, `returned` when it stands again (same join: binding and keys stay).
   * `rejoined` instead of `returned` when it had to be made anew (a long outage, the SFU restarted): the others may
   * have seen us leave and retired our keys meanwhile, so a provider that can't know announces itself under a new
   * binding ({@link KeySink.rejoin}); what it knows of the meeting (chain, roster, lock) stays.
   * `slept` when the wall clock and the monotonic clock parted by over 10 s.
   */
  handleConnection(change: 'lost' | 'returned' | 'rejoined' | 'slept'): void;
  /** Frames or messages of `identity` name an epoch we have no key for. At most once a second per identity. */
  handleMissingKey(identity: string, epoch: number): void;
  /**
   * The media worker died and took its keys along: begin a new join (see {@link KeySink.rejoin}); nothing the dead
   * worker held may be installed again.
   */
  handleWorkerLost(): void;
  /** Our own key of this epoch is used up (2³² frames): make a new epoch. */
  handleKeyExhausted(epoch: number): void;
  /** Ends: says goodbye unless the connection is gone, drops and overwrites all keys. Must not throw. */
  stop(reason: 'left' | 'removed' | 'ended' | 'failed' | 'page-closing'): Promise<void>;

  /**
   * Only with private messages: the X25519 secret (RFC 7748, 32 bytes) of our own message key, whose public half our
   * roster entry has, and `member`'s. Undefined for who is not in the roster, has no key or one of small order. The
   * caller overwrites the bytes. Our private half never leaves the provider.
   */
  agree?(member: Sender): Promise<Bytes | undefined>;
  /** Only with the `verification` capability. @throws SecureMeetingError `key-code-changed` if `code` is not in force. */
  confirmSecurityCode?(code: SecurityCode): Promise<void>;
  /** As above; afterwards nothing is sent until leaving. */
  rejectSecurityCode?(code: SecurityCode): Promise<void>;
  /** Only with roles. Resolves when the meeting's chain carries it. @throws SecureMeetingError `room-action-refused`. */
  act?(action: HostAction): Promise<void>;
  /** Only with a signed list of members: the one in force, for a report. Undefined outside a meeting. */
  signedRoster?(): SignedRoster | undefined;
  /** Only `external`: answers a `keyRequest`, or gives a key ahead. 32 bytes or a non-extractable HKDF key. */
  setKey?(key: KeyMaterial, options: { readonly epoch?: number; readonly identity?: string }): Promise<void>;
}

/** Makes a provider for one join. Registered by name, or given as an object. */
export type KeyProviderFactory = () => KeyProvider | Promise<KeyProvider>;
