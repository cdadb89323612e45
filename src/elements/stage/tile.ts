import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { base } from '../../styles/base.js';
import { hand, monitorUp, pin, pinOff } from '../../styles/icons.js';
import { micOff } from '../../styles/icons-first.js';
import { seal } from '../../styles/seal.js';
import type { MeetingSession, Participant } from '../../session/types.js';
import { icon } from '../icon.js';
import { cleanName } from '../clean-name.js';
import { rich, said, shortName } from '../names.js';
import { Part } from '../part.js';
import { mark } from '../seal/mark.js';
import { Attachment } from './attachment.js';
import { avatar, avatarStyle } from './avatar.js';
import { tileStyle } from './tile-style.js';

/** Says its name to who points at it. A title that changed with every name would be looked up by the styles each time. */
function hint({ currentTarget }: Event): void {
  const button = currentTarget as HTMLElement;
  button.title = cleanName(button.getAttribute('aria-label') ?? '');
}

/** One person or one screen: the picture, or why there is none; the name; what isn't proved, in words and shape. */
export class SecureMeetingTile extends Part {
  static override styles = [base, seal, avatarStyle, tileStyle];

  @property({ attribute: false }) accessor participant: Participant | undefined;
  @property({ attribute: false }) accessor session: MeetingSession | undefined;
  @property() accessor source: 'camera' | 'screen' = 'camera';
  /** Place in the order of raised hands; 0 when the hand is down. */
  @property({ type: Number }) accessor hand = 0;
  /** Who of how many isn't proved, for the small seal. */
  @property({ attribute: false }) accessor proved: readonly boolean[] = [];
  /** Whether the tile can be kept large, and whether it is. */
  @property() accessor pin: '' | 'off' | 'on' = '';
  @property({ attribute: false }) accessor onPin: ((identity: string) => void) | undefined;
  /** Called when a screen's picture tells its proportions. */
  @property({ attribute: false }) accessor onRatio: ((ratio: number) => void) | undefined;
  readonly #attachment = new Attachment();
  /** Whether our own screen's picture may be shown here: it is another tab, which can't contain this page. */
  #elsewhere = false;

  override render(): TemplateResult | typeof nothing {
    const person = this.participant;
    if (!person) return nothing;
    const screen = this.source === 'screen';
    const speaking = person.speaking && !screen && !this.#blank;
    return html`<article class="tile ${screen ? 'contain' : ''}" aria-label=${this.#description(person)}>
      ${this.#picture(person)}
      <div class="top">
        ${this.#chip(person)}
        ${this.hand ? html`<span class="hand">${icon(hand)}${this.words.handPlace(this.hand)}</span>` : nothing}
        ${this.pin ? this.#pinButton(person) : nothing}
      </div>
      ${screen ? nothing : this.#label(person)}
      <i class="ring ${speaking ? 'speaking' : ''}"></i>
    </article>`;
  }

  override updated(): void {
    const person = this.participant;
    this.#attachment.set(this.session, this.renderRoot.querySelector('video'), {
      identity: person?.identity ?? '',
      source: this.source,
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // One that only moved is attached again.
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // One that only moved keeps its picture.
    setTimeout(() => this.isConnected || this.#attachment.release());
  }

  get #blank(): boolean {
    const state = this.participant?.encryption;
    return !this.participant?.local && (state === 'stale' || state === 'refused' || state === 'stranger');
  }

