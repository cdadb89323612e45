import type { Bytes } from '../base/index.js';
import type { RosterMember, Sender } from '../keys/index.js';
import type { FileTalk } from './files/file-talk.js';
import type { ViolationCode } from './types.js';

/** What participants tell each other beside media. `hello` says only: I am here and hold the keys of this epoch. */
export type Talk =
  | { readonly type: 'chat'; readonly text: string }
  | { readonly type: 'reaction'; readonly emoji: string }
  | { readonly type: 'hand'; readonly up: boolean }
  | { readonly type: 'name'; readonly name: string }
  /** A host's wish that only the one it is said to can fulfil. */
  | { readonly type: 'ask'; readonly what: 'unmute' }
  | { readonly type: 'hello'; readonly answer: boolean }
  | FileTalk;

/** What a member signed, and the key it verifies under: for whom it is shown to later. */
export interface Signed {
  readonly content: Bytes;
  readonly signature: Bytes;
  readonly ik: Uint8Array;
}
export type Proof = () => Signed | undefined;

export interface Heard {
  readonly sender: Sender;
  /** Null in a meeting without E2EE. */
  readonly epoch: number | null;
  /** Whether it was written to us alone. */
  readonly toMe: boolean;
  readonly talk: Talk;
  /** Messages of this sender that never arrived before this one. */
  readonly missing: number;
  /** Only of chat, and only where it is signed. */
  readonly proof?: Proof;
}

/** How talk travels: sealed and signed in an encrypted meeting, in clear in one without E2EE. */
export interface Channel {
  readonly onHeard: (listener: (heard: Heard) => void) => void;
  readonly onViolation: (
    listener: (violation: { code: ViolationCode; identity: string; count: number }) => void,
  ) => void;
  roster(members: readonly RosterMember[]): void;
  /** Takes a packet of any topic but the key agreement's. Never throws. */
  handle(topic: string, from: string, payload: Uint8Array): void;
  /**
   * Resolves when the packet was handed to the network. `to` null: everyone.
   * @throws SecureMeetingError `key-missing`, `room-recipient-unknown`, `room-message-too-long`, `network-data-failed`.
   */
  send(talk: Talk, to: string | null): Promise<void>;
  dispose(): void;
}
