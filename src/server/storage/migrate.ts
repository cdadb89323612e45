import type { Database } from './database.js';
import { MIGRATIONS, type Migration } from './migrations/index.js';

/** Any 63-bit number that nobody else uses for an advisory lock in this database: "secmeet" in ASCII. */
const LOCK = '32481100033254772';

/**
 * Brings the database to the newest version, keeping data. Safe to run from several processes at once: one migrates,
 * the others wait. @returns the versions that were applied now.
 * @throws Error when the database is newer than this program knows: an older copy must not write to it.
 */
export async function migrate(database: Database, upTo = MIGRATIONS.length): Promise<readonly number[]> {
  // Most starts find nothing to do, and need no lock for that.
  if (missing(await versions(database).catch(() => []), upTo).length === 0) return [];
  return database.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(${LOCK})`);
    await tx.query(
      'create table if not exists schema_versions (version int primary key, name text not null, applied_at timestamptz not null default now())',
    );
    const wanted = missing(await versions(tx), upTo);
    for (const version of wanted) await apply(tx, version, MIGRATIONS[version - 1] as Migration);
    return wanted;
  });
}

async function versions(queries: Pick<Database, 'query'>): Promise<readonly number[]> {
  const rows = await queries.query<{ version: number }>('select version from schema_versions');
  return rows.map((row) => row.version);
}

/** @throws Error when there is a version that this program does not know */
function missing(present: readonly number[], upTo: number): readonly number[] {
  const newest = Math.max(0, ...present);
  if (newest > MIGRATIONS.length)
    throw new Error(`the database has schema version ${newest}, this program knows ${MIGRATIONS.length}: update it`);
  return Array.from({ length: upTo }, (_, index) => index + 1).filter((version) => !present.includes(version));
}

async function apply(tx: Pick<Database, 'query'>, version: number, migration: Migration): Promise<void> {
  for (const statement of migration.statements) await tx.query(statement);
  await tx.query('insert into schema_versions (version, name) values ($1, $2)', [version, migration.name]);
}
