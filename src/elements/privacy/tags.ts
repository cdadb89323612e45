import type { Tags } from '../parts.js';
import { SecureMeetingCompare } from './compare.js';
import { SecureMeetingPrivacy } from './privacy.js';

export const tags: Tags = {
  'secure-meeting-compare': SecureMeetingCompare,
  'secure-meeting-privacy': SecureMeetingPrivacy,
};
