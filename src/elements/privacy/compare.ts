import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { SecureMeetingError } from '../../base/errors.js';
import type { SecurityCodeDetail } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { arrowLeft, check, x } from '../../styles/icons.js';
import { seal as sealStyle } from '../../styles/seal.js';
import { icon } from '../icon.js';
import { Panel } from '../live/panel.js';
import { panelStyle } from '../live/panel-style.js';
import { rich, said, shortName } from '../names.js';
import { mark } from '../seal/mark.js';
import { compareStyle } from './compare-style.js';

/**
 * Comparing the code: one moment, one job. It keeps the code that is being compared; when another one is in force the
 * grid clears, the reason is said, and nothing is confirmed.
 */
export class SecureMeetingCompare extends Panel {
  static override styles = [base, sealStyle, panelStyle, compareStyle];

  #comparing: SecurityCodeDetail | undefined;
  #changed: SecurityCodeDetail | undefined;
  #ticked = new Set<number>();
  #differs = false;
  #busy = false;

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has('context')) return;
    const now = this.context?.meeting.securityCode;
    this.#comparing ??= now;
    if (!now || this.#differs || sameCode(now, this.#comparing)) return;
    this.#changed = now;
    this.#ticked = new Set();
  }

  override render(): TemplateResult | typeof nothing {
    const { context, words } = this;
    const code = this.#comparing;
    if (!context || !code) return nothing;
    const { meeting, session } = context;
    const reader = meeting.others.find((person) => person.identity === code.leader.identity);
    const back = html`<button class="button ghost tight" part="button" @click=${() => context.onOpen('privacy')}>
      ${icon(arrowLeft, 'flip')}${words.privacy}
    </button>`;
    return html`<div class="compare ${reader ? '' : 'single'}">
      ${
        reader
          ? html`<secure-meeting-tile part="tile" .participant=${reader} .session=${session}></secure-meeting-tile>`
          : nothing
      }
      <aside class="panel" part="panel" aria-label=${words.compareCode}>
        <header class="panel-header" part="panel-header">
          ${this.#differs ? nothing : back}
          <button class="button ghost square" part="button" aria-label=${words.close} @click=${() => this.close()}>
            ${icon(x)}
          </button>
        </header>
        <div class="moment">${this.#differs ? this.#warn() : this.#changed ? this.#again() : this.#grid(code)}</div>
      </aside>
    </div>`;
  }

  #grid(detail: SecurityCodeDetail): TemplateResult {
    const { words } = this;
    const leads = detail.leader.identity === this.context?.meeting.self.identity;
    const name = said(shortName(detail.leader.name));
    return html`<div class="head">
        <h2 class="title" tabindex="-1">${leads ? words.compareLeads : rich(words.compareReads(name))}</h2>
        <p>${leads ? words.compareLeadsMore : rich(words.compareReadsMore(name))}</p>
      </div>
      <div class="code" role="group" aria-label=${words.securityCode} dir="ltr">
        ${detail.code.map(
          (group, index) =>
            html`<button
              class="code-group"
              part="code ${this.#ticked.has(index) ? 'checked' : ''}"
              aria-pressed=${this.#ticked.has(index)}
              @click=${() => this.#tick(index)}
            >
              <span class="hidden">${words.codeGroup(group, index + 1)}</span
              ><span aria-hidden="true">${group}</span>${icon(check)}
            </button>`,
        )}
      </div>
      <div class="answers">
        <button class="button line" part="code-answer" aria-disabled=${this.#busy} @click=${() => this.#answer(true)}>
          ${icon(check)}${words.theyMatch}
        </button>
        <button class="button line" part="code-answer" aria-disabled=${this.#busy} @click=${() => this.#answer(false)}>
          ${icon(x)}${words.theyDiffer}
        </button>
      </div>`;
  }

  #again(): TemplateResult {
    const { words } = this;
    const changed = this.#changed as SecurityCodeDetail;
    const why =
      changed.reason === 'rejoined'
        ? words.codeChangedRejoined
        : words.codeChangedLeader(said(shortName(changed.leader.name)));
    return html`<div class="head" role="alert">
        <h2 class="title" tabindex="-1">${words.codeChanged}</h2>
        <p>${rich(why)}</p>
      </div>
      <button class="button primary large" part="button-primary" @click=${this.#startAgain}>
        ${words.startAgain}
      </button>`;
  }

  #warn(): TemplateResult {
    const { words, context } = this;
    return html`<div class="head" data-seal="violated" role="alert">
        ${mark('violated')}
        <h2 class="title" tabindex="-1">${words.differTitle}</h2>
        <p>${words.differSentence}</p>
      </div>
      <div class="answers">
        <button class="button alarm" part="button" lang=${words.wordsIn} @click=${() => context?.onLeave()}>
          ${words.leave}
        </button>
        <button class="button line" part="button" @click=${() => this.close()}>${words.stayWithoutSending}</button>
      </div>`;
  }

  #tick(index: number): void {
    if (this.#ticked.has(index)) this.#ticked.delete(index);
    else this.#ticked.add(index);
    this.requestUpdate();
  }

  #startAgain = (): void => {
    this.#comparing = this.#changed;
    this.#changed = undefined;
    this.requestUpdate();
    this.focus();
  };

  /** Takes the code that was shown, never the one in force: if it has changed meanwhile, nothing is confirmed. */
  #answer(match: boolean): void {
    const detail = this.#comparing;
    const { context } = this;
    if (!detail || !context || this.#busy) return;
    this.#busy = true;
    this.requestUpdate();
    this.act(async (session) => {
      try {
        await (match ? session.confirmSecurityCode(detail.code) : session.rejectSecurityCode(detail.code));
        if (match) this.#matched(detail);
        else {
          this.#differs = true;
          this.requestUpdate();
          this.focus();
        }
      } catch (error) {
        const current = context.session.state.securityCode;
        if (!(error instanceof SecureMeetingError) || error.code !== 'key-code-changed' || !current) throw error;
        this.#changed = current;
        this.#ticked = new Set();
      } finally {
        this.#busy = false;
        this.requestUpdate();
      }
    });
  }

  #matched(detail: SecurityCodeDetail): void {
    const { context, words } = this;
    if (!context) return;
    const { self, others } = context.meeting;
    const leads = detail.leader.identity === self.identity;
    const names = leads ? others.slice(0, 2).map((person) => person.name) : [detail.leader.name];
    context.onSaid(words.verifiedWith(words.list(names.map((name) => said(shortName(name))))));
    context.onOpen('privacy');
  }
}

function sameCode(a: SecurityCodeDetail, b: SecurityCodeDetail | undefined): boolean {
  return !!b && a.leader.identity === b.leader.identity && a.code.every((group, index) => group === b.code[index]);
}
