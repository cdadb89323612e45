import { html, type TemplateResult } from 'lit';

/** An icon beside words, or in a button that has a name: never the only thing a screen reader meets. */
export function icon(shape: TemplateResult<2>, classes = ''): TemplateResult {
  return html`<svg class="icon ${classes}" viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;
}
