/**
 * The main thread's handle on the media worker: what the LiveKit adapter binds senders and receivers to, and what the
 * session installs keys through. Frames never pass the main thread; keys go in, counts and proofs come out.
 */
import type { Clock, ErrorCode } from '../base/index.js';

/** The four streams a participant can send; the index is the stream number in the KID (design: KID = epoch · 4 + stream). */
export const STREAMS = ['camera', 'microphone', 'screen', 'screen-audio'] as const;
export type Stream = (typeof STREAMS)[number];

/** Who encrypts, as `keys` defines it: an identity in one join of it. */
export interface MediaSender {
  readonly identity: string;
  /** 32 bytes. */
  readonly binding: Uint8Array;
}

/** Why frames were dropped. Only some are violations; see {@link MediaClientEvents.violation}. */
export const DROP_REASONS = [
  'empty', // no bytes: padding of the transport, or an encoder that skipped; carries nothing, proves nothing
  'codec', // a codec we can't protect (AV1, RED, …), or bytes that are not of the codec
  'unbound', // the transform is not (or no longer) bound to a participant and stream
  'short', // too short to hold a header and a tag
  'header', // malformed, or not the shortest form
  'stream', // KID names another stream than the one bound
  'unknown-key', // no key for (participant, epoch)
  'forged', // the tag does not match
  'rejoining', // nor here; but the sender is in a new join, and may not know which of its epochs is in force (decision 0075)
  'replay', // counter seen before, or left of the window
  'plaintext', // neither our format nor the announced trailer
  'server-injected', // carries the trailer the SFU announced: blank frames at mutes, leaves, reconnects
  'paused', // sending: no key is active
  'exhausted', // sending: the key has sealed 2^32 frames
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** What a transform was bound to; `null` drops everything. */
export interface ReceiverBinding {
  readonly identity: string;
  readonly stream: Stream;
}

export interface SenderBinding {
  readonly stream: Stream;
}

/** Cumulative since the worker started, per participant and stream. No secrets, no frame content. */
export interface MediaCounts {
  /** Empty for frames of transforms that are bound to nobody. */
  readonly identity: string;
  readonly stream: Stream;
  readonly direction: 'in' | 'out';
  /** Frames opened and passed to the decoder; `out`: sealed and passed to the packetizer. */
  readonly opened: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
}

export interface MediaClientEvents {
  /**
   * An authenticated frame of this participant and stream, now. The first at once, then at most 4 per second and
   * stream. This is the only evidence that something is encrypted.
   */
  proof: { readonly identity: string; readonly binding: Uint8Array; readonly stream: Stream; readonly epoch: number };
  /**
   * Frames of this participant and stream arrive and none authenticates (dropped for a reason other than
   * `server-injected` or `empty`, and none opened in the last 500 ms), at most 4 per second and stream.
   */
  unproved: { readonly identity: string; readonly stream: Stream; readonly reason: DropReason };
  /**
   * Something that does not happen by accident. Once per cause, participant and stream at once; then counted, and
   * reported again with the total at most every 10 s.
   */
  violation: {
    readonly code: 'plaintext' | 'replay' | 'forged' | 'foreign';
    readonly identity: string;
    readonly stream: Stream;
    readonly count: number;
    readonly epoch: number | undefined;
  };
  /** Frames name an epoch for which this participant has no key. At most once a second per participant. */
  'missing-key': { readonly identity: string; readonly epoch: number };
  /** A key came for a participant whose frames were dropped for want of it: ask the SFU for a key frame. */
  'need-key-frame': { readonly identity: string; readonly stream: Stream };
  /** A frame came, or was to be sent, in a codec we can't protect (`media-codec-unprotected`). Once per stream and codec. */
  unprotected: { readonly identity: string; readonly stream: Stream; readonly mimeType: string };
  /** Our own key of this epoch is used up. */
  exhausted: { readonly epoch: number; readonly stream: Stream };
  /** The worker is gone: it failed to load, threw, or stopped answering for 5 s. Every sender was stopped in this turn. */
  lost: { readonly code: ErrorCode };
}

/** Where a transform hangs. Exactly one transform per sender and receiver for its whole life; re-binding is a message. */
export interface MediaClient {
  on<K extends keyof MediaClientEvents>(type: K, listener: (detail: MediaClientEvents[K]) => void): () => void;
  /** Resolves when the worker runs and answered. @throws SecureMeetingError `worker-not-found`, `worker-failed`. */
  ready(): Promise<void>;

  /**
   * Puts the sealing transform on `sender` (idempotent per RTCRtpSender object) and binds it to a stream; null drops
   * every frame. Must be called before negotiation (LiveKit: `LocalSenderCreated`).
   */
  bindSender(sender: RTCRtpSender, binding: SenderBinding | null): void;
  /** As above for opening. Must be called when the engine adds the track; re-bound at `TrackSubscribed`. */
  bindReceiver(receiver: RTCRtpReceiver, binding: ReceiverBinding | null): void;
  /** Bytes of the trailer that marks the SFU's own blank frames; from the join response. */
  setServerTrailer(trailer: Uint8Array): void;

  /** Makes every picture we send begin anew with its next frame: for who came a moment ago and can open nothing before. */
  sendKeyFrames(): void;

  /** Our own sender: its keys seal, all others open. Retires every key. */
  setSelf(self: MediaSender): Promise<void>;
  /** `key`: non-extractable HKDF base key. Applied in order with the other verbs; resolves when the worker has it. */
  install(epoch: number, sender: MediaSender, key: CryptoKey): Promise<void>;
  activate(epoch: number): Promise<void>;
  pause(): Promise<void>;
  retire(epoch: number, sender?: MediaSender): Promise<void>;
  retireSender(sender: MediaSender): Promise<void>;

  counts(): Promise<readonly MediaCounts[]>;
  /** Stops all senders, drops all keys, ends the worker. */
  dispose(): void;
}

export interface MediaClientOptions {
  /** Makes the worker: from a URL beside our script, or from an inlined blob. May throw. */
  readonly createWorker: () => Worker;
  /** For tests. */
  readonly clock?: Clock;
}
