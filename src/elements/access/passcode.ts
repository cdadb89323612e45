import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { base } from '../../styles/base.js';
import { mayFocus } from '../gentle-focus.js';
import { Part } from '../part.js';
import { accessStyle } from './access-style.js';
import { Countdown } from './countdown.js';

/** Asks for the passcode by which a site guards a room. It says nothing about keys: those have their own. */
export class SecureMeetingPasscode extends Part {
  static override styles = [base, accessStyle];

  /** The one before was wrong, or there were too many. */
  @property({ type: Boolean }) accessor wrong = false;
  /** Seconds until another try makes sense. */
  @property({ attribute: false }) accessor retryAfter: number | undefined;
  /** Called with what was typed, or with undefined when somebody went back. */
  @property({ attribute: false }) accessor onAnswer: ((passcode: string | undefined) => void) | undefined;

  readonly #wait = new Countdown(this);

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('retryAfter')) this.#wait.start(this.retryAfter);
  }

  override firstUpdated(): void {
    if (mayFocus(this)) this.renderRoot.querySelector('input')?.focus({ preventScroll: true });
  }

  override render(): TemplateResult {
    const { words } = this;
    const { left } = this.#wait;
    const locked = this.retryAfter !== undefined;
    return html`<div class="screen" part="screen">
      <div class="words" lang=${this.fallback}>
        <h1 class="title" part="screen-title">${words.roomPasscodeTitle}</h1>
        <p id="note">${words.roomPasscodeSentence}</p>
      </div>
      <form @submit=${this.#answer}>
        <label class="field" lang=${this.fallback}
          >${words.roomPasscodeLabel}
          <input
            class="input large"
            name="passcode"
            maxlength="128"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            required
            aria-invalid=${this.wrong}
            aria-describedby=${this.wrong ? 'wrong note' : 'note'}
        /></label>
        ${
          this.wrong
            ? html`<p class="notice" part="notice" id="wrong" role="alert" lang=${this.fallback}>
                ${locked ? words.roomPasscodeLocked : words.roomPasscodeWrong}
              </p>`
            : nothing
        }
        <button class="button primary large block" part="button-primary" aria-disabled=${left > 0}>
          ${left > 0 ? html`<span role="timer" lang=${this.fallback}>${words.tryAgainIn(left)}</span>` : words.continue}
        </button>
        <button class="button ghost" part="button" type="button" @click=${() => this.onAnswer?.(undefined)}>
          ${words.back}
        </button>
      </form>
    </div>`;
  }

  #answer = (event: Event): void => {
    event.preventDefault();
    const field = this.renderRoot.querySelector('input') as HTMLInputElement;
    const passcode = field.value.trim();
    if (passcode === '' || this.#wait.left > 0) return;
    field.value = '';
    this.onAnswer?.(passcode);
  };
}
