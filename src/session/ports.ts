/**
 * What a meeting needs from outside: a connection to an SFU, the media worker, devices, providers. `livekit` and
 * `media` implement these; tests fake them. Nothing here is a fact until its owner says so.
 */
import type { ErrorCode, SecureMeetingError } from '../base/index.js';
import type { KeyProvider } from '../keys/index.js';

/** The four streams a participant can send, as the media worker numbers them. */
export const SOURCES = ['camera', 'microphone', 'screen', 'screen-audio'] as const;
export type Source = (typeof SOURCES)[number];

/** One participant as the SFU tells it: a rumour. `name` is read only in a meeting without E2EE. */
export interface Presence {
  readonly identity: string;
  readonly name: string;
  /** Wall-clock milliseconds. */
  readonly joinedAt: number;
}

/** Why the connection is gone for good. `network`: worth another join. */
export type CloseReason = 'removed' | 'ended' | 'denied' | 'duplicate' | 'full' | 'network';

export interface ConnectionEvents {
  /** Signalling stands and our identity is known; data may be sent (it waits for its channel), media may be published. */
  signalled: { readonly identity: string; readonly room: string };
  /** A broken connection is being repaired, or was. Participants do not come and go meanwhile. */
  state: 'reconnecting' | 'connected';
  /** Never after our own `close`. */
  closed: { readonly reason: CloseReason };
  present: Presence;
  absent: { readonly identity: string };
  /** What the SFU says a participant sends; true while published and not muted. */
  publication: { readonly identity: string; readonly source: Source; readonly on: boolean };
  /** A receiver carries this stream (its frames go through the worker), or does no longer. */
  stream: { readonly identity: string; readonly source: Source; readonly track: MediaStreamTrack | null };
  /** `from` is the SFU's word, empty when it names nobody. */
  data: { readonly from: string; readonly topic: string; readonly payload: Uint8Array };
  /** Loudest first. */
  speakers: readonly string[];
  quality: { readonly identity: string; readonly quality: 'good' | 'poor' | 'lost' | 'unknown' };
  /** The SFU muted or ended a stream of ours. */
  'local-ended': { readonly source: Source };
  /** A codec was forced on us that frames can't be protected in; the stream was not sent. */
  'codec-refused': { readonly source: Source; readonly codec: string };
}

export interface PublishHints {
  /** What matters when bandwidth is short: sharp text or smooth motion. */
  readonly content?: 'text' | 'motion';
  /** Send small video only. */
  readonly saver?: boolean;
}

export interface StreamStats {
  readonly identity: string;
  readonly source: Source;
  readonly direction: 'in' | 'out';
  readonly bytes: number;
  readonly frames: number;
  readonly packetsLost: number;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
}

export interface ConnectionStats {
  /** Milliseconds at which the counters were read. */
  readonly at: number;
  readonly streams: readonly StreamStats[];
  readonly roundTripMs: number | null;
}

/** Which way media goes. `relay`: over a TURN server. */
export interface MediaPath {
  readonly transport: 'udp' | 'tcp' | 'relay';
  /** Null before it was measured. */
  readonly roundTripMs: number | null;
}

/** One connection to the SFU, from `connect` to `closed` or `close`. It is not used again afterwards. */
export interface Connection {
  on<K extends keyof ConnectionEvents>(type: K, listener: (detail: ConnectionEvents[K]) => void): () => void;
  /** @throws SecureMeetingError `network-unreachable`, `token-expired`, `token-refused`; an AbortError when aborted. */
  connect(request: { readonly serverUrl: string; readonly token: string; readonly signal: AbortSignal }): Promise<void>;
  /** Says goodbye and ends every socket; resolves at the latest after 1 s, offline too. */
  close(): Promise<void>;
  /** As `close`, from a page that is going away: everything that can be done is done in this turn. */
  closeNow(): void;
  /** The last token the SFU gave us, for joining again without the page's help. */
  readonly refreshedToken: string | undefined;

  publish(source: Source, track: MediaStreamTrack, hints: PublishHints): Promise<void>;
  /** Sends another track in the stream's place, without a gap in its counters. */
  replace(source: Source, track: MediaStreamTrack): Promise<void>;
  setMuted(source: Source, muted: boolean): Promise<void>;
  /** Whether what was published of this still has a way: a connection that was rebuilt meanwhile may have lost it. */
  sends(source: Source): boolean;
  unpublish(source: Source): Promise<void>;

