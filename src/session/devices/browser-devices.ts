import type { BlurPort, DevicePort } from '../ports.js';
import { canBlur } from './can-blur.js';

/**
 * The device port over this page's `navigator.mediaDevices`. Asks nothing when made, and works in Node (as absent).
 * @param blur where it comes from, in browsers that can
 */
export function browserDevices(blur?: BlurPort): DevicePort {
  const media = (): MediaDevices | undefined => (typeof navigator === 'undefined' ? undefined : navigator.mediaDevices);
  const needed = (): MediaDevices => {
    const devices = media();
    if (!devices) throw new DOMException('There is no device access here.', 'NotFoundError');
    return devices;
  };
  return {
    blur: canBlur() ? blur : undefined,
    get available() {
      return media() !== undefined;
    },
    get secure() {
      return typeof isSecureContext === 'undefined' || isSecureContext;
    },
    getUserMedia: async (constraints) => needed().getUserMedia(constraints),
    getDisplayMedia: async (options) => needed().getDisplayMedia(options),
    async enumerate() {
      const found = (await media()?.enumerateDevices()) ?? [];
      return found.map(({ kind, deviceId, label }) => ({ kind, deviceId, label }));
    },
    async permission(kind) {
      try {
        const name = (kind === 'audioinput' ? 'microphone' : 'camera') as PermissionName;
        return (await navigator.permissions.query({ name })).state;
      } catch {
        return 'unknown';
      }
    },
    onChange(listener) {
      const devices = media();
      devices?.addEventListener('devicechange', listener);
      return () => devices?.removeEventListener('devicechange', listener);
    },
  };
}
