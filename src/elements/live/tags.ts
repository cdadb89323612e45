import { tags as devices } from '../menu/tags.js';
import type { Tags } from '../parts.js';
import { SecureMeetingSeal } from '../seal/seal.js';
import { SecureMeetingStage } from '../stage/stage.js';
import { SecureMeetingTile } from '../stage/tile.js';
import { SecureMeetingToolbar } from '../toolbar/toolbar.js';
import { SecureMeetingLive } from './live.js';

export const tags: Tags = {
  ...devices,
  'secure-meeting-live': SecureMeetingLive,
  'secure-meeting-seal': SecureMeetingSeal,
  'secure-meeting-stage': SecureMeetingStage,
  'secure-meeting-tile': SecureMeetingTile,
  'secure-meeting-toolbar': SecureMeetingToolbar,
};
