/** Puts what floats above or below its button, wherever there is more room, and inside the window. */
export function place(floating: HTMLElement, anchor: HTMLElement): void {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = floating;
  const below = innerHeight - box.bottom - 8;
  const top = below >= height || below > box.top ? box.bottom + 8 : box.top - 8 - height;
  const rtl = getComputedStyle(floating).direction === 'rtl';
  const fits = rtl ? box.right - width >= 8 : box.left + width <= innerWidth - 8;
  const start = fits === rtl ? box.right - width : box.left;
  floating.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
  floating.style.left = `${Math.max(8, Math.min(start, innerWidth - width - 8))}px`;
}
