import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Stroke } from './shape-first.js';

/** The mark of a seal, without words: whoever shows it says them beside it. */
export function drawn(strokes: readonly Stroke[]): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
    ${strokes.map(
      (stroke) =>
        svg`<path
          d=${stroke.d}
          class=${stroke.part ?? nothing}
          stroke-width=${stroke.width ?? nothing}
          stroke-linecap=${stroke.round ? 'round' : nothing}
        />`,
    )}
  </svg>`;
}
