import { SettingError, type ServerOptions } from './options.js';

/** The key of LiveKit's own `--dev` mode is too short for it; this one fits what `npm start` gives to LiveKit. */
export const DEVELOPMENT_LIVEKIT = {
  url: 'ws://127.0.0.1:7880',
  apiKey: 'devkey',
  apiSecret: 'development-only-secret-of-livekit',
} as const;

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const isProduction = (): boolean => process.env.NODE_ENV === 'production';

/** @throws SettingError naming `setting` when this is production */
export function refuseInProduction(setting: string, what = 'is for development'): void {
  if (isProduction()) throw new SettingError(setting, `${what}; NODE_ENV is "production"`);
}

/** What would send tokens in the clear, or is known to everybody. @throws SettingError */
export function refuseInsecureInProduction({ livekit, issuer, origins }: ServerOptions): void {
  if (!isProduction()) return;
  if (livekit.apiSecret === DEVELOPMENT_LIVEKIT.apiSecret)
    refuseInProduction('livekit.apiSecret', 'is the one of the development mode, which everybody knows');
  const clear = (address: string): boolean => {
    const { protocol, hostname } = new URL(address);
    return (protocol === 'http:' || protocol === 'ws:') && !LOOPBACK.has(hostname);
  };
  if (clear(livekit.url)) refuseInProduction('livekit.url', 'must be wss:');
  if (clear(issuer)) refuseInProduction('issuer', 'must be https:');
  origins.forEach((origin, i) => clear(origin) && refuseInProduction(`origins.${i}`, 'must be https:'));
}
