import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { base } from '../../styles/base.js';
import { check } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { place } from './place.js';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly icon?: TemplateResult<2>;
  /** Present: one of several, and whether it is the one. */
  readonly checked?: boolean;
  /** `checked` is on or off by itself, not one of several. */
  readonly toggle?: boolean;
  readonly alarm?: boolean;
  readonly disabled?: boolean;
  /** Shown instead of the label, which then is the name. */
  readonly glyph?: string;
}
export interface MenuGroup {
  readonly heading?: string;
  /** Side by side. */
  readonly row?: boolean;
  readonly items: readonly MenuItem[];
}

/** A list of things to do or choose from, in the top layer beside its button. Arrow keys move, Escape closes. */
export class SecureMeetingMenu extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset: auto;
        margin: 0;
        padding: 0;
        border: 0;
        background: none;
        color: var(--secure-meeting-text);
        overflow: visible;
        font-size: var(--_medium);
        line-height: 1.4;
      }
      .menu {
        inline-size: max-content;
        min-inline-size: min(calc(var(--_u) * 56), 100vw - 16px);
        max-inline-size: min(calc(var(--_u) * 80), 100vw - 16px);
        max-block-size: calc(100vh - 16px);
        overflow: auto;
        padding: var(--_u);
        border-radius: calc(14px * var(--secure-meeting-round));
        background: var(--secure-meeting-raised);
        box-shadow:
          var(--secure-meeting-shadow, 0 1px 2px oklch(0 0 0 / 0.08), 0 8px 24px oklch(0 0 0 / 0.16)),
          inset 0 0 0 1px var(--secure-meeting-line);
      }
      hr {
        margin: var(--_u) 0;
        border: 0;
        border-block-start: 1px solid var(--secure-meeting-line);
      }
      .group {
        padding: calc(var(--_u) * 2) calc(var(--_u) * 3) var(--_u);
        font-size: var(--_small);
        font-weight: 600;
        color: var(--secure-meeting-text-muted);
      }
      .item {
        display: flex;
        align-items: center;
        gap: calc(var(--_u) * 3);
        inline-size: 100%;
        min-block-size: calc(var(--_u) * 11);
        padding: calc(var(--_u) * 2) calc(var(--_u) * 3);
        border: 0;
        border-radius: var(--_radius);
        background: none;
        text-align: start;
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      .item:hover,
      .item:focus-visible {
        background: var(--secure-meeting-fill);
      }
      .item:focus-visible {
        outline-offset: -2px;
        box-shadow: none;
      }
      .item > .none {
        inline-size: calc(var(--_u) * 5);
        flex: none;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
      }
      .row .item {
        inline-size: calc(var(--_u) * 11);
        padding: 0;
        justify-content: center;
        font-size: 1.5em;
        line-height: 1;
      }
      .alarm {
        color: var(--_alarm);
      }
      .item small {
        display: block;
        font-size: var(--_small);
        color: var(--secure-meeting-text-muted);
      }
      @media (forced-colors: active) {
        .menu {
          border: 1px solid CanvasText;
        }
      }
    `,
  ];

  @property({ attribute: false }) accessor groups: readonly MenuGroup[] = [];
  @property() accessor label = '';
  @property({ attribute: false }) accessor onPick: ((id: string) => void) | undefined;
  #anchor: HTMLElement | undefined;

  override render(): TemplateResult {
    const aligned = this.groups.some((group) => group.items.some((item) => item.icon || item.checked !== undefined));
    return html`<div class="menu" part="menu" role="menu" aria-label=${this.label} @keydown=${this.#key}>
      ${this.groups.map(
        (group, index) =>
          html`${index ? html`<hr />` : nothing}
            <div role="group" class=${group.row ? 'row' : ''} aria-label=${group.heading ?? nothing}>
              ${group.heading ? html`<div class="group" aria-hidden="true">${group.heading}</div>` : nothing}
              ${group.items.map((item) => this.#item(item, aligned))}
            </div>`,
      )}
    </div>`;
  }

  #item(item: MenuItem, aligned: boolean): TemplateResult {
    const shape = item.checked ? check : item.icon;
    return html`<button
      class="item ${item.alarm ? 'alarm' : ''}"
      part="menu-item ${item.checked ? 'checked' : ''}"
      role=${item.checked === undefined ? 'menuitem' : item.toggle ? 'menuitemcheckbox' : 'menuitemradio'}
      aria-checked=${item.checked ?? nothing}
      aria-label=${item.glyph ? item.label : nothing}
      aria-disabled=${item.disabled ?? nothing}
      tabindex="-1"
      @click=${() => !item.disabled && this.#pick(item.id)}
    >
      ${shape ? icon(shape) : aligned ? html`<span class="none"></span>` : nothing}
      <span><bdi>${item.glyph ?? item.label}</bdi>${item.detail ? html`<small>${item.detail}</small>` : nothing}</span>
    </button>`;
  }

  /** Opens beside `anchor`; focus goes to what is chosen, and back when it closes. */
  async open(anchor: HTMLElement): Promise<void> {
    this.#anchor = anchor;
    this.popover = 'auto';
    this.addEventListener('toggle', (event) => {
      if (event.newState === 'closed') this.#closed();
    });
    anchor.setAttribute('aria-expanded', 'true');
    await this.updateComplete;
    this.showPopover();
    // From the next press on, the button closes the menu: without this, the press dismisses it and its click opens it
    // anew. Not from now on: the click that opened it is not over yet, and would close it.
    if (anchor instanceof HTMLButtonElement)
      setTimeout(() => this.matches(':popover-open') && (anchor.popoverTargetElement = this));
    place(this, anchor);
    const items = this.#items();
    (items.find((item) => item.getAttribute('aria-checked') === 'true') ?? items[0])?.focus();
  }

  #closed(): void {
    const anchor = this.#anchor;
    anchor?.setAttribute('aria-expanded', 'false');
    if (anchor instanceof HTMLButtonElement) anchor.popoverTargetElement = null;
    // Only if nobody took the focus meanwhile, for example a panel the choice opened, in whatever tree.
    const { activeElement, body } = this.ownerDocument;
    if (this.matches(':focus-within') || !activeElement || activeElement === body) anchor?.focus();
    this.remove();
  }

  /** Left and right move only where things stand side by side; which is next follows the direction of writing. */
  #sideways(at: number): Record<string, number> {
    if (!this.groups.some((group) => group.row)) return {};
    const on = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    return { ArrowRight: at + on, ArrowLeft: at - on };
  }

  #items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.item')];
  }

  #pick(id: string): void {
    this.hidePopover();
    this.onPick?.(id);
  }

  #key = (event: KeyboardEvent): void => {
    const items = this.#items();
    const at = items.indexOf(this.shadowRoot?.activeElement as HTMLElement);
    const next: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      ...this.#sideways(at),
      Home: 0,
      End: items.length - 1,
    };
    if (event.key === 'Tab') this.hidePopover();
    const to = next[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    items[(to + items.length) % items.length]?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'secure-meeting-menu': SecureMeetingMenu;
  }
}

/** Makes a menu beside `anchor`, in the same tree, so that it looks like what is around it. */
export function openMenu(
  anchor: HTMLElement,
  label: string,
  groups: readonly MenuGroup[],
  onPick: (id: string) => void,
): void {
  if (anchor.getAttribute('aria-expanded') === 'true') return;
  const menu = document.createElement('secure-meeting-menu');
  Object.assign(menu, { label, groups, onPick });
  menu.setAttribute('exportparts', 'menu,menu-item,checked');
  (anchor.getRootNode() as ShadowRoot).append(menu);
  void menu.open(anchor);
}
