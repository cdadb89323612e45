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
  return database.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(${LOCK})`);
    await tx.query(
      'create table if not exists schema_versions (version int primary key, name text not null, applied_at timestamptz not null default now())',
    );
    const rows = await tx.query<{ version: number }>('select version from schema_versions order by version');
    const present = new Set(rows.map((row) => row.version));
    const newest = Math.max(0, ...present);
    if (newest > MIGRATIONS.length)
      throw new Error(`the database has schema version ${newest}, this program knows ${MIGRATIONS.length}: update it`);
    const applied: number[] = [];
    for (const [index, migration] of MIGRATIONS.slice(0, upTo).entries()) {
      const version = index + 1;
      if (present.has(version)) continue;
      await apply(tx, version, migration);
      applied.push(version);
    }
    return applied;
  });
}

async function apply(tx: Pick<Database, 'query'>, version: number, migration: Migration): Promise<void> {
  for (const statement of migration.statements) await tx.query(statement);
  await tx.query('insert into schema_versions (version, name) values ($1, $2)', [version, migration.name]);
}
