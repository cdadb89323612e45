import { refuseInProduction } from '../production.js';
import { DatabaseUnavailable, type Database, type Queries, type SqlValue } from './database.js';

/** What of a PGlite connection and of its transactions is used here. */
interface Runner {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * Embedded PostgreSQL in `folder`, or in memory without one. One process at a time, one connection: for development,
 * demonstrations and tests. @throws SettingError under `NODE_ENV=production`
 */
export async function openPglite(folder?: string): Promise<Database> {
  refuseInProduction('database', 'PGlite is for development');
  const { PGlite } = await import('@electric-sql/pglite');
  const db = folder === undefined ? new PGlite() : new PGlite(folder);
  await db.waitReady;
  let closing: Promise<void> | undefined;
  const queries = (runner: Runner): Queries => ({
    async query<Row extends object>(text: string, values: readonly SqlValue[] = []) {
      if (db.closed) throw new DatabaseUnavailable('database: closed');
      return (await runner.query(text, [...values])).rows as Row[];
    },
  });
  return {
    ...queries(db),
    async transaction(run) {
      if (db.closed) throw new DatabaseUnavailable('database: closed');
      return db.transaction((inside) => run(queries(inside)));
    },
    close: () => (closing ??= db.close()),
  };
}
