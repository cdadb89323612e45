import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fromBase64Url, fromHex, toBase64Url, toHex } from '../../base/index.js';
import type { VerifyKey } from '../../crypto/index.js';
import { xwingPublicKey } from '../../crypto/xwing.js';
import { createDevelopmentServer, randomKey } from '../development.js';
import { Secrets } from '../keys/secrets.js';
import { SigningKeys } from '../keys/signing.js';
import { SettingError } from '../options.js';
import { refuseInProduction } from '../production.js';
import { judge, readReport, type FindAdmitted } from '../reports/evidence.js';
import { createServer, type Server } from '../server.js';
import { DatabaseUnavailable, type Database } from '../storage/database.js';
import { migrate } from '../storage/migrate.js';
import { openPostgres } from '../storage/postgres.js';
import { disclose, erase } from './disclosure.js';
import { listen } from './listen.js';
import { verifyLog } from './log.js';
import { serverOptions, Settings, type Environment } from './settings.js';

const HELP = `secure-meeting-server [command]

  serve                                 run the backend (also without a command)
  keys                                  make new keys and secrets, printed once
  migrate                               bring the database up to date
  disclose --user ID --order TEXT       show all that is stored about a user; the order is logged
  erase --user ID --order TEXT          remove all that is stored about a user; the request is logged
  verify-log [--head HEX]               check the log of disclosures; with a head noted earlier, that it is in it
  reports                               list reports
  report --id HEX --key FILE            open a report with the operator's key and judge its evidence

Settings are environment variables, SECURE_MEETING_…; see docs/operations.md. Without any, the development mode runs.
`;

