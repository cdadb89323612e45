import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { EncryptionViolationDetail, ErrorDetail, MeetingSession, SessionState } from '../../session/types.js';
import { SecureMeetingError } from '../../base/errors.js';
import { base } from '../../styles/base.js';
import { seal } from '../../styles/seal.js';
import { cleanName } from '../clean-name.js';
import { promisesIn, rich, said, shortName } from '../names.js';
import { Part } from '../part.js';
import type { PipView, PipWindow } from '../pip/pip-window.js';
import { History } from '../privacy/history.js';
import { readFeatures, type Feature } from '../root/features.js';
import { mark } from '../seal/mark.js';
import type { SecureMeetingSeal } from '../seal/seal.js';
import type { Size } from '../stage/stage.js';
import type { SecureMeetingToolbar } from '../toolbar/toolbar.js';
import { Announcer } from './announcer.js';
import { Chime } from './chime.js';
import { Hours } from './hours.js';
import { keepFocus } from './keep-focus.js';
import { liveStyle } from './live-style.js';
import { invitationLine, line, lineButton, violationBar } from './notices.js';
import { hasPanelPart, loadPanelPart, loadPip, type PanelGroup } from './panel-parts.js';
import { panelContent, type PanelContext } from './panels.js';
import { readPreferences, storePreferences, type Preferences } from './preferences.js';
import { PushToTalk } from './push-to-talk.js';
import { reactionsShown } from './reactions.js';
import { shortcutOf } from './shortcuts.js';
import { Talking } from './talking.js';
import { fullscreenButton, layoutButton, pipButton, requestPip, type Layout } from './view-buttons.js';
import { keepAwake } from './wake.js';

/** Milliseconds a toast stays. */
const TOAST = 5000;
/** Milliseconds after which the seconds of an outage are counted aloud in the header. */
const PATIENCE = 5000;

export type PanelName = '' | 'chat' | 'people' | 'privacy' | 'compare' | 'settings' | 'shortcuts' | 'report';
const GROUP: Record<Exclude<PanelName, ''>, PanelGroup> = {
  chat: 'chat',
  people: 'people',
  privacy: 'privacy',
  compare: 'privacy',
  settings: 'settings',
  shortcuts: 'settings',
  report: 'report',
};

/** The joined meeting: header with the seal, stage, one panel, toolbar. */
export class SecureMeetingLive extends Part {
  static override styles = [base, seal, liveStyle];

  @property({ attribute: false }) accessor session: MeetingSession | undefined;
  @property({ attribute: false }) accessor meeting: SessionState | undefined;
  /** The words of the attribute. */
  @property() accessor features = '';
  @property({ attribute: false }) accessor problem: ErrorDetail | undefined;
  @property() accessor layout: Layout = 'auto';
  @property() accessor tileTag = '';
  @property() accessor shortcuts: 'focus' | 'off' = 'focus';
  @property({ type: Boolean }) accessor byLink = true;
  @property({ attribute: false }) accessor onLeave: ((endForAll: boolean) => void) | undefined;
  /** The invitation, or undefined when the page handles it itself. */
  @property({ attribute: false }) accessor onInvite: (() => Promise<string | undefined>) | undefined;
  @property({ attribute: false }) accessor onDismiss: (() => void) | undefined;

