import { SettingError } from './options.js';

/** @throws SettingError naming `setting` when this is production */
export function refuseInProduction(setting: string): void {
  if (process.env.NODE_ENV === 'production')
    throw new SettingError(setting, 'is for development; NODE_ENV is "production"');
}
