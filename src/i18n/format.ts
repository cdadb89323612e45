/**
 * Names inside sentences. A name stands between U+2068 and U+2069 (first strong isolate … pop), so a right-to-left name
 * can't turn the sentence around, in labels and announcements too. Elements show the same span as `<bdi>`.
 */
export const ISOLATE = '\u2068';
export const POP = '\u2069';

/** `name` as one isolated piece of a sentence. */
export function isolated(name: string): string {
  return ISOLATE + name + POP;
}

/** `Intl` objects are dear to make; one of each kind per language is enough. */
export function formats(lang: string): {
  readonly list: (items: readonly string[]) => string;
  readonly number: (value: number) => string;
  readonly time: (wall: number) => string;
  readonly plural: (count: number) => Intl.LDMLPluralRule;
  /** Bytes in words of decimal units, as file managers say them. */
  readonly size: (bytes: number) => string;
} {
  let list: Intl.ListFormat | undefined;
  let number: Intl.NumberFormat | undefined;
  let time: Intl.DateTimeFormat | undefined;
  let plural: Intl.PluralRules | undefined;
  return {
    list: (items) => (list ??= new Intl.ListFormat(lang, { type: 'conjunction' })).format(items),
    number: (value) => (number ??= new Intl.NumberFormat(lang)).format(value),
    time: (wall) => (time ??= new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit' })).format(wall),
    size: (bytes) => {
      const [unit, of] =
        bytes < 1000
          ? (['byte', 1] as const)
          : bytes < 1e6
            ? (['kilobyte', 1e3] as const)
            : (['megabyte', 1e6] as const);
      return new Intl.NumberFormat(lang, { style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / of);
    },
    plural: (count) => (plural ??= new Intl.PluralRules(lang)).select(count),
  };
}
