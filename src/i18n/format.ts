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
  /** A span of time in its two largest units, without seconds while there are minutes: `1 hr 20 min`, `42 sec`. */
  readonly span: (seconds: number, display?: 'short' | 'long') => string;
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
    span: (seconds, unitDisplay = 'short') => {
      const whole = Math.max(0, Math.ceil(seconds));
      const minutes = Math.ceil(whole / 60);
      const hours = Math.floor(minutes / 60);
      const say = (value: number, unit: string): string =>
        new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay }).format(value);
      if (whole < 60) return say(whole, 'second');
      if (hours === 0) return say(minutes, 'minute');
      const [large, small] =
        hours < 24
          ? [say(hours, 'hour'), minutes % 60 && say(minutes % 60, 'minute')]
          : [say(Math.floor(hours / 24), 'day'), hours % 24 && say(hours % 24, 'hour')];
      return small ? `${large} ${small}` : large;
    },
    plural: (count) => (plural ??= new Intl.PluralRules(lang)).select(count),
  };
}
