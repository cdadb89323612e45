import { html, nothing, type TemplateResult } from 'lit';
import type { Words } from '../../i18n/index.js';
import type { EncryptionViolationDetail, SessionState } from '../../session/types.js';
import { x } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { promisesIn, rich } from '../names.js';
import { sealWords } from '../seal/seal.js';

/** The one bar that may interrupt: something was not properly encrypted. */
export function violationBar(
  meeting: SessionState,
  violation: EncryptionViolationDetail | undefined,
  words: Words,
  on: { readonly explain: () => void; readonly dismiss: () => void },
): TemplateResult {
  const { sentence } = sealWords(meeting, words, violation);
  const lang = promisesIn(words) ?? nothing;
  const [first = '', ...rest] = sentence.split(/(?<=\.) /u);
  return html`<div class="alert" part="alert" role="alert">
    <p lang=${lang}><b>${rich(first)}</b> ${rich(rest.join(' '))}</p>
    <span class="actions">
      <button class="button ghost" part="button" lang=${lang} @click=${on.explain}>${words.whatHappened}</button>
      ${closeButton(words, on.dismiss)}
    </span>
  </div>`;
}

/** A line under the header: a fault of a single action, or something to do. */
export function line(
  words: Words,
  content: TemplateResult,
  { action, dismiss }: { readonly action?: TemplateResult; readonly dismiss?: () => void } = {},
): TemplateResult {
  return html`<div class="hint" part="notice" role="status">
    <p>${content}</p>
    <span class="actions">${action ?? nothing}${dismiss ? closeButton(words, dismiss) : nothing}</span>
  </div>`;
}

/** The invitation, where copying is not allowed. */
export function invitationLine(words: Words, link: string, dismiss: () => void): TemplateResult {
  const content = html`${words.copyByHand}
    <input class="input" readonly dir="ltr" aria-label=${words.copyByHand} .value=${link} @focus=${selectAll} />`;
  return line(words, content, { dismiss });
}

/** A button in a line. */
export function lineButton(label: string, click: () => void): TemplateResult {
  return html`<button class="button" part="button" @click=${click}>${label}</button>`;
}

function closeButton(words: Words, click: () => void): TemplateResult {
  return html`<button class="button ghost" part="button" aria-label=${words.dismiss} @click=${click}>
    ${icon(x)}
  </button>`;
}

function selectAll(event: Event): void {
  (event.target as HTMLInputElement).select();
}
