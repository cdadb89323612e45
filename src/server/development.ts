import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toBase64Url } from '../base/index.js';
import type { ServerOptions } from './options.js';
import type { PolicyQuestion, RoomPolicy, User } from './policy.js';
import { DEVELOPMENT_LIVEKIT, refuseInProduction } from './production.js';
import type { Server } from './server.js';
import { openPglite } from './storage/pglite.js';
import { numberLibrary } from './verification/number.js';
import { consoleSms } from './verification/sms/console.js';

export interface DevelopmentOptions extends Partial<Omit<ServerOptions, 'database' | 'signingKeys' | 'secrets'>> {
  /** Where the embedded database and the keys made for it are kept; in memory and new each time without one. */
  readonly folder?: string;
}

/**
 * A backend that needs no configuration: embedded database, keys made on the spot, a well-known LiveKit key. Everybody
 * gets in; see {@link developmentPolicy}. For a developer's own machine.
 * @throws SettingError under `NODE_ENV=production`
 */
export async function createDevelopmentServer(options: DevelopmentOptions = {}): Promise<Server> {
  refuseInProduction('NODE_ENV');
  const { folder, ...rest } = options;
  if (folder !== undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = await developmentKeys(folder);
  // The database takes longest, much of it in threads of its own: the rest is read meanwhile.
  const [database, { createServer }, { getCountries }] = await Promise.all([
    openPglite(folder === undefined ? undefined : path.join(folder, 'database')),
    import('./server.js'),
    numberLibrary(),
  ]);
  try {
    return await createServer({
      livekit: DEVELOPMENT_LIVEKIT,
      issuer: 'http://localhost:8080/api',
      origins: ['http://localhost:8080', 'http://127.0.0.1:8080'],
      authenticate: developmentUser,
      policy: developmentPolicy,
      verification: { sms: consoleSms(), siteName: 'the demo', countries: getCountries() },
      ...keys,
      ...rest,
      database,
    });
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** `Authorization: Demo ‹name›` is that user, without any check; everybody else is a guest. */
export function developmentUser(request: Request): User | null {
  const name = /^Demo ([\w-]{1,64})$/.exec(request.headers.get('authorization') ?? '')?.[1];
  return name === undefined ? null : { id: name, verified: !name.startsWith('new-') };
}

/**
 * Shows each rule by a name: users called `host…` are hosts, rooms called `passcode-…` want 123456, users called
 * `new-…` must verify a phone number, rooms called `short-…` end after five minutes.
 */
export function developmentPolicy({ user, room }: PolicyQuestion): RoomPolicy {
  return {
    admit: true,
    role: user?.id.startsWith('host') ? 'host' : 'member',
    encryption: 'choice',
    ...(room.startsWith('passcode-') && { passcode: '123456' }),
    ...(room.startsWith('short-') && { duration: 300 }),
  };
}

type Keys = Pick<ServerOptions, 'signingKeys' | 'secrets'>;

/** Kept beside the database, so that what is sealed in it can be opened after a restart. */
async function developmentKeys(folder: string | undefined): Promise<Keys> {
  const made: Keys = { signingKeys: [randomKey()], secrets: [randomKey()] };
  if (folder === undefined) return made;
  const file = path.join(folder, 'development-keys.json');
  // Written beside and linked: whoever is killed meanwhile leaves no half file that the next start could not read.
  const draft = `${file}.${randomKey()}`;
  await writeFile(draft, JSON.stringify(made), { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, file);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return JSON.parse(await readFile(file, 'utf8')) as Keys;
  } finally {
    await unlink(draft);
  }
}

/** 32 random bytes of base64url. */
export function randomKey(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}
