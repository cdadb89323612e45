import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ErrorDetail, LeftReason, MeetingSession, SessionState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { seal } from '../../styles/seal.js';
import { cleanName } from '../clean-name.js';
import { mayFocus } from '../gentle-focus.js';
import { rich, said, shortName } from '../names.js';
import { Part } from '../part.js';
import { Attachment } from '../stage/attachment.js';
import { avatarStyle, hollowAvatar } from '../stage/avatar.js';
import { micOff } from '../../styles/icons-first.js';
import { icon } from '../icon.js';

export type ScreenKind = 'passcode' | 'knocking' | 'left' | 'failed';

/** Everything that is one column of words: asking for the passphrase, waiting to be let in, and every end. */
export class SecureMeetingScreen extends Part {
  static override styles = [
    base,
    seal,
    avatarStyle,
    css`
      :host {
        display: block;
        block-size: 100%;
        min-block-size: 0;
      }
      .screen {
        grid-template-columns: minmax(0, calc(var(--_u) * 105));
        justify-items: center;
        text-align: center;
        padding-block-end: calc(var(--_u) * 12);
      }
      .tile {
        inline-size: min(100%, calc(var(--_u) * 90));
        aspect-ratio: 16 / 9;
      }
      .label {
        position: absolute;
        inset-block-end: calc(var(--_u) * 2);
        inset-inline-start: calc(var(--_u) * 2);
        display: flex;
        align-items: center;
        gap: calc(var(--_u) * 1.5);
        padding: calc(var(--_u) * 1.25) calc(var(--_u) * 2);
        border-radius: var(--_radius-small);
        background: oklch(0 0 0 / 0.64);
        color: white;
        font-size: var(--_small);
        font-weight: 600;
        line-height: 1.2;
      }
      .label .icon {
        inline-size: calc(var(--_u) * 4);
        block-size: calc(var(--_u) * 4);
        stroke-width: 2.25;
      }
      .words {
        display: grid;
        gap: calc(var(--_u) * 2);
        justify-items: center;
      }
      .words p {
        color: var(--secure-meeting-text-muted);
        text-wrap: balance;
        max-inline-size: 46ch;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: calc(var(--_u) * 2);
      }
      .sees {
        display: grid;
        gap: var(--_u);
        justify-items: start;
        inline-size: min(100%, calc(var(--_u) * 90));
        padding: calc(var(--_u) * 3) calc(var(--_u) * 4);
        border-radius: var(--_radius-tile);
        background: var(--secure-meeting-surface);
        box-shadow: inset 0 0 0 1px var(--secure-meeting-line);
        text-align: start;
      }
      .row {
        display: flex;
        align-items: center;
        gap: calc(var(--_u) * 3);
        inline-size: 100%;
        min-inline-size: 0;
      }
      .row > span:last-child {
        display: grid;
        min-inline-size: 0;
        overflow-wrap: anywhere;
        line-height: 1.3;
      }
      form {
        display: grid;
        gap: calc(var(--_u) * 4);
        inline-size: min(100%, calc(var(--_u) * 84));
        text-align: start;
      }
      .with {
        display: flex;
        gap: calc(var(--_u) * 2);
      }
      @container secure-meeting (width < 40em) {
        .screen {
          padding: calc(var(--_u) * 4);
          gap: calc(var(--_u) * 4);
        }
        .title {
          font-size: calc(var(--_u) * 6);
        }
      }
      @container secure-meeting (height < 28em) {
        .screen {
          padding-block: calc(var(--_u) * 4);
          gap: calc(var(--_u) * 4);
        }
        .title {
          font-size: calc(var(--_u) * 5);
        }
        .tile {
          display: none;
        }
      }
    `,
  ];

  @property() accessor kind: ScreenKind = 'left';
  @property({ attribute: false }) accessor session: MeetingSession | undefined;
  @property({ attribute: false }) accessor meeting: SessionState | undefined;
  @property({ attribute: false }) accessor problem: ErrorDetail | undefined;
  @property({ type: Boolean }) accessor wrong = false;
  @property() accessor name = '';
  @property({ attribute: false }) accessor onPasscode: ((secret: string | undefined) => void) | undefined;
  @property({ attribute: false }) accessor onJoin: (() => void) | undefined;
  @property({ attribute: false }) accessor onLeave: (() => void) | undefined;

  #shown = false;
  readonly #attachment = new Attachment();

