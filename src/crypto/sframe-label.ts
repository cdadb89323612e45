/** What ties a frame to who sent it and as what: the label that every frame authenticates and none carries. */
import { concat, utf8 } from '../base/index.js';
import type { Bytes } from '../base/index.js';
import { purposed } from './purpose.js';

/**
 * 32 bytes: SHA-256 over the purpose `stream`, the identity (UTF-8) after its length as 2 bytes, the binding (32 bytes)
 * and the stream number (1 byte). By WebCrypto, so that the worker carries no hash of its own.
 */
export async function streamLabel(identity: string, binding: Uint8Array, stream: number): Promise<Bytes> {
  const name = utf8(identity);
  const content = concat(Uint8Array.of(name.length >> 8, name.length & 255), name, binding, Uint8Array.of(stream));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', purposed('stream', content)));
}