  /** Reliable, in order. @throws SecureMeetingError `network-data-failed`. */
  send(topic: string, to: string | null, payload: Uint8Array): Promise<void>;
  /** As `send`, without waiting for anything. */
  sendNow(topic: string, payload: Uint8Array): void;
  /** How large a stream is shown here, in CSS pixels times the screen's density; null: not at all. */
  want(identity: string, source: Source, size: { readonly width: number; readonly height: number } | null): void;
  /** Has the SFU begin this stream anew with a picture that needs none before it. */
  refresh(identity: string, source: Source): void;
  /** 0…1, now. */
  level(identity: string): number;
  stats(): Promise<ConnectionStats>;
  /** The way to the SFU in use; null before there is one. */
  path(): Promise<MediaPath | null>;
}

export interface SenderName {
  readonly identity: string;
  readonly binding: Uint8Array;
}

/** What the worker reports; see `media/media-client.ts`, whose client implements this. */
export interface MediaEvents {
  proof: SenderName & { readonly stream: Source; readonly epoch: number };
  unproved: { readonly identity: string; readonly stream: Source; readonly reason: string };
  violation: {
    readonly code: 'plaintext' | 'replay' | 'forged' | 'foreign';
    readonly identity: string;
    readonly stream: Source;
    readonly count: number;
    readonly epoch: number | undefined;
  };
  'missing-key': { readonly identity: string; readonly epoch: number };
  'need-key-frame': { readonly identity: string; readonly stream: Source };
  /** A frame of a codec that can't be protected. */
  unprotected: { readonly identity: string; readonly stream: Source; readonly mimeType: string };
  exhausted: { readonly epoch: number; readonly stream: Source };
  lost: { readonly code: ErrorCode };
}

export interface MediaCount {
  readonly identity: string;
  readonly stream: Source;
  readonly direction: 'in' | 'out';
  readonly opened: number;
  readonly dropped: Readonly<Record<string, number | undefined>>;
}

/** The media worker as the session sees it: keys go in, proof comes out. */
export interface MediaPort {
  on<K extends keyof MediaEvents>(type: K, listener: (detail: MediaEvents[K]) => void): () => void;
  ready(): Promise<void>;
  setSelf(self: SenderName): Promise<void>;
  install(epoch: number, sender: SenderName, key: CryptoKey): Promise<void>;
  activate(epoch: number): Promise<void>;
  pause(): Promise<void>;
  retire(epoch: number, sender?: SenderName): Promise<void>;
  retireSender(sender: SenderName): Promise<void>;
  counts(): Promise<readonly MediaCount[]>;
  sendKeyFrames(): void;
  dispose(): void;
}

/** One camera at a time in, its blurred picture out. */
export interface Blur {
  /** The blurred picture of the camera that was taken last; after it was taken, and until `stop`. */
  readonly track: MediaStreamTrack;
  /**
   * Shows this camera from now on; resolves with its first blurred frame. The camera stays the caller's to stop.
   * @throws SecureMeetingError `media-blur-failed`; an AbortError when stopped
   */
  take(camera: MediaStreamTrack): Promise<void>;
  /** Puts a picture behind the person instead of what is there, blurred; null: no longer. It stays the caller's. */
  behind(picture: ImageBitmap | null): void;
  stop(): void;
}

/** Where blur comes from. */
export interface BlurPort {
  /**
   * `failed`: it works no longer, with `media-blur-slow` or `media-blur-failed`; the track stands still from then on.
   * @throws SecureMeetingError `media-blur-failed`; the signal's reason when aborted
   */
  load(options: { readonly signal: AbortSignal; readonly failed: (error: SecureMeetingError) => void }): Promise<Blur>;
}

/** Cameras, microphones and screens, as far as a meeting uses `navigator.mediaDevices`. */
export interface DevicePort {
  /** Whether there is a device API at all: not on an insecure page, not in some apps' built-in browsers. */
  readonly available: boolean;
  readonly secure: boolean;
  /** Undefined where the browser lacks what blur needs. */
  readonly blur?: BlurPort | undefined;
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
  getDisplayMedia(options: DisplayMediaStreamOptions): Promise<MediaStream>;
  enumerate(): Promise<
    readonly { readonly kind: MediaDeviceKind; readonly deviceId: string; readonly label: string }[]
  >;
  permission(kind: 'audioinput' | 'videoinput'): Promise<'unknown' | 'prompt' | 'granted' | 'denied'>;
  onChange(listener: () => void): () => void;
}

/** Everything that is loaded or built for one session. Calls may load code; they reject with `load-failed`. */
export interface SessionPorts {
  readonly devices: DevicePort;
  /** The media worker and a connection whose frames all go through it. `encrypted` false: neither worker nor seal. */
  open(options: {
    readonly encrypted: boolean;
    /** A worker that still lives, to be used again. */
    readonly media?: MediaPort | undefined;
  }): Promise<{ readonly connection: Connection; readonly media?: MediaPort }>;
  /** @throws SecureMeetingError `config-provider-unknown`. */
  provider(): Promise<KeyProvider>;
}
