import { fromUtf8, type Bytes } from '../../base/index.js';
import type { Secrets } from '../keys/secrets.js';
import type { Database } from '../storage/database.js';

const DAY = 24 * 3600 * 1000;

/** How long each kind of row stays. The same table, with reasons, is in `docs/stored-data.md`. */
export interface Retention {
  /** Days after the end of a meeting: it, who was let in, bars, connections, requests of hosts (30). */
  readonly meetings: number;
  /** Days after its last use (730). */
  readonly verifications: number;
  /** Days (180). */
  readonly reports: number;
}

/** Removes what is over its time. @returns how many rows of which table */
export async function applyRetention(
  database: Database,
  retention: Retention,
  now: Date,
): Promise<Readonly<Record<string, number>>> {
  const before = (days: number): Date => new Date(now.getTime() - days * DAY);
  const removed: Record<string, number> = {};
  const remove = async (table: string, where: string, until: Date): Promise<void> => {
    removed[table] = (await database.query(`delete from ${table} where ${where} < $1 returning 1`, [until])).length;
  };
  // A meeting whose end nobody reported is over when nobody used it for a day.
  await database.query('update meetings set ended_at = used_at where ended_at is null and used_at < $1', [before(1)]);
  await remove('meetings', 'ended_at', before(retention.meetings));
  await remove('verifications', 'used_at', before(retention.verifications));
  await remove('challenges', 'expires_at', before(1));
  await remove('limits', 'resets_at', before(0));
  await remove('webhook_events', 'received_at', before(1));
  await remove('reports', 'received_at', before(retention.reports));
  return removed;
}

/**
 * Moves verifications from the secret before to the one in use, a hundred per call. When it answers 0 the old secret can
 * be taken out of the configuration.
 */
export async function moveToNewSecret(database: Database, secrets: Secrets): Promise<number> {
  const keyId = secrets.keyId();
  const rows = await database.query<{ user_ref: Bytes; user_sealed: Bytes; number_sealed: Bytes }>(
    'select user_ref, user_sealed, number_sealed from verifications where key_id <> $1 limit 100',
    [keyId],
  );
  for (const row of rows) {
    const [user, number] = await Promise.all([
      secrets.open('user', row.user_sealed),
      secrets.open('number', row.number_sealed),
    ]);
    await database.query(
      `update verifications set user_ref = $2, user_sealed = $3, number_ref = $4, number_sealed = $5, key_id = $6
       where user_ref = $1`,
      [
        row.user_ref,
        secrets.ref('user', fromUtf8(user)),
        await secrets.seal('user', user),
        secrets.ref('number', fromUtf8(number)),
        await secrets.seal('number', number),
        keyId,
      ],
    );
  }
  return rows.length;
}
