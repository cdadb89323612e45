import { expect } from 'chai';
import { ERROR_CODES } from '../../../src/base/index.js';
import { enErrors } from '../../../src/i18n/en-errors.js';
import { en } from '../../../src/i18n/en.js';
import { de } from '../../../src/i18n/de.js';
import { firstWords, languageOf, loadWords, merged, wordsNow } from '../../../src/i18n/index.js';

const languages = { en, de };

describe('words', () => {
  for (const [name, words] of Object.entries(languages)) {
    it(`say what happened and what to do for every error code, in ${name}`, () => {
      for (const code of ERROR_CODES) {
        const { what, next } = words.errors[code];
        expect(what, code).to.match(/^\p{Lu}.*[.]$/u);
        expect(next, code).to.match(/^\p{Lu}.*[.]$/u);
      }
      expect(Object.keys(words.errors).sort()).to.deep.equal([...ERROR_CODES].sort());
    });

    it(`have a value of the same kind for every key, in ${name}`, () => {
      for (const [key, value] of Object.entries(en)) {
        const own = (words as Record<string, unknown>)[key];
        expect(typeof own, key).to.equal(typeof value);
        if (typeof own === 'string') expect(own.trim(), key).to.equal(own).and.not.equal('');
      }
      expect(Object.keys(words).sort()).to.deep.equal(Object.keys(en).sort());
    });

    it(`use typographic marks, no straight quotes, in ${name}`, () => {
      const texts = Object.values(words).filter((value): value is string => typeof value === 'string');
      const errors = Object.values(words.errors).flatMap(({ what, next }) => [what, next]);
      for (const text of [...texts, ...errors.filter((each) => !each.includes('allow='))])
        expect(text).not.to.match(/['"]/);
    });
  }

  it('name things by their names, never by place, colour or shape', () => {
    const texts = (words: object): string[] =>
      Object.values(words).flatMap((value: unknown) =>
        typeof value === 'string' ? [value] : typeof value === 'object' && value ? texts(value) : [],
      );
    const SENSES = {
      en: /\b(?:on the (?:left|right)|to the (?:left|right)|below|above|top right|bottom|red|green|blue|yellow)\b/i,
      de: /\b(?:links|rechts|unten|oben|rote[rsn]?|grüne[rsn]?|blaue[rsn]?|gelbe[rsn]?)\b/i,
    };
    expect(texts(en).filter((each) => SENSES.en.test(each))).to.deep.equal([]);
    expect(texts(de).filter((each) => SENSES.de.test(each))).to.deep.equal([]);
    expect(texts(en).length).to.be.greaterThan(300);
  });

  it('keep the sentences about privacy as they were reviewed', () => {
    expect(en.sealEncryptedSentence).to.equal(
      'Everything shown here was encrypted by these people’s devices. Compare the code to rule out a stranger in between.',
    );
    expect(en.sealViolatedSentence('Yusuf')).to.equal(
      'Something sent as Yusuf was not properly encrypted. It was not shown or played.',
    );
    expect(en.sealDegradedSentence('Yusuf')).to.equal('We can’t check Yusuf’s picture and sound, so they stay off.');
    expect(en.sealOffSentence).to.equal('The service carrying this meeting could see and hear it.');
    expect(de.sealEncryptedSentence).to.equal(
      'Alles, was Sie hier sehen, haben die Geräte dieser Personen verschlüsselt. Ein Codevergleich schließt Fremde dazwischen aus.',
    );
    expect(de.sealViolatedSentence('Yusuf')).to.equal(
      'Unter dem Namen Yusuf kam etwas, das nicht richtig verschlüsselt war. Es wurde nicht wiedergegeben.',
    );
    expect(de.sealDegradedSentence('Yusuf')).to.equal(
      'Bild und Ton von Yusuf lassen sich nicht prüfen und bleiben deshalb aus.',
    );
    expect(de.sealOffSentence).to.equal('Der Dienst, der diese Besprechung überträgt, könnte mitsehen und mithören.');
  });

  it('make one sentence of many people', () => {
    const names = Array.from({ length: 50 }, (_, index) => `P${index}`);
    expect(en.saidJoined(names)).to.equal('P0, P1, and 48 others joined');
    expect(de.saidJoined(names)).to.equal('P0, P1 und 48 weitere sind beigetreten');
    expect(en.saidJoined(['Ana'])).to.equal('Ana joined');
    expect(de.saidJoined(['Ana'])).to.equal('Ana ist beigetreten');
  });

  it('are found for a language tag, English for what is unknown', () => {
    expect(['de', 'DE-at', 'de-Latn-DE', 'en-GB', 'it', ''].map(languageOf)).to.deep.equal([
      'de',
      'de',
      'de',
      'en',
      'en',
      'en',
    ]);
  });

  it('are loaded on use, once', async () => {
    const first = await loadWords('de');
    expect(wordsNow('de')).to.equal(first);
    expect(await loadWords('de')).to.equal(first);
  });

  it('take the page’s own on top, errors code by code, without changing the catalogue', () => {
    const own = merged(en, { join: 'Enter', errors: { 'key-wrong': { next: 'Ask Ana.' } } });
    expect(own.join).to.equal('Enter');
    expect(own.leave).to.equal(en.leave);
    expect(own.errors['key-wrong']).to.deep.equal({ what: enErrors['key-wrong'].what, next: 'Ask Ana.' });
    expect(en.errors['key-wrong'].next).not.to.equal('Ask Ana.');
    expect(merged(firstWords, { join: 'Enter' }).join).to.equal('Enter');
  });

  it('stay ours where the page gives nothing, or another kind of word, which is named', () => {
    const refused: string[] = [];
    const own = { join: undefined, leave: null, yourName: {}, joinRoom: 'Enter', guest: () => 'Gast', invented: 'x' };
    const errors = { 'key-wrong': null, 'key-missing': { what: 7, next: 'Ask Ana.' }, 'key-short': 'Too short' };
    const all = merged(en, { ...own, errors }, (key) => refused.push(key));
    const next = { ...en.errors['key-missing'], next: 'Ask Ana.' };
    expect(all).to.deep.equal({ ...en, errors: { ...en.errors, 'key-missing': next } });
    expect(refused.sort()).to.deep.equal(['guest', 'joinRoom', 'key-short', 'what', 'yourName']);
    expect(merged(en, null)).to.deep.equal(en);
    // Words of what comes after the first screen are no mistake on it.
    expect(merged(firstWords, { leave: () => 'x', errors }, (key) => refused.push(key))).to.deep.equal(firstWords);
    expect(refused).to.have.length(5);
  });
});
