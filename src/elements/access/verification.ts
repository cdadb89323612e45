import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ErrorCode } from '../../base/error-codes.js';
import { SecureMeetingError } from '../../base/errors.js';
import type { PhoneVerification } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { check } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { said, rich } from '../names.js';
import { mayFocus } from '../gentle-focus.js';
import { Part } from '../part.js';
import { accessStyle } from './access-style.js';
import { Countdown } from './countdown.js';

type Step = 'number' | 'code' | 'done';

/** Verifies a phone number, once: the number, the code that was sent to it, done. */
export class SecureMeetingVerification extends Part {
  static override styles = [base, accessStyle];

  @property({ attribute: false }) accessor phone: PhoneVerification | undefined;
  /** Called with true once verified, with false when somebody went back. */
  @property({ attribute: false }) accessor onAnswer: ((verified: boolean) => void) | undefined;

  #step: Step = 'number';
  #number = '';
  #busy = false;
  #problem: ErrorCode | undefined;
  /** Until another code may be sent. */
  readonly #resend = new Countdown(this);
  /** Until anything may be tried again. */
  readonly #wait = new Countdown(this);

  override firstUpdated(): void {
    if (mayFocus(this)) this.#focus();
  }

  override render(): TemplateResult {
    return html`<div class="screen" part="screen">
      ${this.#step === 'number' ? this.#askNumber() : this.#step === 'code' ? this.#askCode() : this.#done()}
    </div>`;
  }

  #askNumber(): TemplateResult {
    const { words } = this;
    return html`<div class="words" lang=${this.fallback}>
        <h1 class="title" part="screen-title">${words.phoneTitle}</h1>
        <p id="note">${words.phoneSentence}</p>
      </div>
      <form @submit=${this.#send}>
        <label class="field" lang=${this.fallback}
          >${words.phoneLabel}
          <input
            class="input large"
            name="number"
            type="tel"
            dir="ltr"
            maxlength="32"
            autocomplete="tel"
            required
            .value=${this.#number}
            aria-invalid=${this.#problem !== undefined}
            aria-describedby=${this.#problem ? 'problem note' : 'note'}
        /></label>
        ${this.#notice()} ${this.#submit(words.phoneSend, this.fallback)}
        <button class="button ghost" part="button" type="button" @click=${() => this.onAnswer?.(false)}>
          ${words.back}
        </button>
      </form>`;
  }

  #askCode(): TemplateResult {
    const { words } = this;
    const { left } = this.#resend;
    return html`<div class="words" lang=${this.fallback}>
        <h1 class="title" part="screen-title">${words.phoneCodeTitle}</h1>
        <p id="note">${rich(words.phoneCodeSentence(said(this.#number)))}</p>
      </div>
      <form @submit=${this.#check}>
        <label class="field" lang=${this.fallback}
          >${words.phoneCodeLabel}
          <input
            class="input large digits"
            name="code"
            inputmode="numeric"
            autocomplete="one-time-code"
            maxlength="11"
            required
            aria-invalid=${this.#problem !== undefined}
            aria-describedby=${this.#problem ? 'problem note' : 'note'}
        /></label>
        ${this.#notice()} ${this.#submit(words.continue)}
        <div class="pair" lang=${this.fallback}>
          <button
            class="button ghost"
            part="button"
            type="button"
            aria-disabled=${left > 0 || this.#busy}
            @click=${this.#again}
          >
            ${left > 0 ? html`<span role="timer">${words.phoneResendIn(left)}</span>` : words.phoneResend}
          </button>
          <button class="button ghost" part="button" type="button" @click=${this.#change}>${words.phoneChange}</button>
        </div>
      </form>`;
  }

  #done(): TemplateResult {
    const { words } = this;
    return html`<div class="words" role="status" lang=${this.fallback}>
        ${icon(check)}
        <h1 class="title" part="screen-title">${words.phoneDoneTitle}</h1>
        <p>${words.phoneDoneSentence}</p>
      </div>
      <button class="button primary large" part="button-primary" @click=${() => this.onAnswer?.(true)}>
        ${words.joinMeeting}
      </button>`;
  }

  #submit(label: string, lang: string | typeof nothing = nothing): TemplateResult {
    const { left } = this.#wait;
    return html`<button
      class="button primary large block"
      part="button-primary"
      aria-disabled=${left > 0 || this.#busy}
    >
      ${
        left > 0
          ? html`<span role="timer" lang=${this.fallback}>${this.words.tryAgainIn(left)}</span>`
          : html`<span lang=${lang}>${label}</span>`
      }
    </button>`;
  }

  #notice(): TemplateResult | typeof nothing {
    if (!this.#problem) return nothing;
    const { what, next } = this.words.errors[this.#problem];
    return html`<p class="notice" part="notice" id="problem" role="alert" lang=${this.fallback}>${what} ${next}</p>`;
  }

  #send = (event: Event): void => {
    event.preventDefault();
    const number = this.#field.value.trim();
    if (number === '') return;
    this.#number = number;
    void this.#run(async (phone) => {
      const { resendIn } = await phone.start(number, number.startsWith('+') ? undefined : region());
      this.#step = 'code';
      this.#resend.start(resendIn);
    });
  };

  #check = (event: Event): void => {
    event.preventDefault();
    const code = this.#field.value;
    void this.#run(async (phone) => {
      await phone.check(code);
      this.#step = 'done';
    });
  };

  #again = (): void => {
    if (this.#resend.left > 0) return;
    void this.#run(async (phone) => this.#resend.start((await phone.resend()).resendIn));
  };

  #change = (): void => {
    this.#problem = undefined;
    this.#step = 'number';
    this.requestUpdate();
    void this.updateComplete.then(() => this.#focus());
  };

  async #run(wish: (phone: PhoneVerification) => Promise<void>): Promise<void> {
    if (this.#busy || !this.phone || this.#wait.left > 0) return;
    this.#busy = true;
    this.#problem = undefined;
    this.requestUpdate();
    const before = this.#step;
    try {
      await wish(this.phone);
    } catch (thrown) {
      const { code, retryAfter } = SecureMeetingError.from(thrown, 'token-endpoint-failed');
      if (code === 'token-already-verified') this.#step = 'done';
      else {
        // A number somebody else has: the code was right, the number is what must change.
        if (code === 'token-number-in-use') this.#step = 'number';
        this.#problem = code;
        if (code === 'token-rate-limited') this.#wait.start(retryAfter);
      }
    }
    this.#busy = false;
    this.requestUpdate();
    await this.updateComplete;
    if (this.#step !== before || this.#problem) this.#focus();
  }

  get #field(): HTMLInputElement {
    return this.renderRoot.querySelector('input') as HTMLInputElement;
  }

  #focus(): void {
    const field = this.renderRoot.querySelector<HTMLElement>('input, .primary');
    field?.focus({ preventScroll: true });
    if (field instanceof HTMLInputElement) field.select();
  }
}

/** The country of this browser's language, for a number written without its country's code. */
function region(): string | undefined {
  try {
    return new Intl.Locale(navigator.language).maximize().region;
  } catch {
    return undefined;
  }
}
