/**
 * One frame, sealed and opened: `clear prefix ‖ header ‖ ciphertext ‖ tag`. This is RFC 9605 §4.4.3 and §4.4.4 with
 * `metadata = clear prefix ‖ label`; the header stands after the prefix because packetizers look at the first bytes.
 */
import type { Bytes } from '../base/index.js';
import { aeadOpen, aeadSeal, TAG_LENGTH } from './sframe-aead.js';
import { MAX_HEADER_LENGTH, writeHeader } from './sframe-header.js';
import type { FrameHeader, HeaderValue } from './sframe-header.js';
import { NONCE_LENGTH } from './sframe-keys.js';
import type { FrameKey } from './sframe-keys.js';

/**
 * Nonce and additional data of one call of the cipher. They belong to that call until it has settled: an engine, or a
 * wrapper, may read them after the call returned. Then the next one may have them: new buffers for every frame were most
 * of what a small frame cost, in garbage.
 */
class Inputs {
  readonly nonce = new Uint8Array(NONCE_LENGTH);
  readonly room = new Uint8Array(ROOM);
}

/** Header, label (32 bytes) and every usual prefix; an H.264 prefix may be longer, and gets inputs of its own. */
const ROOM = MAX_HEADER_LENGTH + 32 + 79;
const spare: Inputs[] = [];
/** As many as may be in flight in a few transforms. */
const SPARE_MAX = 64;

/** RFC 9605 §4.4.3: the counter, big-endian in {@link NONCE_LENGTH} bytes, XOR the salt. */
function writeNonce(nonce: Uint8Array, salt: Uint8Array, ctr: HeaderValue): void {
  nonce.set(salt);
  // Frames of this package count below 2³²; the wider values are the RFC's.
  if (typeof ctr === 'bigint') xor(nonce, NONCE_LENGTH - 8, Number(ctr >> 32n));
  else if (ctr >= 2 ** 32) xor(nonce, NONCE_LENGTH - 8, Math.floor(ctr / 2 ** 32));
  xor(nonce, NONCE_LENGTH - 4, typeof ctr === 'bigint' ? Number(ctr & 0xffffffffn) : ctr);
}

/** `room` bytes of additional data at least. */
function takeInputs(room: number): Inputs | { readonly nonce: Bytes; readonly room: Bytes } {
  if (room > ROOM) return { nonce: new Uint8Array(NONCE_LENGTH), room: new Uint8Array(room) };
  return spare.pop() ?? new Inputs();
}

function giveBack(inputs: Inputs | { readonly nonce: Bytes; readonly room: Bytes }): void {
  if (inputs instanceof Inputs && spare.length < SPARE_MAX) spare.push(inputs);
}

/** The low 32 bits of `value` into four bytes at `at`. */
function xor(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = (bytes[at + i] as number) ^ ((value >>> (24 - 8 * i)) & 255);
}

/** Copies a few bytes; for so few, `set` and a view cost more. */
function put(out: Uint8Array, to: number, bytes: Uint8Array, from: number, length: number): void {
  for (let i = 0; i < length; i++) out[to + i] = bytes[from + i] as number;
}

/** From this length on (bytes), handing a buffer on is cheaper than a new one, where the engine can: 1.3 times in Firefox. */
const LARGE = 4_096;

/** `bytes` after room for `by` more, in a buffer of its own. `bytes` is used up. */
function shifted(bytes: ArrayBuffer, by: number): Bytes {
  const length = by + bytes.byteLength;
  if (length >= LARGE && 'transfer' in bytes) {
    const moved = new Uint8Array((bytes as TransferableBuffer).transfer(length));
    return moved.copyWithin(by, 0, length - by);
  }
  const out = new Uint8Array(length);
  out.set(new Uint8Array(bytes), by);
  return out;
}

/** ES2024. */
interface TransferableBuffer extends ArrayBuffer {
  transfer(length: number): ArrayBuffer;
}

/**
 * Seals a frame whose first `at` bytes stay clear: `prefix ‖ header ‖ ciphertext ‖ tag`. The caller must never give the
 * same `ctr` twice with a key. `label` is authenticated and not sent.
 */
export function sealFrame(
  { key, salt }: FrameKey,
  kid: HeaderValue,
  ctr: HeaderValue,
  frame: Bytes,
  at: number,
  label: Uint8Array,
): Promise<Bytes> {
  // header ‖ prefix ‖ label: the header delimits itself and the label has one length, so no two triples are equal.
  const inputs = takeInputs(MAX_HEADER_LENGTH + at + label.length);
  const { nonce, room } = inputs;
  const length = writeHeader(room, kid, ctr);
  put(room, length, frame, 0, at);
  room.set(label, length + at);
  writeNonce(nonce, salt, ctr);
  const bound = room.subarray(0, length + at + label.length);
  // No `async`: each layer of it costs a frame half a microsecond.
  return aeadSeal(key, nonce, bound, at === 0 ? frame : frame.subarray(at)).then(
    (sealed) => {
      const out = shifted(sealed, at + length);
      put(out, 0, room, length, at);
      put(out, at, room, 0, length);
      giveBack(inputs);
      return out;
    },
    (error: unknown) => {
      giveBack(inputs);
      throw error;
    },
  );
}

/**
 * The frame with its clear prefix, `frame[0 … at]`, and its plaintext behind it; `undefined` when it does not
 * authenticate. `header` is what starts at `at`.
 */
export function openFrame(
  { key, salt }: FrameKey,
  { length, ctr }: FrameHeader,
  frame: Bytes,
  at: number,
  label: Uint8Array,
): Promise<ArrayBuffer | undefined> {
  if (frame.length < at + length + TAG_LENGTH) return NOTHING;
  const inputs = takeInputs(length + at + label.length);
  const { nonce, room } = inputs;
  put(room, 0, frame, at, length);
  put(room, length, frame, 0, at);
  room.set(label, at + length);
  writeNonce(nonce, salt, ctr);
  const bound = room.subarray(0, length + at + label.length);
  return aeadOpen(key, nonce, bound, frame.subarray(at + length)).then(
    (plaintext) => {
      giveBack(inputs);
      if (at === 0) return plaintext;
      const out = shifted(plaintext, at);
      put(out, 0, frame, 0, at);
      return out.buffer;
    },
    () => {
      giveBack(inputs);
      return undefined;
    },
  );
}

const NOTHING = /* @__PURE__ */ Promise.resolve(undefined);
