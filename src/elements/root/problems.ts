import type { ErrorCode } from '../../base/index.js';

const CONTROL = /\p{Cc}/u;

/** What is wrong with a room's name: 1–128 characters, no control characters. */
export function roomProblem(room: string): ErrorCode | undefined {
  if (!room) return 'config-room-missing';
  return Array.from(room).length > 128 || CONTROL.test(room) ? 'config-room-invalid' : undefined;
}

/** What is wrong with a display name: 1–128 characters, no control characters. */
export function nameProblem(name: string): ErrorCode | undefined {
  return !name.trim() || Array.from(name).length > 128 || CONTROL.test(name) ? 'config-name-invalid' : undefined;
}
