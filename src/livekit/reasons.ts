import { ConnectionError, ConnectionErrorReason, DisconnectReason } from 'livekit-client';
import { SecureMeetingError } from '../base/index.js';
import type { CloseReason } from '../session/index.js';

/** Why LiveKit says we are out; everything that is not an order to go is worth another join. */
export function closeReason(reason: DisconnectReason | undefined): CloseReason {
  switch (reason) {
    case DisconnectReason.DUPLICATE_IDENTITY:
      return 'duplicate';
    case DisconnectReason.PARTICIPANT_REMOVED:
      return 'removed';
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      return 'ended';
    case DisconnectReason.USER_REJECTED:
      return 'denied';
    default:
      return 'network';
  }
}

/** An error of `connect` as one of ours. The message is left out: LiveKit's may contain the address with its token. */
export function connectError(error: unknown, token: string): SecureMeetingError {
  if (error instanceof SecureMeetingError) return error;
  if (!(error instanceof ConnectionError)) return new SecureMeetingError('network-unreachable');
  if (error.reason !== ConnectionErrorReason.NotAllowed) return new SecureMeetingError('network-unreachable');
  return new SecureMeetingError(expired(token) ? 'token-expired' : 'token-refused');
}

/** Whether the token says of itself that it is over. Unsigned reading: it only chooses the words of an error. */
function expired(token: string): boolean {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown };
    return typeof exp === 'number' && exp * 1000 < Date.now();
  } catch {
    return false;
  }
}
