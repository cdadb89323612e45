import { css, html, nothing, type TemplateResult } from 'lit';
import type { KnockState, ModerationAction, Participant } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { chevronDown, ellipsis, flag, hand, search, x } from '../../styles/icons.js';
import { chevronUp, micOff } from '../../styles/icons-first.js';
import { icon } from '../icon.js';
import { mayReport, Panel } from '../live/panel.js';
import { panelStyle } from '../live/panel-style.js';
import { openMenu, type MenuItem } from '../menu/menu.js';
import { cleanName } from '../clean-name.js';
import { rich, said } from '../names.js';
import { avatar, avatarStyle, hollowAvatar } from '../stage/avatar.js';
import { handPlace, raisedHands } from '../stage/hands.js';
import { styleProperties } from '../style-properties.js';
import { repeat } from '../repeat.js';
import { Groups } from './groups.js';
import { sameLook } from './same-look.js';

/** From this many people on there is a search field. */
const SEARCH_FROM = 8;

/** Who is here, who knocks, and what a host may do. Roles come from the keys, not from the server. */
export class SecureMeetingPeople extends Panel {
  static override styles = [
    base,
    panelStyle,
    avatarStyle,
    css`
      .search {
        position: relative;
        display: block;
        margin-block-end: calc(var(--_u) * 2);
      }
      .search .icon {
        position: absolute;
        inset-block: 0;
        inset-inline-start: calc(var(--_u) * 3);
        margin-block: auto;
        inline-size: calc(var(--_u) * 4);
        color: var(--secure-meeting-text-muted);
      }
      .search .input {
        padding-inline-start: calc(var(--_u) * 9);
      }
      .section:first-of-type {
        padding-block-start: var(--_u);
      }
      .knock {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        column-gap: calc(var(--_u) * 3);
        padding-block: calc(var(--_u) * 2);
      }
      .knock > .avatar {
        grid-row: span 2;
        align-self: start;
      }
      .knock-note {
        grid-column: 2 / -1;
        font-size: var(--_small);
      }
      .knock-note:not(.caution) {
        color: var(--secure-meeting-text-muted);
      }
      .knock .actions {
        display: flex;
        gap: var(--_u);
      }
      .disclosure {
        display: flex;
        align-items: center;
        gap: calc(var(--_u) * 2);
        inline-size: 100%;
        min-block-size: calc(var(--_u) * 11);
        padding: 0;
        border: 0;
        background: none;
        font-weight: 600;
        text-align: start;
        cursor: pointer;
      }
      .disclosure .icon {
        margin-inline-start: auto;
        color: var(--secure-meeting-text-muted);
      }
      .section:has(> .disclosure) {
        padding-block: 0;
      }
      .settings {
        padding-block-end: calc(var(--_u) * 3);
      }
      .group,
      .knock {
        content-visibility: auto;
        contain-intrinsic-size: auto calc(var(--_u) * 13 * var(--_rows, 1));
      }
      .confirm {
        display: grid;
        gap: calc(var(--_u) * 2);
        padding: calc(var(--_u) * 3);
        border-radius: var(--_radius);
        background: var(--_alarm-soft);
        font-size: var(--_small);
      }
      .confirm span {
        display: flex;
        gap: calc(var(--_u) * 2);
      }
      .alarm {
        color: var(--_alarm);
      }
      .place {
        font-variant-numeric: tabular-nums;
      }
      .row-end .icon {
        inline-size: calc(var(--_u) * 5);
      }
    `,
  ];

  #query = '';
  #controls = false;
  #removing: string | undefined;
  readonly #hands = new Groups<Participant>();
  readonly #rest = new Groups<Participant>();

