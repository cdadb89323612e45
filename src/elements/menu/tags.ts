import type { Tags } from '../parts.js';
import { SecureMeetingCheck } from './check.js';
import { SecureMeetingMenu } from './menu.js';
import { SecureMeetingMeter } from './meter.js';
import { SecureMeetingTests } from './tests.js';

export const tags: Tags = {
  'secure-meeting-check': SecureMeetingCheck,
  'secure-meeting-menu': SecureMeetingMenu,
  'secure-meeting-meter': SecureMeetingMeter,
  'secure-meeting-tests': SecureMeetingTests,
};
