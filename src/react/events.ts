import type { SecureMeetingEventMap } from '../events/index.js';

/** `encryption-state` → `onEncryptionState`. */
type Handler<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Capitalize<Head>}${Handler<Tail>}`
  : Capitalize<Name>;

/** A handler for each event of the element, with that event's class. */
export type SecureMeetingHandlers = {
  readonly [K in keyof SecureMeetingEventMap as `on${Handler<K>}`]?:
    ((event: SecureMeetingEventMap[K]) => void) | undefined;
};

/** Prop → event. The compiler wants one for every event there is, and no other. */
export const EVENTS = {
  onEncryptionState: 'encryption-state',
  onEncryptionViolation: 'encryption-violation',
  onSecurityCode: 'security-code',
  onJoined: 'joined',
  onLeft: 'left',
  onParticipantJoined: 'participant-joined',
  onParticipantLeft: 'participant-left',
  onConnectionState: 'connection-state',
  onMediaState: 'media-state',
  onKeyRequest: 'key-request',
  onVerificationRequired: 'verification-required',
  onError: 'error',
  onJoinRequest: 'join-request',
  onLeaveRequest: 'leave-request',
  onInviteRequest: 'invite-request',
} as const satisfies { readonly [P in keyof Required<SecureMeetingHandlers>]: keyof SecureMeetingEventMap };
