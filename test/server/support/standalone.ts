/**
 * A backend in a process of its own, so that it can be killed, told to end, or given a wrong clock. Started by
 * `startBackend`; settings come in `SETTINGS`, what it says goes over the channel to its parent, whose end ends it.
 */
import {
  createServer,
  listen,
  openPglite,
  openPostgres,
  type LogEntry,
  type ServerOptions,
  type SmsMessage,
  type User,
} from '../../../src/server/index.js';
import { developmentPolicy } from '../../../src/server/development.js';

export interface StandaloneSettings extends Pick<
  ServerOptions,
  'livekit' | 'issuer' | 'signingKeys' | 'secrets' | 'origins'
> {
  /** PostgreSQL; else PGlite in `folder`. */
  readonly url?: string;
  readonly folder?: string;
  /** Seconds by which this process takes the time for later than it is. */
  readonly clockAhead?: number;
}

export type Saying =
  { readonly port: number } | { readonly sms: SmsMessage } | { readonly log: LogEntry } | { readonly failed: string };

const settings = JSON.parse(process.env['SETTINGS'] ?? '{}') as StandaloneSettings;
const say = (what: Saying): void => void process.send?.(what);
process.on('disconnect', () => process.exit(1));

if (settings.clockAhead !== undefined) setClock(settings.clockAhead * 1000);

/** Everything in this process that asks for the wall clock gets the wrong one. */
function setClock(ahead: number): void {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...args: [] | [number]) {
      if (args.length === 0) super(RealDate.now() + ahead);
      else super(...args);
    }
    static override now(): number {
      return RealDate.now() + ahead;
    }
  } as DateConstructor;
}

/** `Authorization: Demo ‹name›` is that user; `new-…` are unverified. */
function authenticate(request: Request): User | null {
  const name = /^Demo ([\w-]{1,64})$/.exec(request.headers.get('authorization') ?? '')?.[1];
  return name === undefined ? null : { id: name, verified: !name.startsWith('new-') };
}

try {
  const { url, folder, clockAhead, ...options } = settings;
  const server = await createServer({
    ...options,
    database: url === undefined ? await openPglite(folder) : await openPostgres({ url }),
    authenticate,
    policy: developmentPolicy,
    requestsPerMinute: 1_000_000,
    proxies: 1,
    verification: {
      sms: { send: async (sms) => say({ sms }) },
      siteName: 'the test',
      countries: ['DE'],
      sendsPerDay: 100_000,
    },
    log: (log) => log.level !== 'info' && say({ log }),
  });
  const listening = await listen(server, 0, '127.0.0.1');
  process.once('SIGTERM', () => void listening.close().then(() => process.exit(0)));
  say({ port: listening.port });
} catch (error) {
  say({ failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  process.exitCode = 1;
  process.disconnect();
}
