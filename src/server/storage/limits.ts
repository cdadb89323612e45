import type { Secrets } from '../keys/secrets.js';
import type { Queries } from './database.js';

export interface Limit {
  /** How often within the window. */
  readonly times: number;
  /** Seconds; the window begins with the first use. */
  readonly seconds: number;
}

export interface LimitUse {
  readonly allowed: boolean;
  /** Seconds until the window ends. */
  readonly retryAfter: number;
}

/**
 * Counts one use of `name` before anything is tried, so that copies of the backend that race count together and a
 * restart forgets nothing. A use over the limit is not counted. Names (numbers, addresses) are stored as references.
 */
export async function useLimit(
  queries: Queries,
  secrets: Secrets,
  name: readonly string[],
  limit: Limit,
  now: Date,
): Promise<LimitUse> {
  const ref = secrets.ref('limit', JSON.stringify(name));
  const resets = new Date(now.getTime() + limit.seconds * 1000);
  const rows = await queries.query<{ used: number; resets_at: Date }>(
    `insert into limits as l (ref, used, resets_at) values ($1, 1, $2)
     on conflict (ref) do update set
       used = case when l.resets_at <= $3 then 1 else least(l.used, $4) + 1 end,
       resets_at = case when l.resets_at <= $3 then $2 else l.resets_at end
     returning used, resets_at`,
    [ref, resets, now, limit.times],
  );
  const row = rows[0] as { used: number; resets_at: Date };
  return { allowed: row.used <= limit.times, retryAfter: (row.resets_at.getTime() - now.getTime()) / 1000 };
}

/** Takes back one use: the try it was counted for was a good one. */
export async function refundLimit(queries: Queries, secrets: Secrets, name: readonly string[]): Promise<void> {
  const ref = secrets.ref('limit', JSON.stringify(name));
  await queries.query('update limits set used = greatest(used - 1, 0) where ref = $1', [ref]);
}
