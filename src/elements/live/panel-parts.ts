import { hasTags, loadTags } from '../parts.js';
import { askingAgain } from './ask-again.js';

/** What is loaded on use in a meeting, so that the first screen need not know of it. */
const groups = {
  chat: askingAgain(() => import('../chat/tags.js')),
  people: askingAgain(() => import('../people/tags.js')),
  privacy: askingAgain(() => import('../privacy/tags.js')),
  report: askingAgain(() => import('../report/tags.js')),
  pip: askingAgain(() => import('../pip/tags.js')),
  settings: askingAgain(() => import('../settings/tags.js')),
} as const;
export type PanelGroup = keyof typeof groups;

/** Whether the tags of a group are there. */
export const hasPanelPart = (group: PanelGroup): boolean => hasTags(groups[group]);
/** Loads a group. Rejects when its module can't be loaded; the next call tries again. */
export const loadPanelPart = (group: PanelGroup): Promise<void> => loadTags(groups[group]);
