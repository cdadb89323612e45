/** What names one join of one member. */
import type { Bytes } from '../base/index.js';
import { bytes, encode, record, text } from './cbor.js';
import { hash } from './hash.js';

/** Random bytes in each join. */
export const JOIN_NONCE_LENGTH = 16;

/** UTF-16 code units: LiveKit's room and identity limits are within these. */
export const MEETING_MAX = 128;
export const IDENTITY_MAX = 256;
export const NAME_MAX = 256;

/** What stays the same through all Announces of one join. */
export interface LastingPart {
  /** The meeting's name, 1–128 characters. */
  readonly meeting: string;
  /** LiveKit's participant identity, 1–256 characters. */
  readonly identity: string;
  /** Ed25519 public key, 32 bytes. */
  readonly ik: Uint8Array;
  /** 16 random bytes, new in every join. */
  readonly nonce: Uint8Array;
}

const lastingPart = /* @__PURE__ */ record<LastingPart>({
  meeting: [1, text(1, MEETING_MAX)],
  identity: [2, text(1, IDENTITY_MAX)],
  ik: [3, bytes(32)],
  nonce: [4, bytes(JOIN_NONCE_LENGTH)],
});

/** The binding of a join: 32 bytes, the hash of its Announce's lasting part. @throws RangeError for a bad length. */
export function bindingOf(part: LastingPart): Bytes {
  return hash('binding', encode(lastingPart, part));
}
