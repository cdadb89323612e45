import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { MeetingSession, Participant, SessionState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { chevronLeft, chevronRight, link } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { Part } from '../part.js';
import { provedMembers } from '../seal/shape.js';
import { fit } from './fit.js';
import { handPlace } from './hands.js';
import { stageStyle } from './stage-style.js';
import { styleProperties } from '../style-properties.js';

export type Size = 'tiny' | 'compact' | 'regular' | 'wide';
const PER_PAGE: Record<Size, number> = { tiny: 1, compact: 6, regular: 25, wide: 49 };
const CORNERS = ['bottom end', 'bottom start', 'top start', 'top end'] as const;

/** Everyone's pictures, arranged for the room there is. */
export class SecureMeetingStage extends Part {
  static override styles = [base, stageStyle];

  @property({ attribute: false }) accessor session: MeetingSession | undefined;
  @property({ attribute: false }) accessor meeting: SessionState | undefined;
  @property() accessor layout: 'auto' | 'grid' | 'speaker' = 'auto';
  @property() accessor size: Size = 'wide';
  @property() accessor tileTag = '';
  @property({ type: Boolean }) accessor hideSelf = false;
  @property({ type: Boolean }) accessor invites = true;
  /** Whether whoever has the invitation may come in. */
  @property({ type: Boolean }) accessor byLink = true;
  /** Resolves to the link when it could not be copied. */
  @property({ attribute: false }) accessor onInvite: (() => void) | undefined;

  #box = { width: 0, height: 0 };
  #page = 0;
  #ratio = 16 / 9;
  #corner = 0;
  #speaker = '';
  #met = false;
  #own = new Map<string, HTMLElement>();
  #observer: ResizeObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer ??= new ResizeObserver(([entry]) => {
      const { width, height } = entry?.contentRect ?? this.#box;
      if (Math.abs(width - this.#box.width) < 1 && Math.abs(height - this.#box.height) < 1) return;
      this.#box = { width, height };
      this.requestUpdate();
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has('meeting') || !this.meeting) return;
    const { others, speakers } = this.meeting;
    if (others.length) this.#met = true;
    const here = (identity: string): boolean => others.some((person) => person.identity === identity);
    // Whoever spoke last stays large until somebody else speaks.
    const speaking = speakers.find(here);
    if (speaking) this.#speaker = speaking;
    else if (!here(this.#speaker)) this.#speaker = others[0]?.identity ?? '';
    for (const key of this.#own.keys()) if (key !== this.meeting.self.identity && !here(key)) this.#own.delete(key);
  }

  override render(): TemplateResult | typeof nothing {
    const { meeting } = this;
    if (!meeting) return nothing;
    const { self, others } = meeting;
    const sharing = others.find((person) => person.screen) ?? (self.screen ? self : undefined);
    const content = sharing
      ? this.#sharing(sharing)
      : others.length === 0
        ? this.#empty()
        : this.size === 'tiny' || (others.length === 1 && this.layout !== 'grid')
          ? this.#solo()
          : this.layout === 'speaker'
            ? this.#speakerLarge()
            : this.#grid();
    return html`${content}<slot name="stage-overlay"></slot>`;
  }

  #empty(): TemplateResult {
    const words = this.words;
    const self = this.meeting?.self as Participant;
    return html`<slot name="stage-empty"
      ><div class="empty">
        ${this.hideSelf ? nothing : this.#tile(self)}
        <div class="words">
          <h2 class="heading">${this.#met ? words.othersLeft : words.firstHere}</h2>
          ${this.invites && this.byLink ? html`<p class="muted">${words.linkInvites}</p>` : nothing}
        </div>
        ${
          this.invites
            ? html`<button class="button primary large" part="button-primary" @click=${() => this.onInvite?.()}>
                ${icon(link)}${words.copyInvitation}
              </button>`
            : nothing
        }
      </div></slot
    >`;
  }

  #solo(): TemplateResult {
    const { self, others } = this.meeting as SessionState;
    const large = others.find((person) => person.identity === this.#speaker) ?? others[0] ?? self;
    return html`<div class="solo">${keyed(large.identity, this.#tile(large))}${this.#floating(self)}</div>`;
  }

  #floating(self: Participant): TemplateResult | typeof nothing {
    if (this.hideSelf) return nothing;
    return html`<div
      class="float"
      data-corner=${CORNERS[this.#corner]}
      tabindex="0"
      role="group"
      aria-label=${this.words.you}
      @keydown=${this.#moveSelf}
    >
      ${this.#tile(self, 'fill')}
    </div>`;
  }

  #speakerLarge(): TemplateResult {
    const { self, others } = this.meeting as SessionState;
    const large = others.find((person) => person.identity === this.#speaker) ?? others[0] ?? self;
    return html`<div class="sharing ${this.#portrait}">
      ${keyed(large.identity, this.#tile(large))}${this.#strip(large.identity)}
    </div>`;
  }

  #sharing(person: Participant): TemplateResult {
    return html`<div class="sharing ${this.#portrait}">
      <div class="share" ${styleProperties({ '--_ratio': this.#ratio })}>
        ${keyed(
          `${person.identity} screen`,
          html`<secure-meeting-tile
            class="one"
            part="tile share"
            source="screen"
            .participant=${person}
            .session=${this.session}
            .onRatio=${(ratio: number) => this.#setRatio(ratio)}
          ></secure-meeting-tile>`,
        )}
      </div>
      ${this.size === 'tiny' ? nothing : this.#strip()}
    </div>`;
  }

  #strip(without = ''): TemplateResult {
    const { self, others } = this.meeting as SessionState;
    const speaking = others.find((person) => person.identity === this.#speaker);
    const rest = [...(speaking ? [speaking] : []), ...others.filter((person) => person !== speaking)].filter(
      (person) => person.identity !== without,
    );
    const own = this.hideSelf ? [] : [self];
    const shown = [...rest.slice(0, this.#stripRoom - own.length), ...own];
    return html`<div class="strip">
      ${repeat(
        shown,
        (person) => person.identity,
        (person) => this.#tile(person),
      )}
    </div>`;
  }

  #grid(): TemplateResult {
    const { self, others } = this.meeting as SessionState;
    const everyone = this.hideSelf ? others : [...others, self];
    const perPage = PER_PAGE[this.size];
    const pages = Math.ceil(everyone.length / perPage);
    this.#page = Math.min(this.#page, pages - 1);
    const shown = everyone.slice(this.#page * perPage, (this.#page + 1) * perPage);
    const { width, height } = fit(shown.length, this.#box.width, this.#box.height);
    return html`<div class="grid" ${styleProperties({ '--_w': `${width}px`, '--_h': `${height}px` })}>
        ${repeat(
          shown,
          (person) => person.identity,
          (person) => this.#tile(person),
        )}
      </div>
      ${pages > 1 ? this.#pages(pages) : nothing}`;
  }

  #pages(pages: number): TemplateResult {
    const words = this.words;
    const turn = (by: number): void => {
      this.#page = (this.#page + by + pages) % pages;
      this.requestUpdate();
    };
    return html`<nav class="pages" aria-label=${words.people}>
      <button class="button ghost" part="button" aria-label=${words.previousPage} @click=${() => turn(-1)}>
        ${icon(chevronLeft, 'flip')}
      </button>
      <span role="status">${words.page(this.#page + 1, pages)}</span>
      <button class="button ghost" part="button" aria-label=${words.nextPage} @click=${() => turn(1)}>
        ${icon(chevronRight, 'flip')}
      </button>
    </nav>`;
  }

  #tile(person: Participant, classes = 'one'): TemplateResult | HTMLElement {
    if (this.tileTag) return this.#ownTile(person);
    const tokens = [
      'tile',
      person.speaking && 'speaking',
      !person.microphone && 'muted',
      person.local && 'local',
      (person.encryption === 'stale' || person.encryption === 'refused' || person.encryption === 'stranger') && 'blank',
    ];
    const state = this.meeting as SessionState;
    return html`<secure-meeting-tile
      class=${classes}
      part=${tokens.filter(Boolean).join(' ')}
      .participant=${person}
      .session=${this.session}
      .hand=${handPlace(state, person)}
      .proved=${person.encryption === 'stale' || person.encryption === 'stranger' ? provedMembers(state) : []}
    ></secure-meeting-tile>`;
  }

  #ownTile(person: Participant): HTMLElement {
    let tile = this.#own.get(person.identity);
    if (!tile || tile.localName !== this.tileTag.toLowerCase()) {
      tile = document.createElement(this.tileTag);
      tile.classList.add('one');
      tile.part.add('tile');
      this.#own.set(person.identity, tile);
    }
    return Object.assign(tile, { participant: person, session: this.session });
  }

  get #portrait(): string {
    return this.#box.width < this.#box.height * 1.1 ? 'portrait' : '';
  }

  get #stripRoom(): number {
    const em = parseFloat(getComputedStyle(this).fontSize) || 16;
    return this.#portrait
      ? Math.max(2, Math.floor((this.#box.width + 8) / (em * 7 + 8)))
      : Math.max(2, Math.floor((this.#box.height + 8) / (em * 6.75 + 8)));
  }

  #setRatio(ratio: number): void {
    if (Math.abs(ratio - this.#ratio) < 0.01) return;
    this.#ratio = Math.min(4, Math.max(0.25, ratio));
    this.requestUpdate();
  }

  #moveSelf = (event: KeyboardEvent): void => {
    const corner = CORNERS[this.#corner] as string;
    const rtl = getComputedStyle(this).direction === 'rtl';
    const [block, inline] = corner.split(' ') as [string, string];
    const to: Record<string, string> = {
      ArrowUp: `top ${inline}`,
      ArrowDown: `bottom ${inline}`,
      ArrowLeft: `${block} ${rtl ? 'end' : 'start'}`,
      ArrowRight: `${block} ${rtl ? 'start' : 'end'}`,
    };
    const wanted = CORNERS.findIndex((each) => each === to[event.key]);
    if (wanted < 0) return;
    event.preventDefault();
    this.#corner = wanted;
    this.requestUpdate();
  };
}
