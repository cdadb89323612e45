import { SecureMeetingError } from '../../base/index.js';
import type { DevicePort } from '../ports.js';
import { deviceError } from './device-errors.js';

export interface DeviceWish {
  /** Empty for the system's default. */
  readonly deviceId: string;
  /** Small video only. */
  readonly saver: boolean;
  /** Suppress noise. */
  readonly quiet: boolean;
}

/**
 * Opens a camera or microphone: the one that was chosen, else any. Errors are the browser's own.
 * @throws SecureMeetingError `browser-insecure-page`, `device-missing`
 */
export async function openDevice(
  port: DevicePort,
  kind: 'audioinput' | 'videoinput',
  { deviceId: wanted, saver, quiet }: DeviceWish,
): Promise<MediaStreamTrack> {
  if (!port.secure) throw new SecureMeetingError('browser-insecure-page');
  const ask = async (deviceId: string): Promise<MediaStreamTrack> => {
    const device = deviceId === '' ? {} : { deviceId: { exact: deviceId } };
    const size = saver ? { width: 320, height: 180, frameRate: 15 } : { width: 1280, height: 720, frameRate: 30 };
    const stream = await port.getUserMedia(
      kind === 'audioinput'
        ? { audio: { ...device, echoCancellation: true, noiseSuppression: quiet, autoGainControl: true } }
        : { video: { ...device, ...ideal(size) } },
    );
    const [track] = stream.getTracks();
    if (!track) throw new SecureMeetingError('device-missing');
    return track;
  };
  try {
    return await ask(wanted);
  } catch (error) {
    // The chosen device is not plugged in today: any other is better than none.
    const missing = error instanceof Error && ['NotFoundError', 'OverconstrainedError'].includes(error.name);
    if (wanted === '' || !missing) throw error;
    return ask('');
  }
}

/** Has the person choose a screen. @throws SecureMeetingError */
export async function openScreen(
  port: DevicePort,
  { audio = false }: { readonly audio?: boolean },
): Promise<MediaStream> {
  try {
    if (!port.secure) throw new SecureMeetingError('browser-insecure-page');
    return await port.getDisplayMedia({
      video: { frameRate: 30 },
      audio,
      // The tab with the meeting itself is not offered: it would show itself without end.
      selfBrowserSurface: 'exclude',
    } as DisplayMediaStreamOptions);
  } catch (cause) {
    throw await deviceError(cause, port, 'screen');
  }
}

const ideal = (size: Record<string, number>): MediaTrackConstraints =>
  Object.fromEntries(Object.entries(size).map(([name, value]) => [name, { ideal: value }]));
