import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { MeetingSession, SessionState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { check, volume2 } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { Part } from '../part.js';
import { openCheck } from './check.js';

/** Before a meeting, below the devices: can one hear, and is the way to the meeting open? And what the camera waits for. */
export class SecureMeetingTests extends Part {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: calc(var(--_u) * 2) calc(var(--_u) * 6);
        font-size: var(--_small);
        color: var(--secure-meeting-text-muted);
      }
      .blurring:not(:empty) {
        flex: 1 0 100%;
      }
      .blurring:empty {
        position: absolute;
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: calc(var(--_u) * 2);
        min-block-size: calc(var(--_u) * 6);
        padding: 0;
        border: 0;
        background: none;
        font-weight: 600;
        cursor: pointer;
      }
      button:hover {
        color: var(--secure-meeting-text);
      }
      @media (pointer: coarse) {
        button {
          min-block-size: 44px;
        }
      }
      .icon {
        inline-size: calc(var(--_u) * 5);
        block-size: calc(var(--_u) * 5);
      }
    `,
  ];

  @property({ attribute: false }) accessor session: MeetingSession | undefined;
  @property({ attribute: false }) accessor meeting: SessionState | undefined;
  #played = false;
  #good = false;

  override render(): TemplateResult | typeof nothing {
    const { words } = this;
    // The tags may be here before all words are.
    if (!words.testSpeaker) return nothing;
    const loading = this.meeting?.blur === 'loading';
    return html`<span class="blurring" role="status">${loading ? words.blurLoading : nothing}</span>
      <button type="button" part="button" @click=${this.#hear}>${icon(volume2)}${words.testSpeaker}</button>
      <button type="button" part="button" aria-haspopup="dialog" @click=${this.#reach}>
        ${this.#good ? icon(check) : nothing}${this.#good ? words.connectionGood : words.testConnection}
      </button>
      <span class="hidden" role="status">${this.#played ? words.speakerTested : nothing}</span>`;
  }

  readonly #hear = async (): Promise<void> => {
    this.#say({ played: false });
    const output = this.session?.state.devices.audiooutput.selected ?? '';
    try {
      const { testSpeaker } = await import('../live/sounds.js');
      await testSpeaker(output);
      this.#say({ played: true });
    } catch {
      // Nothing is heard, and that is what the test says.
    }
  };

  readonly #reach = (event: Event): void => {
    if (!this.session) return;
    openCheck(event.currentTarget as HTMLElement, this.session, (good) => this.#say({ good }));
  };

  #say({ played = this.#played, good = this.#good }: { readonly played?: boolean; readonly good?: boolean }): void {
    this.#played = played;
    this.#good = good;
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'secure-meeting-tests': SecureMeetingTests;
  }
}
