import { css, html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { MeetingSession } from '../../session/types.js';
import { Part } from '../part.js';

const BARS = 12;

/** How loud one is: twelve bars. Levels come at most 20 times a second and are written straight to the style. */
export class SecureMeetingMeter extends Part {
  static override styles = css`
    :host {
      display: flex;
      align-items: center;
      gap: 3px;
    }
    i {
      inline-size: 3px;
      block-size: calc(var(--_u) * 3.5);
      border-radius: 1.5px;
      background: var(--secure-meeting-line);
    }
    .on {
      background: var(--secure-meeting-accent);
    }
    @media (forced-colors: active) {
      i {
        border: 1px solid CanvasText;
      }
      .on {
        forced-color-adjust: none;
        background: CanvasText;
      }
    }
  `;

  @property({ attribute: false }) accessor session: MeetingSession | undefined;
  @property() accessor identity = '';
  #stop: (() => void) | undefined;
  #of: readonly unknown[] = [];

  override render(): TemplateResult {
    return html`${Array.from({ length: BARS }, () => html`<i part="meter"></i>`)}`;
  }

  override updated(): void {
    this.setAttribute('role', 'img');
    this.setAttribute('aria-label', this.words.level);
    if (this.#of[0] === this.session && this.#of[1] === this.identity) return;
    this.#stop?.();
    this.#of = [this.session, this.identity];
    this.#stop = this.session?.onLevel(this.identity, (level) => this.#show(level));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#of = [];
  }

  #show(level: number): void {
    const lit = Math.round(Math.min(1, Math.max(0, level)) * BARS);
    this.renderRoot.querySelectorAll('i').forEach((bar, index) => bar.classList.toggle('on', index < lit));
  }
}
