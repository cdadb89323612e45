import { enFirst } from './en-first.js';
import type { FirstWords, Words } from './words.js';

/** Languages with a module of their own; each is loaded when an element first speaks it. */
export const LANGUAGES = ['en', 'de', 'fr', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

const loaded = new Map<Language, Words>();

/** The language we have for a BCP 47 tag: `de-AT` is `de`; what we don't have is English. */
export function languageOf(tag: string): Language {
  const primary = tag.toLowerCase().split('-', 1)[0];
  return LANGUAGES.find((language) => language === primary) ?? 'en';
}

/** All words of a language, if they are here already. */
export function wordsNow(language: Language): Words | undefined {
  return loaded.get(language);
}

/** All words of a language. Rejects when its module can't be loaded; the next call tries again. */
export async function loadWords(language: Language): Promise<Words> {
  const words =
    loaded.get(language) ??
    (language === 'en' ? (await import('./en.js')).en : await (await import('./partial.js')).loadOther(language));
  loaded.set(language, words);
  return words;
}

/** The English words that travel with the first bytes. */
export const firstWords: FirstWords = enFirst;

/**
 * `words` with the page's own on top; errors are merged code by code, so that a page can change one sentence. What is not
 * there counts for nothing, and so does what is of another kind than ours: `refused` gets its key.
 */
export function merged<W extends object>(words: W, own: object | null | undefined, refused?: (key: string) => void): W {
  const all = { ...words } as Record<string, unknown>;
  for (const [key, given] of Object.entries(own ?? {})) {
    const ours = all[key];
    if (given === undefined || given === null || ours === undefined) continue;
    if (typeof given !== typeof ours) refused?.(key);
    else all[key] = typeof given === 'object' ? merged(ours as object, given as object, refused) : given;
  }
  return all as W;
}
