/** secure-meeting: the public barrel. Importing it has no side effect and works in Node and edge runtimes. */
export { SecureMeetingError, ERROR_CODES, type ErrorCode } from './base/index.js';
export { SecureMeetingSession, registerKeyProvider } from './defaults/index.js';
export { SecureMeeting, type ElementPhase } from './elements/index.js';
export { FactEvent, LeaveRequestEvent, WishEvent, type SecureMeetingEventMap } from './events/index.js';
export type { Messages } from './i18n/index.js';
export type * from './session/types.js';
