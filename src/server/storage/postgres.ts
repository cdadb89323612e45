import type { ClientBase, PoolConfig, QueryConfig } from 'pg';
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

/** Codes of Node's sockets. */
const LOST = /^(?:ECONN|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/;

/** How much longer than the statement's time an answer is waited for, in case the network went dark: milliseconds. */
const GRACE = 5000;

/** PostgreSQL's number of the type `bigint`: JavaScript's numbers are exact for all we count. */
const BIGINT = 20;

/** Connects on the first statement. @throws RangeError when `url` is none. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  if (!URL.canParse(options.url) || !/^postgres(?:ql)?:$/.test(new URL(options.url).protocol))
    throw new RangeError('must be an address such as postgres://user:password@host:5432/database');
  const { default: pg } = await import('pg');
  const types = new pg.TypeOverrides();
  types.setTypeParser(BIGINT, Number);
  const statementTimeout = options.statementTimeout ?? 5000;
  const config: PoolConfig = {
    connectionString: options.url,
    max: options.connections ?? 10,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 300_000,
    maxLifetimeSeconds: 30 * 60,
    keepAlive: true,
    types,
    application_name: 'secure-meeting',
    statement_timeout: statementTimeout,
    query_timeout: statementTimeout + GRACE,
  };
  const pool = new pg.Pool(config);
  // A connection that ends while nobody uses it is replaced; who uses one hears of it by their statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  let closing: Promise<void> | undefined;
  const names = new Map<string, string>();
  /** Our statements are constants, so each is parsed once per connection. */
  const prepared = (text: string, values: readonly SqlValue[]): QueryConfig => {
    let name = names.get(text);
    if (name === undefined) names.set(text, (name = `s${names.size}`));
    return { name, text, values: [...values] };
  };
  const queries = (runner: Pick<ClientBase, 'query'>): Queries => ({
    query: async <Row extends object>(text: string, values: readonly SqlValue[] = []) =>
      // Without values nothing is gained, and some statements of migrations can't be prepared.
      (await attempt(() => runner.query(values.length === 0 ? { text } : prepared(text, values)))).rows as Row[],
  });
  return {
    ...queries(pool),
    async transaction(run) {
      const client = await attempt(() => pool.connect());
      let broken = true;
      try {
        await attempt(() => client.query('begin'));
        const result = await run(queries(client));
        await attempt(() => client.query('commit'));
        broken = false;
        return result;
      } catch (error) {
        // A connection that can't even roll back is given up: PostgreSQL does so for it.
        if (!(error instanceof DatabaseUnavailable))
          broken = await client.query('rollback').then(
            () => false,
            () => true,
          );
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => (closing ??= pool.end()),
  };
}

async function attempt<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  // What the driver itself says about a connection that is gone is an `Error` without a code.
  const own = error instanceof Error && error.constructor === Error && code === undefined;
  if (!own && (typeof code !== 'string' || !(NOT_NOW.test(code) || LOST.test(code)))) return error;
  return new DatabaseUnavailable(`database: ${typeof code === 'string' ? code : 'connection lost'}`, { cause: error });
}
