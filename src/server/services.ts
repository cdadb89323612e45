import type { Secrets } from './keys/secrets.js';
import type { SigningKeys } from './keys/signing.js';
import type { Log } from './observe/log.js';
import type { Metrics } from './observe/metrics.js';
import type { ServerOptions } from './options.js';
import type { Database } from './storage/database.js';

/** What every handler works with; made once per server. */
export interface Services {
  readonly options: ServerOptions;
  readonly database: Database;
  readonly secrets: Secrets;
  readonly signing: SigningKeys;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The clock all copies share. */
  now(): Date;
}

/** One request, after everything that is the same for all routes was checked. */
export interface Call {
  readonly request: Request;
  /** What it is counted under, see `clientAddress`. */
  readonly address: string;
  readonly id: string;
}
