/** What somebody without a pointer can reach, and whether they see where they are. */
import { sendKeys } from '@web/test-runner-commands';

/** What has the focus, through open shadow roots. */
export function active(): HTMLElement {
  let found = document.activeElement as HTMLElement;
  while (found.shadowRoot?.activeElement) found = found.shadowRoot.activeElement as HTMLElement;
  return found;
}

/** The name of a control as a screen reader says it, or what it is. */
export function nameOf(each: Element): string {
  const label = each.getAttribute('aria-labelledby');
  const by = label && (each.getRootNode() as ShadowRoot).getElementById(label);
  const forIt = each.id && (each.getRootNode() as ShadowRoot).querySelector(`label[for="${each.id}"]`);
  const words = (by || forIt || undefined)?.textContent ?? each.getAttribute('aria-label') ?? each.textContent;
  return (
    words
      .replace(/[\u2068\u2069]/g, '')
      .replace(/\s+/g, ' ')
      .trim() || each.localName
  );
}

/** Why the focus can not be seen on an element; empty when it can. */
export function unseen(each: HTMLElement): string {
  const { width, height } = each.getBoundingClientRect();
  if (width < 8 || height < 8) return `${Math.round(width)} × ${Math.round(height)} px`;
  if (!each.matches(':focus-visible')) return 'not :focus-visible';
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(each);
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2 || outlineColor === 'rgba(0, 0, 0, 0)')
    return `outline ${outlineStyle} ${outlineWidth}`;
  for (let up: Element | null = each; up; up = above(up))
    if (Number(getComputedStyle(up).opacity) < 0.5) return `opacity of <${up.localName} class="${up.className}">`;
  return '';
}

/** What an element stands in on the screen, out of shadow roots too. */
export function above(each: Element): Element | null {
  const root = each.getRootNode();
  return each.assignedSlot ?? each.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

/** Everything below `root` that the pointer can press, through shadow roots, in the order of the document. */
export function pressable(root: Element | ShadowRoot): HTMLElement[] {
  const found: HTMLElement[] = [];
  const walk = (scope: ParentNode): void => {
    for (const each of scope.querySelectorAll<HTMLElement>('*')) {
      const hand =
        getComputedStyle(each).cursor === 'pointer' && !each.parentElement?.matches('button, a, label, button *');
      if ((hand || each.matches('button, input, textarea, select, a[href], [tabindex="0"]')) && shown(each))
        found.push(each);
      if (each.shadowRoot) walk(each.shadowRoot);
    }
  };
  walk(root instanceof Element ? (root.shadowRoot ?? root) : root);
  return found;
}

function shown(each: HTMLElement): boolean {
  if (!each.checkVisibility({ visibilityProperty: true })) return false;
  const { width, height } = each.getBoundingClientRect();
  return width > 0 && height > 0 && !each.closest('[popover]:not(:popover-open), [aria-hidden=true]');
}

/**
 * Presses Tab from `first` until the focus is on `last`. Every stop in between, in order.
 * @throws when it never comes there
 */
export async function tabThrough(
  first: HTMLElement,
  last: HTMLElement,
  look: (stop: HTMLElement) => void = () => undefined,
): Promise<HTMLElement[]> {
  const stops: HTMLElement[] = [];
  first.focus();
  for (let presses = 0; presses < 80; presses++) {
    await sendKeys({ press: 'Tab' });
    const stop = active();
    if (stop === last) return stops;
    stops.push(stop);
    look(stop);
  }
  throw new Error(`Tab never came to the end: ${stops.map(nameOf).join(', ')}`);
}

/** Those that stand before what comes before them: not row by row, and within a row from its beginning to its end. */
export function outOfOrder(stops: readonly HTMLElement[]): string[] {
  return stops
    .slice(1)
    .filter((stop, index) => {
      const [a, b] = [(stops[index] as HTMLElement).getBoundingClientRect(), stop.getBoundingClientRect()];
      const sameRow = a.top < b.bottom && b.top < a.bottom;
      return sameRow ? b.left < a.left : b.top < a.top;
    })
    .map(nameOf);
}