  override render(): TemplateResult | typeof nothing {
    const { context, words } = this;
    if (!context) return nothing;
    const { self, others } = context.meeting;
    const hands = raisedHands(context.meeting);
    // Who wants to speak stands first, in the order in which the hands went up.
    const groups = [
      ...this.#hands.split(hands),
      ...this.#rest.split([self, ...others].filter((person) => !person.hand)),
    ];
    const count = others.length + 1;
    const query = this.#query.toLocaleLowerCase();
    const found = groups
      .map((group) => ({
        group,
        people: query
          ? group.people.filter((person) => cleanName(person.name).toLocaleLowerCase().includes(query))
          : group.people,
      }))
      .filter(({ people }) => people.length > 0);
    return this.frame(
      words.people,
      html`<div class="panel-body" part="panel-body">
        ${
          context.meeting.encryption.state === 'off'
            ? html`<p class="notice" part="notice" lang=${this.fallback}>${words.peopleNoteOff}</p>`
            : nothing
        }
        ${count >= SEARCH_FROM ? this.#search() : nothing} ${this.#knocks()}
        ${self.role === 'host' ? this.#hostControls() : nothing}
        <section class="section">
          ${this.#counted(count)}
          ${found.length === 0 ? html`<p class="muted small" role="status">${words.nobodyFound}</p>` : nothing}
          <div role="list">
            ${repeat(
              found,
              ({ group }) => group,
              ({ people }) => this.#group(people),
            )}
          </div>
        </section>
      </div>`,
      this.#foot(),
    );
  }

