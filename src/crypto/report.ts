/** Abuse reports: sealed by the reporter's browser to the operator's report key. The backend can't read them. */
import { concat, type Bytes } from '../base/index.js';
import { derive } from './kdf.js';
import { REPORT_OVERHEAD, XWING_CIPHERTEXT_LENGTH, XWING_ENCAPSULATION_RANDOM } from './lengths.js';
import { label } from './purpose.js';
import { BOX_NONCE_LENGTH, open, seal } from './sealed-box.js';
import { xwingDecapsulate, xwingEncapsulate } from './xwing.js';

/** The key is new in each report, so the nonce need not be. */
const NONCE = /* @__PURE__ */ new Uint8Array(BOX_NONCE_LENGTH);

/**
 * X-Wing ciphertext (1,120 bytes) ‖ XChaCha20-Poly1305 of `content`.
 * @param reportKey X-Wing public key, 1,216 bytes
 * @throws RangeError when the key is none
 */
export function sealReport(reportKey: Uint8Array, content: Uint8Array): Bytes {
  const random = crypto.getRandomValues(new Uint8Array(XWING_ENCAPSULATION_RANDOM));
  const encapsulated = xwingEncapsulate(reportKey, random);
  if (!encapsulated) throw new RangeError('not an X-Wing public key');
  const key = derive('report key', encapsulated.secret);
  return concat(encapsulated.ciphertext, seal(key, NONCE, content, label('report')));
}

/** The content; undefined when it was not sealed to this key or was changed. `seed`: 32 bytes. */
export function openReport(seed: Uint8Array, sealed: Uint8Array): Bytes | undefined {
  if (sealed.length < REPORT_OVERHEAD) return undefined;
  const secret = xwingDecapsulate(sealed.subarray(0, XWING_CIPHERTEXT_LENGTH), seed);
  return secret && open(derive('report key', secret), NONCE, sealed.subarray(XWING_CIPHERTEXT_LENGTH), label('report'));
}
