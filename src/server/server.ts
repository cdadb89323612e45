import { createApp, type Route } from './http/app.js';
import type { RequestEnvironment } from './http/address.js';
import { parse } from './http/fields.js';
import { Secrets } from './keys/secrets.js';
import { SigningKeys } from './keys/signing.js';
import { jsonLog } from './observe/log.js';
import { Metrics } from './observe/metrics.js';
import { checkOptions, type ServerOptions } from './options.js';
import type { Services } from './services.js';
import { DatabaseClock } from './storage/clock.js';
import { migrate } from './storage/migrate.js';
import { LivekitTokens } from './token/livekit-token.js';
import { TOKEN_REQUEST } from './token/request.js';
import { issueToken } from './token/token.js';
import { CHECK_REQUEST, RESEND_REQUEST, START_REQUEST, Verification } from './verification/verification.js';

/** The host site's backend. */
export interface Server {
  /** Answers one request. `environment` is what the platform's adapter gives; it is asked for the client's address. */
  fetch(request: Request, environment?: RequestEnvironment): Promise<Response>;
  /** Stops background work, lets requests that run end, and closes the database. May be called again. */
  close(): Promise<void>;
}

/**
 * Checks the options, brings the database up to date, and starts background work.
 * @throws SettingError when an option is wrong; DatabaseUnavailable when the database does not answer.
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  checkOptions(options);
  const log = options.log ?? jsonLog((line) => process.stdout.write(line));
  const { database } = options;
  await migrate(database);
  const clock = new DatabaseClock();
  await clock.measure(database);
  const services: Services = {
    options,
    database,
    secrets: await Secrets.import(options.secrets),
    signing: await SigningKeys.import(options.signingKeys),
    log,
    metrics: new Metrics(),
    now: () => new Date(options.now ? options.now() : clock.now()),
  };
  const app = createApp(services, routes(services));
  const jobs = startJobs(services, clock);
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  return {
    fetch(request, environment) {
      const response = Promise.resolve(app.fetch(request, environment));
      running.add(response);
      void response.finally(() => running.delete(response)).catch(() => undefined);
      return response;
    },
    close() {
      closing ??= (async () => {
        await jobs.stop();
        await Promise.allSettled(running);
        await database.close();
      })();
      return closing;
    },
  };
}

function routes(services: Services): readonly Route[] {
  const { options } = services;
  const tokens = new LivekitTokens(options.livekit.apiKey, options.livekit.apiSecret);
  return [
    {
      method: 'POST',
      path: '/token',
      limit: 8192,
      status: 201,
      handle: (call, body) => issueToken(services, tokens, call, parse(TOKEN_REQUEST, body)),
    },
    ...verificationRoutes(services),
    {
      method: 'GET',
      path: '/.well-known/secure-meeting.json',
      handle: async () => ({
        issuer: options.issuer,
        keys: services.signing.published,
        time: Math.floor(services.now().getTime() / 1000),
      }),
    },
  ];
}

function verificationRoutes(services: Services): readonly Route[] {
  const { verification: options } = services.options;
  if (!options) return [];
  const verification = new Verification(services, options);
  return [
    {
      method: 'POST',
      path: '/verification/start',
      limit: 1024,
      status: 201,
      handle: (call, body) => verification.start(call, parse(START_REQUEST, body)),
    },
    {
      method: 'POST',
      path: '/verification/resend',
      limit: 1024,
      status: 201,
      handle: (call, body) => verification.resend(call, parse(RESEND_REQUEST, body)),
    },
    {
      method: 'POST',
      path: '/verification/check',
      limit: 1024,
      handle: (call, body) => verification.check(call, parse(CHECK_REQUEST, body)),
    },
  ];
}

/** Work that runs by itself. A failing round is logged and tried again at the next. */
function startJobs(services: Services, clock: DatabaseClock): { stop(): Promise<void> } {
  let last: Promise<unknown> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    last = clock
      .measure(services.database)
      .catch(() => services.log({ level: 'warn', event: 'clock-not-measured' }))
      .finally(() => (busy = false));
  }, 60_000);
  (timer as { unref?(): void }).unref?.();
  return {
    async stop() {
      clearInterval(timer);
      await last;
    },
  };
}
