import { html, type TemplateResult } from 'lit';
import { ISOLATE, isolated, POP } from '../i18n/format.js';
import type { Words } from '../i18n/index.js';
import { cleanName } from './clean-name.js';

/** The language of what promises something about privacy, where it is another than that of the words around it. */
export function promisesIn({ wordsIn, promisesIn: other }: Partial<Words>): string | undefined {
  return other === wordsIn ? undefined : other;
}

/** A name for the middle of a sentence. */
export function said(name: string): string {
  return isolated(cleanName(name) || '?');
}

/** The part of a name by which people call each other, for short labels. */
export function shortName(name: string): string {
  return cleanName(name).split(' ', 1)[0] ?? '';
}

/** The first letters of the first and the last word. */
export function initials(name: string): string {
  const words = cleanName(name).split(' ').filter(Boolean);
  const first = words[0];
  if (!first) return '?';
  const last = words.length > 1 ? (words.at(-1) as string) : '';
  return (letter(first) + letter(last)).toLocaleUpperCase();
}

const segmenter = /* @__PURE__ */ (() =>
  typeof Intl === 'object' && 'Segmenter' in Intl
    ? new Intl.Segmenter(undefined, { granularity: 'grapheme' })
    : undefined)();

function letter(word: string): string {
  if (/^[!-~]+$/.test(word)) return word.charAt(0);
  const first = segmenter ? segmenter.segment(word)[Symbol.iterator]().next().value?.segment : Array.from(word)[0];
  return first ?? '';
}

/** A sentence for the screen: each isolated name becomes a `<bdi>`. */
export function rich(sentence: string): (TemplateResult | string)[] {
  return sentence.split(ISOLATE).flatMap((piece, index) => {
    if (index === 0) return piece;
    const end = piece.indexOf(POP);
    return end < 0 ? piece : [html`<bdi>${piece.slice(0, end)}</bdi>`, piece.slice(end + 1)];
  });
}
