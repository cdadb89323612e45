import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ChatMessage, FileTransfer } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { chevronDown, paperclip, sendHorizontal } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { Panel } from '../live/panel.js';
import { panelStyle } from '../live/panel-style.js';
import { openMenu } from '../menu/menu.js';
import { cleanName } from '../clean-name.js';
import { rich, said, shortName } from '../names.js';
import { repeat } from '../repeat.js';
import { linked } from './links.js';

/** UTF-16 code units; what the channel takes is checked by the session again. */
const LONGEST = 4000;

/** Messages to all or to one. Nothing is kept after the meeting. */
export class SecureMeetingChat extends Panel {
  static override styles = [
    base,
    panelStyle,
    css`
      .messages {
        display: flex;
        flex-direction: column;
        gap: calc(var(--_u) * 4);
      }
      .note {
        color: var(--secure-meeting-text-muted);
        font-size: var(--_small);
        text-wrap: pretty;
      }
      .message {
        display: grid;
        gap: 2px;
        justify-items: start;
      }
      .by {
        display: flex;
        align-items: baseline;
        gap: calc(var(--_u) * 2);
        min-inline-size: 0;
        max-inline-size: 100%;
        font-weight: 600;
      }
      time {
        flex: none;
        font-size: var(--_small);
        font-weight: 400;
        color: var(--secure-meeting-text-muted);
        font-variant-numeric: tabular-nums;
      }
      .text {
        max-inline-size: 100%;
        overflow-wrap: anywhere;
        white-space: pre-wrap;
        unicode-bidi: plaintext;
      }
      .text a {
        color: var(--secure-meeting-accent);
        text-underline-offset: 2px;
      }
      .own {
        justify-items: end;
      }
      .own .text {
        padding: calc(var(--_u) * 2) calc(var(--_u) * 3);
        border-radius: var(--_radius);
        background: var(--secure-meeting-fill);
        max-inline-size: 88%;
      }
      .private {
        padding-inline-start: calc(var(--_u) * 3);
        border-inline-start: 3px solid var(--secure-meeting-control-line);
      }
      .failed {
        color: var(--_alarm);
      }
      .composer {
        flex: none;
        display: grid;
        /* A field as wide as what is written in it must not be wider than the panel. */
        grid-template-columns: minmax(0, 1fr);
        gap: calc(var(--_u) * 2);
        padding: calc(var(--_u) * 3);
        border-block-start: 1px solid var(--secure-meeting-line);
      }
      .to {
        display: flex;
        align-items: center;
        gap: calc(var(--_u) * 1.5);
        padding-inline-start: var(--_u);
        font-size: var(--_small);
        color: var(--secure-meeting-text-muted);
      }
      .to .button {
        min-inline-size: 0;
        padding-inline: calc(var(--_u) * 1.5);
        min-block-size: calc(var(--_u) * 6.5);
        gap: 2px;
      }
      @media (pointer: coarse) {
        .to .button {
          min-block-size: 44px;
        }
      }
      .to .icon {
        inline-size: calc(var(--_u) * 4);
        block-size: calc(var(--_u) * 4);
        stroke-width: 2.25;
      }
      .line {
        display: flex;
        align-items: end;
        gap: var(--_u);
      }
      textarea.input {
        flex: 1;
        resize: none;
        field-sizing: content;
        max-block-size: calc(var(--_u) * 30);
        padding-block: calc(var(--_u) * 2);
        line-height: 1.4;
      }
      :dir(rtl) > .flip {
        transform: scaleX(-1);
      }
    `,
  ];

  #to: string | undefined;
  #tooLong = false;
  #atEnd = true;

