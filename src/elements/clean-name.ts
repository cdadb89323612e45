/** Controls, and characters that change the direction or look of what stands around them. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** A name as text that can't leave its place: no control or direction characters, one line, at most 128 characters. */
export function cleanName(name: string): string {
  const clean = name.replace(UNSAFE, ' ').replace(/\s+/gu, ' ').trim();
  const characters = Array.from(clean);
  return characters.length > 128 ? `${characters.slice(0, 127).join('')}…` : clean;
}
