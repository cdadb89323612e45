/** What `test/vectors/leader.json` holds, worked out from fixed inputs: names, encodings and the key schedule. */
import { toHex, type Bytes } from '../../../src/base/index.js';
import { encodeAnnounce } from '../../../src/keys/leader/announce.js';
import { encodeCommitBody, headOf } from '../../../src/keys/leader/commit.js';
import { realPrimitives } from '../../../src/keys/leader/real.js';
import { Pairwise } from '../../../src/keys/leader/pairwise.js';
import { makeEntry, Roster } from '../../../src/keys/leader/roster.js';
import { confirmOf, epochSecret, ratchetKey, senderKeys } from '../../../src/keys/leader/schedule.js';

const filled = (length: number, with_: number): Bytes => new Uint8Array(length).fill(with_);

/** The pairwise chain of shared secret 32 × 06, ciphertext 1,120 × 07, KEM key 1,216 × 04 and bindings 32 × 08 (leader), 09. */
export const vectorChain = (): Pairwise =>
  Pairwise.begin(realPrimitives(), filled(32, 6), undefined, {
    ...{ leader: filled(32, 8), member: filled(32, 9), ciphertext: filled(1120, 7), kemKey: filled(1216, 4) },
  });

/** Additional data 64 × 0a of the copies of MK 32 × 05 that the chain's first and second step seal. */
export const COPY_DATA = filled(64, 10);

/** Inputs: meeting `vectors`; Ann with ik 32 × 01, nonce 16 × 02, X25519 key 32 × 03, KEM key 1,216 × 04; MK 32 × 05. */
export async function leaderVectors(): Promise<Record<string, string>> {
  const p = realPrimitives();
  const none = new Uint8Array(0);
  const base = { identity: 'ann', name: 'Ann', ik: filled(32, 1), nonce: filled(16, 2), messageKey: filled(32, 3) };
  const announce = encodeAnnounce({ meeting: 'vectors', ...base, kem: filled(1216, 4) });
  const entry = makeEntry('vectors', { ...base, host: true });
  const roster = Roster.founding([entry]);
  const first = {
    ...{ meeting: 'vectors', instance: none, term: 1, epoch: 1, previous: none, author: entry.binding, fresh: true },
    operations: [{ type: 'add', entry }] as const,
    rosterHash: roster.hash(p),
  };
  const body = encodeCommitBody(first);
  const head = headOf(p, body);
  const second = encodeCommitBody({ ...first, instance: head, previous: head, epoch: 2, fresh: false, operations: [] });
  const es = epochSecret(p, filled(32, 5), head, new Set());
  const head2 = headOf(p, second);
  const es2 = epochSecret(p, ratchetKey(p, es, head2), head2, new Set());
  const keys = senderKeys(p, es, entry);
  const chain = vectorChain();
  const copies = [chain.seal(COPY_DATA, filled(32, 5)), chain.seal(COPY_DATA, filled(32, 5))];
  return {
    announceHash: toHex(p.hash('leader announce hash', announce)),
    binding: toHex(entry.binding),
    roster: toHex(roster.encode()),
    rosterHash: toHex(roster.hash(p)),
    firstCommit: toHex(body),
    instance: toHex(head),
    secondCommit: toHex(second),
    secondHead: toHex(head2),
    epochSecret: toHex(es),
    confirm: toHex(confirmOf(p, es)),
    mediaKey: toHex(keys.media),
    messageSecret: toHex(keys.message),
    secondEpochSecret: toHex(es2),
    ackKey: toHex(chain.ackKey),
    firstCopy: toHex(copies[0]!.sealed),
    secondCopy: toHex(copies[1]!.sealed),
    securityCode: (await p.securityCode(base.ik, 'vectors', head)).join(' '),
  };
}
