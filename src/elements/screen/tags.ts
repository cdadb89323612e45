import type { Tags } from '../parts.js';
import { SecureMeetingPasscode } from '../access/passcode.js';
import { SecureMeetingVerification } from '../access/verification.js';
import { SecureMeetingScreen } from './screen.js';

export const tags: Tags = {
  'secure-meeting-screen': SecureMeetingScreen,
  'secure-meeting-passcode': SecureMeetingPasscode,
  'secure-meeting-verification': SecureMeetingVerification,
};
