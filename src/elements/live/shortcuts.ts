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

/** What a key asks for; nothing in text fields, with a modifier, while composing, or when it repeats. */
export function shortcutOf(event: KeyboardEvent): Shortcut | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || event.defaultPrevented)
    return undefined;
  const [target] = event.composedPath();
  if (target instanceof HTMLElement) {
    if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
      return undefined;
    if (target instanceof HTMLInputElement && TEXT.has(target.type)) return undefined;
    if (target.getAttribute('role') === 'menuitem' || target.getAttribute('role') === 'menuitemradio') return undefined;
  }
  return SHORTCUTS[event.key.toLowerCase() as keyof typeof SHORTCUTS];
}