  override render(): TemplateResult | typeof nothing {
    const { context, words } = this;
    if (!context) return nothing;
    const { encryption } = context.meeting;
    return this.frame(
      words.chat,
      html`<div
        class="panel-body"
        part="panel-body"
        tabindex="0"
        aria-label=${words.chat}
        role="region"
        @scroll=${this.#scrolled}
      >
        <div class="messages">
          <p class="note" lang=${this.fallback}>${encryption.state === 'off' ? words.chatNoteOff : words.chatNote}</p>
          ${repeat(
            this.#said(),
            ({ id }) => id,
            (item) => ('text' in item ? this.#message(item) : this.#file(item)),
          )}
        </div>
      </div>`,
      this.#composer(),
    );
  }

  override willUpdate(changed: PropertyValues): void {
    if (!this.hasUpdated) this.#to = this.context?.about;
    const people = this.context?.meeting.others ?? [];
    if (changed.has('context') && this.#to && !people.some((person) => person.identity === this.#to))
      this.#to = undefined;
  }

  /** New messages scroll into sight, unless one reads further up. */
  override updated(): void {
    const body = this.renderRoot.querySelector('.panel-body');
    if (body && this.#atEnd) body.scrollTop = body.scrollHeight;
  }

  /** Messages and files, as they came. */
  #said(): readonly (ChatMessage | FileTransfer)[] {
    const { meeting, features } = this.context as NonNullable<typeof this.context>;
    const files = features.has('files') ? (meeting.files ?? []) : [];
    return files.length ? [...meeting.chat, ...files].sort((a, b) => a.at - b.at) : meeting.chat;
  }

  #file(file: FileTransfer): TemplateResult {
    const { words } = this;
    const time = html`<time datetime=${new Date(file.at).toISOString()}>${words.time(file.at)}</time>`;
    const other = file.local ? this.#nameOf(file.to ?? '') : file.name;
    return html`<article class="message ${file.local ? 'own' : ''} ${file.to === null ? '' : 'private'}" part="message">
      ${file.to === null ? nothing : html`<span class="note" lang=${this.fallback}>${rich(words.privateTo(said(shortName(other))))}</span>`}
      ${
        file.local
          ? html`<span class="hidden">${words.you}</span>`
          : html`<span class="by"><bdi class="truncate">${cleanName(file.name)}</bdi>${time}</span>`
      }
      <secure-meeting-file .file=${file} .session=${this.context?.session}></secure-meeting-file>
      ${file.local ? time : nothing}
    </article>`;
  }

