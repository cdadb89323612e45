import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { MeetingSession, SessionState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import {
  ellipsis,
  hand,
  keyboard,
  logOut,
  messageSquare,
  monitorUp,
  monitorX,
  settings,
  smile,
  usersRound,
} from '../../styles/icons.js';
import { chevronUp, mic, micOff, video, videoOff } from '../../styles/icons-first.js';
import { icon } from '../icon.js';
import { openDeviceMenu } from '../menu/device-menu.js';
import { openMenu, type MenuGroup, type MenuItem } from '../menu/menu.js';
import { REACTIONS } from '../live/reactions.js';
import { Part } from '../part.js';
import type { Feature } from '../root/features.js';
import { toolbarStyle } from './toolbar-style.js';

export type Tool = 'share' | 'hand' | 'reactions' | 'chat' | 'people';
/** Who goes into *More* first when room gets scarce, and the container's width in em below which it does. */
const FOLD: Record<Tool, number> = { reactions: 46, hand: 40, people: 40, chat: 25.5, share: 22.5 };

/** Microphone, camera, share, hand, reactions; chat, people, more; leave. What doesn't fit goes into *More*. */
export class SecureMeetingToolbar extends Part {
  static override styles = [base, toolbarStyle];

  @property({ attribute: false }) accessor session: MeetingSession | undefined;
  @property({ attribute: false }) accessor meeting: SessionState | undefined;
  @property({ attribute: false }) accessor features: ReadonlySet<Feature> = new Set();
  /** Width of the meeting in em. */
  @property({ type: Number }) accessor room = 100;
  @property() accessor panel = '';
  @property({ type: Number }) accessor unread = 0;
  @property({ attribute: false }) accessor onPanel: ((panel: string) => void) | undefined;
  @property({ attribute: false }) accessor onTool: ((tool: string) => void) | undefined;
  @property({ attribute: false }) accessor onLeave: ((endForAll: boolean) => void) | undefined;

  override render(): TemplateResult | typeof nothing {
    if (!this.meeting) return nothing;
    const shown = (tool: Tool): boolean => this.#offered(tool) && this.room >= FOLD[tool];
    return html`<div class="toolbar" part="toolbar" role="toolbar" aria-label=${this.words.toolbar}>
      <div class="group"><slot name="toolbar-start"></slot></div>
      <div class="group">
        ${this.#device('audioinput')}${this.#device('videoinput')} ${shown('share') ? this.#share() : nothing}
        ${shown('hand') ? this.#hand() : nothing} ${shown('reactions') ? this.#reactions() : nothing}
      </div>
      <div class="group">
        <slot name="toolbar-end"></slot>
        ${shown('chat') ? this.#chat() : nothing} ${shown('people') ? this.#people() : nothing} ${this.#more()}
        <span class="apart">${this.#leave()}</span>
      </div>
    </div>`;
  }

  /** The button that opens a panel: where the focus goes when the panel closes. */
  button(panel: string): HTMLElement | null {
    return this.renderRoot.querySelector(`[data-tool="${panel}"]`) ?? this.renderRoot.querySelector('[data-tool=more]');
  }

  #offered(tool: Tool): boolean {
    const feature = (
      { share: 'screen-share', hand: 'hand', reactions: 'reactions', chat: 'chat', people: 'people' } as const
    )[tool];
    const { self, room } = this.meeting as SessionState;
    if (tool === 'share' && (!this.#canShare || (room.shareByHosts && self.role !== 'host'))) return false;
    return this.features.has(feature);
  }

  get #canShare(): boolean {
    return typeof navigator !== 'undefined' && !!navigator.mediaDevices && 'getDisplayMedia' in navigator.mediaDevices;
  }

  #device(kind: 'audioinput' | 'videoinput'): TemplateResult {
    const words = this.words;
    const { self, phase, blur } = this.meeting as SessionState;
    const audio = kind === 'audioinput';
    const loading = !audio && blur === 'loading';
    const on = audio ? self.microphone : self.camera;
    const unheard = audio && on && phase === 'reconnecting';
    const label = audio
      ? unheard
        ? words.microphoneUnheard
        : on
          ? words.microphone
          : words.microphoneMuted
      : on
        ? words.camera
        : loading
          ? words.blurLoading
          : words.cameraOff;
    const state = unheard ? 'unheard' : on ? '' : 'off';
    return html`<span class="split">
      <button
        class="tool ${state}"
        part="tool ${state}"
        data-tool=${audio ? 'microphone' : 'camera'}
        aria-label=${label}
        aria-pressed=${on}
        aria-busy=${loading || nothing}
        aria-keyshortcuts=${audio ? 'M' : 'V'}
        @click=${() => this.onTool?.(audio ? 'microphone' : 'camera')}
      >
        ${icon(audio ? (on ? mic : micOff) : on ? video : videoOff)}
      </button>
      <button
        class="tool"
        part="tool"
        aria-haspopup="menu"
        aria-expanded="false"
        aria-label=${audio ? words.chooseMicrophone : words.chooseCamera}
        @click=${(event: Event) => this.#choose(kind, event.currentTarget as HTMLElement)}
      >
        ${icon(chevronUp)}
      </button>
    </span>`;
  }

  #choose(kind: MediaDeviceKind, button: HTMLElement): void {
    if (this.session) openDeviceMenu(button, kind, this.session, this.words, this.features.has('blur'));
  }

  #share(): TemplateResult {
    const on = this.meeting?.self.screen ?? false;
    return this.#button('share', on ? this.words.stopSharing : this.words.share, on ? monitorX : monitorUp, on, 'S');
  }

  #hand(): TemplateResult {
    const up = !!this.meeting?.self.hand;
    return this.#button('hand', up ? this.words.lowerHand : this.words.raiseHand, hand, up, 'H');
  }

  #reactions(): TemplateResult {
    return html`<button
      class="tool"
      part="tool"
      data-tool="reactions"
      aria-label=${this.words.react}
      title=${this.words.react}
      aria-haspopup="menu"
      aria-expanded="false"
      @click=${(event: Event) => this.#react(event.currentTarget as HTMLElement)}
    >
      ${icon(smile)}
    </button>`;
  }

  #react(button: HTMLElement): void {
    openMenu(button, this.words.react, [this.#emojis], (emoji) => this.act((session) => session.react(emoji)));
  }

  get #emojis(): MenuGroup {
    const items = REACTIONS.map((emoji) => ({ id: emoji, glyph: emoji, label: this.words.reactWith(emoji) }));
    return { row: true, items };
  }

  #button(tool: string, label: string, shape: TemplateResult<2>, active: boolean, key: string): TemplateResult {
    return html`<button
      class="tool ${active ? 'active' : ''}"
      part="tool ${active ? 'open' : ''}"
      data-tool=${tool}
      aria-label=${label}
      aria-keyshortcuts=${key}
      title=${label}
      @click=${() => this.onTool?.(tool)}
    >
      ${icon(shape)}
    </button>`;
  }

  #chat(): TemplateResult {
    const { unread, words } = this;
    return this.#panel('chat', unread ? words.chatUnread(unread) : words.chat, messageSquare, unread, 'C');
  }

  #people(): TemplateResult {
    const { others, room } = this.meeting as SessionState;
    const count = others.length + 1;
    const knocks = room.knocking.length;
    const label = knocks ? this.words.peopleKnocking(count, knocks) : this.words.peopleCount(count);
    return this.#panel('people', label, usersRound, knocks, 'P', this.words.count(count));
  }

  #panel(
    panel: string,
    label: string,
    shape: TemplateResult<2>,
    count: number,
    key: string,
    text?: string,
  ): TemplateResult {
    const open = this.panel === panel;
    return html`<button
      class="tool"
      part="tool ${open ? 'open' : ''}"
      data-tool=${panel}
      aria-label=${label}
      aria-expanded=${open}
      aria-keyshortcuts=${key}
      @click=${() => this.onPanel?.(open ? '' : panel)}
    >
      ${icon(shape)}${text ? html`<span>${text}</span>` : nothing}
      ${count ? html`<span class="count">${count > 99 ? '99+' : this.words.count(count)}</span>` : nothing}
    </button>`;
  }

  #more(): TemplateResult {
    const hidden = this.unread > 0 && this.room < FOLD.chat ? this.unread : 0;
    const knocks = this.room < FOLD.people ? (this.meeting?.room.knocking.length ?? 0) : 0;
    const count = hidden + knocks;
    return html`<button
      class="tool"
      part="tool"
      data-tool="more"
      aria-label=${count ? this.words.moreWithNews(count) : this.words.more}
      aria-haspopup="menu"
      aria-expanded="false"
      @click=${this.#openMore}
    >
      ${icon(ellipsis)}${count ? html`<span class="count">${this.words.count(count)}</span>` : nothing}
    </button>`;
  }

  #openMore = (event: Event): void => {
    const { words } = this;
    const { self, others } = this.meeting as SessionState;
    const folded = (tool: Tool): boolean => this.#offered(tool) && this.room < FOLD[tool];
    const tools: (MenuItem | false)[] = [
      folded('share') && {
        id: 'share',
        label: self.screen ? words.stopSharing : words.share,
        icon: self.screen ? monitorX : monitorUp,
      },
      folded('chat') && {
        id: 'chat',
        label: this.unread ? words.chatUnread(this.unread) : words.chat,
        icon: messageSquare,
      },
      folded('people') && { id: 'people', label: words.peopleCount(others.length + 1), icon: usersRound },
      folded('hand') && { id: 'hand', label: self.hand ? words.lowerHand : words.raiseHand, icon: hand },
    ];
    const rest: (MenuItem | false)[] = [
      this.features.has('settings') && { id: 'settings', label: words.settings, icon: settings },
      { id: 'shortcuts', label: words.shortcuts, icon: keyboard },
    ];
    const groups: MenuGroup[] = [tools, rest]
      .map((items) => ({ items: items.filter((item): item is MenuItem => !!item) }))
      .filter((group) => group.items.length > 0);
    if (folded('reactions')) groups.unshift(this.#emojis);
    openMenu(event.currentTarget as HTMLElement, words.more, groups, (id) => {
      if (id === 'share' || id === 'hand') this.onTool?.(id);
      else if ((REACTIONS as readonly string[]).includes(id)) this.act((session) => session.react(id));
      else this.onPanel?.(id);
    });
  };

  #leave(): TemplateResult {
    const { words } = this;
    const ends = this.meeting?.self.role === 'host';
    return html`<button
      class="tool leave"
      part="tool tool-leave"
      data-tool="leave"
      aria-label=${words.leave}
      aria-haspopup=${ends ? 'menu' : nothing}
      @click=${(event: Event) => (ends ? this.#askLeave(event) : this.onLeave?.(false))}
    >
      ${icon(logOut, 'flip')}<span>${words.leave}</span>
    </button>`;
  }

  #askLeave(event: Event): void {
    const { words } = this;
    const items = [
      { id: 'leave', label: words.leaveOnly },
      { id: 'end', label: words.endForAll, alarm: true },
    ];
    openMenu(event.currentTarget as HTMLElement, words.leaveMenu, [{ items }], (id) => this.onLeave?.(id === 'end'));
  }
}
