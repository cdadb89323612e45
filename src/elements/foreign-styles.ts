import type { CSSResultOrNative, LitElement } from 'lit';

const made = new WeakMap<Document, Map<CSSResultOrNative, CSSStyleSheet>>();

/**
 * Styles for a shadow root of another document: a sheet belongs to the document it was constructed in, so each is
 * constructed anew there, once.
 */
export function adoptForeign(root: ShadowRoot, styles: readonly CSSResultOrNative[]): void {
  const { ownerDocument } = root;
  const view = ownerDocument.defaultView as (Window & typeof globalThis) | null;
  if (!view) return;
  const sheets = made.get(ownerDocument) ?? new Map<CSSResultOrNative, CSSStyleSheet>();
  made.set(ownerDocument, sheets);
  root.adoptedStyleSheets = styles.map((style) => {
    const known = sheets.get(style);
    if (known) return known;
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync('cssText' in style ? style.cssText : '');
    sheets.set(style, sheet);
    return sheet;
  });
}

/** The styles a class of ours brings along. */
export const stylesOf = (element: LitElement): readonly CSSResultOrNative[] =>
  (element.constructor as typeof LitElement).elementStyles;
