import { css, html, nothing, type TemplateResult } from 'lit';
import type { Words } from '../../i18n/index.js';
import type { ConnectionTest, MeetingSession } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { Part } from '../part.js';
import { place } from './place.js';

/** Milliseconds of a round trip from which a conversation halts. */
const SLOW = 300;

/** The network check: what was reached, which way picture and sound go, and how long it takes. */
export class SecureMeetingCheck extends Part {
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
        font-size: var(--_medium);
        line-height: 1.4;
      }
      .check {
        display: grid;
        gap: calc(var(--_u) * 3);
        inline-size: min(calc(var(--_u) * 80), 100vw - 16px);
        max-block-size: calc(100vh - 16px);
        overflow: auto;
        padding: calc(var(--_u) * 4);
        border-radius: calc(14px * var(--secure-meeting-round));
        background: var(--secure-meeting-raised);
        box-shadow:
          var(--secure-meeting-shadow, 0 1px 2px oklch(0 0 0 / 0.08), 0 8px 24px oklch(0 0 0 / 0.16)),
          inset 0 0 0 1px var(--secure-meeting-line);
      }
      h2 {
        font-weight: 600;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--_u) calc(var(--_u) * 4);
        font-size: var(--_small);
      }
      dt {
        color: var(--secure-meeting-text-muted);
      }
      dd {
        font-variant-numeric: tabular-nums;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: calc(var(--_u) * 2);
      }
      @media (forced-colors: active) {
        .check {
          border: 1px solid CanvasText;
        }
      }
    `,
  ];

  #session: MeetingSession | undefined;
  #anchor: HTMLElement | undefined;
  #found: ConnectionTest | undefined;
  #told: ((good: boolean) => void) | undefined;
  readonly #stop = new AbortController();

  override render(): TemplateResult {
    const { words } = this;
    const found = this.#found;
    return html`<div class="check" part="menu" role="dialog" aria-labelledby="title" @keydown=${this.#key}>
      <h2 id="title" tabindex="-1">${words.testConnection}</h2>
      <p role="status" lang=${found ? this.fallback : nothing}>${found ? verdict(found, words) : words.checkTesting}</p>
      ${found ? this.#facts(found) : nothing}
      <span class="buttons">
        ${
          found
            ? html`<button class="button" part="button" @click=${() => void this.#test()}>${words.checkAgain}</button>`
            : nothing
        }
        <button class="button ghost" part="button" @click=${() => this.hidePopover()}>${words.close}</button>
      </span>
    </div>`;
  }

  #facts({ service, media, roundTripMs }: ConnectionTest): TemplateResult {
    const { words } = this;
    const services = {
      reached: words.checkReached,
      unreachable: words.checkUnreachable,
      untested: words.checkUntested,
    };
    const ways = {
      ...{ udp: words.checkUdp, tcp: words.checkTcp, relay: words.checkRelay },
      ...{ blocked: words.checkBlocked, untested: words.checkUntested },
    };
    return html`<dl lang=${this.fallback}>
      <dt>${words.checkService}</dt>
      <dd>${services[service]}</dd>
      <dt>${words.checkMedia}</dt>
      <dd>${ways[media]}</dd>
      <dt>${words.checkRoundTrip}</dt>
      <dd>${roundTripMs === null ? words.checkUntested : words.checkMilliseconds(roundTripMs)}</dd>
    </dl>`;
  }

  /** Opens beside `anchor` and tests at once; closed, the test ends and the focus goes back. `told`: whether all is well. */
  async open(anchor: HTMLElement, session: MeetingSession, told?: (good: boolean) => void): Promise<void> {
    this.#anchor = anchor;
    this.#session = session;
    this.#told = told;
    this.popover = 'auto';
    this.addEventListener('toggle', (event) => {
      if (event.newState !== 'closed') return;
      this.#stop.abort();
      if (this.matches(':focus-within') || !(this.getRootNode() as ShadowRoot).activeElement) anchor.focus();
      this.remove();
    });
    await this.updateComplete;
    this.showPopover();
    place(this, anchor);
    this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
    await this.#test();
  }

  async #test(): Promise<void> {
    this.#found = undefined;
    this.requestUpdate();
    try {
      this.#found = await this.#session?.testConnection({ signal: this.#stop.signal });
    } catch {
      // Closed meanwhile, or its code could not be loaded: then nothing was found out.
      this.#found = { service: 'untested', media: 'untested', roundTripMs: null };
    }
    if (this.#found && !this.#stop.signal.aborted) this.#told?.(isGood(this.#found));
    this.requestUpdate();
    await this.updateComplete;
    if (this.isConnected && this.#anchor) place(this, this.#anchor);
  }

  #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.hidePopover();
  };
}

/** One sentence on what it means for a meeting. */
function verdict({ service, media, roundTripMs }: ConnectionTest, words: Words): string {
  if (service === 'unreachable') return words.checkNoService;
  if (media === 'blocked') return words.checkNoMedia;
  if (media === 'untested') return words.checkUnknown;
  return isGood({ service, media, roundTripMs }) ? words.checkGood : words.checkSlow;
}

const isGood = ({ service, media, roundTripMs }: ConnectionTest): boolean =>
  service !== 'unreachable' && media === 'udp' && (roundTripMs ?? 0) <= SLOW;

/** Makes a check beside `anchor`, in the same tree, so that it looks like what is around it. */
export function openCheck(anchor: HTMLElement, session: MeetingSession, told?: (good: boolean) => void): void {
  const check = document.createElement('secure-meeting-check');
  (anchor.getRootNode() as ShadowRoot).append(check);
  void check.open(anchor, session, told);
}

declare global {
  interface HTMLElementTagNameMap {
    'secure-meeting-check': SecureMeetingCheck;
  }
}
