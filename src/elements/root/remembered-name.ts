/** Where the name somebody joined with last is kept, for the next time on this site. */
export const NAME_KEY = 'secure-meeting:name';

/** Empty where nothing is stored or storage is blocked. */
export function rememberedName(): string {
  try {
    return localStorage.getItem(NAME_KEY) ?? '';
  } catch {
    return '';
  }
}
