import { createDevelopmentServer } from '../development.js';
import { refuseInProduction } from '../production.js';
import type { Server } from '../server.js';
import { openDatabase } from './open-database.js';
import type { Output } from './output.js';
import { serverOptions, type Settings } from './settings.js';

/** Runs the backend until it is told to end; development mode without any setting. Resolves with the exit code. */
export async function serve(settings: Settings, output: Output): Promise<number> {
  const port = settings.number('PORT') ?? 8080;
  const [server, { listen }] = await Promise.all([
    settings.configured ? configured(settings) : development(settings, output),
    import('./listen.js'),
  ]);
  const listening = await listen(server, port, settings.get('HOST') ?? '127.0.0.1');
  output.err(`secure-meeting-server listens on ${settings.get('HOST') ?? '127.0.0.1'}:${listening.port}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await listening.close();
  return 0;
}

async function configured(settings: Settings): Promise<Server> {
  const { createServer } = await import('../server.js');
  const options = await serverOptions(settings);
  const database = await openDatabase(settings);
  try {
    return await createServer({ ...options, database });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function development(settings: Settings, output: Output): Promise<Server> {
  refuseInProduction('SECURE_MEETING_… settings are missing; the development mode');
  const folder = settings.get('FOLDER') ?? '.secure-meeting';
  const server = await createDevelopmentServer({ folder });
  output.err(`Development mode: anybody gets in, codes are shown here, data is in ${folder}. Not for production.`);
  return server;
}
