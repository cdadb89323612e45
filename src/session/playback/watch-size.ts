/** Pixels of the screen. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Milliseconds over which changes of size are gathered: a layout that moves must not flood the SFU. */
const SETTLE = 150;

/** Tells how large `element` is on the screen, null while it is out of sight. The result ends it. */
export function watchSize(element: HTMLElement, tell: (size: Size | null) => void): () => void {
  let visible = true;
  let size: Size = { width: element.clientWidth, height: element.clientHeight };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      const density = Math.min(globalThis.devicePixelRatio || 1, 2);
      const shown = visible && size.width > 0 && size.height > 0;
      tell(shown ? { width: Math.round(size.width * density), height: Math.round(size.height * density) } : null);
    }, SETTLE);
  };
  // The observers of the window it stands in: a small window beside the page has its own idea of what is in sight.
  const view = (element.ownerDocument.defaultView ?? globalThis) as typeof globalThis;
  const resize = new view.ResizeObserver((entries) => {
    const box = entries.at(-1)?.contentRect;
    if (box) size = { width: box.width, height: box.height };
    soon();
  });
  const intersection = new view.IntersectionObserver((entries) => {
    visible = entries.at(-1)?.isIntersecting ?? visible;
    soon();
  });
  resize.observe(element);
  intersection.observe(element);
  // The first answer does not wait, so that a picture that is already on its way is not asked for too small.
  if (size.width > 0) tell({ width: size.width, height: size.height });
  return () => {
    clearTimeout(timer);
    resize.disconnect();
    intersection.disconnect();
  };
}
