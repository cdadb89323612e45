import { hasTags, loadTags, type Tags } from '../parts.js';
import { askingAgain } from './ask-again.js';

const tags = (load: () => Promise<{ readonly tags: Tags }>): (() => Promise<Tags>) => {
  const asked = askingAgain(load);
  return async () => (await asked()).tags;
};
/** The small window: its tags, and the class that opens it. */
export const loadPip = askingAgain(() => import('../pip/tags.js'));

/** What is loaded on use in a meeting, so that the first screen need not know of it. */
const groups = {
  chat: tags(() => import('../chat/tags.js')),
  people: tags(() => import('../people/tags.js')),
  privacy: tags(() => import('../privacy/tags.js')),
  report: tags(() => import('../report/tags.js')),
  pip: async (): Promise<Tags> => (await loadPip()).tags,
  settings: tags(() => import('../settings/tags.js')),
} as const;
export type PanelGroup = keyof typeof groups;

/** Whether the tags of a group are there. */
export const hasPanelPart = (group: PanelGroup): boolean => hasTags(groups[group]);
/** Loads a group. Rejects when its module can't be loaded; the next call tries again. */
export const loadPanelPart = (group: PanelGroup): Promise<void> => loadTags(groups[group]);
