import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { SettingError, type ServerOptions } from '../options.js';
import type { VerificationOptions } from '../verification/options.js';
import { consoleSms } from '../verification/sms/console.js';
import type { SmsSender } from '../verification/sms/sender.js';
import { twilioSms } from '../verification/sms/twilio.js';
import { webhookSms } from '../verification/sms/webhook.js';

/** Environment variables the program reads; any other that begins with `SECURE_MEETING_` is a mistake. */
export const SETTINGS = [
  'DATABASE_URL',
  'LIVEKIT_URL',
  'LIVEKIT_API_URL',
  'LIVEKIT_API_KEY',
  'LIVEKIT_API_SECRET',
  'ISSUER',
  'SIGNING_KEYS',
  'SECRETS',
  'ORIGINS',
  'HOOKS',
  'PROXIES',
  'REPORT_KEY',
  'METRICS_TOKEN',
  'SMS',
  'SMS_SITE_NAME',
  'SMS_COUNTRIES',
  'SMS_PER_DAY',
  'TWILIO_SERVICE_SID',
  'TWILIO_KEY_SID',
  'TWILIO_KEY_SECRET',
  'SMS_WEBHOOK_URL',
  'SMS_WEBHOOK_SECRET',
  'HOST',
  'PORT',
  'FOLDER',
] as const;
type Setting = (typeof SETTINGS)[number];
export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'SECURE_MEETING_';

/** Reads settings from the environment; `…_FILE` names a file that holds the value, as container platforms mount secrets. */
export class Settings {
  readonly #values: ReadonlyMap<Setting, string>;

  private constructor(values: ReadonlyMap<Setting, string>) {
    this.#values = values;
  }

  /** @throws SettingError for a name that isn't in {@link SETTINGS}, or a file that can't be read */
  static async read(environment: Environment): Promise<Settings> {
    const values = new Map<Setting, string>();
    for (const [name, value] of Object.entries(environment)) {
      if (!name.startsWith(PREFIX) || value === undefined || value === '') continue;
      const bare = name.slice(PREFIX.length);
      const setting = SETTINGS.find((known) => known === bare || `${known}_FILE` === bare);
      if (!setting) throw new SettingError(name, 'is not a setting');
      values.set(setting, setting === bare ? value : await fileValue(name, value));
    }
    return new Settings(values);
  }

  /** Whether anything but where to listen is set: without it the program runs in development mode. */
  get configured(): boolean {
    return [...this.#values.keys()].some((name) => !['HOST', 'PORT', 'FOLDER'].includes(name));
  }

  get(setting: Setting): string | undefined {
    return this.#values.get(setting);
  }

  /** @throws SettingError when it is missing */
  need(setting: Setting): string {
    const value = this.#values.get(setting);
    if (value === undefined) throw new SettingError(PREFIX + setting, 'is missing');
    return value;
  }

  list(setting: Setting): readonly string[] {
    return (this.#values.get(setting) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  /** @throws SettingError when it is no whole number */
  number(setting: Setting): number | undefined {
    const value = this.#values.get(setting);
    if (value === undefined) return undefined;
    if (!/^\d{1,9}$/.test(value)) throw new SettingError(PREFIX + setting, 'must be a whole number');
    return Number(value);
  }
}

async function fileValue(name: string, file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new SettingError(name, 'names a file that can’t be read', { cause: error });
  }
}

/** Everything but the database, from the environment. @throws SettingError */
export async function serverOptions(settings: Settings): Promise<Omit<ServerOptions, 'database'>> {
  const apiUrl = settings.get('LIVEKIT_API_URL');
  const reportKey = settings.get('REPORT_KEY');
  const metricsToken = settings.get('METRICS_TOKEN');
  const proxies = settings.number('PROXIES');
  const verification = verificationOptions(settings);
  return {
    livekit: {
      url: settings.need('LIVEKIT_URL'),
      ...(apiUrl !== undefined && { apiUrl }),
      apiKey: settings.need('LIVEKIT_API_KEY'),
      apiSecret: settings.need('LIVEKIT_API_SECRET'),
    },
    issuer: settings.need('ISSUER'),
    signingKeys: (settings.need('SIGNING_KEYS'), settings.list('SIGNING_KEYS')),
    secrets: (settings.need('SECRETS'), settings.list('SECRETS')),
    origins: settings.list('ORIGINS'),
    ...(verification && { verification }),
    ...(reportKey !== undefined && { reportKey }),
    ...(metricsToken !== undefined && { metricsToken }),
    ...(proxies !== undefined && { proxies }),
    ...(await hooks(settings.need('HOOKS'))),
  };
}

/** The site's own module: it exports `authenticate` and `policy`. */
async function hooks(file: string): Promise<Pick<ServerOptions, 'authenticate' | 'policy'>> {
  const name = `${PREFIX}HOOKS`;
  let module: Partial<ServerOptions>;
  try {
    module = (await import(pathToFileURL(path.resolve(file)).href)) as Partial<ServerOptions>;
  } catch (error) {
    throw new SettingError(name, 'names a module that can’t be loaded', { cause: error });
  }
  const { authenticate, policy } = module;
  if (typeof authenticate !== 'function' || typeof policy !== 'function')
    throw new SettingError(name, 'names a module that does not export authenticate and policy');
  return { authenticate, policy };
}

function verificationOptions(settings: Settings): VerificationOptions | undefined {
  const kind = settings.get('SMS');
  if (kind === undefined) return undefined;
  const sendsPerDay = settings.number('SMS_PER_DAY');
  return {
    sms: sender(settings, kind),
    siteName: settings.need('SMS_SITE_NAME'),
    countries: (settings.need('SMS_COUNTRIES'), settings.list('SMS_COUNTRIES')),
    ...(sendsPerDay !== undefined && { sendsPerDay }),
  };
}

function sender(settings: Settings, kind: string): SmsSender {
  try {
    if (kind === 'console') return consoleSms();
    if (kind === 'webhook')
      return webhookSms({ url: settings.need('SMS_WEBHOOK_URL'), secret: settings.need('SMS_WEBHOOK_SECRET') });
    if (kind === 'twilio')
      return twilioSms({
        serviceSid: settings.need('TWILIO_SERVICE_SID'),
        keySid: settings.need('TWILIO_KEY_SID'),
        keySecret: settings.need('TWILIO_KEY_SECRET'),
      });
  } catch (error) {
    if (error instanceof RangeError) throw new SettingError(`${PREFIX}SMS`, error.message);
    throw error;
  }
  throw new SettingError(`${PREFIX}SMS`, 'must be twilio, webhook or console');
}
