import type { ErrorCode } from '../../base/error-codes.js';
import { UNAVAILABLE } from './options.js';

export const FEATURES = [
  'chat',
  'files',
  'screen-share',
  'reactions',
  'hand',
  'people',
  'pip',
  'fullscreen',
  'blur',
  'captions',
  'sounds',
  'invite',
  'settings',
  'report',
] as const;
export type Feature = (typeof FEATURES)[number];

/** What `features` means, and the words in it that mean nothing or nothing yet. */
export function readFeatures(value: string | null | undefined): {
  readonly shown: ReadonlySet<Feature>;
  readonly unknown: readonly string[];
  readonly unavailable: readonly string[];
} {
  const words = (value ?? '').split(/\s+/u).filter(Boolean);
  const name = (word: string): string => (word.startsWith('no-') ? word.slice(3) : word);
  const known = (word: string): word is Feature => FEATURES.includes(word as Feature);
  const asked = words.filter((word) => !word.startsWith('no-'));
  const removed = new Set(words.filter((word) => word.startsWith('no-')).map(name));
  const listed = asked.length > 0 ? asked.filter(known) : FEATURES;
  return {
    shown: new Set(listed.filter((feature) => !removed.has(feature) && !(`feature-${feature}` in UNAVAILABLE))),
    unknown: words.filter((word) => !known(name(word))),
    unavailable: asked.map((word) => `feature-${word}`).filter((name) => name in UNAVAILABLE),
  };
}

/** What is to be said to whoever wrote the page of what it wishes for: words nobody knows, and what isn't here. */
export function complaints(wishes: { readonly features: string; readonly mode: string }): [ErrorCode, string][] {
  const { unknown, unavailable } = readFeatures(wishes.features);
  const absent = wishes.mode === 'iframe' ? ['mode-iframe', ...unavailable] : unavailable;
  return [
    ...unknown.map((word): [ErrorCode, string] => ['config-invalid', `features: ${word}`]),
    ...absent.map((name): [ErrorCode, string] => [
      'config-unavailable',
      `${name}: ${UNAVAILABLE[name] ?? 'not available'}`,
    ]),
  ];
}
