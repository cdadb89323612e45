import type { Bytes } from '../../base/index.js';
import { bytes, encode, record, text } from '../../crypto/cbor.js';
import { IDENTITY_MAX } from '../../crypto/binding.js';
import type { LeaderFault } from './faults.js';
import type { Primitives } from './primitives.js';
import type { Entry } from './roster.js';

const NONE = new Uint8Array(0);
const senderKind = /* @__PURE__ */ record<{ identity: string; binding: Bytes }>({
  identity: [1, text(1, IDENTITY_MAX)],
  binding: [2, bytes(32)],
});

/** MK of a `ratchet`: whoever held the old epoch follows, nobody who joins later gets back. */
export function ratchetKey(p: Primitives, epochSecret: Uint8Array, newHead: Uint8Array): Bytes {
  return p.derive(epochSecret, NONE, 'leader ratchet', newHead);
}

/** ES: what all keys of the epoch come from. The head is part of it, so that two rosters never share a key. */
export function epochSecret(p: Primitives, mk: Uint8Array, head: Uint8Array, faults: ReadonlySet<LeaderFault>): Bytes {
  return p.derive(mk, faults.has('head-not-in-key') ? NONE : head, 'leader epoch', NONE);
}

/** Shows that a Commit's author and we have the same ES, without saying what it is. */
export function confirmOf(p: Primitives, es: Uint8Array): Bytes {
  return p.derive(es, NONE, 'leader confirm', NONE);
}

/** Base key of one sender's media (RFC 9605 §4.4.2 goes on from it), and the secret of its messages. */
export function senderKeys(
  p: Primitives,
  es: Uint8Array,
  of: Entry,
): { readonly media: Bytes; readonly message: Bytes } {
  const context = encode(senderKind, of);
  return { media: p.derive(es, NONE, 'leader media', context), message: p.derive(es, NONE, 'leader message', context) };
}
