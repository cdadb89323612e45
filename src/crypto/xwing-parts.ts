/** What X-Wing (draft-connolly-cfrg-xwing-kem) adds to its two halves, whoever works those out. */
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { concat, owned, utf8, type Bytes } from '../base/index.js';

/** XWingLabel of the draft, section 5.3. */
const LABEL = '\\.//^\\';

/** The combiner of the draft, section 5.3: ML-KEM's secret, X25519's, and what was public of the latter. 32 bytes. */
export function xwingSecret(mlKem: Uint8Array, dh: Uint8Array, ephemeral: Uint8Array, publicKey: Uint8Array): Bytes {
  return owned(sha3_256(concat(mlKem, dh, ephemeral, publicKey, utf8(LABEL))));
}

/** A seed's two halves (section 5.2): ML-KEM's seed of 64 bytes, and an X25519 key. */
export function xwingExpand(seed: Uint8Array): readonly [mlKem: Bytes, x25519: Bytes] {
  const expanded = owned(shake256(seed, { dkLen: 96 }));
  return [expanded.subarray(0, 64), expanded.subarray(64)];
}