  #shown: ReadonlySet<Feature> = readFeatures('').shown;
  #panel: PanelName = '';
  /** Whom the panel is about, where it is about somebody. */
  #about: string | undefined;
  #panelFailed = false;
  #width = 100;
  #height = 100;
  #read = 0;
  #readFiles = 0;
  #preferences: Preferences = readPreferences();
  readonly #volumes = new Map<string, number>();
  #ownLayout: Layout | undefined;
  #violation: EncryptionViolationDetail | undefined;
  #dismissed: EncryptionViolationDetail | undefined;
  #violations: EncryptionViolationDetail[] = [];
  #history: History | undefined;
  #toasts: string[] = [];
  #invitation = '';
  #mutedHint = false;
  #askDismissed: SessionState['unmuteRequest'];
  #sleeps: (() => void) | undefined;
  #lostAt = 0;
  #tick: ReturnType<typeof setInterval> | undefined;
  #pip: PipWindow | undefined;
  #observer: ResizeObserver | undefined;
  #listening: AbortController | undefined;
  readonly #announcer = new Announcer(
    () => this.words,
    (sentence) => this.#toast(sentence),
    (sound) => this.#chime.ring(sound),
  );
  readonly #chime = new Chime(
    () => (this.#shown.has('sounds') ? this.#preferences.sounds : 'off'),
    () => this.meeting?.devices.audiooutput.selected ?? '',
  );
  readonly #talking = new Talking(() => {
    this.#mutedHint = true;
    this.requestUpdate();
  });
  readonly #hours = new Hours(
    this,
    () => this.words,
    (sentence) => this.#announcer.now(sentence),
  );
  readonly #push = new PushToTalk((on) => this.act((session) => session.setMicrophone(on)));

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.#key);
    this.addEventListener('keyup', this.#keyUp);
    this.addEventListener('focusout', this.#focusOut);
    this.#sleeps = keepAwake();
    this.#observer ??= new ResizeObserver(() => this.#measure());
    this.#observer.observe(this);
    document.addEventListener('fullscreenchange', this.#redraw);
    if (this.session) this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.#key);
    this.removeEventListener('keyup', this.#keyUp);
    this.removeEventListener('focusout', this.#focusOut);
    this.#push.stop();
    this.#closePip();
    this.#talking.stop();
    this.#sleeps?.();
    document.removeEventListener('fullscreenchange', this.#redraw);
    this.#observer?.disconnect();
    this.#listening?.abort();
    this.#announcer.stop();
    clearInterval(this.#tick);
    this.#tick = undefined;
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('session')) this.#follow();
    if (this.shadowRoot) keepFocus(this.shadowRoot, this.#refocus);
    if (changed.has('features')) this.#shown = readFeatures(this.features).shown;
    if (!changed.has('meeting') || !this.meeting) return;
    if (this.#panel === 'chat') this.#readAll();
    if (this.meeting.self.microphone) this.#mutedHint = false;
    this.#talking.follow(this.session, this.meeting);
    this.#hours.follow(this.meeting);
    const away = this.meeting.phase === 'reconnecting';
    if (away && !this.#lostAt) {
      this.#lostAt = Date.now();
      this.#tick = setInterval(this.#redraw, 1000);
    } else if (!away && this.#lostAt) {
      this.#lostAt = 0;
      clearInterval(this.#tick);
      this.#tick = undefined;
    }
  }

  override updated(): void {
    this.#pip?.show(this.#pipView);
  }

  override render(): TemplateResult | typeof nothing {
    const { meeting } = this;
    if (!meeting) return nothing;
    const comparing = this.#panel === 'compare';
    return html`<div class="live" @keydown=${this.#uncover}>
      <header class="header" part="header">
        <secure-meeting-seal
          .meeting=${meeting}
          .violation=${this.#violation}
          .open=${this.#panel === 'privacy' || comparing}
          .onOpen=${() => this.#open(this.#panel === 'privacy' ? '' : 'privacy')}
        ></secure-meeting-seal>
        <slot name="header-start"></slot>
        ${this.#headline()}${this.#timeLeft()}
        <div class="end"><slot name="header-end"></slot>${this.#viewButtons()}</div>
      </header>
      ${this.#alert()}${this.#hint()}
      <div class="body">
        ${
          comparing
            ? nothing
            : html`<secure-meeting-stage
                class="stage ${meeting.phase === 'reconnecting' ? 'dimmed' : ''}"
                part="stage"
                role="region"
                aria-label=${this.words.stage}
                .session=${this.session}
                .meeting=${meeting}
                .layout=${this.#ownLayout ?? this.layout}
                .size=${this.#size}
                .tileTag=${this.tileTag}
                .hideSelf=${this.#preferences.hideSelf}
                .invites=${this.#shown.has('invite')}
                .byLink=${this.byLink}
                .onInvite=${() => void this.#invite()}
              >
                ${this.#slotted('stage-empty') ? html`<slot name="stage-empty" slot="stage-empty"></slot>` : nothing}
                <slot name="stage-overlay" slot="stage-overlay"></slot>
              </secure-meeting-stage>`
        }
        ${this.#side()}
        ${this.#slotted('panel') && !this.#panel ? html`<div class="side"><slot name="panel"></slot></div>` : nothing}
        ${this.#shown.has('reactions') ? reactionsShown(meeting, this.words) : nothing}
        <div class="toasts" part="toasts">
          ${this.#toasts.map((toast) => html`<div class="toast" part="toast" aria-hidden="true">${rich(toast)}</div>`)}
        </div>
      </div>
      ${this.#slotted('toolbar') ? html`<slot name="toolbar"></slot>` : this.#toolbar(meeting)}
      <div class="hidden" role="log" aria-live="polite"></div>
    </div>`;
  }

  #toolbar(meeting: SessionState): TemplateResult {
    return html`<secure-meeting-toolbar
      part="toolbar-area"
      .session=${this.session}
      .meeting=${meeting}
      .features=${this.#shown}
      .room=${this.#width}
      .panel=${this.#panel}
      .unread=${this.#unread}
      .onPanel=${(panel: PanelName) => this.#open(panel)}
      .onTool=${(tool: string) => this.#use(tool)}
      .onLeave=${this.onLeave}
    >
      <slot name="toolbar-start" slot="toolbar-start"></slot>
      <slot name="toolbar-end" slot="toolbar-end"></slot>
    </secure-meeting-toolbar>`;
  }

  /** Whether the page put something of its own into a slot that has a default of ours. */
  #slotted(name: string): boolean {
    return [...this.children].some((child) => child.slot === name);
  }

  // --- header

  #headline(): TemplateResult | typeof nothing {
    const meeting = this.meeting as SessionState;
    const { words } = this;
    if (meeting.phase === 'reconnecting') {
      const seconds = Math.floor((Date.now() - this.#lostAt) / 1000);
      const counted = seconds * 1000 >= PATIENCE ? ` · ${words.reconnectingFor(seconds)}` : '';
      return html`<span class="status" role="status"
        ><b>${words.reconnecting}</b><span aria-hidden="true">${counted}</span>${
          meeting.self.microphone ? html`. ${words.notHeard}` : nothing
        }</span
      >`;
    }
    const sharing = meeting.others.find((person) => person.screen);
    const line = sharing
      ? words.isSharing(said(shortName(sharing.name)))
      : meeting.self.screen
        ? words.youAreSharing
        : cleanName(meeting.room.name);
    return html`<bdi class="room" part="room">${rich(line)}</bdi>`;
  }

  /** Quiet until the end is near; a screen reader is told when it is, and finds it here when it looks. */
  #timeLeft(): TemplateResult | typeof nothing {
    const { left, soon } = this.#hours;
    if (left === undefined) return nothing;
    return html`<bdi class="hours ${soon ? 'soon' : ''}" part="time-left" role="timer"
      >${this.words.timeLeft(left)}</bdi
    >`;
  }

  #viewButtons(): TemplateResult {
    const layout = layoutButton(this.words, this.#ownLayout ?? this.layout, (chosen) => {
      this.#ownLayout = chosen;
      this.requestUpdate();
    });
    const host = (this.getRootNode() as ShadowRoot).host;
    const pip = this.#shown.has('pip') ? pipButton(this.words, !!this.#pip, () => void this.#togglePip()) : nothing;
    return html`${layout}${pip}${this.#shown.has('fullscreen') ? fullscreenButton(this.words, host) : nothing}`;
  }

  async #togglePip(): Promise<void> {
    if (this.#pip) return this.#pip.close();
    // The window can only be opened by the click itself; what fills it is loaded meanwhile.
    const [view, loaded] = await Promise.allSettled([requestPip(), Promise.all([loadPip(), loadPanelPart('pip')])]);
    if (view.status === 'rejected' || !view.value) return;
    if (loaded.status === 'rejected' || !this.isConnected) {
      view.value.close();
      const cause: unknown = loaded.status === 'rejected' ? loaded.reason : undefined;
      return this.act(() => Promise.reject(new SecureMeetingError('load-failed', { cause })));
    }
    const [{ PipWindow }] = loaded.value;
    this.#pip = new PipWindow(view.value, this, this.#pipView, () => {
      this.#pip = undefined;
      this.requestUpdate();
    });
    this.requestUpdate();
  }

  /** One that only moves in the page keeps its window. */
  #closePip(): void {
    setTimeout(() => this.isConnected || this.#pip?.close());
  }

  get #pipView(): PipView {
    const { session, meeting, words, onLeave } = this;
    return { session, meeting, words, onLeave };
  }

  // --- what may stand under the header

  /** Only a violation may interrupt. */
  #alert(): TemplateResult | typeof nothing {
    const meeting = this.meeting as SessionState;
    // Where the codes were found to differ, the comparison itself says so.
    if (meeting.encryption.state !== 'violated' || this.#panel === 'compare') return nothing;
    if (this.#violation && this.#violation === this.#dismissed) return nothing;
    return violationBar(meeting, this.#violation, this.words, {
      explain: () => this.#open('privacy'),
      dismiss: this.#dismissViolation,
    });
  }

  /** Errors of single actions, sound that waits for a click, talk that nobody hears, the invitation to copy by hand. */
  #hint(): TemplateResult | typeof nothing {
    const { words, problem } = this;
    if (problem) {
      const { what, next } = words.errors[problem.code];
      return line(words, html`<span lang=${this.fallback}><b>${what}</b> ${next}</span>`, {
        dismiss: () => this.onDismiss?.(),
      });
    }
    if (this.meeting?.audioBlocked) {
      const action = lineButton(words.turnSoundOn, () => this.act((session) => session.resumeAudio()));
      return line(words, html`${words.soundBlocked}`, { action });
    }
    const asked = this.meeting?.unmuteRequest;
    if (asked && asked !== this.#askDismissed) {
      const action = lineButton(words.turnMicrophoneOn, () => this.act((session) => session.setMicrophone(true)));
      const dismiss = (): void => {
        this.#askDismissed = asked;
        this.requestUpdate();
      };
      return line(words, html`${rich(words.asksToUnmute(said(asked.name)))}`, { action, dismiss });
    }
    if (this.#mutedHint) {
      const action = lineButton(words.turnMicrophoneOn, () => this.act((session) => session.setMicrophone(true)));
      return line(words, html`${words.mutedHint}`, { action, dismiss: this.#dismissHint });
    }
    return this.#invitation ? invitationLine(words, this.#invitation, this.#dismissInvitation) : nothing;
  }

  #dismissHint = (): void => {
    this.#mutedHint = false;
    this.requestUpdate();
  };

  #dismissInvitation = (): void => {
    this.#invitation = '';
    this.requestUpdate();
  };

  // --- the panel

  #side(): TemplateResult | typeof nothing {
    const panel = this.#panel;
    if (!panel) return nothing;
    // eslint-disable-next-line lit-a11y/click-events-have-key-events -- for the pointer; Escape and the button do the same
    const scrim = html`<div class="scrim" @click=${() => this.#open('')}></div>`;
    return html`${panel === 'compare' ? nothing : scrim}
      <div class="side ${panel === 'compare' ? 'wide' : ''}" @keydown=${this.#escape}>
        ${hasPanelPart(GROUP[panel]) ? this.#content(panel) : this.#loading(GROUP[panel])}
      </div>`;
  }

  #content(panel: Exclude<PanelName, ''>): TemplateResult {
    const context: PanelContext = {
      session: this.session as MeetingSession,
      meeting: this.meeting as SessionState,
      features: this.#shown,
      violation: this.#violation,
      violations: this.#violations,
      history: this.#history,
      preferences: this.#preferences,
      volumes: this.#volumes,
      shortcuts: this.shortcuts === 'focus',
      onClose: () => this.#open(''),
      about: this.#about,
      host: (this.getRootNode() as ShadowRoot).host as HTMLElement,
      onOpen: (name, about) => this.#open(name, about),
      onInvite: () => void this.#invite(),
      onPrefer: (change) => {
        this.#preferences = { ...this.#preferences, ...change };
        storePreferences(this.#preferences);
        this.requestUpdate();
      },
      onLeave: () => this.onLeave?.(false),
      onSaid: (sentence) => this.#announcer.now(sentence),
    };
    return panelContent(panel, context, promisesIn(this.words));
  }

  #loading(group: PanelGroup): TemplateResult {
    const { words } = this;
    if (this.#panelFailed) {
      const { what, next } = words.errors['load-failed'];
      const again = (): void => {
        this.#panelFailed = false;
        this.requestUpdate();
      };
      return html`<aside class="panel-plain" part="panel">
        <div class="loading" role="alert">
          <p><b>${what}</b> ${next}</p>
          <button class="button" part="button" @click=${again}>${words.tryAgain}</button>
          <button class="button ghost" part="button" @click=${() => this.#open('')}>${words.close}</button>
        </div>
      </aside>`;
    }
    void this.#load(group);
    return html`<aside class="panel-plain" part="panel">
      <div class="loading" data-seal="connecting">${mark('connecting')}</div>
    </aside>`;
  }

  /** Afterwards what is shown is the panel, or that it could not be loaded. */
  async #load(group: PanelGroup): Promise<void> {
    await loadPanelPart(group).catch(() => {
      if (this.#panel && GROUP[this.#panel] === group) this.#panelFailed = true;
    });
    this.requestUpdate();
  }

  /** Opens a panel, and puts the focus into it; closed, the focus goes back to the button. */
  #open(panel: PanelName, about?: string): void {
    const before = this.#panel;
    this.#about = about;
    if (panel === before) return;
    const inside = this.renderRoot.querySelector('.side')?.contains(this.shadowRoot?.activeElement ?? null);
    this.#panel = panel;
    this.#panelFailed = false;
    if (panel === 'chat') this.#readAll();
    this.requestUpdate();
    void this.updateComplete.then(async () => {
      if (panel) {
        await this.#load(GROUP[panel]);
        await this.updateComplete;
        this.renderRoot.querySelector<HTMLElement>('.side > *')?.focus();
      } else if (inside || !this.shadowRoot?.activeElement) this.#backFrom(before);
    });
  }

  #backFrom(panel: PanelName): void {
    const toolbar = this.renderRoot.querySelector<SecureMeetingToolbar>('secure-meeting-toolbar');
    const chip = this.renderRoot.querySelector<SecureMeetingSeal>('secure-meeting-seal');
    if (panel === 'privacy' || panel === 'compare' || panel === 'report') chip?.focus();
    else toolbar?.button(panel)?.focus();
  }

  #escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    this.#open('');
  };

  /** The focus can be on something that the panel lies over: then Escape shows it (WCAG 2.4.11). */
  #uncover = (event: KeyboardEvent): void => {
    const side = this.#panel && this.renderRoot.querySelector('.side')?.getBoundingClientRect();
    const at = (event.composedPath()[0] as Element).getBoundingClientRect();
    if (side && at.left < side.right && at.right > side.left && at.top < side.bottom && at.bottom > side.top)
      this.#escape(event);
  };

  // --- tools and keys

  #use(tool: string): void {
    const self = this.meeting?.self;
    if (!self) return;
    if (tool === 'microphone') this.act((session) => session.setMicrophone(!self.microphone));
    else if (tool === 'camera')
      this.act((session) => session.setCamera(!self.camera && this.meeting?.blur !== 'loading'));
    else if (tool === 'hand' && this.#shown.has('hand')) this.act((session) => session.setHand(!self.hand));
    else if (tool === 'share' && this.#shown.has('screen-share') && !this.#sharesOnlyByHosts)
      this.act((session) => (self.screen ? session.stopScreenShare() : session.startScreenShare({ audio: true })));
  }

  get #sharesOnlyByHosts(): boolean {
    return this.meeting?.room.shareByHosts === true && this.meeting.self.role !== 'host';
  }

  #key = (event: KeyboardEvent): void => {
    if (this.shortcuts === 'off' || this.#push.down(event, this.meeting?.self.microphone === false)) return;
    const wanted = shortcutOf(event);
    if (!wanted) return;
    event.preventDefault();
    event.stopPropagation();
    if (wanted === 'chat' || wanted === 'people' || wanted === 'shortcuts') {
      if (wanted === 'shortcuts' || this.#shown.has(wanted)) this.#open(this.#panel === wanted ? '' : wanted);
    } else this.#use(wanted);
  };

  #keyUp = (event: KeyboardEvent): void => this.#push.up(event);

  /** The key may come up where we don't hear it. */
  /** Where the focus goes on when what had it is gone. */
  #refocus = (fromPanel: boolean): void => {
    const panel = fromPanel && this.#panel ? this.renderRoot.querySelector<HTMLElement>('.side > *') : null;
    (panel ?? this.renderRoot.querySelector<HTMLElement>('secure-meeting-stage'))?.focus({ preventScroll: true });
  };

  #focusOut = (event: FocusEvent): void => {
    if (!event.relatedTarget) this.#push.stop();
  };

  async #invite(): Promise<void> {
    const link = await this.onInvite?.();
    if (!link) return;
    try {
      await navigator.clipboard.writeText(link);
      this.#toast(this.words.invitationCopied);
    } catch {
      // No permission to copy: the link is shown instead.
      this.#invitation = link;
      this.requestUpdate();
    }
  }

  // --- what happened

  #follow(): void {
    this.#listening?.abort();
    this.#announcer.follow(this.session);
    if (!this.session) return;
    const { signal } = (this.#listening = new AbortController());
    if (this.#history?.session !== this.session) this.#history = new History(this.session);
    this.#history.listen(signal);
    this.session.on(
      'encryption-violation',
      (violation) => {
        this.#violation = violation;
        this.#violations = [...this.#violations.slice(-99), violation];
        this.requestUpdate();
      },
      { signal },
    );
  }

  #dismissViolation = (): void => {
    this.#dismissed = this.#violation ??= {
      code: 'plaintext',
      identity: '',
      source: 'keys',
      count: 0,
      epoch: null,
    };
    this.requestUpdate();
  };

  #toast(sentence: string): void {
    this.#toasts = [...this.#toasts.slice(-2), sentence];
    this.requestUpdate();
    const line = document.createElement('p');
    line.textContent = sentence;
    const log = this.renderRoot.querySelector('[role=log]');
    log?.append(line);
    while (log && log.childElementCount > 50) log.firstElementChild?.remove();
    setTimeout(() => {
      this.#toasts = this.#toasts.filter((each) => each !== sentence);
      this.requestUpdate();
    }, TOAST);
  }

  #readAll(): void {
    this.#read = this.meeting?.chat.length ?? 0;
    this.#readFiles = this.meeting?.files?.length ?? 0;
  }

  get #unread(): number {
    const chat = this.meeting?.chat ?? [];
    if (this.#panel === 'chat') return 0;
    const files = this.#shown.has('files') ? (this.meeting?.files ?? []).slice(this.#readFiles) : [];
    return [...chat.slice(this.#read), ...files].filter(({ local }) => !local).length;
  }

  // --- size

  #measure(): void {
    const em = parseFloat(getComputedStyle(this).getPropertyValue('--_secure-meeting-unit')) * 4 || 16;
    this.#width = this.clientWidth / em;
    this.#height = this.clientHeight / em;
    this.requestUpdate();
  }

  get #size(): Size {
    if (this.#width < 22.5 || this.#height < 17.5) return 'tiny';
    if (this.#width < 40) return 'compact';
    return this.#width < 67.5 ? 'regular' : 'wide';
  }

  #redraw = (): void => this.requestUpdate();
}
