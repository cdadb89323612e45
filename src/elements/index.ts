/** The elements' classes. Importing them registers nothing; see `secure-meeting/define`. */
export { SecureMeeting, type ElementPhase } from './root/secure-meeting.js';
export { SecureMeetingPrejoin } from './prejoin/prejoin.js';
export { sessionContext } from './context.js';
export { registerPartsWith } from './parts.js';
