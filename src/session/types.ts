/**
 * What a meeting looks like from outside: the session's state, facts, wishes and options. Everything here is public,
 * frozen at run time, structured-cloneable and free of secrets. Elements and custom UIs stand on this file alone.
 */
import type { Clock, ErrorCode, SecureMeetingError } from '../base/index.js';
import type { HostAction, KeyMaterial, KeyProvider, KeyProviderFactory, SecurityCode } from '../keys/index.js';

export type Phase = 'idle' | 'connecting' | 'knocking' | 'joined' | 'reconnecting' | 'left' | 'failed';

/** The states of design 1: proof is an authenticated frame or sealed message, never the server's word. */
export const PARTICIPANT_STATES = ['waiting', 'encrypted', 'verified', 'stale', 'refused', 'stranger', 'off'] as const;
export type ParticipantEncryption = (typeof PARTICIPANT_STATES)[number];
export const MEETING_STATES = [
  'idle',
  'off',
  'connecting',
  'waiting',
  'encrypted',
  'verified',
  'degraded',
  'violated',
] as const;
export type MeetingEncryption = (typeof MEETING_STATES)[number];

export interface ParticipantEncryptionDetail {
  readonly identity: string;
  readonly name: string;
  readonly state: ParticipantEncryption;
  /** Wall-clock milliseconds since when it is in this state. */
  readonly since: number;
}

export interface EncryptionStateDetail {
  readonly state: MeetingEncryption;
  readonly previous: MeetingEncryption;
  /** The epoch we send with; null before there is one. */
  readonly epoch: number | null;
  readonly provider: string;
  readonly verified: boolean;
  readonly participants: readonly ParticipantEncryptionDetail[];
}

export const VIOLATION_CODES = [
  'plaintext',
  'replay',
  'forged',
  'foreign',
  'downgrade',
  'stranger',
  'roster-mismatch',
  'equivocation',
  'certificate',
  'code-mismatch',
  'two-meetings',
  'stale-heartbeat',
  'unauthorised-operation',
] as const;
export type ViolationCode = (typeof VIOLATION_CODES)[number];

export interface EncryptionViolationDetail {
  readonly code: ViolationCode;
  /** Empty when nobody can be named. */
  readonly identity: string;
  readonly source: 'camera' | 'microphone' | 'screen' | 'screen-audio' | 'message' | 'keys';
  readonly count: number;
  readonly epoch: number | null;
}

export interface SecurityCodeDetail {
  readonly code: SecurityCode;
  readonly leader: { readonly identity: string; readonly name: string };
  readonly reason: 'first' | 'leader-changed' | 'rejoined';
}

export type LeftReason =
  'left' | 'removed' | 'ended' | 'denied' | 'locked' | 'full' | 'duplicate' | 'network' | 'token' | 'key' | 'failed';

export interface LeftDetail {
  readonly reason: LeftReason;
  readonly canRejoin: boolean;
}

export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'disconnected';

export interface KeyRequestDetail {
  readonly epoch: number;
  readonly reason: 'first' | 'joined' | 'left' | 'rotation' | 'rejoined';
  readonly participants: readonly string[];
  /** Wall-clock milliseconds. */
  readonly deadline: number;
}

export interface ErrorDetail {
  readonly code: ErrorCode;
  /** English, for the console; people read the catalogue's words. */
  readonly message: string;
  readonly fatal: boolean;
  /** The name of the error behind it, for example `NotAllowedError`. */
  readonly cause?: string;
}

/** The facts of the element's event table, same names and details. */
export interface SessionFacts {
  'encryption-state': EncryptionStateDetail;
  'encryption-violation': EncryptionViolationDetail;
  'security-code': SecurityCodeDetail;
  joined: { readonly room: string; readonly identity: string };
  left: LeftDetail;
  'participant-joined': { readonly identity: string; readonly name: string; readonly role: Role };
  'participant-left': {
    readonly identity: string;
    readonly name: string;
    readonly role: Role;
    readonly reason: 'left' | 'removed' | 'network';
  };
  'connection-state': { readonly state: ConnectionState; readonly previous: ConnectionState };
  'media-state': { readonly microphone: boolean; readonly camera: boolean; readonly screen: boolean };
  'key-request': KeyRequestDetail;
  'verification-required': { readonly purpose: string };
  error: ErrorDetail;
}

