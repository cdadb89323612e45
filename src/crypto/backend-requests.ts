/** What a device key signs for the host site's backend: proof that a request comes from the holder of `ik`. */
import type { Bytes } from '../base/index.js';
import { bytes, encode, list, record, text, uint } from './cbor.js';
import { hash } from './hash.js';
import { purposed } from './purpose.js';

/** Asks for a guest's identity again, see `device_key_proof` of `POST /token`. */
export interface TokenProof {
  readonly issuer: string;
  readonly room: string;
  readonly identity: string;
  /** Seconds since 1970, by the backend's clock; good for five minutes. */
  readonly time: number;
}

const TOKEN_PROOF = /* @__PURE__ */ record<TokenProof>({
  issuer: [1, text(1, 256)],
  room: [2, text(1, 128)],
  identity: [3, text(1, 256)],
  time: [4, uint(2 ** 40)],
});

/** The content the device key signs under the purpose `token request`. @throws RangeError */
export function tokenProofContent(proof: TokenProof): Bytes {
  return encode(TOKEN_PROOF, proof);
}

/** {@link tokenProofContent} with its label in front: what a key's `sign` is given. */
export function tokenProofMessage(proof: TokenProof): Bytes {
  return purposed('token request', tokenProofContent(proof));
}

/** A host's request to the backend, see `POST /moderation/…`. */
export interface ModerationRequest {
  readonly issuer: string;
  /** Of the certificate: a request made for one meeting means nothing in another. 16 bytes. */
  readonly meeting: Uint8Array;
  readonly action: string;
  /** Identity it is about; empty when it is about the meeting. */
  readonly target: string;
  /** LiveKit track sid, or empty. */
  readonly track: string;
  /** 16 random bytes: repeating a request does it once. */
  readonly id: Uint8Array;
  readonly time: number;
  /** What the target may send from now on; only for `permissions`. */
  readonly sources?: readonly string[];
}

const MODERATION = /* @__PURE__ */ record<ModerationRequest>({
  issuer: [1, text(1, 256)],
  meeting: [2, bytes(16)],
  action: [3, text(1, 32)],
  target: [4, text(0, 256)],
  track: [5, text(0, 64)],
  id: [6, bytes(16)],
  time: [7, uint(2 ** 40)],
  sources: [8, list(text(1, 32), 8), 'optional'],
});

/** The content the device key signs under the purpose `moderation`. @throws RangeError */
export function moderationContent(request: ModerationRequest): Bytes {
  return encode(MODERATION, request);
}

/** {@link moderationContent} with its label in front. */
export function moderationMessage(request: ModerationRequest): Bytes {
  return purposed('moderation', moderationContent(request));
}

/** Hands in a report, see `POST /reports`. */
export interface ReportProof {
  readonly issuer: string;
  readonly meeting: Uint8Array;
  /** 16 random bytes: the reporter can quote it, and sending it again stores it once. */
  readonly id: Uint8Array;
  readonly time: number;
  readonly sealed: Uint8Array;
}

const REPORT = /* @__PURE__ */ record<Omit<ReportProof, 'sealed'> & { readonly hash: Uint8Array }>({
  issuer: [1, text(1, 256)],
  meeting: [2, bytes(16)],
  id: [3, bytes(16)],
  time: [4, uint(2 ** 40)],
  hash: [5, bytes(32)],
});

/** The content the device key signs under the purpose `report sent`. @throws RangeError */
export function reportProofContent({ sealed, ...proof }: ReportProof): Bytes {
  return encode(REPORT, { ...proof, hash: hash('report hash', sealed) });
}

/** {@link reportProofContent} with its label in front. */
export function reportProofMessage(proof: ReportProof): Bytes {
  return purposed('report sent', reportProofContent(proof));
}
