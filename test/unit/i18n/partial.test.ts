import { expect } from 'chai';
import { ar } from '../../../src/i18n/ar.js';
import { en } from '../../../src/i18n/en.js';
import { fr } from '../../../src/i18n/fr.js';
import { LANGUAGES, loadWords } from '../../../src/i18n/index.js';
import { PARTIAL } from '../../../src/i18n/partial.js';
import { PRIVACY_KEYS } from '../../../src/i18n/privacy-keys.js';

/** What an English sentence says when it promises something. */
const PROMISE =
  /encrypt|\bkeys?\b|secret|verified|not confirmed|\bchecked\b|end.to.end|operator|private|could (?:see|read|change)|keeps? nothing|nothing is (?:kept|sent)/i;
/** They say such a word and promise nothing. */
const HARMLESS = [
  // The number of a phone, a step in a list, keys of a keyboard, an appliance that answers.
  ...['phoneDoneTitle', 'phoneTitle', 'spaceKey', 'shortcuts', 'moveSelf'],
];

/** Any value of a word, as text: what it makes of names, of lists of them, and of numbers. */
function said(value: unknown): string {
  if (typeof value !== 'function') return String(value);
  for (const given of [
    ['x', 'y'],
    [['x', 'y'], 'z'],
    [1, 2],
  ])
    try {
      return String((value as (...given: unknown[]) => unknown)(...given));
    } catch {
      // It takes something else.
    }
  throw new Error('takes neither names, lists nor numbers');
}

describe('a language that is not complete', () => {
  const partial = { fr, ar } as Record<string, object>;
  it('is told from the complete ones', () => {
    expect(Object.keys(partial)).to.deep.equal([...PARTIAL]);
    expect(LANGUAGES.filter((language) => !PARTIAL.includes(language))).to.deep.equal(['en', 'de']);
  });

  for (const [language, words] of Object.entries(partial))
    it(`translates no sentence about privacy, in ${language}`, async () => {
      expect(Object.keys(words).filter((key) => (PRIVACY_KEYS as readonly string[]).includes(key))).to.deep.equal([]);
      expect(
        Object.keys(words).filter((key) => !(key in en)),
        'words that nobody says',
      ).to.deep.equal([]);
      const all = (await loadWords(language as 'fr')) as unknown as Record<string, unknown>;
      for (const key of PRIVACY_KEYS) expect(all[key], key).to.equal((en as Record<string, unknown>)[key]);
      expect(Object.keys(all).sort()).to.deep.equal(Object.keys(en).sort());
    });

  it('can not translate a new one by mistake: every English sentence that promises is on the list', () => {
    const missed = Object.entries(en)
      .filter(([key]) => !(PRIVACY_KEYS as readonly string[]).includes(key) && !HARMLESS.includes(key))
      .filter(([, value]) => PROMISE.test(said(value)))
      .map(([key]) => key);
    expect(missed).to.deep.equal([]);
  });
});