export type Role = 'host' | 'member' | 'none';

export interface Participant {
  readonly identity: string;
  /** The name they signed; the SFU's word only in a meeting without E2EE. */
  readonly name: string;
  readonly role: Role;
  readonly local: boolean;
  /** Really on (sending, as far as we know), not wished. */
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  /** 0: down; else the wall-clock milliseconds at which it went up, for the order of hands. */
  readonly hand: number;
  readonly speaking: boolean;
  readonly quality: 'good' | 'poor' | 'lost' | 'unknown';
  readonly encryption: ParticipantEncryption;
  /** Wall-clock milliseconds. */
  readonly joinedAt: number;
  /** First bytes of the member's signing key as a number 0–11: the hue of the avatar, never derived from the name. */
  readonly hue: number;
}

export interface DeviceInfo {
  readonly deviceId: string;
  readonly label: string;
}

export interface DeviceKindState {
  readonly list: readonly DeviceInfo[];
  /** The device in use or chosen; empty for the system's default. */
  readonly selected: string;
  /** `unknown` until a participant's action asked. */
  readonly permission: 'unknown' | 'prompt' | 'granted' | 'denied';
  readonly error: ErrorCode | null;
}

export interface DeviceState {
  readonly audioinput: DeviceKindState;
  readonly videoinput: DeviceKindState;
  readonly audiooutput: DeviceKindState;
}

export interface ChatMessage {
  /** Unique in this session. */
  readonly id: string;
  readonly from: string;
  /** The sender's name when it was sent. */
  readonly name: string;
  readonly text: string;
  /** The one person it was written to, or null for all. */
  readonly to: string | null;
  /** Wall-clock milliseconds at which it arrived here. */
  readonly at: number;
  readonly local: boolean;
  readonly state: 'sending' | 'sent' | 'failed';
  /** Messages of this sender that never arrived before this one. */
  readonly missing: number;
}

/** A file that somebody offers. Its bytes flow only once the receiver accepted. */
export interface FileTransfer {
  /** Unique in this session. */
  readonly id: string;
  readonly from: string;
  /** The sender's name when it was offered. */
  readonly name: string;
  /** As its sender wrote it: 1–256 UTF-16 code units of anything. */
  readonly fileName: string;
  /** The sender's word, or empty. Nothing may be shown or run because of it. */
  readonly mediaType: string;
  /** Bytes, at most 10 MB. */
  readonly size: number;
  /** The one person it is offered to, or null for all. */
  readonly to: string | null;
  /** Wall-clock milliseconds at which it was offered. */
  readonly at: number;
  readonly local: boolean;
  /** `moving`: accepted and on its way; one offered to all stays `offered`. */
  readonly state: 'offered' | 'moving' | 'done' | 'declined' | 'cancelled' | 'failed';
  /** Bytes that went so far; of one offered to all, to whoever has most. */
  readonly moved: number;
}

/** Shown for a few seconds, then gone from the list. */
export interface Reaction {
  readonly id: string;
  readonly identity: string;
  readonly emoji: string;
  /** Wall-clock milliseconds. */
  readonly at: number;
}

export interface KnockState {
  readonly identity: string;
  readonly claimedName: string;
}

export interface RoomState {
  readonly name: string;
  readonly locked: boolean;
  readonly waitingRoom: boolean;
  readonly knocking: readonly KnockState[];
  /** Only hosts share a screen; what others share is not shown. */
  readonly shareByHosts: boolean;
  /** Only hosts write in the chat and offer files; what others send is not shown. */
  readonly chatByHosts: boolean;
  /** When the site ends this meeting: wall-clock milliseconds of this machine; absent without an end. */
  readonly endsAt?: number;
  /** The most members the site lets in; absent without a limit. */
  readonly limit?: number;
}

/** One line of the machine-readable report. */
export interface Capability {
  readonly available: boolean;
  /** Machine reason when not available or limited, for example `not-built`, `provider`, `browser`. */
  readonly reason?: string;
}

