import type { PartialWords } from './privacy-keys.js';
import type { Words } from './words.js';

/** Languages that are not complete. */
export const PARTIAL: readonly string[] = ['fr', 'ar'];
/** Those that run right to left. */
export const RIGHT_TO_LEFT: readonly string[] = ['ar'];

const own: Record<'fr' | 'ar', () => Promise<PartialWords>> = {
  fr: async () => (await import('./fr.js')).fr,
  ar: async () => (await import('./ar.js')).ar,
};

/** What a language does not have yet, and what it may not have before it is reviewed, stays English. */
export async function loadPartial(tag: 'fr' | 'ar'): Promise<Words> {
  const [{ en }, words] = await Promise.all([import('./en.js'), own[tag]()]);
  return { ...en, ...words };
}