  #message(message: ChatMessage): TemplateResult {
    const { words } = this;
    const time = html`<time datetime=${new Date(message.at).toISOString()}>${words.time(message.at)}</time>`;
    return html`${message.missing > 0 ? html`<p class="note">${words.messagesMissing(message.missing)}</p>` : nothing}
      <article
        class="message ${message.local ? 'own' : ''} ${message.to === null ? '' : 'private'}"
        part="message ${message.local ? 'local' : ''} ${message.to === null ? '' : 'private'}"
      >
        ${message.to === null ? nothing : html`<span class="note" lang=${this.fallback}>${rich(words.privateTo(this.#other(message)))}</span>`}
        ${
          message.local
            ? html`<span class="hidden">${words.you}</span>`
            : html`<span class="by"><bdi class="truncate">${cleanName(message.name)}</bdi>${time}</span>`
        }
        <p class="text" part="message-text" dir="auto">${linked(message.text, words.opensElsewhere)}</p>
        ${message.local ? this.#state(message, time) : nothing}
      </article>`;
  }

  #state(message: ChatMessage, time: TemplateResult): TemplateResult {
    if (message.state === 'sent') return time;
    if (message.state === 'sending') return html`<span class="note">${this.words.sending}</span>`;
    return html`<span class="small failed"
      >${this.words.notSent}
      <button class="link" @click=${() => this.#send(message.text, message.to ?? undefined)}>
        ${this.words.tryAgain}
      </button></span
    >`;
  }

  /** The one other person of a private message. */
  #other(message: ChatMessage): string {
    if (!message.local) return said(shortName(message.name));
    return said(shortName(this.#nameOf(message.to ?? '')));
  }

  #nameOf(identity: string): string {
    return this.context?.meeting.others.find((person) => person.identity === identity)?.name ?? '';
  }

  #composer(): TemplateResult {
    const { words } = this;
    const { room, self } = (this.context as NonNullable<typeof this.context>).meeting;
    if (room.chatByHosts && self.role !== 'host')
      return html`<p class="composer muted small" role="status">${words.chatByHostsNote}</p>`;
    const to = this.#to ? cleanName(this.#nameOf(this.#to)) : words.everyone;
    return html`<form class="composer" @submit=${this.#submit}>
      <span class="to"
        >${words.chatTo}
        <button
          class="button ghost"
          part="button"
          type="button"
          aria-haspopup="menu"
          aria-expanded="false"
          aria-label="${words.chatTo}: ${to}"
          @click=${this.#choose}
        >
          <bdi class="truncate">${to}</bdi>${icon(chevronDown)}
        </button></span
      >
      ${this.#tooLong ? html`<p class="small failed" role="alert">${words.messageTooLong(LONGEST)}</p>` : nothing}
      <span class="line">
        ${this.context?.features.has('files') ? this.#attach() : nothing}
        <textarea
          class="input"
          rows="1"
          dir="auto"
          data-focus
          placeholder=${words.message}
          aria-label=${words.message}
          aria-invalid=${this.#tooLong}
          @keydown=${this.#enter}
          @input=${this.#typed}
        ></textarea>
        <button class="button ghost square" part="button" aria-label=${words.send}>
          ${icon(sendHorizontal, 'flip')}
        </button>
      </span>
    </form>`;
  }

  #attach(): TemplateResult {
    const { words } = this;
    const pick = (): void => this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
    return html`<input type="file" hidden multiple tabindex="-1" aria-hidden="true" @change=${this.#picked} />
      <button
        class="button ghost square"
        part="button"
        type="button"
        aria-label=${words.attachFile}
        title=${words.attachFile}
        @click=${pick}
      >
        ${icon(paperclip)}
      </button>`;
  }

  #picked = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    const files = [...(field.files ?? [])];
    // Chosen again, the same file is a change again.
    field.value = '';
    const to = this.#to === undefined ? {} : { to: this.#to };
    this.#atEnd = true;
    for (const file of files) this.act((session) => session.sendFile(file, to));
  };

  #choose = (event: Event): void => {
    const { words } = this;
    const people = this.context?.meeting.others ?? [];
    const items = [
      { id: '', label: words.everyone, checked: !this.#to },
      ...people
        .filter((person) => person.encryption !== 'stranger')
        .map((person) => ({
          id: person.identity,
          label: cleanName(person.name),
          checked: person.identity === this.#to,
        })),
    ];
    openMenu(event.currentTarget as HTMLElement, words.chatTo, [{ items }], (id) => {
      this.#to = id || undefined;
      this.requestUpdate();
    });
  };

  #scrolled = (event: Event): void => {
    const body = event.currentTarget as HTMLElement;
    this.#atEnd = body.scrollHeight - body.scrollTop - body.clientHeight < 40;
  };

  #typed = (event: Event): void => {
    const long = (event.target as HTMLTextAreaElement).value.length > LONGEST;
    if (long === this.#tooLong) return;
    this.#tooLong = long;
    this.requestUpdate();
  };

  #enter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    (event.target as HTMLTextAreaElement).form?.requestSubmit();
  };

  #submit = (event: Event): void => {
    event.preventDefault();
    const field = this.renderRoot.querySelector('textarea') as HTMLTextAreaElement;
    const text = field.value.trim();
    if (!text || text.length > LONGEST) return;
    field.value = '';
    this.#atEnd = true;
    this.#send(text, this.#to);
  };

  #send(text: string, to: string | undefined): void {
    this.act((session) => session.sendChat(text, to === undefined ? {} : { to }));
  }
}
