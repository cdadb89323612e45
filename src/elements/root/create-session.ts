import { SecureMeetingSession } from '../../defaults/index.js';
import type { MeetingSession, SessionOptions } from '../../session/types.js';

/** The wired session. A module of its own, so that everything behind it is loaded when somebody acts. */
export function createSession(options: SessionOptions): MeetingSession {
  return new SecureMeetingSession(options);
}
