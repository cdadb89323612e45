import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { SecureMeetingError, type ErrorCode } from '../../base/index.js';
import {
  REPORT_REASONS,
  type ChatMessage,
  type Participant,
  type ReportReason,
  type ReportRequest,
} from '../../session/types.js';
import { base } from '../../styles/base.js';
import { cleanName } from '../clean-name.js';
import { Panel } from '../live/panel.js';
import { panelStyle } from '../live/panel-style.js';
import { said } from '../names.js';
import { Attachment } from '../stage/attachment.js';
import { repeat } from '../repeat.js';
import { reportStyle } from './report-style.js';
import { encoded, still } from './still.js';

/** UTF-16 code units, messages and bytes that a report takes; the session checks them again. */
const TEXT_MAX = 4000;
const MESSAGES_MAX = 100;
const PICTURE_MAX = 600_000;

type Look = { readonly identity: string; readonly source: 'camera' | 'screen' };

/** Reports somebody to the operator of the site. What goes along is chosen piece by piece, and shown before it goes. */
export class SecureMeetingReport extends Panel {
  static override styles = [base, panelStyle, reportStyle];

  #about: string | undefined;
  readonly #ticked = new Set<string>();
  #roster = false;
  /** What is being looked at, to take a picture of it. */
  #look: Look | undefined;
  #picture: { readonly canvas: HTMLCanvasElement; readonly name: string } | undefined;
  #notYet = false;
  #reasonMissing = false;
  #sending = false;
  #failed: ErrorCode | undefined;
  #number = '';
  readonly #view = new Attachment();
  /** Names of those who left meanwhile, as they were. */
  readonly #names = new Map<string, string>();

  override willUpdate(changed: PropertyValues): void {
    const { context } = this;
    if (!changed.has('context') || !context) return;
    if (!this.hasUpdated) this.#about = context.about;
    for (const { identity, name } of context.meeting.others) this.#names.set(identity, name);
    for (const { from, name, local } of context.meeting.chat)
      if (!local && !this.#names.has(from)) this.#names.set(from, name);
  }

  override updated(): void {
    const video = this.renderRoot.querySelector('video');
    if (this.#look && video) this.#view.set(this.context?.session, video, this.#look);
    else this.#view.release();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#view.release();
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.context) return nothing;
    return this.frame(
      this.words.report,
      html`<div class="panel-body" part="panel-body">${this.#number ? this.#done() : this.#form()}</div>`,
    );
  }

  #done(): TemplateResult {
    const { words } = this;
    return html`<div class="done" role="status">
      <h3 class="heading" tabindex="-1">${words.reportDone}</h3>
      <p>${words.reportDoneSentence}</p>
      <p class="number">${this.#number.replace(/.{4}(?=.)/g, '$& ')}</p>
      <button class="button" part="button" @click=${() => this.close()}>${words.reportDoneBack}</button>
    </div>`;
  }

