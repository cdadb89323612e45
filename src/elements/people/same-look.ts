import { cleanName } from '../clean-name.js';

/** Whether two names read the same: letters folded; case, spaces and what nobody sees aside. */
export function sameLook(a: string, b: string): boolean {
  const skeleton = (name: string): string =>
    cleanName(name)
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[а-яёіјѕԁո]/gu, (letter) => TWINS[letter] ?? letter)
      .replace(/[\s\p{P}\p{DI}]/gu, '')
      .replace(/[l1|]/gu, 'i')
      .replaceAll('0', 'o');
  return skeleton(a) === skeleton(b);
}

/** Cyrillic and Armenian letters that look like Latin ones. */
const TWINS: Record<string, string> = {
  а: 'a',
  в: 'b',
  е: 'e',
  ё: 'e',
  і: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  ѕ: 's',
  т: 't',
  у: 'y',
  х: 'x',
  ԁ: 'd',
  ո: 'n',
};