/** What the commands write to; the process's own by default. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

const PROCESS: Output = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
};

/** Runs one command. @returns the exit code: 0; 1 when something failed; 2 when it was asked for wrongly */
export async function runCli(
  args: readonly string[],
  environment: Environment,
  output: Output = PROCESS,
): Promise<number> {
  try {
    return await run(args, environment, output);
  } catch (error) {
    if (error instanceof SettingError) output.err(`secure-meeting-server: ${error.message}`);
    else if (error instanceof DatabaseUnavailable)
      output.err(`secure-meeting-server: SECURE_MEETING_DATABASE_URL: no database answers there (${error.message})`);
    else if ((error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND')
      output.err(`secure-meeting-server: a package is missing: ${(error as Error).message}`);
    else output.err(`secure-meeting-server: ${error instanceof Error ? (error.stack ?? error.message) : 'failed'}`);
    return 1;
  }
}

async function run(args: readonly string[], environment: Environment, output: Output): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        user: { type: 'string' },
        order: { type: 'string' },
        head: { type: 'string' },
        id: { type: 'string' },
        key: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    output.err(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const [command = 'serve', ...rest] = positionals;
  if (values.help || rest.length > 0) {
    if (!values.help) return wrong(output, 'one command at a time');
    output.out(HELP);
    return 0;
  }
  switch (command) {
    case 'serve':
      return serve(await Settings.read(environment), output);
    case 'keys':
      return printKeys(output);
    case 'migrate':
      return withDatabase(environment, async ({ database }) => {
        const applied = await migrate(database);
        output.out(applied.length ? `applied ${applied.join(', ')}` : 'up to date');
        return 0;
      });
    case 'disclose':
    case 'erase': {
      const { user, order } = values;
      if (!user || !order) return wrong(output, `${command} needs --user and --order`);
      return withDatabase(environment, async ({ database, settings }) => {
        const secrets = await importSecrets(settings);
        const act = command === 'disclose' ? disclose : erase;
        output.out(JSON.stringify(await act(database, secrets, user, order, await databaseTime(database)), null, 2));
        return 0;
      });
    }
    case 'verify-log':
      return withDatabase(environment, async ({ database }) => {
        const verdict = await verifyLog(database, values.head === undefined ? undefined : fromHex(values.head));
        output.out(JSON.stringify({ ...verdict, head: toHex(verdict.head) }));
        return verdict.ok ? 0 : 1;
      });
    case 'reports':
      return withDatabase(environment, async ({ database }) => {
        const rows = await database.query<{ id: Uint8Array; received_at: Date; bytes: number }>(
          'select id, received_at, length(sealed) as bytes from reports order by received_at',
        );
        for (const row of rows) output.out(`${toHex(row.id)}  ${row.received_at.toISOString()}  ${row.bytes} bytes`);
        return 0;
      });
    case 'report': {
      const { id, key } = values;
      if (!id || !key) return wrong(output, 'report needs --id and --key');
      return withDatabase(environment, (context) => showReport(context, id, key, output));
    }
    default:
      return wrong(output, `no such command: ${command}`);
  }
}

function wrong(output: Output, what: string): number {
  output.err(`${what}\n\n${HELP}`);
  return 2;
}

interface Context {
  readonly database: Database;
  readonly settings: Settings;
}

async function withDatabase(environment: Environment, act: (context: Context) => Promise<number>): Promise<number> {
  const settings = await Settings.read(environment);
  const database = await openDatabase(settings, 1);
  try {
    return await act({ database, settings });
  } finally {
    await database.close();
  }
}

async function openDatabase(settings: Settings, connections = 10): Promise<Database> {
  const url = settings.need('DATABASE_URL');
  try {
    return await openPostgres({ url, connections });
  } catch (error) {
    if (error instanceof RangeError) throw new SettingError('SECURE_MEETING_DATABASE_URL', error.message);
    throw error;
  }
}

async function importSecrets(settings: Settings): Promise<Secrets> {
  settings.need('SECRETS');
  try {
    return await Secrets.import(settings.list('SECRETS'));
  } catch (error) {
    throw new SettingError('SECURE_MEETING_SECRETS', 'must be one or two secrets of 32 bytes of base64url', {
      cause: error,
    });
  }
}

async function databaseTime(database: Database): Promise<Date> {
  const rows = await database.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]?.now as Date;
}

async function showReport({ database, settings }: Context, id: string, file: string, output: Output): Promise<number> {
  const rows = await database.query<{ sealed: Uint8Array }>('select sealed from reports where id = $1', [fromHex(id)]);
  const row = rows[0];
  if (!row) {
    output.err('no such report');
    return 1;
  }
  settings.need('SIGNING_KEYS');
  const { byId } = await SigningKeys.import(settings.list('SIGNING_KEYS'));
  const keys: ReadonlyMap<string, VerifyKey> = byId;
  const report = readReport(fromBase64Url((await readFile(file, 'utf8')).trim()), row.sealed);
  const { evidence, ...rest } = report;
  const findings = [];
  for (const piece of evidence)
    findings.push({
      kind: piece.kind,
      ...(await judge(piece, settings.need('ISSUER'), keys, (ik) => findAdmitted(database, ik))),
      content: toBase64Url(piece.kind === 'signed' ? piece.content : piece.data),
    });
  output.out(JSON.stringify({ ...rest, evidence: findings }, null, 2));
  return 0;
}

/** Whom we let in with this device key, as long as its meeting is remembered. */
async function findAdmitted(database: Database, ik: Uint8Array): ReturnType<FindAdmitted> {
  const rows = await database.query<{ identity: string; room: string; role: 'host' | 'member'; issued_at: Date }>(
    `select identity, room, role, issued_at from admissions join meetings on meetings.id = meeting_id
      where device_key = $1 order by issued_at desc limit 1`,
    [ik],
  );
  const row = rows[0];
  return row && { ...row, issued: Math.floor(row.issued_at.getTime() / 1000) };
}

function printKeys(output: Output): number {
  const reportSeed = randomKey();
  output.out(`# For the backend
SECURE_MEETING_SIGNING_KEYS=${randomKey()}
SECURE_MEETING_SECRETS=${randomKey()}
SECURE_MEETING_METRICS_TOKEN=${randomKey()}
SECURE_MEETING_REPORT_KEY=${toBase64Url(xwingPublicKey(fromBase64Url(reportSeed)))}

# For the operator alone, never on the backend: opens reports (secure-meeting-server report --key FILE)
${reportSeed}`);
  return 0;
}

async function serve(settings: Settings, output: Output): Promise<number> {
  const server = settings.configured ? await configured(settings) : await development(settings, output);
  const port = settings.number('PORT') ?? 8080;
  const listening = await listen(server, port, settings.get('HOST') ?? '127.0.0.1');
  output.err(`secure-meeting-server listens on ${settings.get('HOST') ?? '127.0.0.1'}:${listening.port}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await listening.close();
  return 0;
}

async function configured(settings: Settings): Promise<Server> {
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
