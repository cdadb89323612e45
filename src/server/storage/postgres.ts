import type { PostgresError } from 'postgres';
import { DatabaseUnavailable, type Database, type Queries, type SqlValue } from './database.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with `?sslmode=verify-full` over a network. */
  readonly url: string;
  /** Connections of this process (10). */
  readonly connections?: number;
  /** A statement is given up after this many milliseconds (5,000). */
  readonly statementTimeout?: number;
}

/**
 * SQLSTATE classes that say "not now": connection exception (08), insufficient resources such as a full disk (53),
 * operator intervention such as shutdown or a statement timeout (57), system error (58), and read-only (25006).
 */
const NOT_NOW = /^(?:08|53|57|58)|^25006$/;

/** Codes of the driver itself and of Node's sockets. */
const LOST = /^(?:CONNECT|ECONN|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECTION_)/;

/** Connects on the first statement. @throws RangeError when `url` is none. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { default: postgres } = await import('postgres');
  const sql = postgres(options.url, {
    max: options.connections ?? 10,
    connect_timeout: 5,
    idle_timeout: 300,
    max_lifetime: 60 * 30,
    onnotice: () => undefined,
    types: { int8: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: { application_name: 'secure-meeting', statement_timeout: options.statementTimeout ?? 5000 },
  });
  type Runner = Pick<typeof sql, 'unsafe'>;
  const queries = (runner: Runner): Queries => ({
    async query<Row extends object>(text: string, values: readonly SqlValue[] = []) {
      try {
        // "unsafe" is the driver's word for a text that isn't a template literal; every value is a bound parameter.
        return await runner.unsafe<Row[]>(text, values as SqlValue[], { prepare: true });
      } catch (error) {
        throw translate(error);
      }
    },
  });
  return {
    ...queries(sql),
    async transaction(run) {
      try {
        return (await sql.begin((inside) => run(queries(inside as unknown as Runner)))) as never;
      } catch (error) {
        throw translate(error);
      }
    },
    close: () => sql.end({ timeout: 5 }),
  };
}

function translate(error: unknown): unknown {
  const code = (error as Partial<PostgresError> | undefined)?.code ?? '';
  if (!NOT_NOW.test(code) && !LOST.test(code)) return error;
  return new DatabaseUnavailable(`database: ${code}`, { cause: error });
}
