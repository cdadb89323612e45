import { expect } from 'chai';
import { define } from '../../src/define/index.js';
import type { SecureMeeting } from '../../src/elements/index.js';

define();

/** Finds through open shadow roots. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what the selector is known to match
export function deep<T extends HTMLElement = HTMLElement>(root: Element | ShadowRoot, selector: string): T | null {
  const found = root.querySelector<T>(selector);
  if (found) return found;
  const scopes = [root, ...('shadowRoot' in root && root.shadowRoot ? [root.shadowRoot] : [])];
  for (const scope of scopes) {
    const own = scope.querySelector<T>(selector);
    if (own) return own;
    for (const each of scope.querySelectorAll('*')) {
      const inner = each.shadowRoot && deep<T>(each.shadowRoot, selector);
      if (inner) return inner;
    }
  }
  return null;
}

/** A tree and all shadow trees below it. */
export const trees = <T extends ParentNode>(root: T): (T | ShadowRoot)[] => [
  root,
  ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? trees(shadowRoot) : [])),
];

/** All text below an element, through shadow roots, without styles. */
export function text(root: Node): string {
  if (root instanceof Text) return root.data;
  if (root instanceof HTMLStyleElement) return '';
  const scope = root instanceof Element && root.shadowRoot ? root.shadowRoot : root;
  return [...scope.childNodes].map(text).join(' ').replace(/\s+/g, ' ');
}

/** Milliseconds: long, since it is a machine that may be slow, and never waited for when all is well. */
const PATIENCE = 30_000;

/** Resolves when `check` gives something; looks again every few milliseconds. */
export async function until<T>(check: () => T | null | undefined | false, what = 'it never happened'): Promise<T> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const value = check();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function make(
  attributes: Record<string, string> = {},
  before?: (element: SecureMeeting) => void,
): SecureMeeting {
  const element = document.createElement('secure-meeting');
  for (const [name, value] of Object.entries({ room: 'Weekly', ...attributes })) element.setAttribute(name, value);
  before?.(element);
  document.body.append(element);
  return element;
}

/** Events of a type, as they come. */
export function collect(target: EventTarget, type: string): CustomEvent<{ readonly code?: string }>[] {
  const events: CustomEvent<{ readonly code?: string }>[] = [];
  target.addEventListener(type, (event) => events.push(event as CustomEvent<{ readonly code?: string }>));
  return events;
}

export function click(root: Element, selector: string): Promise<void> {
  return until(() => deep(root, selector), `nothing matches ${selector}`).then((found) => found.click());
}

export { expect };
