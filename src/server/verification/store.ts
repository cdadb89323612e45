import type { Bytes } from '../../base/index.js';
import type { Database, Queries } from '../storage/database.js';

/** Tries per challenge, resends included. */
export const TRIES = 5;

/** References under both secrets, the one in use first. */
type Refs = readonly [Bytes, Bytes];

/** Whether this user verified a number. Once a day it is written down that the verification is still in use. */
export async function isVerified(queries: Queries, user: Refs, now: Date): Promise<boolean> {
  const rows = await queries.query(
    `with used as (update verifications set used_at = $3 where user_ref in ($1, $2) and used_at < $4)
     select 1 from verifications where user_ref in ($1, $2)`,
    [...user, now, new Date(now.getTime() - 24 * 3600 * 1000)],
  );
  return rows.length > 0;
}

/** A new challenge; the user's earlier ones are void. */
export async function createChallenge(
  database: Database,
  challenge: { readonly id: Bytes; readonly user: Bytes; readonly numberSealed: Bytes; readonly codeHash: Bytes },
  now: Date,
  expires: Date,
): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('update challenges set expires_at = $2 where user_ref = $1 and expires_at > $2', [
      challenge.user,
      now,
    ]);
    await tx.query(
      `insert into challenges (id, user_ref, number_sealed, code_hash, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [challenge.id, challenge.user, challenge.numberSealed, challenge.codeHash, now, expires],
    );
  });
}

/** The sealed number of a challenge that is open and this user's. */
export async function readChallenge(queries: Queries, id: Bytes, user: Refs, now: Date): Promise<Bytes | undefined> {
  const rows = await queries.query<{ number_sealed: Bytes }>(
    `select number_sealed from challenges
     where id = $1 and user_ref in ($2, $3) and used_at is null and expires_at > $4 and tries < ${TRIES}`,
    [id, ...user, now],
  );
  return rows[0]?.number_sealed;
}

export async function replaceCode(queries: Queries, id: Bytes, codeHash: Bytes, expires: Date): Promise<void> {
  await queries.query('update challenges set code_hash = $2, expires_at = $3 where id = $1 and used_at is null', [
    id,
    codeHash,
    expires,
  ]);
}

/** Counts a try, atomically: copies that race share the five. Undefined when the challenge isn't open and this user's. */
export async function countTry(
  queries: Queries,
  id: Bytes,
  user: Refs,
  now: Date,
): Promise<{ readonly codeHash: Bytes; readonly numberSealed: Bytes; readonly triesLeft: number } | undefined> {
  const rows = await queries.query<{ code_hash: Bytes; number_sealed: Bytes; tries: number }>(
    `update challenges set tries = tries + 1
     where id = $1 and user_ref in ($2, $3) and used_at is null and expires_at > $4 and tries < ${TRIES}
     returning code_hash, number_sealed, tries`,
    [id, ...user, now],
  );
  const row = rows[0];
  return row && { codeHash: row.code_hash, numberSealed: row.number_sealed, triesLeft: TRIES - row.tries };
}

/** Takes back a challenge whose code did not get out. */
export async function voidChallenge(queries: Queries, id: Bytes): Promise<void> {
  await queries.query('delete from challenges where id = $1 and used_at is null', [id]);
}

export interface Verified {
  readonly user: Refs;
  readonly userSealed: Bytes;
  readonly number: Refs;
  readonly numberSealed: Bytes;
  readonly country: string;
  readonly keyId: Bytes;
}

/**
 * Uses the challenge up and writes the verification, both or neither. Users who verify the same number at the same
 * moment wait for each other, so that the limit holds.
 */
export async function finish(
  database: Database,
  id: Bytes,
  verified: Verified,
  usersPerNumber: number,
  now: Date,
): Promise<'verified' | 'used' | 'in-use'> {
  return database.transaction(async (tx) => {
    const used = await tx.query('update challenges set used_at = $2 where id = $1 and used_at is null returning id', [
      id,
      now,
    ]);
    if (used.length === 0) return 'used';
    await tx.query(`select pg_advisory_xact_lock(('x' || encode(substr($1::bytea, 1, 8), 'hex'))::bit(64)::bigint)`, [
      verified.number[0],
    ]);
    const others = await tx.query<{ count: number }>(
      'select count(*)::int as count from verifications where number_ref in ($1, $2) and user_ref not in ($3, $4)',
      [...verified.number, ...verified.user],
    );
    if ((others[0]?.count ?? 0) >= usersPerNumber) return 'in-use';
    // One user's two numbers may be verified at the same moment: whoever comes last stays.
    await tx.query('delete from verifications where user_ref in ($1, $2)', [...verified.user]);
    await tx.query(
      `insert into verifications (user_ref, user_sealed, number_ref, number_sealed, country, key_id, verified_at, used_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7)
       on conflict (user_ref) do update set
         user_sealed = excluded.user_sealed, number_ref = excluded.number_ref, number_sealed = excluded.number_sealed,
         country = excluded.country, key_id = excluded.key_id,
         verified_at = excluded.verified_at, used_at = excluded.used_at`,
      [
        verified.user[0],
        verified.userSealed,
        verified.number[0],
        verified.numberSealed,
        verified.country,
        verified.keyId,
        now,
      ],
    );
    return 'verified';
  });
}
