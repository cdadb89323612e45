import { SettingError } from '../options.js';
import type { Database } from '../storage/database.js';
import { openPostgres } from '../storage/postgres.js';
import type { Settings } from './settings.js';

/** The configured PostgreSQL. @throws SettingError, DatabaseUnavailable */
export async function openDatabase(settings: Settings, connections = 10): Promise<Database> {
  const url = settings.need('DATABASE_URL');
  try {
    return await openPostgres({ url, connections });
  } catch (error) {
    if (error instanceof RangeError) throw new SettingError('SECURE_MEETING_DATABASE_URL', error.message);
    throw error;
  }
}
