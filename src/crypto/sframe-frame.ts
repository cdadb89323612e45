/**
 * One frame, sealed and opened: `clear prefix ‖ header ‖ ciphertext ‖ tag`. This is RFC 9605 §4.4.3 and §4.4.4 with
 * `metadata = clear prefix ‖ label`; the header stands after the prefix because packetizers look at the first bytes.
 */
import type { Bytes } from '../base/index.js';
import { aeadOpen, aeadSeal, TAG_LENGTH } from './sframe-aead.js';
import { encodeHeader } from './sframe-header.js';
import type { FrameHeader, HeaderValue } from './sframe-header.js';
import { NONCE_LENGTH } from './sframe-keys.js';
import type { FrameKey } from './sframe-keys.js';

/** RFC 9605 §4.4.3: the counter, big-endian in {@link NONCE_LENGTH} bytes, XOR the salt. */
function nonceOf(salt: Uint8Array, ctr: HeaderValue): Bytes {
  const nonce = new Uint8Array(NONCE_LENGTH);
  new DataView(nonce.buffer).setBigUint64(NONCE_LENGTH - 8, BigInt(ctr));
  for (let i = 0; i < NONCE_LENGTH; i++) nonce[i] = (nonce[i] as number) ^ (salt[i] as number);
  return nonce;
}

/** header ‖ prefix ‖ label. The header delimits itself and the label has one length, so no two triples are equal. */
function additionalData(header: Uint8Array, prefix: Uint8Array, label: Uint8Array): Bytes {
  const data = new Uint8Array(header.length + prefix.length + label.length);
  data.set(header);
  data.set(prefix, header.length);
  data.set(label, header.length + prefix.length);
  return data;
}

/**
 * The sealed frame: `prefix ‖ header ‖ ciphertext ‖ tag`. The caller must never give the same `ctr` twice with a key.
 * `prefix` and `label` are authenticated; `label` is not sent.
 */
export async function sealFrame(
  { key, salt }: FrameKey,
  kid: HeaderValue,
  ctr: HeaderValue,
  prefix: Uint8Array,
  label: Uint8Array,
  plaintext: Bytes,
): Promise<Bytes> {
  const header = encodeHeader(kid, ctr);
  const sealed = await aeadSeal(key, nonceOf(salt, ctr), additionalData(header, prefix, label), plaintext);
  const frame = new Uint8Array(prefix.length + header.length + sealed.byteLength);
  frame.set(prefix);
  frame.set(header, prefix.length);
  frame.set(new Uint8Array(sealed), prefix.length + header.length);
  return frame;
}

/**
 * The plaintext of `frame`, whose `header` starts at `at`; `undefined` when it does not authenticate.
 * The clear prefix is `frame[0 … at]`.
 */
export async function openFrame(
  { key, salt }: FrameKey,
  header: FrameHeader,
  frame: Bytes,
  at: number,
  label: Uint8Array,
): Promise<ArrayBuffer | undefined> {
  const end = at + header.length;
  if (frame.length < end + TAG_LENGTH) return undefined;
  const bound = additionalData(frame.subarray(at, end), frame.subarray(0, at), label);
  return aeadOpen(key, nonceOf(salt, header.ctr), bound, frame.subarray(end));
}