  #form(): TemplateResult {
    const { words } = this;
    return html`<form class="form" novalidate @submit=${this.#submit}>
      <label class="field">
        <span>${words.reportAbout}</span>
        <select class="input" name="about" @change=${this.#chose}>
          <option value="" ?selected=${this.#about === undefined}>${words.reportNobody}</option>
          ${[...this.#names].map(
            ([identity, name]) =>
              html`<option value=${identity} ?selected=${identity === this.#about}>${cleanName(name)}</option>`,
          )}
        </select>
      </label>
      <label class="field">
        <span>${words.reportReason}</span>
        <select
          class="input"
          name="reason"
          aria-invalid=${this.#reasonMissing}
          aria-describedby=${this.#reasonMissing ? 'reason-missing' : nothing}
          @change=${this.#reasoned}
        >
          <option value="">${words.reportChoose}</option>
          ${REPORT_REASONS.map((reason) => html`<option value=${reason}>${words.reportReasonWord(reason)}</option>`)}
        </select>
        ${
          this.#reasonMissing
            ? html`<span class="problem" id="reason-missing" role="alert">${words.reportReasonMissing}</span>`
            : nothing
        }
      </label>
      <label class="field">
        <span>${words.reportText}</span>
        <textarea class="input" name="text" dir="auto" maxlength=${TEXT_MAX} aria-describedby="text-hint"></textarea>
        <span class="hint" id="text-hint">${words.reportTextHint}</span>
      </label>
      ${this.#evidence()}
      <div class="facts">
        <p><b>${words.reportGoes}</b><br />${words.reportGoesSentence}</p>
        <p><b>${words.reportStays}</b><br />${words.reportStaysSentence}</p>
      </div>
      ${this.#problem()}
      <button class="button large block primary" part="button-primary" aria-disabled=${this.#sending}>
        ${this.#sending ? html`<span lang=${words.wordsIn}>${words.sending}</span>` : words.reportSend}
      </button>
    </form>`;
  }

  #problem(): TemplateResult | typeof nothing {
    if (!this.#failed) return nothing;
    const { words } = this;
    const { what, next } = words.errors[this.#failed];
    // The words of the site's codes speak of the permission to join.
    const bySite = this.#failed === 'token-rate-limited' ? words.reportTooMany : words.reportNoAnswer;
    return html`<div class="notice" part="notice" role="alert">
      <p><b>${words.reportFailed}</b></p>
      <p>${this.#failed.startsWith('token-') ? bySite : `${what} ${next}`}</p>
    </div>`;
  }

  // --- evidence

  #evidence(): TemplateResult {
    const { words } = this;
    const { unavailable } = (this.context as NonNullable<typeof this.context>).meeting.capabilities;
    return html`<fieldset>
      <legend>${words.reportEvidence}</legend>
      <p class="hint">${words.reportEvidenceNote}</p>
      ${this.#messages()}
      ${
        unavailable['report-roster']
          ? nothing
          : html`<label class="choice"
              ><input type="checkbox" name="roster" @change=${this.#tickedRoster} /><span>${words.reportRoster}</span>
            </label>`
      }
      ${this.#pictures()}
    </fieldset>`;
  }

  /** What they wrote, newest first; of everybody, when it is about nobody. Our own words carry no proof. */
  get #listed(): readonly ChatMessage[] {
    const chat = this.context?.meeting.chat ?? [];
    return chat
      .filter(({ local, from, id }) => !local && (!this.#about || from === this.#about || this.#ticked.has(id)))
      .slice(-MESSAGES_MAX)
      .reverse();
  }

  #messages(): TemplateResult {
    const { words } = this;
    const messages = this.context?.meeting.encryption.state === 'off' ? [] : this.#listed;
    if (messages.length === 0) return html`<p class="group">${words.reportNoMessages}</p>`;
    return html`<p class="group" id="messages">${words.reportMessages}</p>
      <div class="messages" role="group" aria-labelledby="messages">
        ${repeat(
          messages,
          ({ id }) => id,
          ({ id, name, at, to, text }) =>
            html`<label class="choice"
              ><input type="checkbox" name="message" value=${id} @change=${this.#tick} />
              <span class="said"
                ><span
                  ><bdi>${cleanName(name)}</bdi> ·
                  ${words.time(at)}${to === null ? nothing : ` · ${words.reportPrivate}`}</span
                ><span class="words" dir="auto">${text}</span></span
              >
            </label>`,
        )}
      </div>`;
  }

  #pictures(): TemplateResult | typeof nothing {
    const { words } = this;
    if (this.#picture) {
      const label = words.reportPicture(said(this.#picture.name));
      return html`<div role="img" aria-label=${label}>${this.#picture.canvas}</div>
        <p class="hint">${words.reportPictureNote}</p>
        <span class="buttons">
          <button class="button tight" part="button" type="button" @click=${this.#leaveOut}>
            ${words.reportPictureRemove}
          </button>
        </span>`;
    }
    const person = this.#person;
    if (this.#look && person)
      return html`<div class="tile look">
          <video .muted=${true} autoplay playsinline aria-label=${words.reportPicture(said(person.name))}></video>
        </div>
        ${this.#notYet ? html`<p class="problem" role="alert">${words.reportNotYet}</p>` : nothing}
        <span class="buttons">
          <button class="button tight" part="button" type="button" @click=${this.#take}>${words.reportTake}</button>
          <button class="button ghost tight" part="button" type="button" @click=${this.#stopLooking}>
            ${words.cancel}
          </button>
        </span>`;
    const sources = (['camera', 'screen'] as const).filter((source) => person?.[source]);
    if (!person || sources.length === 0) return nothing;
    return html`<span class="buttons">
      ${sources.map(
        (source) =>
          html`<button
            class="button tight"
            part="button"
            type="button"
            @click=${() => this.#lookAt({ identity: person.identity, source })}
          >
            ${source === 'camera' ? words.reportOfCamera : words.reportOfScreen}
          </button>`,
      )}
    </span>`;
  }

  get #person(): Participant | undefined {
    return this.context?.meeting.others.find(({ identity }) => identity === this.#about);
  }

  #lookAt(look: Look): void {
    this.#look = look;
    this.requestUpdate();
  }

  #stopLooking = (): void => {
    this.#look = undefined;
    this.#notYet = false;
    this.requestUpdate();
  };

  #take = (): void => {
    const video = this.renderRoot.querySelector('video');
    const canvas = video && still(video);
    this.#notYet = !canvas;
    if (canvas) {
      this.#picture = { canvas, name: this.#person?.name ?? '' };
      this.#look = undefined;
    }
    this.requestUpdate();
  };

  #leaveOut = (): void => {
    this.#picture = undefined;
    this.requestUpdate();
  };

  // --- choices

  #chose = (event: Event): void => {
    this.#about = (event.target as HTMLSelectElement).value || undefined;
    // A picture of somebody else would be sent under another name.
    this.#picture = undefined;
    this.#stopLooking();
  };

  #reasoned = (): void => {
    this.#reasonMissing = false;
    this.requestUpdate();
  };

  #tick = (event: Event): void => {
    const { value, checked } = event.target as HTMLInputElement;
    if (checked) this.#ticked.add(value);
    else this.#ticked.delete(value);
  };

  #tickedRoster = (event: Event): void => {
    this.#roster = (event.target as HTMLInputElement).checked;
  };

  // --- sending

  #submit = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const reason = form.get('reason') as ReportReason | '';
    this.#reasonMissing = reason === '';
    this.requestUpdate();
    if (reason === '') return this.renderRoot.querySelector<HTMLElement>('[name=reason]')?.focus();
    if (this.#sending) return;
    this.#sending = true;
    this.#failed = undefined;
    // Only what still stands there: a message may have gone from the list meanwhile.
    const messages = this.#listed.map(({ id }) => id).filter((id) => this.#ticked.has(id));
    const text = (form.get('text') as string).trim();
    const report: ReportRequest = {
      ...{ reason, messages, roster: this.#roster },
      ...(text && { text }),
      ...(this.#about !== undefined && { about: this.#about }),
    };
    this.act(async (session) => {
      try {
        this.#number = await session.report(await this.#withPicture(report));
      } catch (error) {
        this.#failed = SecureMeetingError.from(error, 'room-not-joined').code;
      }
      this.#sending = false;
      this.requestUpdate();
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('.done .heading')?.focus();
      // What went wrong stands above the button that was pressed.
      const body = this.renderRoot.querySelector('.panel-body');
      if (body && this.#failed) body.scrollTop = body.scrollHeight;
    });
  };

  /** @throws SecureMeetingError `room-report-too-large` */
  async #withPicture(report: ReportRequest): Promise<ReportRequest> {
    if (!this.#picture) return report;
    const picture = await encoded(this.#picture.canvas, PICTURE_MAX);
    if (!picture) throw new SecureMeetingError('room-report-too-large');
    return { ...report, picture };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'secure-meeting-report': SecureMeetingReport;
  }
}
