import { all, deep, show } from '../../../examples/screens/screen.js';
import { en } from '../../../src/i18n/en.js';
import { loadWords } from '../../../src/i18n/index.js';
import { expect, until } from '../../support/elements.js';

/** What of an English word is the same whatever is put into it: text between its gaps. */
function fixed(word: unknown): string[] {
  if (typeof word === 'string') return [word];
  if (typeof word === 'object' && word) return Object.values(word).flatMap(fixed);
  if (typeof word !== 'function') return [];
  for (const given of [
    ['¤', '¤', '¤'],
    [['¤'], '¤'],
    [7, 7, 7],
  ])
    try {
      const made = (word as (...given: unknown[]) => unknown)(...given);
      return (typeof made === 'string' ? [made] : fixed(made)).flatMap((text) =>
        text.split(/[¤\u2068\u2069]+|\d[\d:,.]*/),
      );
    } catch {
      // It takes something else.
    }
  return [];
}

/** Text that is seen, with the language that is in force where it stands. */
function* spoken(root: Node, lang: string): Generator<readonly [text: string, lang: string]> {
  for (const node of root.childNodes) {
    if (node instanceof Text) yield [node.data.trim(), lang];
    if (!(node instanceof Element) || ['STYLE', 'SCRIPT', 'TEMPLATE'].includes(node.localName.toUpperCase())) continue;
    const own = node.getAttribute('lang') ?? lang;
    if (node instanceof HTMLSlotElement && node.assignedNodes().length > 0) continue;
    if (node.shadowRoot) yield* spoken(node.shadowRoot, own);
    yield* spoken(node, own);
  }
}

describe('3.1.2: in a language that is not complete', () => {
  let box: HTMLElement;
  beforeEach(() => {
    box = document.body.appendChild(document.createElement('main'));
  });
  afterEach(() => box.remove());

  for (const language of ['fr', 'ar'] as const) {
    /** English that the language does not have: whole words, and pieces of those with gaps. */
    let english: readonly string[];
    let own: ReadonlySet<string>;
    before(async () => {
      const words = (await loadWords(language)) as unknown as Record<string, unknown>;
      const entries = Object.entries(en);
      english = entries
        .filter(([key, word]) => words[key] === word)
        .flatMap(([, word]) => fixed(word))
        .map((text) => text.trim())
        .filter((text) => /[a-z]{2}/i.test(text) && (text.includes(' ') || text.length > 6));
      own = new Set(entries.flatMap(([key, word]) => (words[key] === word ? [] : fixed(words[key]))).filter(Boolean));
    });

    for (const screen of all)
      it(`what stays English is marked as English, and nothing else, on ${screen.name} in ${language}`, async () => {
        const [width = 900, height = 600] = screen.size;
        const { element } = await show(screen, box, { theme: 'light', lang: language, size: [width, height] });
        await until(() => deep(element as never, '.frame')?.getAttribute('lang') === language);
        const said = [...spoken(element.shadowRoot as ShadowRoot, language)];
        const unmarked = said.filter(([text, lang]) => lang !== 'en' && english.some((piece) => text.includes(piece)));
        expect([...new Set(unmarked.map(([text]) => text))]).to.deep.equal([]);
        const foreign = said.filter(([text, lang]) => lang === 'en' && own.has(text) && !english.includes(text));
        expect([...new Set(foreign.map(([text]) => text))]).to.deep.equal([]);
      });
  }
});
