import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Words } from '../../i18n/index.js';
import type { EncryptionViolationDetail, SessionState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { seal as sealStyle } from '../../styles/seal.js';
import { rich, said, shortName } from '../names.js';
import { Part } from '../part.js';
import { mark } from './mark.js';
import { members, provedMembers, sealOf, type Seal } from './shape.js';

/** What the seal says: the chip's word and the sentence of the privacy panel. Names are isolated. */
export interface SealWords {
  readonly word: string;
  readonly sentence: string;
}

/** The words of a state. `violation` is the last one, for when nobody is named by the state any more. */
export function sealWords(
  state: SessionState,
  words: Words,
  violation?: EncryptionViolationDetail,
): SealWords & { readonly seal: Seal } {
  const seal = sealOf(state) ?? 'connecting';
  const everyone = [state.self, ...state.others];
  const named = (identity: string | undefined): string => {
    const person = everyone.find((each) => each.identity === identity);
    return person ? said(shortName(person.name)) : '';
  };
  switch (seal) {
    case 'off':
      return { seal, word: words.sealOff, sentence: words.sealOffSentence };
    case 'connecting':
      return { seal, word: words.sealConnecting, sentence: words.sealConnectingSentence };
    case 'alone':
      return { seal, word: words.sealAlone, sentence: words.sealAloneSentence };
    case 'keyless':
      return { seal, word: words.sealKeyless, sentence: words.sealKeylessSentence };
    case 'encrypted':
      return {
        seal,
        word: words.sealEncrypted,
        sentence: state.securityCode ? words.sealEncryptedSentence : words.sealEncryptedNoCodeSentence,
      };
    case 'verified': {
      const { leader } = state.securityCode ?? {};
      // Whoever leads compared with everyone who listened.
      const name =
        leader && leader.identity !== state.self.identity
          ? said(shortName(leader.name))
          : words.list(state.others.slice(0, 2).map((person) => said(shortName(person.name))));
      return { seal, word: words.sealVerified, sentence: words.sealVerifiedSentence(name) };
    }
    case 'degraded': {
      const open = members(state).filter((person) => person.encryption === 'stale' || person.encryption === 'waiting');
      const others = open.filter((person) => !person.local);
      const name = others.length === 1 ? named(others[0]?.identity) : words.severalPeople(Math.max(others.length, 1));
      return { seal, word: words.sealDegraded(name), sentence: words.sealDegradedSentence(name) };
    }
    case 'violated': {
      if (violation?.code === 'code-mismatch')
        return { seal, word: words.sealViolated, sentence: words.sealMismatchSentence };
      const refused = state.others.find((person) => person.encryption === 'refused');
      const name = named(refused?.identity ?? violation?.identity);
      return {
        seal,
        word: words.sealViolated,
        sentence: name ? words.sealViolatedSentence(name) : words.sealViolatedNobodySentence,
      };
    }
  }
}

/** The chip: mark and word, always at the start of the header, never folded away. It opens the privacy panel. */
export class SecureMeetingSeal extends Part {
  static override styles = [
    base,
    sealStyle,
    css`
      :host {
        display: inline-flex;
        min-inline-size: 0;
      }
      .seal {
        display: inline-flex;
        align-items: center;
        gap: calc(var(--_u) * 2);
        min-inline-size: 0;
        min-block-size: calc(var(--_u) * 8);
        padding: 0;
        padding-inline: calc(var(--_u) * 1.5) calc(var(--_u) * 3);
        border: 0;
        border-radius: calc(999px * var(--secure-meeting-round));
        background: var(--secure-meeting-surface);
        box-shadow: inset 0 0 0 1px var(--secure-meeting-line);
        color: var(--secure-meeting-text);
        font-size: var(--_medium);
        font-weight: 600;
        line-height: 1.2;
        cursor: pointer;
        transition:
          background-color var(--_time),
          color var(--_time);
      }
      .word {
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .seal:hover {
        background: color-mix(in oklab, var(--secure-meeting-surface), var(--secure-meeting-text) 6%);
      }
      [data-seal='off'] {
        background: transparent;
        box-shadow: inset 0 0 0 1px var(--secure-meeting-control-line);
      }
      [data-seal='verified'] {
        background: var(--_seal-soft);
        box-shadow: none;
        color: var(--_seal-ok);
      }
      [data-seal='degraded'] {
        background: var(--_caution-soft);
        box-shadow: inset 0 0 0 1px color-mix(in oklab, var(--_caution) 45%, transparent);
      }
      [data-seal='violated'],
      [data-seal='violated']:hover {
        --_seal: white;
        --_seal-sign: var(--_alarm-solid);
        background: var(--_alarm-solid);
        box-shadow: none;
        color: white;
      }
      [aria-expanded='true']:not([data-seal='violated']) {
        box-shadow: inset 0 0 0 1.5px var(--secure-meeting-text);
      }
      .seal:focus-visible {
        box-shadow: 0 0 0 5px var(--secure-meeting-canvas);
      }
      @container secure-meeting (width < 22.5em) or (height < 17.5em) {
        .seal {
          min-block-size: calc(var(--_u) * 7);
          font-size: var(--_small);
          --_seal-size: calc(var(--_u) * 4.5);
        }
      }
      @media (pointer: coarse) {
        .seal {
          min-block-size: max(44px, calc(var(--_u) * 8));
        }
      }
      @media (forced-colors: active) {
        .seal {
          border: 1px solid ButtonText;
        }
      }
    `,
  ];

  @property({ attribute: false }) accessor meeting: SessionState | undefined;
  @property({ attribute: false }) accessor violation: EncryptionViolationDetail | undefined;
  @property({ type: Boolean }) accessor open = false;
  @property({ attribute: false }) accessor onOpen: (() => void) | undefined;

  override render(): TemplateResult | typeof nothing {
    if (!this.meeting) return nothing;
    const { seal, word, sentence } = sealWords(this.meeting, this.words, this.violation);
    return html`<button
      class="seal"
      lang=${this.fallback}
      part="seal ${seal}"
      data-seal=${seal}
      aria-expanded=${this.open}
      aria-label=${this.words.sealOpens(word)}
      aria-description=${sentence}
      @click=${() => this.onOpen?.()}
    >
      ${mark(seal, provedMembers(this.meeting))}<bdi class="word">${rich(word)}</bdi>
    </button>`;
  }

  override focus(): void {
    this.renderRoot.querySelector('button')?.focus();
  }
}
