/** The wired session. A module of its own, so that everything behind it is loaded when somebody acts. */
export { SecureMeetingSession } from '../../defaults/index.js';
