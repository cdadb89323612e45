import { html, nothing, type TemplateResult } from 'lit';
import type { Words } from '../../i18n/index.js';
import { layoutGrid, maximize, minimize, pictureInPicture2 } from '../../styles/icons.js';
import { outermost } from '../gentle-focus.js';
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

/** What browsers that can put a page's own tree into a window on top offer. TypeScript's list does not have it yet. */
interface DocumentPip {
  requestWindow(options?: { readonly width?: number; readonly height?: number }): Promise<Window>;
}
declare const documentPictureInPicture: DocumentPip;

/** Opens the small window, from a click. Undefined where the browser or the page does not allow it. */
export async function requestPip(): Promise<Window | undefined> {
  return documentPictureInPicture.requestWindow({ width: 384, height: 264 }).catch(() => undefined);
}

export function pipButton(words: Words, open: boolean, toggle: () => void): TemplateResult | typeof nothing {
  // Only a page that stands by itself may open one.
  if (!('documentPictureInPicture' in window) || window.parent !== window) return nothing;
  return headerButton(open ? words.exitPip : words.pip, pictureInPicture2, toggle);
}

/** Full screen of `host`, where the page and the browser allow it. */
export function fullscreenButton(words: Words, host: Element): TemplateResult | typeof nothing {
  if (!document.fullscreenEnabled) return nothing;
  // `fullscreenElement` never names an element inside a shadow tree.
  const full = !!document.fullscreenElement && document.fullscreenElement === outermost(host);
  return headerButton(
    full ? words.exitFullscreen : words.fullscreen,
    full ? minimize : maximize,
    () => void (full ? document.exitFullscreen() : host.requestFullscreen()).catch(() => undefined),
  );
}
