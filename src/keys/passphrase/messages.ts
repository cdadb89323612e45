/** The three messages of the exchange, on topic `sm/keys`. docs/protocol.md, section 4, is their specification. */
import type { Bytes } from '../../base/index.js';
import {
  IDENTITY_MAX,
  JOIN_NONCE_LENGTH,
  MEETING_MAX,
  NAME_MAX,
  SIGNATURE_LENGTH,
  bool,
  bytes,
  decode,
  encode,
  hash,
  list,
  record,
  text,
  uint,
  variant,
  type Kind,
} from '../../crypto/index.js';
import { EPOCH_LIMIT } from '../key-provider.js';

/** The most nonces one Announce echoes. */
export const ECHOES_MAX = 1024;

/** What stays the same in all Announces of one join. Its parts but name and message key make the binding. */
export interface Lasting {
  readonly meeting: string;
  readonly identity: string;
  /** As they joined; later names are signed messages. */
  readonly name: string;
  /** Ed25519, 32 bytes. */
  readonly ik: Uint8Array;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
  /** X25519 public key, 32 bytes. */
  readonly messageKey: Uint8Array;
}

export interface AnnounceContent {
  /** {@link Lasting}, encoded: kept as bytes, so that "the same" means the same bytes. */
  readonly lasting: Uint8Array;
  /** The epoch this sender encrypts with, or is about to. Rises within a join. */
  readonly epoch: number;
  /** The sender lacks somebody's echo: answer, even if nothing here is new to you. */
  readonly answer: boolean;
  /** Nonces of the joins this sender heard of. */
  readonly echoes: readonly Uint8Array[];
}

export interface Announce {
  /** {@link AnnounceContent}, encoded. */
  readonly content: Uint8Array;
  /** By `ik`, purpose `passphrase announce`. */
  readonly signature: Uint8Array;
  /** Under the group secret, purpose `passphrase mac`. */
  readonly mac: Uint8Array;
}

export interface AskContent {
  readonly meeting: string;
  /** Of the join that is asked. */
  readonly binding: Uint8Array;
  /** The epoch the asker knows, or saw frames of. */
  readonly epoch: number;
  /** The asker can't use that epoch's key (again): begin another. */
  readonly fresh: boolean;
}

export interface LeavingContent {
  readonly meeting: string;
  readonly binding: Uint8Array;
}

export interface Messages {
  readonly announce: Announce;
  readonly ask: { readonly content: Uint8Array; readonly mac: Uint8Array };
  readonly leaving: { readonly content: Uint8Array; readonly signature: Uint8Array; readonly mac: Uint8Array };
}

const MAC = 32;
const BINDING = 32;
const LASTING_MAX = 4096;
const SMALL_MAX = 1024;

export const lastingKind: Kind<Lasting> = /* @__PURE__ */ record<Lasting>({
  meeting: [1, text(1, MEETING_MAX)],
  identity: [2, text(1, IDENTITY_MAX)],
  name: [3, text(0, NAME_MAX)],
  ik: [4, bytes(32)],
  nonce: [5, bytes(JOIN_NONCE_LENGTH)],
  messageKey: [6, bytes(32)],
});

export const announceKind: Kind<AnnounceContent> = /* @__PURE__ */ record<AnnounceContent>({
  lasting: [1, bytes(1, LASTING_MAX)],
  epoch: [2, uint(EPOCH_LIMIT - 1)],
  answer: [3, bool()],
  echoes: [4, list(bytes(JOIN_NONCE_LENGTH), ECHOES_MAX)],
});

export const askKind: Kind<AskContent> = /* @__PURE__ */ record<AskContent>({
  meeting: [1, text(1, MEETING_MAX)],
  binding: [2, bytes(BINDING)],
  epoch: [3, uint(EPOCH_LIMIT - 1)],
  fresh: [4, bool()],
});

export const leavingKind: Kind<LeavingContent> = /* @__PURE__ */ record<LeavingContent>({
  meeting: [1, text(1, MEETING_MAX)],
  binding: [2, bytes(BINDING)],
});

const ANNOUNCE_MAX = LASTING_MAX + ECHOES_MAX * (JOIN_NONCE_LENGTH + 1) + 64;

export const messageKind = /* @__PURE__ */ variant<Messages>({
  announce: [
    1,
    /* @__PURE__ */ record<Announce>({
      content: [1, bytes(1, ANNOUNCE_MAX)],
      signature: [2, bytes(SIGNATURE_LENGTH)],
      mac: [3, bytes(MAC)],
    }),
  ],
  ask: [2, /* @__PURE__ */ record<Messages['ask']>({ content: [1, bytes(1, SMALL_MAX)], mac: [2, bytes(MAC)] })],
  leaving: [
    3,
    /* @__PURE__ */ record<Messages['leaving']>({
      content: [1, bytes(1, SMALL_MAX)],
      signature: [2, bytes(SIGNATURE_LENGTH)],
      mac: [3, bytes(MAC)],
    }),
  ],
});

const hashed = /* @__PURE__ */ record<{ lasting: Uint8Array; epoch: number }>({
  lasting: [1, bytes(1, LASTING_MAX)],
  epoch: [2, uint(EPOCH_LIMIT - 1)],
});

/** Hash of an Announce without its echoes: what a sender's keys of one epoch depend on. 32 bytes. */
export function announceHash(lasting: Uint8Array, epoch: number): Bytes {
  return hash('passphrase lasting', encode(hashed, { lasting, epoch }));
}

/** Content and lasting part of an Announce; undefined when either is malformed. */
export function readAnnounce(
  content: Uint8Array,
): { readonly content: AnnounceContent; readonly lasting: Lasting } | undefined {
  const read = decode(announceKind, content);
  const lasting = read && decode(lastingKind, read.lasting);
  return read && lasting ? { content: read, lasting } : undefined;
}
