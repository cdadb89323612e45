/**
 * Importing this module registers the tags: all of them or none. The first version on a page wins; another one says so
 * once in the console. Parts beyond the first screen are registered when their modules arrive.
 */
import { registerPartsWith, SecureMeeting, SecureMeetingPrejoin } from '../elements/index.js';

const FIRST = { 'secure-meeting': SecureMeeting, 'secure-meeting-prejoin': SecureMeetingPrejoin } as const;

declare global {
  interface HTMLElementTagNameMap {
    'secure-meeting': SecureMeeting;
    'secure-meeting-prejoin': SecureMeetingPrejoin;
  }
}

/** Registers the tags. Does nothing where there is no document, or when another version was first. */
export function define(): void {
  if (typeof customElements === 'undefined') return;
  const taken = Object.keys(FIRST).find((tag) => customElements.get(tag));
  if (taken) {
    if (customElements.get('secure-meeting') !== SecureMeeting)
      console.warn(`<${taken}> is registered already, by another version: that one stays.`);
    return;
  }
  registerPartsWith((tags) => {
    for (const [tag, constructor] of Object.entries(tags))
      if (!customElements.get(tag)) customElements.define(tag, constructor);
  });
  for (const [tag, constructor] of Object.entries(FIRST)) customElements.define(tag, constructor);
}

define();
