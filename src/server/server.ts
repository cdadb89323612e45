import { createApp } from './http/app.js';
import type { RequestEnvironment } from './http/address.js';
import { Secrets } from './keys/secrets.js';
import { SigningKeys } from './keys/signing.js';
import { startJobs } from './jobs.js';
import { livekitSfu } from './moderation/livekit.js';
import { Moderation } from './moderation/moderation.js';
import { jsonLog } from './observe/log.js';
import { Metrics } from './observe/metrics.js';
import { checkOptions, type ServerOptions } from './options.js';
import { refuseInsecureInProduction } from './production.js';
import { routes } from './routes.js';
import type { Services } from './services.js';
import { DatabaseClock } from './storage/clock.js';
import { migrate } from './storage/migrate.js';
import { numberLibrary } from './verification/number.js';

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
  refuseInsecureInProduction(options);
  const log = options.log ?? jsonLog((line) => process.stdout.write(line));
  const { database } = options;
  const [secrets, signing] = await Promise.all([
    Secrets.import(options.secrets),
    SigningKeys.import(options.signingKeys),
    options.verification && numberLibrary(),
    migrate(database),
  ]);
  const clock = new DatabaseClock();
  await clock.measure(database);
  const services: Services = {
    options,
    database,
    secrets,
    signing,
    log,
    metrics: new Metrics(),
    now: () => new Date(options.now ? options.now() : clock.now()),
  };
  const moderation = new Moderation(
    services,
    livekitSfu(options.livekit, () => services.now()),
  );
  const app = createApp(services, routes(services, moderation));
  const jobs = startJobs(services, clock, moderation);
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