export interface Capabilities {
  /** Encrypted end to end *and* authenticated by sender or group. */
  readonly protected: Readonly<
    Record<string, { readonly encrypted: boolean; readonly authenticated: 'sender' | 'group' | 'none' }>
  >;
  /** Words for what the server sees: `identities`, `timing`, `sizes`, … */
  readonly visibleToServer: readonly string[];
  /** Attributes, features and properties that this build or browser can't honour. */
  readonly unavailable: Readonly<Record<string, Capability>>;
  /** What the key provider promises. */
  readonly keys: Readonly<Record<string, boolean | number | string>>;
}

export interface SessionState {
  readonly phase: Phase;
  readonly connection: ConnectionState;
  readonly encryption: EncryptionStateDetail;
  readonly securityCode?: SecurityCodeDetail;
  readonly keyRequest?: KeyRequestDetail;
  readonly self: Participant;
  /** In order of joining. */
  readonly others: readonly Participant[];
  readonly speakers: readonly string[];
  readonly devices: DeviceState;
  readonly chat: readonly ChatMessage[];
  readonly reactions?: readonly Reaction[];
  /** In order of being offered. */
  readonly files?: readonly FileTransfer[];
  readonly room: RoomState;
  /** `auto`, `saver` (small video), `audio` (no video either way); may be changed before the join, too. */
  readonly quality: 'auto' | 'saver' | 'audio';
  /** As the open microphone says of itself; absent while none is open, or where the browser does not say. */
  readonly noiseSuppression?: boolean;
  /**
   * Whether what is behind us is blurred; `loading`: the camera is off until it is. Absent where the browser can't. It
   * turns itself and the camera off when it fails or the machine is too slow (`media-blur-failed`, `media-blur-slow`).
   */
  readonly blur?: 'off' | 'loading' | 'on';
  /** While `blur` is on, a picture stands behind us instead of what is there, blurred. */
  readonly backgroundPicture?: boolean;
  /** The browser refused to play sound until a click: call `resumeAudio()` from one. */
  readonly audioBlocked: boolean;
  readonly capabilities: Capabilities;
  readonly left?: LeftDetail;
  /** A host asks us to turn our microphone on; nobody else can. Until it is on or the host is gone. */
  readonly unmuteRequest?: { readonly identity: string; readonly name: string };
  /** The last error that is still in force, for a UI that came late. */
  readonly error?: ErrorDetail;
}

export interface TokenRequest {
  readonly room: string;
  /** Only in a meeting without E2EE. */
  readonly name?: string;
  readonly identity?: string;
  /** base64url of the meeting's `ik`, when an `api` is set. */
  readonly deviceKey?: string;
  /** base64url of 64 bytes: proves to our backend that `identity` was this key's before. */
  readonly deviceKeyProof?: string;
  /** When the proof was made, seconds since 1970 by the backend's clock. */
  readonly deviceKeyTime?: number;
  /** What was typed when the backend asked for the room's passcode. */
  readonly passcode?: string;
  /** How the meeting is to be, when an `api` is set. */
  readonly encryption?: 'required' | 'off';
}
export interface TokenAnswer {
  readonly serverUrl: string;
  readonly token: string;
  /** base64url of the admission certificate; needed when an `api` is set. */
  readonly certificate?: string;
}
export type TokenSource = (request: TokenRequest, options: { readonly signal: AbortSignal }) => Promise<TokenAnswer>;

/** What the site's backend asks for before it lets somebody in. */
export type AccessQuestion =
  | {
      readonly need: 'passcode';
      /** One was given and is not the room's, or there were too many tries. */
      readonly wrong: boolean;
      /** Seconds until another try makes sense, after too many. */
      readonly retryAfter?: number;
    }
  | { readonly need: 'verification'; readonly phone: PhoneVerification };

/** The one-time verification of a phone number. What goes wrong rejects with `SecureMeetingError` `token-…`. */
export interface PhoneVerification {
  /** Sends a code. @param country ISO 3166, for a number without `+`. */
  start(number: string, country?: string): Promise<CodeSent>;
  /** Sends another code to the same number. */
  resend(): Promise<CodeSent>;
  /** Resolves when the six digits were right: from now on this user needs no code any more. */
  check(code: string): Promise<void>;
}
/** A code is on its way. Both in seconds. */
export interface CodeSent {
  readonly expiresIn: number;
  readonly resendIn: number;
}

