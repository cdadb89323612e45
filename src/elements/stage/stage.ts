import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { MeetingSession, Participant, SessionState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { chevronLeft, chevronRight, link } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { Part } from '../part.js';
import { viewOf } from '../view-of.js';
import { provedMembers } from '../seal/shape.js';
import { fit } from './fit.js';
import { handPlace } from './hands.js';
import { SelfView } from './self-view.js';
import { stageStyle } from './stage-style.js';
import { howSmall } from './tile-style.js';
import { styleProperties } from '../style-properties.js';
import { repeat } from '../repeat.js';

export type Size = 'tiny' | 'compact' | 'regular' | 'wide';
const PER_PAGE: Record<Size, number> = { tiny: 1, compact: 6, regular: 25, wide: 49 };

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
  #em = 16;
  #page = 0;
  #ratio = 16 / 9;
  #speaker = '';
  #pinned = '';
  #met = false;
  #own = new Map<string, HTMLElement>();
  #observer: ResizeObserver | undefined;
  readonly #selfView = new SelfView(() => this.requestUpdate());

  override connectedCallback(): void {
    super.connectedCallback();
    // Of the window it stands in, which may be a small one beside the page's.
    this.#observer = new (viewOf(this).ResizeObserver)(([entry]) => {
      const { width, height } = entry?.contentRect ?? this.#box;
      if (Math.abs(width - this.#box.width) < 1 && Math.abs(height - this.#box.height) < 1) return;
      this.#box = { width, height };
      // All is laid out now, so that asking costs nothing; other text gives the stage another box, by the tools beside it.
      this.#em = parseFloat(getComputedStyle(this).fontSize) || 16;
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
    if (!here(this.#pinned)) this.#pinned = '';
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
          : this.layout === 'speaker' || this.#pinned
            ? this.#speakerLarge()
            : this.#grid();
    // Takes the focus of a click, and of what is gone. On the tag itself, this would keep Tab out of all that is within.
    return html`<div class="here" tabindex="-1">${content}<slot name="stage-overlay"></slot></div>`;
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<HTMLElement>('.here')?.focus(options);
  }

  #empty(): TemplateResult {
    const words = this.words;
    const self = this.meeting?.self as Participant;
    return html`<slot name="stage-empty"
      ><div class="empty">
        ${this.hideSelf ? nothing : this.#tile(self)}
        <div class="words">
          <h2 class="heading">${this.#met ? words.othersLeft : words.firstHere}</h2>
          ${this.invites && this.byLink ? html`<p class="muted" lang=${this.fallback}>${words.linkInvites}</p>` : nothing}
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
    const large = this.#large(others) ?? self;
    return html`<div class="solo">${keyed(large.identity, this.#tile(large))}${this.#floating(self)}</div>`;
  }

  #floating(self: Participant): TemplateResult | typeof nothing {
    if (this.hideSelf) return nothing;
    return this.#selfView.render(this.words, this.#tile(self, 'fill'));
  }

  /** Whoever was chosen to stay large, else whoever spoke last. */
  #large(others: readonly Participant[]): Participant | undefined {
    const chosen = this.#pinned || this.#speaker;
    return others.find((person) => person.identity === chosen) ?? others[0];
  }

  #speakerLarge(): TemplateResult {
    const { self, others } = this.meeting as SessionState;
    const large = this.#large(others) ?? self;
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
    const first = [this.#pinned, this.#speaker];
    const rest = others.filter((person) => person.identity !== without).sort((a, b) => rank(first, a) - rank(first, b));
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
    const classes = `one${howSmall(width, height, this.#em)}`;
    return html`<div class="grid" ${styleProperties({ '--_w': `${width}px`, '--_h': `${height}px` })}>
        ${repeat(
          shown,
          (person) => person.identity,
          (person) => this.#tile(person, classes),
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
      person.identity === this.#pinned && 'pinned',
      (person.encryption === 'stale' || person.encryption === 'refused' || person.encryption === 'stranger') && 'blank',
    ];
    const state = this.meeting as SessionState;
    return html`<secure-meeting-tile
      class=${classes}
      part=${tokens.filter(Boolean).join(' ')}
      .participant=${person}
      .session=${this.session}
      .hand=${handPlace(state, person)}
      .pin=${this.#pinOf(person)}
      .onPin=${this.#pin}
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
    return this.#portrait
      ? Math.max(2, Math.floor((this.#box.width + 8) / (this.#em * 7 + 8)))
      : Math.max(2, Math.floor((this.#box.height + 8) / (this.#em * 6.75 + 8)));
  }

  #setRatio(ratio: number): void {
    if (Math.abs(ratio - this.#ratio) < 0.01) return;
    this.#ratio = Math.min(4, Math.max(0.25, ratio));
    this.requestUpdate();
  }

  /** Where there is one tile, or it is large already because nobody else is here, there is nothing to choose. */
  #pinOf(person: Participant): '' | 'off' | 'on' {
    if (person.local || this.size === 'tiny' || (this.meeting?.others.length ?? 0) < 2) return '';
    return person.identity === this.#pinned ? 'on' : 'off';
  }

  #pin = (identity: string): void => {
    this.#pinned = this.#pinned === identity ? '' : identity;
    this.requestUpdate();
  };
}

function rank(first: readonly string[], { identity }: Participant): number {
  const place = first.indexOf(identity);
  return place < 0 ? first.length : place;
}
