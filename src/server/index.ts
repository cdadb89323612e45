/** The host site's backend: tokens, admission certificates, phone verification, moderation, reports. */
export { createServer } from './server.js';
export type { Server } from './server.js';
export { SettingError } from './options.js';
export type { ServerOptions } from './options.js';
export type { Authenticate, MediaSource, Policy, PolicyQuestion, RoomPolicy, User } from './policy.js';
export { API_CODES } from './http/errors.js';
export type { ApiCode } from './http/errors.js';
export type { RequestEnvironment } from './http/address.js';
export { jsonLog } from './observe/log.js';
export type { Log, LogEntry } from './observe/log.js';
export { DatabaseUnavailable } from './storage/database.js';
export type { Database, Queries, SqlValue } from './storage/database.js';
export { openPglite } from './storage/pglite.js';
export { openPostgres } from './storage/postgres.js';
export type { PostgresOptions } from './storage/postgres.js';
export { migrate } from './storage/migrate.js';
export { createDevelopmentServer, DEVELOPMENT_LIVEKIT } from './development.js';
export type { DevelopmentOptions } from './development.js';
