import { SecureMeetingError, toBase64Url } from '../../base/index.js';
import { moderationMessage } from '../../crypto/index.js';
import type { MeetingIdentityKey } from '../../keys/index.js';
import type { ModerationAction } from '../types.js';
import type { Admission } from './admission.js';

/** What the site's backend does through the SFU, by the route under `/moderation/`. */
const ROUTES: Partial<Record<ModerationAction['type'], string>> = {
  mute: 'mute',
  'stop-camera': 'stop-camera',
  'stop-share': 'stop-share',
  remove: 'remove',
  lock: 'lock',
  unlock: 'unlock',
  end: 'end',
};

/** Whether the site's backend has a part in `action`. */
export function isForSite(action: ModerationAction): boolean {
  return ROUTES[action.type] !== undefined;
}

/**
 * Asks the site's backend, signed with the device key of our host certificate. Asked twice under one id when the first
 * answer did not come: the backend does it once.
 * @throws SecureMeetingError `room-action-refused` when we are no certified host, else `token-…`
 */
export async function moderateBySite(
  admission: Admission,
  ik: MeetingIdentityKey,
  action: ModerationAction,
): Promise<void> {
  const { own, site } = admission;
  const certificate = admission.certificate();
  const route = ROUTES[action.type];
  if (!own || !certificate || own.role !== 'host' || route === undefined)
    throw new SecureMeetingError('room-action-refused');
  const target = 'identity' in action ? action.identity : '';
  const id = crypto.getRandomValues(new Uint8Array(16));
  const attempt = async (): Promise<unknown> => {
    const time = Math.floor(site.now);
    const { issuer, meeting } = own;
    const message = moderationMessage({ issuer, meeting, action: route, target, track: '', id, time });
    return site.post(
      `moderation/${route}`,
      'moderation',
      {
        certificate: toBase64Url(certificate),
        ...(target !== '' && { target }),
        id: toBase64Url(id),
        time,
        signature: toBase64Url(await ik.sign(message)),
      },
      // Goes on when the meeting ends meanwhile: that may be what was asked for.
      { signal: new AbortController().signal },
    );
  };
  try {
    await attempt().catch((error: unknown) => {
      if (!(error instanceof SecureMeetingError) || error.code !== 'token-endpoint-unreachable') throw error;
      return attempt();
    });
  } catch (error) {
    if (error instanceof SecureMeetingError && error.code === 'token-unauthorised')
      throw new SecureMeetingError('room-action-refused', { cause: error });
    throw error;
  }
}
