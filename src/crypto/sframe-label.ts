/** What ties a frame to who sent it and as what: the label that every frame authenticates and none carries. */
import { concat, utf8 } from '../base/index.js';
import type { Bytes } from '../base/index.js';

/** Purpose of the label of a media stream. */
export const STREAM_LABEL_PURPOSE = 'sm/1 media stream';
/** Purpose of the value by which a worker knows a base key again. */
export const BASE_KEY_CHECK_PURPOSE = 'sm/1 media key check';

/** Each part after its length as 2 bytes. */
function delimited(...parts: readonly Uint8Array[]): Bytes {
  const pieces: Uint8Array[] = [];
  for (const part of parts) pieces.push(Uint8Array.of(part.length >> 8, part.length & 255), part);
  return concat(...pieces);
}

/**
 * 32 bytes: SHA-256 over purpose, identity (UTF-8), binding (32 bytes) and stream number (1 byte), each after its
 * length as 2 bytes.
 */
export async function streamLabel(identity: string, binding: Uint8Array, stream: number): Promise<Bytes> {
  const input = delimited(utf8(STREAM_LABEL_PURPOSE), utf8(identity), binding, Uint8Array.of(stream));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', input));
}
