/**
 * Admission certificates: what a host site's backend says about one device key in one meeting. They travel in the
 * Announce, every member checks them at admission. The format is in docs/protocol.md, section 8.
 */
import { equal, toHex, type Bytes } from '../base/index.js';
import { bytes, decode, encode, record, text, uint, type Kind } from './cbor.js';
import { hash } from './hash.js';
import { purposed } from './purpose.js';
import { SIGNATURE_LENGTH, type VerifyKey } from './signature.js';

/** A certificate is never longer than this many bytes; longer ones are not read. */
export const CERTIFICATE_LIMIT = 2048;

/** Length in bytes of {@link certificateKeyId}. */
export const CERTIFICATE_KEY_ID_LENGTH = 8;

/** Seconds by which a certificate may seem to come from the future: copies of a backend part by a little. */
const SKEW = 60;

/** What a certificate says: this site let this key in under this identity and role. Not who the person is. */
export interface Certificate {
  /** The backend's public address, 1–256 characters. */
  readonly issuer: string;
  /** {@link CERTIFICATE_KEY_ID_LENGTH} bytes: which of the backend's keys signed it. */
  readonly key: Uint8Array;
  /** LiveKit room name, 1–128 characters. */
  readonly room: string;
  /** The backend's name for this meeting in the room, 16 bytes; another meeting has another. */
  readonly meeting: Uint8Array;
  /** LiveKit participant identity, 1–256 characters. */
  readonly identity: string;
  readonly role: 'host' | 'member';
  /** The meeting's device key, Ed25519, 32 bytes. */
  readonly ik: Uint8Array;
  /** Whether the meeting is end-to-end encrypted; the same in all certificates of one meeting. */
  readonly encryption: 'required' | 'off';
  /** Seconds since 1970, by the backend's clock. */
  readonly issued: number;
  readonly expires: number;
  /** The most members, 2–1,000; absent without a limit. */
  readonly limit?: number;
  /** When the meeting ends, seconds since 1970; absent without an end. */
  readonly ends?: number;
}

/** What the certificate must say. `now` is in seconds, by the backend's clock (see `time` in its answers). */
export interface CertificateExpectation {
  readonly issuer: string;
  /** The backend's public keys by {@link certificateKeyId} in hexadecimal. */
  readonly keys: ReadonlyMap<string, VerifyKey>;
  readonly room: string;
  readonly identity: string;
  readonly ik: Uint8Array;
  readonly now: number;
}

export const CERTIFICATE_FAULTS = [
  'malformed',
  'issuer',
  'unknown-key',
  'signature',
  'room',
  'identity',
  'device-key',
  'not-yet',
  'expired',
] as const;
export type CertificateFault = (typeof CERTIFICATE_FAULTS)[number];

export type CertificateVerdict =
  { readonly ok: true; readonly certificate: Certificate } | { readonly ok: false; readonly fault: CertificateFault };

/** The first 8 bytes of a hash of the public key (Ed25519, 32 bytes). */
export function certificateKeyId(publicKey: Uint8Array): Bytes {
  return hash('certificate key', publicKey).slice(0, CERTIFICATE_KEY_ID_LENGTH);
}

/** One of two words, as 0 or 1. */
function either<A extends string, B extends string>(zero: A, one: B): Kind<A | B> {
  const number = uint(1);
  return {
    write: (to, value) => number.write(to, value === one ? 1 : 0),
    read: (from) => (number.read(from) === 1 ? one : zero),
  };
}

const time = uint(2 ** 40);
const BODY = /* @__PURE__ */ record<Certificate>({
  issuer: [1, text(1, 256)],
  key: [2, bytes(CERTIFICATE_KEY_ID_LENGTH)],
  room: [3, text(1, 128)],
  meeting: [4, bytes(16)],
  identity: [5, text(1, 256)],
  role: [6, either('member', 'host')],
  ik: [7, bytes(32)],
  encryption: [8, either('off', 'required')],
  issued: [9, time],
  expires: [10, time],
  limit: [11, uint(1000, 2), 'optional'],
  ends: [12, time, 'optional'],
});

interface Signed {
  readonly body: Bytes;
  readonly signature: Bytes;
}
const SIGNED = /* @__PURE__ */ record<Signed>({
  body: [1, bytes(1, CERTIFICATE_LIMIT)],
  signature: [2, bytes(SIGNATURE_LENGTH)],
});

/**
 * Encodes and signs. `sign` is given label and body and answers with 64 bytes, RFC 8032 §5.1.6.
 * @throws RangeError when a field is out of its bounds.
 */
export async function issueCertificate(
  certificate: Certificate,
  sign: (message: Bytes) => Bytes | Promise<Bytes>,
): Promise<Bytes> {
  if (certificate.expires <= certificate.issued) throw new RangeError('a certificate expires after it was issued');
  const body = encode(BODY, certificate);
  const signature = await sign(purposed('certificate', body));
  return encode(SIGNED, { body, signature });
}

/** What `certificate` says, unchecked; undefined when it is none. */
export function readCertificate(certificate: Uint8Array): Certificate | undefined {
  const signed = split(certificate);
  return signed && decode(BODY, signed.body);
}

/** Checks everything; says the first thing that is wrong. Never throws. */
export function verifyCertificate(bytes: Uint8Array, expected: CertificateExpectation): CertificateVerdict {
  const signed = split(bytes);
  const certificate = signed && decode(BODY, signed.body);
  if (!certificate || certificate.expires <= certificate.issued) return wrong('malformed');
  if (certificate.issuer !== expected.issuer) return wrong('issuer');
  const key = expected.keys.get(toHex(certificate.key));
  if (!key || !equal(certificateKeyId(key.bytes), certificate.key)) return wrong('unknown-key');
  if (!key.verify('certificate', signed.signature, signed.body)) return wrong('signature');
  if (certificate.room !== expected.room) return wrong('room');
  if (certificate.identity !== expected.identity) return wrong('identity');
  if (!equal(certificate.ik, expected.ik)) return wrong('device-key');
  if (expected.now < certificate.issued - SKEW) return wrong('not-yet');
  if (expected.now >= certificate.expires) return wrong('expired');
  return { ok: true, certificate };
}

function wrong(fault: CertificateFault): CertificateVerdict {
  return { ok: false, fault };
}

function split(certificate: Uint8Array): Signed | undefined {
  return certificate.length > CERTIFICATE_LIMIT ? undefined : decode(SIGNED, certificate);
}
