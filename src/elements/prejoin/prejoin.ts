import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { base } from '../../styles/base.js';
import { chevronUp, mic, micOff, video, videoOff } from '../../styles/icons-first.js';
import { sealFirst } from '../../styles/seal-first.js';
import { firstWords, type ErrorWords, type FirstWords, type Words } from '../../i18n/index.js';
import type { MeetingSession, SessionState } from '../../session/types.js';
import { icon } from '../icon.js';
import { cleanName } from '../clean-name.js';
import { ActEvent } from '../act.js';
import { drawn } from '../seal/mark-first.js';
import { firstShape } from '../seal/shape-first.js';
import { FirstElement } from '../first-element.js';
import { Attachment } from '../stage/attachment.js';
import { prejoinStyle } from './prejoin-style.js';

type Kind = 'audioinput' | 'videoinput';

const PARTS =
  'tool,off,notice,meter,prejoin-screen,prejoin-preview,prejoin-devices,prejoin-name,prejoin-join,prejoin-privacy,menu,menu-item,checked';

/** The first screen: how one looks, which name the others see, and what kind of privacy this meeting has. */
export class SecureMeetingPrejoin extends FirstElement {
  static override styles = [base, sealFirst, prejoinStyle];

  static override properties: PropertyDeclarations = {
    words: { attribute: false },
    room: {},
    name: {},
    session: { attribute: false },
    meeting: { attribute: false },
    problem: { attribute: false },
    unencrypted: { attribute: false },
    busy: { attribute: false },
    startMuted: { attribute: false },
    startCameraOff: { attribute: false },
  };

  /** Words of the first screen; when all of the language's are here, those. */
  declare words: FirstWords & Partial<Words>;
  declare room: string;
  declare name: string;
  declare session: MeetingSession | undefined;
  declare meeting: SessionState | undefined;
  /** Words of the error in force. */
  declare problem: ErrorWords | undefined;
  declare unencrypted: boolean;
  declare busy: boolean;
  declare startMuted: boolean;
  declare startCameraOff: boolean;
  /** Called with the name as it is typed: the page may join by itself. */
  declare onName: (name: string) => void;
  /** Called with the name when *Join* was pressed. */
  declare onJoin: (name: string) => void;
  /** Asks for the words that say what the privacy of this meeting means. */
  declare onExplain: () => void;
  /** Opens the list of devices beside its button; loaded on the first use. */
  declare onDevices: (kind: Kind, button: HTMLElement) => void;

  #nameMissing = false;
  #explained = false;
  readonly #preview = new Attachment();

  constructor() {
    super();
    this.words = firstWords;
    this.room = '';
    this.name = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('exportparts', PARTS);
    this.requestUpdate();
  }