  #picture(person: Participant): TemplateResult {
    const on = this.source === 'screen' ? person.screen : person.camera;
    const waiting = !person.local && person.encryption === 'waiting';
    // The video is there while the picture is hidden too: proof needs frames, and frames come to who watches.
    const picture = on
      ? html`<video
          part="tile-video"
          class=${person.local && this.source === 'camera' ? 'mirrored' : ''}
          .muted=${true}
          autoplay
          playsinline
          aria-hidden="true"
          tabindex="-1"
          @resize=${this.#resized}
          @loadedmetadata=${this.#resized}
        ></video>`
      : nothing;
    // One template, so that the video stays the same one whatever lies over it.
    return html`${picture}${this.#overlay(person, on, waiting)}`;
  }

  #overlay(person: Participant, on: boolean, waiting: boolean): TemplateResult | typeof nothing {
    if (on && person.local && this.source === 'screen' && !this.#elsewhere) return this.#ownScreen();
    if (on && !this.#blank && !waiting) return nothing;
    return html`<div class="still ${this.#blank ? 'blank' : ''}">
      ${avatar(person)}${this.#blank ? html`<p lang=${this.fallback}><bdi>${rich(this.#reason(person))}</bdi></p>` : nothing}
    </div>`;
  }

  /** A share that may contain this very page is told in words: as a picture it would show itself without end. */
  #ownScreen(): TemplateResult {
    const { words } = this;
    return html`<div class="still own">
      ${icon(monitorUp)}
      <p><b>${words.youAreSharing}</b> ${words.ownScreenHidden}</p>
      <button class="button" part="button" @click=${() => this.act((session) => session.stopScreenShare())}>
        ${words.stopSharing}
      </button>
    </div>`;
  }

  #pinButton(person: Participant): TemplateResult {
    const on = this.pin === 'on';
    const name = said(person.name);
    return html`<button
      class="pin"
      part="button"
      aria-label=${on ? this.words.unpin(name) : this.words.pin(name)}
      @pointerover=${hint}
      aria-pressed=${on}
      @click=${() => this.onPin?.(person.identity)}
    >
      ${icon(on ? pinOff : pin)}
    </button>`;
  }

  #reason(person: Participant): string {
    const name = said(shortName(person.name));
    if (person.encryption === 'refused') return this.words.blockedSentence(name);
    if (person.encryption === 'stranger') return this.words.strangerSentence(name);
    return this.words.sealDegradedSentence(name);
  }

  #chip(person: Participant): TemplateResult | typeof nothing {
    const words = this.words;
    if (person.local) return nothing;
    if (person.encryption === 'refused')
      return html`<span class="chip" part="seal violated" data-seal="violated"
        >${mark('violated')}<bdi class="truncate" lang=${this.fallback}>${words.blocked}</bdi></span
      >`;
    if (this.#blank)
      return html`<span class="chip" part="seal degraded" data-seal="degraded"
        >${mark('degraded', this.proved)}<bdi class="truncate" lang=${this.fallback}>${words.notConfirmed}</bdi></span
      >`;
    if (person.encryption === 'waiting')
      return html`<span class="chip" part="seal" data-seal="connecting"
        >${mark('connecting')}<bdi class="truncate" lang=${this.fallback}>${words.beingChecked}</bdi></span
      >`;
    return nothing;
  }

  #label(person: Participant): TemplateResult {
    const words = this.words;
    return html`<div class="bottom">
      <span class="label" part="tile-label">
        ${icon(micOff, person.microphone ? 'gone' : '')}
        <bdi class="truncate" lang=${person.local ? words.wordsIn : nothing}
          >${person.local ? words.you : cleanName(person.name)}</bdi
        >
        ${person.role === 'host' ? html`<span class="role" lang=${words.wordsIn}>${words.host}</span>` : nothing}
        ${
          person.quality === 'poor' || person.quality === 'lost'
            ? html`<span class="bars"><i></i><i></i><i></i></span>`
            : nothing
        }
      </span>
    </div>`;
  }

  /** Everything the tile shows, in one line for who can't see it. */
  #description(person: Participant): string {
    const words = this.words;
    const name = person.local ? words.you : said(person.name);
    if (this.source === 'screen') return person.local ? words.yourScreen : words.screenOf(name);
    const encryption = {
      encrypted: words.proved,
      verified: words.provedAndCompared,
      waiting: words.beingChecked,
      off: words.notEncrypted,
      stale: words.notConfirmed,
      stranger: words.notConfirmed,
      refused: words.blocked,
    }[person.encryption];
    const facts = [
      name,
      person.role === 'host' && words.host,
      !person.microphone && words.muted,
      !person.camera && words.cameraOffShort,
      this.hand > 0 && words.handRaised,
      this.pin === 'on' && words.pinned,
      person.quality === 'poor' && words.poorConnection,
      person.quality === 'lost' && words.lostConnection,
      !person.local && encryption,
    ];
    return facts.filter(Boolean).join(', ');
  }

  #resized = (event: Event): void => {
    const { videoWidth, videoHeight, srcObject } = event.target as HTMLVideoElement;
    if (!videoWidth || !videoHeight) return;
    this.onRatio?.(videoWidth / videoHeight);
    const [track] = (srcObject as MediaStream | null)?.getVideoTracks() ?? [];
    const elsewhere = (track?.getSettings() as { displaySurface?: string } | undefined)?.displaySurface === 'browser';
    if (elsewhere === this.#elsewhere) return;
    this.#elsewhere = elsewhere;
    this.requestUpdate();
  };
}
