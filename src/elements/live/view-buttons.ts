import { html, nothing, type TemplateResult } from 'lit';
import type { Words } from '../../i18n/index.js';
import { layoutGrid, maximize, minimize } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { openMenu } from '../menu/menu.js';

export type Layout = 'auto' | 'grid' | 'speaker';

/** A button at the end of the header. */
export function headerButton(label: string, shape: TemplateResult<2>, click: (event: Event) => void): TemplateResult {
  return html`<button class="button ghost" part="button" aria-label=${label} title=${label} @click=${click}>
    ${icon(shape)}
  </button>`;
}

export function layoutButton(words: Words, current: Layout, choose: (layout: Layout) => void): TemplateResult {
  const labels = { auto: words.layoutAuto, grid: words.layoutGrid, speaker: words.layoutSpeaker };
  const items = (Object.keys(labels) as Layout[]).map((id) => ({ id, label: labels[id], checked: current === id }));
  const open = (event: Event): void =>
    openMenu(event.currentTarget as HTMLElement, words.layout, [{ items }], (id) => choose(id as Layout));
  return html`<button
    class="button ghost"
    part="button"
    aria-label=${words.layout}
    aria-haspopup="menu"
    aria-expanded="false"
    @click=${open}
  >
    ${icon(layoutGrid)}
  </button>`;
}

/** Full screen of `host`, where the page and the browser allow it. */
export function fullscreenButton(words: Words, host: Element): TemplateResult | typeof nothing {
  if (!document.fullscreenEnabled) return nothing;
  const full = !!document.fullscreenElement && document.fullscreenElement === outermost(host);
  return headerButton(
    full ? words.exitFullscreen : words.fullscreen,
    full ? minimize : maximize,
    () => void (full ? document.exitFullscreen() : host.requestFullscreen()).catch(() => undefined),
  );
}

/** The element in the document's own tree: `document.fullscreenElement` never names one inside a shadow tree. */
function outermost(element: Element): Element {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? outermost(root.host) : element;
}
