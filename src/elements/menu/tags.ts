import type { Tags } from '../parts.js';
import { SecureMeetingMenu } from './menu.js';
import { SecureMeetingMeter } from './meter.js';

export const tags: Tags = { 'secure-meeting-menu': SecureMeetingMenu, 'secure-meeting-meter': SecureMeetingMeter };