  /** Those here, of those that the site lets in. */
  #counted(count: number): TemplateResult {
    const { words } = this;
    const { limit } = (this.context as NonNullable<typeof this.context>).meeting.room;
    if (limit === undefined) return html`<h3>${words.inMeeting(count)}</h3>`;
    return html`<h3>${words.inMeetingOf(count, limit)}</h3>
      ${count < limit ? nothing : html`<p class="muted small" role="status">${words.meetingFull}</p>`}`;
  }

  #search(): TemplateResult {
    return html`<label class="search"
      >${icon(search)}
      <input
        class="input"
        type="search"
        dir="auto"
        placeholder=${this.words.searchPeople}
        aria-label=${this.words.searchPeople}
        @input=${this.#searched}
    /></label>`;
  }

  #searched = (event: Event): void => {
    this.#query = (event.target as HTMLInputElement).value.trim();
    this.requestUpdate();
  };

  // --- at the door

  #knocks(): TemplateResult | typeof nothing {
    const { words } = this;
    const knocking = this.context?.meeting.room.knocking ?? [];
    if (knocking.length === 0) return nothing;
    const all = (): void =>
      this.act((session) => Promise.all(knocking.map(({ identity }) => session.moderate({ type: 'admit', identity }))));
    return html`<section class="section">
      <h3>
        ${words.waitingToJoin(knocking.length)}
        ${
          knocking.length > 1
            ? html`<button class="button ghost tight" part="button" @click=${all}>${words.admitAll}</button>`
            : nothing
        }
      </h3>
      <ul>
        ${repeat(
          knocking,
          (knock) => knock.identity,
          (knock) => this.#knock(knock),
        )}
      </ul>
    </section>`;
  }

  /** A name somebody typed: quoted, in plain weight, beside a hollow avatar, and compared with the members'. */
  #knock({ identity, claimedName }: KnockState): TemplateResult {
    const { words } = this;
    const { self, others } = (this.context as NonNullable<typeof this.context>).meeting;
    const name = cleanName(claimedName);
    const double = [self, ...others].some((person) => sameLook(person.name, name));
    return html`<li class="knock" part="row">
      ${hollowAvatar(name)}
      <bdi class="truncate">“${name}”</bdi>
      <span class="actions">
        <button
          class="button ghost tight square"
          part="button"
          aria-label=${words.denyName(said(name))}
          @click=${() => this.#moderate({ type: 'deny', identity })}
        >
          ${icon(x)}
        </button>
        <button
          class="button tight"
          part="button"
          aria-label=${words.admitName(said(name))}
          @click=${() => this.#moderate({ type: 'admit', identity })}
        >
          ${words.admit}
        </button>
      </span>
      <span class="knock-note ${double ? 'caution' : ''}" lang=${this.fallback}
        >${double ? words.sameNameAsMember : words.nameNotChecked}</span
      >
    </li>`;
  }

  // --- host

  #hostControls(): TemplateResult | typeof nothing {
    const { words } = this;
    const { room, capabilities } = (this.context as NonNullable<typeof this.context>).meeting;
    // Only what somebody enforces: a switch that nobody answers would stay as it is.
    const offered = (name: string): boolean => capabilities.keys[name] === true;
    const rules = offered('permissions');
    if (!offered('waitingRoom') && !offered('locks') && !rules) return nothing;
    return html`<section class="section">
      <button class="disclosure" aria-expanded=${this.#controls} @click=${this.#toggleControls}>
        ${words.hostControls}${icon(this.#controls ? chevronUp : chevronDown)}
      </button>
      ${
        this.#controls
          ? html`<div class="settings">
              ${
                offered('waitingRoom')
                  ? this.#setting('one-by-one', words.oneByOne, room.waitingRoom, 'waiting-room-on', 'waiting-room-off')
                  : nothing
              }
              ${offered('locks') ? this.#setting('lock', words.lockMeeting, room.locked, 'lock', 'unlock') : nothing}
              ${
                rules
                  ? html`${this.#setting('share', words.shareByHosts, room.shareByHosts, 'share-hosts', 'share-all')}
                    ${this.#setting('chat', words.chatByHosts, room.chatByHosts, 'chat-hosts', 'chat-all')}`
                  : nothing
              }
            </div>`
          : nothing
      }
    </section>`;
  }

  #toggleControls = (): void => {
    this.#controls = !this.#controls;
    this.requestUpdate();
  };

  #setting(
    id: string,
    label: string,
    on: boolean,
    turnOn: 'lock' | 'waiting-room-on' | 'share-hosts' | 'chat-hosts',
    turnOff: 'unlock' | 'waiting-room-off' | 'share-all' | 'chat-all',
  ): TemplateResult {
    return html`<div class="setting">
      <span id=${id}>${label}</span>
      <button
        class="switch"
        role="switch"
        aria-checked=${on}
        aria-labelledby=${id}
        @click=${() => this.#moderate({ type: on ? turnOff : turnOn })}
      ></button>
    </div>`;
  }

  #moderate(action: ModerationAction): void {
    this.act((session) => session.moderate(action));
  }

  // --- rows

  /** One list to who hears it: that it comes in groups is for the browser alone. */
  #group(people: readonly Participant[]): TemplateResult {
    const rows = repeat(
      people,
      (person) => person.identity,
      (person) => this.#row(person),
    );
    const height = styleProperties({ '--_rows': people.length });
    return html`<ul class="group" role="presentation" ${height}>
      ${rows}
    </ul>`;
  }

  #row(person: Participant): TemplateResult {
    const { words } = this;
    const note = this.#note(person);
    // eslint-disable-next-line lit-a11y/no-redundant-role -- the list around it is none: its group is presentational
    return html`<li role="listitem" part="row">
      <div class="row">
        ${person.encryption === 'stranger' ? hollowAvatar(person.name) : avatar(person)}
        <span class="row-main"><bdi class="truncate">${cleanName(person.name)}</bdi>${note}</span>
        <span class="row-end">
          ${person.hand ? this.#hand(person) : nothing}
          ${person.microphone ? nothing : html`${icon(micOff)}<span class="hidden">${words.muted}</span>`}
          ${
            person.local
              ? nothing
              : html`<button
                  class="button ghost tight square"
                  part="button"
                  aria-haspopup="menu"
                  aria-expanded="false"
                  aria-label=${words.moreAbout(said(person.name))}
                  @click=${(event: Event) => this.#more(event, person)}
                >
                  ${icon(ellipsis)}
                </button>`
          }
        </span>
      </div>
      ${this.#removing === person.identity ? this.#confirm(person) : nothing}
    </li>`;
  }

  #hand(person: Participant): TemplateResult {
    const place = handPlace((this.context as NonNullable<typeof this.context>).meeting, person);
    return html`<span class="hidden">${this.words.handRaised}</span>${icon(hand)}<span class="place"
        >${this.words.handPlace(place)}</span
      >`;
  }

  #note(person: Participant): TemplateResult | typeof nothing {
    const { words } = this;
    if (person.encryption === 'refused')
      return html`<span class="caution" lang=${this.fallback}>${words.blocked}</span>`;
    if (person.encryption === 'stale' || person.encryption === 'stranger')
      return html`<span class="caution" lang=${this.fallback}>${words.notConfirmed}</span>`;
    if (person.encryption === 'waiting' && !person.local)
      return html`<span lang=${this.fallback}>${words.beingChecked}</span>`;
    const facts = [person.local && words.you, person.role === 'host' && words.host].filter(Boolean);
    return facts.length ? html`<span>${facts.join(' · ')}</span>` : nothing;
  }

  #more(event: Event, person: Participant): void {
    const { words } = this;
    const { self, capabilities } = (this.context as NonNullable<typeof this.context>).meeting;
    const hosts = self.role === 'host';
    const server = capabilities.unavailable['moderation-server']?.available !== false;
    // Roles are the keys' business; ending streams and connections is the server's.
    const roles = hosts && capabilities.keys['locks'] === true;
    const sends = hosts && server;
    const items: (MenuItem | false)[] = [
      (this.context?.features.has('chat') ?? false) &&
        person.encryption !== 'stranger' && { id: 'write', label: words.writePrivately },
      sends && person.microphone && { id: 'mute', label: words.mutePerson },
      roles && !person.microphone && { id: 'ask-to-unmute', label: words.askToUnmute },
      sends && person.camera && { id: 'stop-camera', label: words.stopTheirCamera },
      sends && person.screen && { id: 'stop-share', label: words.stopTheirShare },
      roles && person.role !== 'host' && { id: 'make-host', label: words.makeHost },
      roles && person.role === 'host' && { id: 'make-member', label: words.makeMember },
      (roles || sends) && { id: 'remove', label: words.remove, alarm: true },
    ];
    const { volumes } = this.context as NonNullable<typeof this.context>;
    const volume: MenuItem[] = [1, 0.75, 0.5, 0.25, 0].map((level) => ({
      id: `volume ${level}`,
      label: `${level * 100} %`,
      checked: (volumes.get(person.identity) ?? 1) === level,
    }));
    const groups = [
      { items: items.filter((item): item is MenuItem => !!item) },
      { heading: words.volume, items: volume },
      { items: mayReport(this.context) ? [{ id: 'report', label: words.reportPerson, icon: flag }] : [] },
    ].filter((group) => group.items.length > 0);
    openMenu(event.currentTarget as HTMLElement, words.moreAbout(said(person.name)), groups, (id) => {
      const [verb, level] = id.split(' ');
      if (verb === 'volume') {
        volumes.set(person.identity, Number(level));
        this.act((session) => session.setVolume(person.identity, Number(level)));
      } else if (verb === 'write') this.context?.onOpen('chat', person.identity);
      else if (verb === 'ask-to-unmute')
        this.act(async (session) => {
          await session.moderate({ type: 'ask-to-unmute', identity: person.identity });
          this.context?.onSaid(words.askedToUnmute(said(person.name)));
        });
      else if (verb === 'report') this.context?.onOpen('report', person.identity);
      else if (verb === 'remove') {
        this.#removing = person.identity;
        this.requestUpdate();
        void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.confirm button')?.focus());
      } else this.#moderate({ type: verb as 'mute', identity: person.identity });
    });
  }

  #confirm(person: Participant): TemplateResult {
    const { words } = this;
    const end = (event: Event): void => {
      const row = (event.currentTarget as Element).closest('li');
      this.#removing = undefined;
      this.requestUpdate();
      void this.updateComplete.then(() => row?.querySelector<HTMLElement>('.row-end .button')?.focus());
    };
    const remove = (event: Event): void => {
      end(event);
      this.#moderate({ type: 'remove', identity: person.identity });
    };
    return html`<div class="confirm" role="alertdialog" aria-label=${words.remove}>
      <p>${rich(words.removeSure(said(person.name)))}</p>
      <span>
        <button class="button tight" part="button" @click=${end}>${words.cancel}</button>
        <button class="button tight alarm" part="button" @click=${remove}>${words.remove}</button>
      </span>
    </div>`;
  }

  #foot(): TemplateResult | typeof nothing {
    const { context, words } = this;
    const invites = context?.features.has('invite');
    const mutes =
      context?.meeting.self.role === 'host' &&
      context.meeting.others.length > 0 &&
      context.meeting.capabilities.unavailable['moderation-server']?.available !== false;
    if (!invites && !mutes) return nothing;
    return html`<div class="foot">
      ${
        mutes
          ? html`<button class="button" part="button" @click=${() => this.#moderate({ type: 'mute-all' })}>
              ${words.muteAll}
            </button>`
          : nothing
      }
      ${
        invites
          ? html`<button class="button" part="button" @click=${() => context?.onInvite()}>
              ${words.copyInvitation}
            </button>`
          : nothing
      }
    </div>`;
  }
}
