import { concat, equal, utf8, type Bytes } from '../../base/index.js';
import { hash } from '../../crypto/index.js';
import type { Database, Queries } from '../storage/database.js';

/** One thing an operator did. No names: users are references. */
export interface OperatorEntry {
  readonly action: 'disclose' | 'erase';
  /** Reference of the user in hexadecimal. */
  readonly user: string;
  /** The order or request it was done for, as the operator wrote it. */
  readonly order: string;
  /** How many rows of which table were shown or removed. */
  readonly rows: Readonly<Record<string, number>>;
}

const FIRST = new Uint8Array(32);

/** 32 bytes over everything before: changing, dropping or moving an entry changes all later ones. */
function entryHash(previous: Uint8Array, seq: number, at: Date, entry: string): Bytes {
  return hash('operator log', concat(previous, utf8(JSON.stringify([seq, at.toISOString(), entry]))));
}

/** Appends within a transaction, so that what is done and its entry are kept or lost together. @returns the new head */
export async function appendEntry(queries: Queries, entry: OperatorEntry, now: Date): Promise<Bytes> {
  await queries.query('lock table operator_log in exclusive mode');
  const rows = await queries.query<{ seq: number; hash: Bytes }>(
    'select seq, hash from operator_log order by seq desc limit 1',
  );
  const seq = (rows[0]?.seq ?? 0) + 1;
  const previous = rows[0]?.hash ?? FIRST;
  const text = JSON.stringify(entry);
  // Milliseconds: what JavaScript's dates keep.
  const at = new Date(now.getTime());
  const head = entryHash(previous, seq, at, text);
  await queries.query('insert into operator_log (seq, at, entry, previous, hash) values ($1, $2, $3, $4, $5)', [
    seq,
    at,
    text,
    previous,
    head,
  ]);
  return head;
}

export interface LogVerdict {
  readonly ok: boolean;
  readonly entries: number;
  /** The last good hash. Who noted an earlier one can check that it is still in the chain. */
  readonly head: Bytes;
  /** Where the chain breaks. */
  readonly brokenAt?: number;
  /** Whether the noted head is in the chain; only when one was given. */
  readonly hasNoted?: boolean;
}

/** Checks the whole chain, a thousand entries at a time. */
export async function verifyLog(database: Database, noted?: Uint8Array): Promise<LogVerdict> {
  let previous: Bytes = FIRST;
  let entries = 0;
  let hasNoted = noted !== undefined && equal(noted, FIRST);
  for (;;) {
    const rows = await database.query<{ seq: number; at: Date; entry: string; previous: Bytes; hash: Bytes }>(
      'select seq, at, entry, previous, hash from operator_log where seq > $1 order by seq limit 1000',
      [entries],
    );
    for (const row of rows) {
      const good =
        row.seq === entries + 1 &&
        equal(row.previous, previous) &&
        equal(row.hash, entryHash(previous, row.seq, row.at, row.entry));
      if (!good) return { ok: false, entries, head: previous, brokenAt: entries + 1 };
      previous = new Uint8Array(row.hash);
      entries = row.seq;
      if (noted && equal(noted, previous)) hasNoted = true;
    }
    if (rows.length === 0) break;
  }
  return { ok: noted === undefined || hasNoted, entries, head: previous, ...(noted && { hasNoted }) };
}
