/** What a statement may carry. Times are `Date`, bytes are `bytea`; both drivers give back the same kinds. */
export type SqlValue = string | number | boolean | Date | Uint8Array | null;

/** Runs one statement with `$1 …` parameters. Values never become part of the text. */
export interface Queries {
  /** @throws DatabaseUnavailable when no answer came; else the driver's error. */
  query<Row extends object>(text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
}

/**
 * PostgreSQL, wherever it runs. The one interface to storage: the driver for a PostgreSQL server and the embedded
 * PGlite implement it with the same statements.
 */
export interface Database extends Queries {
  /** All of `run` or nothing. Read committed; statements that race lock their rows themselves. */
  transaction<T>(run: (queries: Queries) => Promise<T>): Promise<T>;
  /** May be called again. */
  close(): Promise<void>;
}

/** The database did not answer: not there, restarting, out of connections, or the statement took too long. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}