  override render(): TemplateResult {
    const { words } = this;
    const room = cleanName(this.room);
    return html`<div class="screen prejoin" part="prejoin-screen">
      <div class="devices">
        <div class="tile" part="prejoin-preview">${this.#picture()}</div>
        <div class="line">${this.#device('audioinput')}${this.#device('videoinput')}${this.#meter()}</div>
        <secure-meeting-tests .session=${this.session} .meeting=${this.meeting}></secure-meeting-tests>
      </div>
      <form @submit=${this.#submit} novalidate>
        <h1 class="title">${room ? html`<bdi>${words.joinRoom(room)}</bdi>` : words.joinMeeting}</h1>
        <label class="field">
          ${words.yourName}
          <input
            class="input large"
            part="prejoin-name"
            name="name"
            dir="auto"
            autocomplete="name"
            maxlength="128"
            .value=${this.name}
            aria-invalid=${this.#nameMissing}
            aria-describedby=${this.#nameMissing ? 'problem' : nothing}
            @input=${this.#typed}
          />
        </label>
        ${this.#notice()}
        <button class="button primary large block" part="prejoin-join" aria-disabled=${this.busy}>
          ${this.busy ? words.joining : words.join}
        </button>
        ${this.#privacy()}
        <slot name="end"></slot>
      </form>
    </div>`;
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('problem') && this.problem) this.#nameMissing = false;
  }

  override updated(): void {
    const self = this.meeting?.self;
    this.#preview.set(this.session, this.renderRoot.querySelector('video'), {
      identity: self?.identity ?? '',
      source: 'camera',
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#preview.release();
  }

  get #asked(): boolean {
    const { devices, self } = this.meeting ?? {};
    return (
      !!self &&
      (self.camera ||
        self.microphone ||
        devices?.videoinput.permission === 'granted' ||
        devices?.audioinput.permission === 'granted')
    );
  }

  #picture(): TemplateResult {
    const { words } = this;
    if (this.meeting?.self.camera)
      return html`<video class="mirrored" .muted=${true} autoplay playsinline aria-label=${words.preview}></video>`;
    return html`<div class="ask">
      ${
        this.#asked
          ? html`<p>${words.cameraIsOff}</p>`
          : html`<button class="button large" part="prejoin-devices" type="button" @click=${this.#turnOn}>
                ${icon(video)}${words.turnOnDevices}
              </button>
              <p>${words.joinWithout}</p>`
      }
    </div>`;
  }

  #device(kind: Kind): TemplateResult {
    const { words } = this;
    const audio = kind === 'audioinput';
    const on = (audio ? this.meeting?.self.microphone : this.meeting?.self.camera) ?? false;
    const asked = this.#asked;
    const label = audio
      ? on
        ? words.microphone
        : asked
          ? words.microphoneMuted
          : words.microphoneNotAsked
      : on
        ? words.camera
        : asked
          ? words.cameraOff
          : words.cameraNotAsked;
    const toggle = (): void => this.#act((session) => (audio ? session.setMicrophone(!on) : session.setCamera(!on)));
    const choose = (event: Event): void => this.onDevices(kind, event.currentTarget as HTMLElement);
    return html`<span class="split">
      <button class="tool ${on || !asked ? '' : 'off'}" part="tool" type="button" aria-label=${label} @click=${toggle}>
        ${icon(audio ? (on ? mic : micOff) : on ? video : videoOff)}
      </button>
      <button
        class="tool"
        part="tool"
        type="button"
        aria-haspopup="menu"
        aria-label=${audio ? words.chooseMicrophone : words.chooseCamera}
        @click=${choose}
      >
        ${icon(chevronUp)}
      </button>
    </span>`;
  }

  /** The meter's element comes with the device menu's; until then the tag is empty and takes no room. */
  #meter(): TemplateResult | typeof nothing {
    if (!this.meeting?.self.microphone) return nothing;
    return html`<secure-meeting-meter .session=${this.session} .identity=${this.meeting.self.identity}>
    </secure-meeting-meter>`;
  }

  #notice(): TemplateResult | typeof nothing {
    const { problem } = this;
    if (this.#nameMissing)
      return html`<p class="notice" part="notice" id="problem" role="alert">${this.words.nameMissing}</p>`;
    if (!problem) return nothing;
    return html`<div class="notice" part="notice" id="problem" role="alert" lang=${this.words.promisesIn}>
      <b>${problem.what}</b> ${problem.next}
    </div>`;
  }

  #privacy(): TemplateResult {
    const { words } = this;
    const kind = this.unencrypted ? 'off' : this.busy ? 'connecting' : 'keyless';
    const sentence = this.unencrypted
      ? html`<b>${words.sealOff}.</b> ${words.sealOffSentence}`
      : this.busy
        ? words.sealConnectingSentence
        : words.privacyRequired;
    return html`<div class="privacy" part="prejoin-privacy" data-seal=${kind} lang=${words.promisesIn ?? nothing}>
      ${drawn(firstShape(kind))}
      <div>
        <p>
          ${sentence}
          <button class="link" type="button" aria-expanded=${this.#explained} @click=${this.#explain}>
            ${words.privacyMore}
          </button>
        </p>
        <p class="muted" ?hidden=${!this.#explained}>
          ${(this.unencrypted ? words.privacyOffExplained : words.privacyExplained) ?? nothing}
        </p>
      </div>
    </div>`;
  }

  #explain = (): void => {
    this.#explained = !this.#explained;
    this.onExplain();
    this.requestUpdate();
  };

  #turnOn = (): void => {
    const { startMuted, startCameraOff } = this;
    this.#act(async (session) => {
      // One after the other would be two questions; a failing one must not stop the other.
      const results = await Promise.allSettled([
        startMuted ? undefined : session.setMicrophone(true),
        startCameraOff ? undefined : session.setCamera(true),
      ]);
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    });
  };

  #typed = (event: Event): void => {
    this.#nameMissing = false;
    this.name = (event.target as HTMLInputElement).value;
    this.onName(this.name);
  };

  #submit = (event: Event): void => {
    event.preventDefault();
    if (this.busy) return;
    const name = cleanName(this.name);
    this.#nameMissing = !name;
    this.requestUpdate();
    if (name) this.onJoin(name);
    else this.renderRoot.querySelector('input')?.focus();
  };

  #act(run: (session: MeetingSession) => unknown): void {
    this.dispatchEvent(new ActEvent(run));
  }
}
