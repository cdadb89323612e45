import { enFirst } from './en-first.js';
import type { FirstWords, Messages, Words } from './words.js';

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

/** `words` with the page's own on top. Errors are merged code by code, so a page can change one sentence. */
export function merged<W extends FirstWords>(words: W, messages: Messages | undefined): W {
  if (!messages) return words;
  const { errors, ...rest } = messages;
  const all = { ...words, ...rest };
  const own = (words as Partial<Words>).errors;
  if (errors && own) {
    const both: Record<string, object> = { ...own };
    for (const [code, given] of Object.entries(errors)) both[code] = { ...both[code], ...given };
    (all as { errors?: unknown }).errors = both;
  }
  return all;
}
