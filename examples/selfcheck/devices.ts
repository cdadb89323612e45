/** Camera and microphone, tried when somebody asks for it and let go at once. */
import { enErrors } from '../../src/i18n/en-errors.js';
import { browserDevices } from '../../src/session/devices/browser-devices.js';
import { deviceError } from '../../src/session/devices/device-errors.js';

export interface Tried {
  /** For the report: which of them work, or the code of what is wrong. */
  readonly word: string;
  readonly says: string;
}

/** As a meeting asks for them, with its words for what can be wrong. */
export async function tryDevices(): Promise<Tried> {
  const devices = browserDevices();
  const tried: Tried[] = [];
  for (const [kind, name] of [
    ['audioinput', 'Microphone'],
    ['videoinput', 'Camera'],
  ] as const)
    try {
      const audio = kind === 'audioinput';
      const stream = await devices.getUserMedia({ audio, video: !audio });
      for (const track of stream.getTracks()) track.stop();
      tried.push({ word: `${name} works`, says: `${name}: works, and is off again.` });
    } catch (cause) {
      const { code } = await deviceError(cause, devices, kind);
      const { what, next } = enErrors[code];
      tried.push({ word: `${name} ${code}`, says: `${name}: ${what} ${next}` });
    }
  return { word: tried.map(({ word }) => word).join(', '), says: tried.map(({ says }) => says).join(' ') };
}
