import { refuseInProduction } from '../../production.js';
import type { SmsSender } from './sender.js';

/** Shows the message on the developer's console instead of sending it. @throws SettingError under `NODE_ENV=production` */
export function consoleSms(write: (line: string) => void = (line) => process.stderr.write(`${line}\n`)): SmsSender {
  refuseInProduction('sms');
  return {
    async send({ to, text }) {
      write(`SMS to ${to}: ${text.replaceAll('\n', ' ')}`);
    },
  };
}
