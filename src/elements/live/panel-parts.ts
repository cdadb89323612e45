import { hasTags, loadTags, type Tags } from '../parts.js';

/** What is loaded on use in a meeting, so that the first screen need not know of it. */
const groups = {
  chat: async (): Promise<Tags> => (await import('../chat/tags.js')).tags,
  people: async (): Promise<Tags> => (await import('../people/tags.js')).tags,
  privacy: async (): Promise<Tags> => (await import('../privacy/tags.js')).tags,
  report: async (): Promise<Tags> => (await import('../report/tags.js')).tags,
  pip: async (): Promise<Tags> => (await import('../pip/tags.js')).tags,
  settings: async (): Promise<Tags> => (await import('../settings/tags.js')).tags,
} as const;
export type PanelGroup = keyof typeof groups;

/** Whether the tags of a group are there. */
export const hasPanelPart = (group: PanelGroup): boolean => hasTags(groups[group]);
/** Loads a group. Rejects when its module can't be loaded; the next call tries again. */
export const loadPanelPart = (group: PanelGroup): Promise<void> => loadTags(groups[group]);