/**
 * Answers a question of the backend while `join` waits: `{ passcode }`, `{}` once verified, undefined to give up, which
 * rejects `join` with the question's code.
 */
export type AccessHandler = (
  question: AccessQuestion,
  options: { readonly signal: AbortSignal },
) => Promise<{ readonly passcode?: string } | undefined>;

/** What the attributes and properties of the element carry, same names. */
export interface SessionOptions {
  readonly room: string;
  readonly tokenEndpoint?: string;
  readonly serverUrl?: string;
  /** Enough for one join; rejoining uses the token the SFU refreshed. */
  readonly token?: string;
  readonly tokenSource?: TokenSource;
  readonly requestInit?: (url: string, purpose: string) => RequestInit;
  readonly api?: string;
  /** Shows the backend's questions to a person. Without it such a join is rejected with the question's code. */
  readonly access?: AccessHandler;
  readonly displayName?: string;
  /** A built-in or registered name, a factory, or a provider of the page's own. */
  readonly keyProvider?: string | KeyProvider | KeyProviderFactory;
  /** The secret of the `passphrase` provider. `link`: 22+ characters of base64url from the invitation. */
  readonly passphrase?: { readonly kind: 'link' | 'phrase'; readonly value: string } | string;
  readonly encryption?: 'required' | 'off';
  readonly quality?: 'auto' | 'saver' | 'audio';
  readonly startMuted?: boolean;
  readonly startCameraOff?: boolean;
  readonly workerSrc?: string;
  readonly assetBase?: string;
  /** For tests. */
  readonly clock?: Clock;
}

export type ModerationAction =
  | { readonly type: 'lock' | 'unlock' | 'waiting-room-on' | 'waiting-room-off' | 'end' | 'mute-all' }
  | { readonly type: 'share-hosts' | 'share-all' | 'chat-hosts' | 'chat-all' }
  | {
      readonly type:
        | Extract<HostAction, { readonly target: unknown }>['type']
        | 'mute'
        | 'ask-to-unmute'
        | 'stop-camera'
        | 'stop-share';
      readonly identity: string;
    };

/** What a report may be about, the words of `POST /reports`. */
export const REPORT_REASONS = ['harassment', 'hate', 'threat', 'sexual', 'minor', 'spam', 'other'] as const;
export type ReportReason = (typeof REPORT_REASONS)[number];

/** A report to whoever operates the site. Nothing goes along that is not named here. */
export interface ReportRequest {
  readonly reason: ReportReason;
  /** In the reporter's own words, at most 4,000 UTF-16 code units. */
  readonly text?: string;
  /** Identity of whom it is about. */
  readonly about?: string;
  /** Ids in `state.chat`: messages of others, each with its sender's signature. */
  readonly messages?: readonly string[];
  /** Whether the list of members goes along, signed by the one who leads. */
  readonly roster?: boolean;
  /** What was seen, as a picture; at most 600 kB. */
  readonly picture?: Blob;
}

export interface SessionStats {
  readonly streams: readonly {
    readonly identity: string;
    readonly source: string;
    readonly direction: 'in' | 'out';
    readonly bitsPerSecond: number;
    readonly framesPerSecond: number;
    readonly packetsLost: number;
    readonly width: number;
    readonly height: number;
    readonly opened: number;
    readonly dropped: number;
  }[];
  readonly roundTripMs: number | null;
}

export interface Support {
  readonly ok: boolean;
  readonly missing: readonly ErrorCode[];
}

/** What `testConnection` found. What it could not find out is `untested`. */
export interface ConnectionTest {
  /** Whether the service that carries meetings answered. */
  readonly service: 'reached' | 'unreachable' | 'untested';
  /** Which way picture and sound would go; `tcp` and `relay` work and are slower. */
  readonly media: 'udp' | 'tcp' | 'relay' | 'blocked' | 'untested';
  readonly roundTripMs: number | null;
  /** Why something is not as it should be. */
  readonly error?: ErrorCode;
}

