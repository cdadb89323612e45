import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { migrate, type Database } from '../../src/server/index.js';
import { MIGRATIONS } from '../../src/server/storage/migrations/index.js';
import { onBothDatabases } from './support/databases.js';
import { startSite } from './support/site.js';

/** A row of each table that a version brought, as that version would have written it. */
const ROWS: Readonly<Record<number, readonly string[]>> = {
  1: [
    `insert into meetings (id, room, encryption, started_at, used_at) values (decode(repeat('01', 16), 'hex'), 'old', 'required', '2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z')`,
    `insert into admissions values (decode(repeat('01', 16), 'hex'), 'u_old', null, null, 'host', '2027-01-01T00:00:00Z')`,
    `insert into bars values (decode(repeat('01', 16), 'hex'), 'user', decode('02', 'hex'), '2027-01-01T00:00:00Z')`,
    `insert into limits values (decode('03', 'hex'), 4, '2027-01-01T00:00:00Z')`,
  ],
  2: [
    `insert into verifications values ('a', 'b', 'c', 'd', 'DE', 'e', '2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z')`,
    `insert into challenges (id, user_ref, number_sealed, code_hash, created_at, expires_at)
     values (decode(repeat('04', 16), 'hex'), 'a', 'b', 'c', '2027-01-01T00:00:00Z', '2027-01-01T00:05:00Z')`,
  ],
  3: [],
};

async function rowsOf(database: Database, table: string): Promise<readonly object[]> {
  return database.query(`select * from ${table}`);
}

onBothDatabases('migrations', (open) => {
  for (let from = 1; from < MIGRATIONS.length; from++)
    it(`bring version ${from} to the newest and keep its data`, async () => {
      const database = await open();
      await migrate(database, from);
      const before: Record<string, readonly object[]> = {};
      for (let version = 1; version <= from; version++)
        for (const statement of ROWS[version] ?? []) {
          await database.query(statement);
          const table = /insert into (\w+)/.exec(statement)![1]!;
          before[table] = await rowsOf(database, table);
        }
      const applied = await migrate(database);
      expect(applied).to.deep.equal(MIGRATIONS.map((_, i) => i + 1).slice(from));
      for (const [table, rows] of Object.entries(before))
        expect(await rowsOf(database, table), table).to.deep.equal(rows);
      const site = await startSite(database);
      expect((await site.post('/token', { room_name: 'old' })).status).to.equal(201);
    });

  it('run once when several copies start at the same moment', async () => {
    const database = await open();
    const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(database)));
    expect(applied.filter((versions) => versions.length > 0)).to.have.length(1);
  });

  it('bring no field that docs/stored-data.md does not tell of, and it tells of none that is not there', async () => {
    const database = await open();
    await migrate(database);
    const columns = await database.query<{ name: string }>(
      `select table_name || '.' || column_name as name from information_schema.columns
       where table_schema = 'public' and table_name <> 'schema_versions' order by 1`,
    );
    const stored = columns.map(({ name }) => name);
    const told: string[] = [];
    for (const [, cell = ''] of (await readFile('docs/stored-data.md', 'utf8')).matchAll(/^\| (`\w+\.[^|]+) \|/gm)) {
      const [first = '', ...rest] = [...cell.matchAll(/`([\w.*]+)`/g)].map(([, name = '']) => name);
      const table = first.split('.')[0] as string;
      if (first.endsWith('.*')) told.push(...stored.filter((name) => name.startsWith(`${table}.`)));
      else told.push(first, ...rest.map((name) => `${table}.${name}`));
    }
    // Only what joins the tables together needs no word.
    const joins = /\.(?:id|meeting_id|key_id)$/;
    expect(stored.filter((name) => !joins.test(name) && !told.includes(name))).to.deep.equal([]);
    expect(told.filter((name) => !stored.includes(name))).to.deep.equal([]);
  });

  it('refuse a database that is newer than the program', async () => {
    const database = await open();
    await migrate(database);
    await database.query(`insert into schema_versions (version, name) values (999, 'later')`);
    const error: unknown = await migrate(database).catch((thrown: unknown) => thrown);
    expect(String(error)).to.contain('schema version 999');
  });
});
