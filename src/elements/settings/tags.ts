import type { Tags } from '../parts.js';
import { SecureMeetingSettings } from './settings.js';
import { SecureMeetingShortcuts } from './shortcuts.js';

export const tags: Tags = {
  'secure-meeting-settings': SecureMeetingSettings,
  'secure-meeting-shortcuts': SecureMeetingShortcuts,
};
