/** Words: what is said to people, typed by the English set, one module per language, loaded on use. */
export { firstWords, languageOf, LANGUAGES, loadWords, merged, wordsNow, type Language } from './catalogue.js';
export { ISOLATE, isolated, POP } from './format.js';
export type { ErrorWords } from './en-errors.js';
export type { FirstWords, MeetingWords, Messages, Words } from './words.js';
