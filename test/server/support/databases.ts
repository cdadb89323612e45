import { openPglite, openPostgres, type Database } from '../../../src/server/index.js';
import { startCluster, type Cluster } from './postgres.js';

/** Runs the same tests on both storages. `open` gives a new, empty database each time; all are closed afterwards. */
export function onBothDatabases(title: string, tests: (open: () => Promise<Database>) => void): void {
  describe(`${title} (PGlite)`, () => {
    const opened: Database[] = [];
    after(async () => {
      await Promise.all(opened.map((database) => database.close()));
    });
    tests(async () => {
      const database = await openPglite();
      opened.push(database);
      return database;
    });
  });
  // A planted fault is in our code, not in a driver: one storage is enough to see it.
  if (process.env['PLANTED']) return;
  describe(`${title} (PostgreSQL)`, () => {
    let cluster: Cluster;
    const opened: Database[] = [];
    before(async () => {
      cluster = await startCluster();
    });
    after(async () => {
      await Promise.all(opened.map((database) => database.close()));
      await cluster.stop();
    });
    tests(async () => {
      const database = await openPostgres({ url: cluster.createDatabase() });
      opened.push(database);
      return database;
    });
  });
}