/** A meeting without UI. Elements use this interface; `session.ts` implements it. Wishes reject with `SecureMeetingError`. */
export interface MeetingSession {
  /** Frozen; the same reference until something changed, unchanged branches keep theirs. */
  readonly state: SessionState;
  /** At most once per task, never inside a call of yours. Returns unsubscribe. */
  subscribe(listener: (state: SessionState) => void): () => void;
  on<K extends keyof SessionFacts>(
    type: K,
    listener: (detail: SessionFacts[K]) => void,
    options?: { readonly signal?: AbortSignal },
  ): () => void;

  /** Pending while knocking. A second call returns the same promise. */
  join(options?: { readonly signal?: AbortSignal }): Promise<void>;
  leave(options?: { readonly endForAll?: boolean }): Promise<void>;
  setMicrophone(on: boolean): Promise<void>;
  /** Before the join: the preview. */
  setCamera(on: boolean): Promise<void>;
  startScreenShare(options?: { readonly audio?: boolean; readonly hint?: 'text' | 'motion' }): Promise<void>;
  stopScreenShare(): Promise<void>;
  selectDevice(kind: MediaDeviceKind, deviceId: string): Promise<void>;
  /** From a click, when `audioBlocked`. */
  resumeAudio(): Promise<void>;
  sendChat(text: string, options?: { readonly to?: string }): Promise<void>;
  /**
   * Offers a file of at most 10 MB, to one person or to all; resolves once it is offered. Bytes flow to those who accept,
   * three at a time; `onProgress` gets the bytes that went to whoever has most, the signal takes the offer back.
   */
  sendFile(
    file: File,
    options?: { readonly to?: string; readonly signal?: AbortSignal; readonly onProgress?: (sent: number) => void },
  ): Promise<void>;
  /** Asks for an offered file, at most three at a time; one that failed may be asked for again. */
  acceptFile(id: string): Promise<void>;
  /** Takes an offer back, declines one, or stops what is on its way. */
  cancelFile(id: string): Promise<void>;
  /** What arrived, typed `application/octet-stream` whatever its sender says; undefined before it is whole. */
  receivedFile(id: string): Blob | undefined;
  react(emoji: string): Promise<void>;
  setHand(up: boolean): Promise<void>;
  setDisplayName(name: string): Promise<void>;
  setQuality(quality: 'auto' | 'saver' | 'audio'): Promise<void>;
  /** Wishes the browser's own; `state.noiseSuppression` says what became of it. */
  setNoiseSuppression(on: boolean): Promise<void>;
  /**
   * Blurs what is behind us, also before the join; nothing of it is loaded before a camera is on with it. Resolves when it
   * is so. Rejects with `browser-unsupported` where the browser can't (`capabilities`, `feature-blur`), and with
   * `media-blur-failed` when it can't be loaded: blur and camera are off then.
   */
  setBlur(on: boolean): Promise<void>;
  /**
   * The picture that stands behind us while blur is on; null: what is there, blurred. At most 20 MB; kept until the session
   * ends, and nowhere else. Rejects with `browser-unsupported`, and with `media-picture-unreadable`: nothing changed then.
   */
  setBackground(picture: Blob | null): Promise<void>;
  setKey(key: KeyMaterial, options?: { readonly epoch?: number; readonly identity?: string }): Promise<void>;
  confirmSecurityCode(code: SecurityCode): Promise<void>;
  rejectSecurityCode(code: SecurityCode): Promise<void>;
  moderate(action: ModerationAction): Promise<void>;
  /**
   * Hands a report to the site, sealed so that only its operator can open it. Answers the number it can be asked for by.
   * Unavailable (`capabilities`, `feature-report`) unless the site has a backend that takes reports.
   */
  report(report: ReportRequest): Promise<string>;

  /** The only way to pictures: shown while proved, else blank; size and visibility choose the layer. Sound plays by itself. */
  attach(video: HTMLVideoElement, of: { readonly identity: string; readonly source: 'camera' | 'screen' }): () => void;
  /** 0…1, here only. */
  setVolume(identity: string, volume: number): void;
  /** 0…1, at most 20 per second. */
  onLevel(identity: string, listener: (level: number) => void): () => void;
  stats(): Promise<SessionStats>;
  /** Tries the way a meeting would go, in a room of its own; asks for no device and shows nobody. */
  testConnection(options?: { readonly signal?: AbortSignal }): Promise<ConnectionTest>;
  dispose(): Promise<void>;
}

export type { SecureMeetingError };
