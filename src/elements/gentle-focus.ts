/**
 * Whether what appears by itself may take the focus: it is inside the meeting already, or nowhere, after somebody acted
 * here. A page that joins by `skip-prejoin` keeps its focus where its reader has it.
 */
export function mayFocus(part: Element): boolean {
  const meeting = outermost(part);
  const active = part.ownerDocument.activeElement;
  if (active === meeting) return true;
  return (!active || active === part.ownerDocument.body) && !(meeting as { skipPrejoin?: boolean }).skipPrejoin;
}

/** The element in the document's own tree. */
export function outermost(element: Element): Element {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? outermost(root.host) : element;
}
