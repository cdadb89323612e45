/**
 * Whoever has the focus on something that goes, a tile, a person or a panel's button, goes on from what was around it.
 * Without it the browser would drop the focus to the top of the host's page. To be called before parts change.
 *
 * @param root where the focus may be
 * @param back puts the focus into the panel that is open, or onto the stage
 */
export function keepFocus(root: ShadowRoot, back: (fromPanel: boolean) => void): void {
  const before = focused(root);
  if (!before) return;
  const panel = !!root.activeElement?.closest('.side');
  // Parts within parts have changed when the task is over.
  setTimeout(() => {
    const active = before.ownerDocument.activeElement;
    const lost = !active || active === before.ownerDocument.body;
    if (lost && !(before.isConnected && before.getClientRects().length > 0)) back(panel);
  });
}

/** What has the focus, through open shadow roots. */
function focused(root: ShadowRoot): Element | null {
  const active = root.activeElement;
  return active?.shadowRoot?.activeElement ? focused(active.shadowRoot) : active;
}
