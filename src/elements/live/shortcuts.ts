/** Keys that work while the focus is inside the meeting. */
export const SHORTCUTS = {
  m: 'microphone',
  v: 'camera',
  s: 'share',
  h: 'hand',
  c: 'chat',
  p: 'people',
  '?': 'shortcuts',
} as const;
export type Shortcut = (typeof SHORTCUTS)[keyof typeof SHORTCUTS];

const TEXT = new Set(['text', 'search', 'password', 'email', 'url', 'tel', 'number', '']);

/** Whether a key belongs to where it was pressed: a field, a list, a menu. */
export function inTextField(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  if (target instanceof HTMLInputElement && TEXT.has(target.type)) return true;
  return target.getAttribute('role')?.startsWith('menuitem') ?? false;
}

/** What a key asks for; nothing in text fields, with a modifier, while composing, or when it repeats. */
export function shortcutOf(event: KeyboardEvent): Shortcut | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || event.defaultPrevented)
    return undefined;
  return inTextField(event) ? undefined : SHORTCUTS[event.key.toLowerCase() as keyof typeof SHORTCUTS];
}
