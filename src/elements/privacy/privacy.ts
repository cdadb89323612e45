import { css, html, nothing, type TemplateResult } from 'lit';
import type { Capabilities } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { check, eye, flag, shieldAlert } from '../../styles/icons.js';
import { seal as sealStyle } from '../../styles/seal.js';
import { icon } from '../icon.js';
import { mayReport, Panel } from '../live/panel.js';
import { panelStyle } from '../live/panel-style.js';
import { cleanName } from '../clean-name.js';
import { rich } from '../names.js';
import { mark } from '../seal/mark.js';
import { sealWords } from '../seal/seal.js';
import { provedMembers } from '../seal/shape.js';
import { momentWords } from './history.js';

/** The state in one sentence, the code to compare, what happened, what is protected and what the service sees. */
export class SecureMeetingPrivacy extends Panel {
  static override styles = [
    base,
    sealStyle,
    panelStyle,
    css`
      .lead {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--_u) calc(var(--_u) * 3);
        align-items: center;
        --_seal-size: calc(var(--_u) * 10);
      }
      .lead p {
        grid-column: 1 / -1;
        margin-block-start: calc(var(--_u) * 2);
        text-wrap: pretty;
        overflow-wrap: anywhere;
      }
      .compare {
        margin-block: calc(var(--_u) * 4);
      }
      .history {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--_u) calc(var(--_u) * 3);
        font-size: var(--_small);
        overflow-wrap: anywhere;
      }
      .history dt {
        color: var(--secure-meeting-text-muted);
        font-variant-numeric: tabular-nums;
      }
      .facts {
        display: grid;
        gap: calc(var(--_u) * 2);
        font-size: var(--_small);
      }
      .facts li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: calc(var(--_u) * 2);
      }
      .facts .icon {
        inline-size: calc(var(--_u) * 4);
        block-size: calc(var(--_u) * 4);
        margin-block-start: 1px;
        stroke-width: 2.25;
        color: var(--secure-meeting-text-muted);
      }
      .sentence::first-letter {
        text-transform: uppercase;
      }
      .sentence {
        display: inline-block;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { context, words } = this;
    if (!context) return nothing;
    const { meeting, violation } = context;
    const { seal, word, sentence } = sealWords(meeting, words, violation);
    return this.frame(
      words.privacy,
      html`<div class="panel-body" part="panel-body" tabindex="0" role="region" aria-label=${words.privacy}>
        <div class="lead" data-seal=${seal}>
          ${mark(seal, provedMembers(meeting))}
          <strong class="heading">${rich(word)}</strong>
          <p>${rich(sentence)}</p>
        </div>
        ${this.#compare()} ${this.#violations()} ${this.#history()} ${this.#protected(meeting.capabilities)}
        ${mayReport(context) ? this.#report() : nothing}
        <slot></slot>
      </div>`,
    );
  }

  #report(): TemplateResult {
    return html`<section class="section">
      <button class="button block report" part="button" @click=${() => this.context?.onOpen('report')}>
        ${icon(flag)}${this.words.report}
      </button>
    </section>`;
  }

  #compare(): TemplateResult | typeof nothing {
    const { meeting, onOpen } = this.context ?? {};
    if (!meeting?.securityCode || meeting.others.length === 0) return nothing;
    const { verified } = meeting.encryption;
    return html`<button
      class="button large block compare ${verified ? '' : 'primary'}"
      part=${verified ? 'button' : 'button-primary'}
      data-focus
      @click=${() => onOpen?.('compare')}
    >
      ${verified ? this.words.compareAgain : this.words.compareCode}
    </button>`;
  }

  /** One line per cause and person, newest first. */
  #violations(): TemplateResult | typeof nothing {
    const { words } = this;
    const { violations = [], meeting } = this.context ?? {};
    if (violations.length === 0) return nothing;
    const last = new Map(violations.map((each) => [`${each.code} ${each.identity}`, each]));
    const nameOf = (identity: string): string | undefined =>
      meeting?.others.find((person) => person.identity === identity)?.name;
    return html`<section class="section">
      <h3>${words.violationHeading}</h3>
      <ul class="facts">
        ${[...last.values()].reverse().map((each) => {
          const name = nameOf(each.identity);
          return html`<li>
            ${icon(shieldAlert)}
            <span
              >${words.violation(each.code)}
              <span class="muted"
                >${name ? html`<bdi>${cleanName(name)}</bdi>. ` : nothing}${words.violationCount(each.count)}.</span
              ></span
            >
          </li>`;
        })}
      </ul>
    </section>`;
  }

  #history(): TemplateResult | typeof nothing {
    const { words } = this;
    const { history, meeting } = this.context ?? {};
    if (!history || history.moments.length === 0) return nothing;
    return html`<section class="section">
      <h3>${words.sinceYouJoined}</h3>
      <dl class="history">
        ${history.moments.map(
          (moment) =>
            html`<dt>${words.time(moment.at)}</dt>
              <dd>${rich(momentWords(moment, words, meeting?.self.name ?? ''))}</dd>`,
        )}
      </dl>
    </section>`;
  }

  #protected({ protected: things, visibleToServer, keys }: Capabilities): TemplateResult {
    const { words } = this;
    const named = (filter: (thing: { encrypted: boolean; authenticated: string }) => boolean): string =>
      words.list(
        Object.entries(things)
          .filter(([, thing]) => filter(thing))
          .map(([word]) => words.protectedThing(word)),
      );
    const line = (heading: string, shape: typeof check, text: string): TemplateResult | typeof nothing =>
      text
        ? html`<section class="section">
            <h3>${heading}</h3>
            <ul class="facts">
              <li>${icon(shape)}<span class="sentence">${text}</span></li>
            </ul>
          </section>`
        : nothing;
    const promises = Object.entries(keys)
      .filter(([, kept]) => kept === true)
      .map(([word]) => words.keyPromise(word))
      .filter((sentence) => sentence !== undefined);
    const seen = visibleToServer.length
      ? words.list(visibleToServer.map((word) => words.visibleThing(word)))
      : words.serviceSeesAll;
    return html`${line(
      words.protectedHeading,
      check,
      named((thing) => thing.encrypted && thing.authenticated === 'sender'),
    )}
    ${line(
      words.protectedGroupHeading,
      check,
      named((thing) => thing.encrypted && thing.authenticated !== 'sender'),
    )}
    ${line(
      words.notProtectedHeading,
      eye,
      named((thing) => !thing.encrypted),
    )}
    ${line(words.serviceSees, eye, seen)}
    ${
      promises.length
        ? html`<section class="section">
            <h3>${words.keysHeading}</h3>
            <ul class="facts">
              ${promises.map((sentence) => html`<li>${icon(check)}<span>${sentence}</span></li>`)}
            </ul>
          </section>`
        : nothing
    }`;
  }
}