  override render(): TemplateResult {
    return html`<div class="screen" part="screen">
      ${this.kind === 'passcode' ? this.#passcode() : this.kind === 'knocking' ? this.#waiting() : this.#end()}
    </div>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override firstUpdated(): void {
    if (this.kind === 'passcode' && mayFocus(this))
      this.renderRoot.querySelector('input')?.focus({ preventScroll: true });
  }

  override updated(): void {
    this.#attachment.set(this.session, this.renderRoot.querySelector('video'), {
      identity: this.meeting?.self.identity ?? '',
      source: 'camera',
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#attachment.release();
  }

  #passcode(): TemplateResult {
    const { words } = this;
    return html`<div class="words" lang=${this.fallback}>
        <h1 class="title" part="screen-title">${words.passcodeTitle}</h1>
        <p id="note">${words.passcodeSentence}</p>
      </div>
      <form @submit=${this.#answer}>
        <label class="field" lang=${this.fallback}
          >${words.passcodeLabel}
          <input
            class="input large"
            name="passphrase"
            type=${this.#shown ? 'text' : 'password'}
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
                ${words.passcodeWrong}
              </p>`
            : nothing
        }
        <div class="with">
          <button class="button primary large block" part="button-primary">${words.continue}</button>
          <button class="button large" part="button" type="button" aria-pressed=${this.#shown} @click=${this.#show}>
            ${this.#shown ? words.passcodeHide : words.passcodeShow}
          </button>
        </div>
        <button class="button ghost" part="button" type="button" @click=${() => this.onPasscode?.(undefined)}>
          ${words.back}
        </button>
      </form>`;
  }

  #show = (): void => {
    this.#shown = !this.#shown;
    this.requestUpdate();
  };

  #answer = (event: Event): void => {
    event.preventDefault();
    const field = this.renderRoot.querySelector('input') as HTMLInputElement;
    const secret = field.value;
    field.value = '';
    if (secret) this.onPasscode?.(secret);
  };

  #waiting(): TemplateResult {
    const { words } = this;
    const host = this.meeting?.others.find((person) => person.role === 'host');
    const name = host && said(shortName(host.name));
    const self = this.meeting?.self;
    return html`${
        self?.camera
          ? html`<div class="tile" part="tile local">
              <video class="mirrored" .muted=${true} autoplay playsinline aria-label=${words.preview}></video>
              <span class="label">${icon(micOff)}${words.you}</span>
            </div>`
          : nothing
      }
      <div class="words" role="status" lang=${this.fallback}>
        <h1 class="heading" part="screen-title">${name ? rich(words.hostSeesYou(name)) : words.somebodySeesYou}</h1>
        <p>${words.nobodyHearsYou}</p>
      </div>
      <div class="sees">
        <span class="small muted" lang=${this.fallback}>${name ? rich(words.hostSees(name)) : words.theHostSees}</span>
        <div class="row">
          ${hollowAvatar(self?.name || this.name)}
          <span
            ><bdi>“${cleanName(self?.name || this.name)}”</bdi
            ><span class="small muted" lang=${this.fallback}>${words.nameNotChecked}</span></span
          >
        </div>
      </div>
      <div class="actions">
        <button class="button" part="button" @click=${() => this.onLeave?.()}>${words.stopWaiting}</button>
      </div>`;
  }

  #end(): TemplateResult {
    const { words, problem } = this;
    const left = this.meeting?.left ?? { reason: 'failed' as const, canRejoin: true };
    const reason: LeftReason = this.kind === 'failed' && left.reason === 'left' ? 'failed' : left.reason;
    const [title, sentence] = this.#ending(reason);
    const refused = this.kind === 'failed' && reason === 'token' && problem;
    // A reason that says everything itself needs no error beside it.
    const error =
      (reason === 'failed' || reason === 'token' || reason === 'key') && problem && words.errors[problem.code];
    return html`<div class="words" role="status">
        <h1 class="title" part="screen-title">${refused ? this.#refusal(problem) : title}</h1>
        <p lang=${this.fallback}>${error ? html`${error.what} ${error.next}` : sentence}</p>
      </div>
      ${
        left.canRejoin
          ? html`<div class="actions">
              <button class="button primary large" part="button-primary" @click=${() => this.onJoin?.()}>
                ${this.kind === 'failed' ? words.tryAgain : words.rejoin}
              </button>
            </div>`
          : nothing
      }`;
  }

  /** The site said no. */
  #refusal({ code }: ErrorDetail): string | TemplateResult {
    const { words } = this;
    if (code !== 'token-encryption-mismatch') return words.notLetInTitle;
    const off = this.meeting?.encryption.provider === 'off';
    return html`<span lang=${this.fallback}>${off ? words.isEncryptedTitle : words.notEncryptedTitle}</span>`;
  }

  #ending(reason: LeftReason): readonly [string, string] {
    const { words } = this;
    switch (reason) {
      case 'left':
        return [words.leftTitle, words.leftSentence];
      case 'removed':
        return [words.removedTitle, words.removedSentence];
      case 'ended':
        return [words.endedTitle, words.endedSentence];
      case 'denied':
        return [words.deniedTitle, words.deniedSentence];
      case 'locked':
        return [words.lockedTitle, words.lockedSentence];
      case 'full':
        return [words.fullTitle, words.fullSentence];
      case 'duplicate':
        return [words.duplicateTitle, words.duplicateSentence];
      case 'network':
        return [words.networkTitle, words.networkSentence];
      case 'token':
        return [words.failedTitle, `${words.errors['token-expired'].what} ${words.errors['token-expired'].next}`];
      case 'key':
        return [
          words.failedTitle,
          `${words.errors['key-provider-failed'].what} ${words.errors['key-provider-failed'].next}`,
        ];
      case 'failed':
        return [words.failedTitle, words.networkSentence];
    }
  }
}
