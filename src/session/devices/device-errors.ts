import { SecureMeetingError, type ErrorCode } from '../../base/index.js';
import type { DevicePort } from '../ports.js';

/** What went wrong with a camera, microphone or screen, told apart so that words can say what helps. */
export async function deviceError(
  cause: unknown,
  devices: DevicePort,
  kind: 'audioinput' | 'videoinput' | 'screen',
): Promise<SecureMeetingError> {
  if (cause instanceof SecureMeetingError) return cause;
  return new SecureMeetingError(await code(cause, devices, kind), { cause });
}

async function code(
  cause: unknown,
  devices: DevicePort,
  kind: 'audioinput' | 'videoinput' | 'screen',
): Promise<ErrorCode> {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
  switch (name) {
    case 'NotAllowedError':
      if (kind === 'screen') return 'media-share-cancelled';
      if (policyForbids(kind)) return 'device-policy';
      // Browsers use one name for "no", "never" and a closed prompt; the permission's state afterwards tells.
      return (await devices.permission(kind)) === 'prompt' ? 'device-dismissed' : 'device-denied';
    case 'SecurityError':
      return 'device-policy';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'device-missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'device-in-use';
    default:
      return 'device-failed';
  }
}

/** Whether the page (or the frame around it) is forbidden this device, where the browser can tell. */
function policyForbids(kind: 'audioinput' | 'videoinput'): boolean {
  if (typeof document === 'undefined') return false;
  const policy = (document as { featurePolicy?: { allowsFeature(name: string): boolean } }).featurePolicy;
  return policy ? !policy.allowsFeature(kind === 'audioinput' ? 'microphone' : 'camera') : false;
}
