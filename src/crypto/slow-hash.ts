/** Argon2id (RFC 9106), the slow hash for what people can type or compare. Loaded on first use. */
import { owned, type Bytes } from '../base/index.js';

/** KiB of memory, passes, lanes. Fixed by the protocol: both ends must agree. */
export const SLOW_HASH_COST = { m: 19 * 1024, t: 2, p: 1 } as const;

/**
 * 32 bytes; takes a few hundred milliseconds, and gives the page a turn at least every 10 ms.
 * @param salt 32 bytes: a purposed hash, so that this hash is bound to its purpose too
 */
export async function slowHash(secret: Uint8Array, salt: Uint8Array): Promise<Bytes> {
  const { argon2idAsync } = await import('@noble/hashes/argon2.js');
  return owned(await argon2idAsync(secret, salt, { ...SLOW_HASH_COST, dkLen: 32, asyncTick: 10 }));
}
