import { html, type TemplateResult } from 'lit';
import type { Words } from '../../i18n/index.js';

const CORNERS = ['bottom end', 'bottom start', 'top start', 'top end'] as const;
/** Pixels before a press becomes a drag. */
const SLACK = 4;

/** One's own picture over the others': in a corner, moved to another by arrow keys or by dragging. */
export class SelfView {
  readonly #changed: () => void;
  #corner = 0;
  #drag: { readonly id: number; readonly x: number; readonly y: number; moved: boolean } | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  render(words: Words, tile: unknown): TemplateResult {
    return html`<div
      class="float"
      data-corner=${CORNERS[this.#corner]}
      tabindex="0"
      role="group"
      aria-label=${words.you}
      aria-describedby="move-self"
      @keydown=${this.#key}
      @pointerdown=${this.#down}
      @pointermove=${this.#move}
      @pointerup=${this.#up}
      @pointercancel=${this.#up}
    >
      ${tile}<span class="hidden" id="move-self">${words.moveSelf}</span>
    </div>`;
  }

  #key = (event: KeyboardEvent): void => {
    const box = event.currentTarget as HTMLElement;
    const rtl = getComputedStyle(box).direction === 'rtl';
    const [block, inline] = (CORNERS[this.#corner] as string).split(' ') as [string, string];
    const to: Record<string, string> = {
      ArrowUp: `top ${inline}`,
      ArrowDown: `bottom ${inline}`,
      ArrowLeft: `${block} ${rtl ? 'end' : 'start'}`,
      ArrowRight: `${block} ${rtl ? 'start' : 'end'}`,
    };
    const wanted = to[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    this.#settle(box, wanted);
  };

  #down = (event: PointerEvent): void => {
    if (event.button !== 0 || !event.isPrimary) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#drag = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
  };

  #move = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (drag?.id !== event.pointerId) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(x, y) < SLACK) return;
    drag.moved = true;
    (event.currentTarget as HTMLElement).style.translate = `${x}px ${y}px`;
  };

  /** Let go, it goes into the corner it is nearest to. */
  #up = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (drag?.id !== event.pointerId) return;
    this.#drag = undefined;
    const box = event.currentTarget as HTMLElement;
    const stage = box.offsetParent?.getBoundingClientRect();
    if (!drag.moved || !stage) return;
    const own = box.getBoundingClientRect();
    const rtl = getComputedStyle(box).direction === 'rtl';
    const left = own.left + own.width / 2 < stage.left + stage.width / 2;
    const top = own.top + own.height / 2 < stage.top + stage.height / 2;
    this.#settle(box, `${top ? 'top' : 'bottom'} ${left === rtl ? 'end' : 'start'}`, event.type === 'pointercancel');
  };

  /** Moves by transform only, from where it is to where it belongs. */
  #settle(box: HTMLElement, wanted: string, back = false): void {
    const from = box.getBoundingClientRect();
    if (!back) this.#corner = CORNERS.findIndex((corner) => corner === wanted);
    box.dataset['corner'] = CORNERS[this.#corner] as string;
    box.style.translate = '';
    const to = box.getBoundingClientRect();
    const duration = parseFloat(getComputedStyle(box).getPropertyValue('--_time-tile')) || 0;
    if (duration)
      box.animate([{ translate: `${from.left - to.left}px ${from.top - to.top}px` }, { translate: '0 0' }], {
        duration,
        easing: 'cubic-bezier(0.2, 0, 0, 1)',
      });
    this.#changed();
  }
}
