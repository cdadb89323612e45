import { readFile } from 'node:fs/promises';
import { fromBase64Url, fromHex, toBase64Url, toHex } from '../../base/index.js';
import type { VerifyKey } from '../../crypto/index.js';
import { xwingPublicKey } from '../../crypto/xwing.js';
import { randomKey } from '../development.js';
import { Secrets } from '../keys/secrets.js';
import { SigningKeys } from '../keys/signing.js';
import { SettingError } from '../options.js';
import { judge, readReport, type FindAdmitted } from '../reports/evidence.js';
import type { Database } from '../storage/database.js';
import { migrate } from '../storage/migrate.js';
import { disclose, erase } from './disclosure.js';
import { verifyLog } from './log.js';
import { openDatabase } from './open-database.js';
import type { Output } from './output.js';
import { Settings, type Environment } from './settings.js';

/** What was written after a command, by name. */
export type Values = Readonly<Partial<Record<'user' | 'order' | 'head' | 'id' | 'key', string>>>;

/** A command was asked for wrongly. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
}

/** One command other than `serve`. @returns the exit code @throws Misuse */
export async function runCommand(
  command: string,
  values: Values,
  environment: Environment,
  output: Output,
): Promise<number> {
  switch (command) {
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
      if (!user || !order) throw new Misuse(`${command} needs --user and --order`);
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
      if (!id || !key) throw new Misuse('report needs --id and --key');
      return withDatabase(environment, (context) => showReport(context, id, key, output));
    }
    default:
      throw new Misuse(`no such command: ${command}`);
  }
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
