import { equal } from '../../base/index.js';
import { bool, bytes, decode, hash, list, record, text, uint } from '../../crypto/index.js';

/** One member of a signed list (docs/protocol.md, 6.6), as far as an operator needs it. */
export interface Listed {
  readonly identity: string;
  readonly name: string;
  readonly host: boolean;
}

const entryKind = record<Listed & { ik: Uint8Array; nonce: Uint8Array; messageKey: Uint8Array }>({
  identity: [1, text(1, 256)],
  name: [2, text(0, 256)],
  ik: [3, bytes(32)],
  nonce: [4, bytes(16)],
  messageKey: [5, bytes(32)],
  host: [6, bool()],
});
const outKind = record<{ identity: string; ik: Uint8Array; status: number }>({
  identity: [1, text(1, 256)],
  ik: [2, bytes(32)],
  status: [3, uint(2)],
});
const rosterKind = record<{
  entries: readonly Uint8Array[];
  locked: boolean;
  waiting: boolean;
  counter: number;
  records: readonly { identity: string; ik: Uint8Array; status: number }[];
  encryption: number;
  shareByHosts: boolean;
  chatByHosts: boolean;
}>({
  entries: [1, list(bytes(1, 2048), 4096)],
  locked: [2, bool()],
  waiting: [3, bool()],
  counter: [4, uint(2 ** 32 - 1)],
  records: [5, list(outKind, 8192)],
  encryption: [6, uint(1)],
  shareByHosts: [7, bool()],
  chatByHosts: [8, bool()],
});
const commitKind = record<{ body: Uint8Array; confirm: Uint8Array }>({
  body: [1, bytes(1, 262_144)],
  confirm: [2, bytes(32)],
});

/** How a Commit ends: its last field, 9, is the roster's hash. */
const LAST_FIELD = [9, 0x58, 32];

/** Whom `roster` lists, if `commit`, the content of a leader's signature, names it; else undefined. */
export function listedIn(roster: Uint8Array, commit: Uint8Array): readonly Listed[] | undefined {
  const body = decode(commitKind, commit)?.body;
  const named = body?.subarray(-LAST_FIELD.length - 32);
  if (!named || !equal(named, new Uint8Array([...LAST_FIELD, ...hash('leader roster', roster)]))) return undefined;
  const entries = decode(rosterKind, roster)?.entries.map((entry) => decode(entryKind, entry));
  return entries?.every((entry) => entry !== undefined)
    ? entries.map(({ identity, name, host }) => ({ identity, name, host }))
    : undefined;
}
