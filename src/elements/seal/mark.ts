import { nothing, svg, html, type TemplateResult } from 'lit';
import { sealShape, type Seal } from './shape.js';

/** The mark of a seal, without words: whoever shows it says them beside it. */
export function mark(seal: Seal, proved?: readonly boolean[]): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
    ${sealShape(seal, proved).map(
      (stroke) =>
        svg`<path
          d=${stroke.d}
          class=${stroke.part ?? nothing}
          stroke-width=${stroke.width ?? nothing}
          stroke-linecap=${stroke.round ? 'round' : nothing}
          stroke-linejoin=${stroke.round ? 'round' : nothing}
          opacity=${stroke.faint ? 0.5 : nothing}
        />`,
    )}
  </svg>`;
}
