import type { PartialWords } from './privacy-keys.js';
import type { Words } from './words.js';

/** Languages that are not complete. */
export const PARTIAL: readonly string[] = ['fr', 'ar'];
/** Those that run right to left. */
export const RIGHT_TO_LEFT: readonly string[] = ['ar'];

/** Any language but English. What one does not have yet, and may not have before it is reviewed, stays English. */
export async function loadOther(tag: 'de' | 'fr' | 'ar'): Promise<Words> {
  if (tag === 'de') return (await import('./de.js')).de;
  const [{ en }, words] = await Promise.all([import('./en.js'), partial(tag)]);
  return { ...en, ...words };
}

async function partial(tag: 'fr' | 'ar'): Promise<PartialWords> {
  return tag === 'fr' ? (await import('./fr.js')).fr : (await import('./ar.js')).ar;
}
