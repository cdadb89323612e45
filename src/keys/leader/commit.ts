import type { Bytes } from '../../base/index.js';
import { MEETING_MAX } from '../../crypto/binding.js';
import { bool, bytes, encode, list, record, text, uint, variant, type Variant } from '../../crypto/cbor.js';
import type { Primitives } from './primitives.js';
import { parseEntry, type Entry } from './roster.js';
import { BOUNDS } from './timing.js';
import { Malformed, parse, word } from './wire.js';

/** Why a member is out: its own signed goodbye, its absence, or its return under a new binding. */
export const LEAVE_REASONS = ['goodbye', 'absent', 'replaced'] as const;
export type LeaveReason = (typeof LEAVE_REASONS)[number];

export type Operation =
  /** `admit` is the host request that let it in, where one was needed. */
  | {
      readonly type: 'add';
      readonly entry: Entry;
      readonly certificate?: Bytes | undefined;
      readonly admit?: Bytes | undefined;
    }
  | { readonly type: 'leave'; readonly binding: Bytes; readonly reason: LeaveReason }
  /** A host's signed request, applied: lock, roles, remove, … */
  | { readonly type: 'request'; readonly message: Bytes }
  /** The author leads from here on; hash of the Takeover that was voted for. */
  | { readonly type: 'takeover'; readonly takeover: Bytes };

/** One step of the chain. The first has an empty instance and an empty previous head. */
export interface Commit {
  readonly meeting: string;
  readonly instance: Bytes;
  readonly term: number;
  readonly epoch: number;
  readonly previous: Bytes;
  readonly author: Bytes;
  readonly fresh: boolean;
  readonly operations: readonly Operation[];
  readonly rosterHash: Bytes;
}

interface WireOperations {
  add: { entry: Bytes; certificate?: Bytes | undefined; admit?: Bytes | undefined };
  leave: { binding: Bytes; reason: LeaveReason };
  request: { message: Bytes };
  takeover: { takeover: Bytes };
}
const operationKind = /* @__PURE__ */ variant<WireOperations>({
  add: [
    0,
    record<WireOperations['add']>({
      entry: [1, bytes(1, 2048)],
      certificate: [2, bytes(1, BOUNDS.certificate), 'optional'],
      admit: [3, bytes(1, 1024), 'optional'],
    }),
  ],
  leave: [1, record({ binding: [1, bytes(32)], reason: [2, word(LEAVE_REASONS)] })],
  request: [2, record({ message: [1, bytes(1, 1024)] })],
  takeover: [3, record({ takeover: [1, bytes(32)] })],
});

type WireCommit = Omit<Commit, 'operations'> & { readonly operations: readonly Variant<WireOperations>[] };
const commitKind = /* @__PURE__ */ record<WireCommit>({
  meeting: [1, text(1, MEETING_MAX)],
  instance: [2, bytes(0, 32)],
  term: [3, uint(2 ** 32 - 1)],
  epoch: [4, uint(2 ** 32 - 1)],
  previous: [5, bytes(0, 32)],
  author: [6, bytes(32)],
  fresh: [7, bool()],
  operations: [8, list(operationKind, BOUNDS.operations)],
  rosterHash: [9, bytes(32)],
});

function toWire(op: Operation): Variant<WireOperations> {
  switch (op.type) {
    case 'add':
      return { type: 'add', body: { entry: op.entry.encoded, certificate: op.certificate, admit: op.admit } };
    case 'leave':
      return { type: 'leave', body: { binding: op.binding, reason: op.reason } };
    case 'request':
      return { type: 'request', body: { message: op.message } };
    case 'takeover':
      return { type: 'takeover', body: { takeover: op.takeover } };
  }
}

function fromWire(meeting: string, op: Variant<WireOperations>): Operation {
  if (op.type !== 'add') return { type: op.type, ...op.body } as Operation;
  return { type: 'add', ...op.body, entry: parseEntry(meeting, op.body.entry) };
}

export function encodeCommitBody(commit: Commit): Bytes {
  return encode(commitKind, { ...commit, operations: commit.operations.map(toWire) });
}

/** A Commit message's body, which is signed: the commit body and `confirm`. `head` hashes the commit body alone. */
const outerKind = /* @__PURE__ */ record<{ body: Bytes; confirm: Bytes }>({
  body: [1, bytes(1, BOUNDS.message)],
  confirm: [2, bytes(32)],
});

export function encodeCommit(body: Bytes, confirm: Bytes): Bytes {
  return encode(outerKind, { body, confirm });
}

export interface ParsedCommit extends Commit {
  readonly body: Bytes;
  readonly confirm: Bytes;
  readonly head: Bytes;
}

/** @throws Malformed */
export function parseCommit(p: Primitives, message: Bytes): ParsedCommit {
  const { body, confirm } = parse(outerKind, message);
  const wire = parse(commitKind, body);
  const lengths = wire.instance.length + wire.previous.length;
  if (lengths !== 0 && (lengths !== 64 || wire.instance.length !== 32)) throw new Malformed('no chain');
  const operations = wire.operations.map((op) => fromWire(wire.meeting, op));
  return { ...wire, operations, body, confirm, head: headOf(p, body) };
}

/** A Commit's name; the head of the first is the chain's instance. */
export function headOf(p: Primitives, commitBody: Uint8Array): Bytes {
  return p.hash('leader head', commitBody);
}
