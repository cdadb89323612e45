import type { Bytes } from '../../base/index.js';
import { MEETING_MAX, bytes, derive, encode, record, text } from '../../crypto/index.js';
import { BINDING_LENGTH } from '../../keys/index.js';

const pairKind = /* @__PURE__ */ record<{ meeting: string; from: Uint8Array; to: Uint8Array }>({
  meeting: [1, text(1, MEETING_MAX)],
  from: [2, bytes(BINDING_LENGTH)],
  to: [3, bytes(BINDING_LENGTH)],
});

/** What one member seals under for one other: another key in each direction. `shared`: their X25519 secret. 32 bytes. */
export function pairKey(shared: Uint8Array, meeting: string, from: Uint8Array, to: Uint8Array): Bytes {
  return derive('message private key', shared, { context: encode(pairKind, { meeting, from, to }) });
}
