/** The window an element stands in: the page's, or a small one beside it. */
export function viewOf(element: Element): typeof globalThis & Window {
  return (element.ownerDocument.defaultView ?? window) as typeof globalThis & Window;
}
