/** Controls, and characters that change the direction or look of what stands around them. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** More marks on one letter than any writing needs: they would stand in the lines above and below. */
const STACKED = /([\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]+/gu;
/** Nothing that anybody would see. */
const BLANK = /^[\p{DI}\u2800\s]*$/u;

/** A name as text that can't leave its place: no control or direction characters, one line, at most 128 characters. */
export function cleanName(name: string): string {
  const clean = name.replace(UNSAFE, ' ').replace(STACKED, '$1').replace(/\s+/gu, ' ').trim();
  if (BLANK.test(clean)) return '';
  const characters = Array.from(clean);
  return characters.length > 128 ? `${characters.slice(0, 127).join('')}…` : clean;
}
