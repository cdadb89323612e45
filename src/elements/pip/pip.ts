import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { MeetingSession, SessionState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { logOut } from '../../styles/icons.js';
import { mic, micOff, video, videoOff } from '../../styles/icons-first.js';
import { seal } from '../../styles/seal.js';
import { icon } from '../icon.js';
import { rich } from '../names.js';
import { Part } from '../part.js';
import { mark } from '../seal/mark.js';
import { sealWords } from '../seal/seal.js';
import { provedMembers } from '../seal/shape.js';

/** The meeting in a small window of its own that stays on top: who speaks, oneself, the seal, and three buttons. */
export class SecureMeetingPip extends Part {
  static override styles = [
    base,
    seal,
    css`
      :host {
        display: block;
        block-size: 100%;
      }
      .pip {
        position: relative;
        display: flex;
        flex-direction: column;
        gap: var(--_u);
        block-size: 100%;
        padding: var(--_u);
      }
      .seal {
        position: absolute;
        z-index: 3;
        inset-block-start: calc(var(--_u) * 3);
        inset-inline-start: calc(var(--_u) * 3);
        display: flex;
        align-items: center;
        gap: calc(var(--_u) * 2);
        max-inline-size: calc(100% - var(--_u) * 6);
        min-block-size: calc(var(--_u) * 8);
        padding-inline: calc(var(--_u) * 1.5) calc(var(--_u) * 3);
        border-radius: 999px;
        background: var(--secure-meeting-surface);
        font-size: var(--_small);
        font-weight: 600;
      }
      .stage {
        flex: 1;
      }
      .tools {
        flex: none;
        display: flex;
        justify-content: center;
        gap: calc(var(--_u) * 2);
      }
      .leave {
        color: var(--_alarm);
      }
    `,
  ];

  @property({ attribute: false }) accessor session: MeetingSession | undefined;
  @property({ attribute: false }) accessor meeting: SessionState | undefined;
  @property({ attribute: false }) accessor onLeave: ((endForAll: boolean) => void) | undefined;

  override render(): TemplateResult | typeof nothing {
    const { meeting, words } = this;
    if (!meeting) return nothing;
    const { seal, word } = sealWords(meeting, words);
    const { microphone, camera } = meeting.self;
    return html`<div class="pip">
      <div class="seal" data-seal=${seal} role="status">
        ${mark(seal, provedMembers(meeting))}<span>${rich(word)}</span>
      </div>
      <secure-meeting-stage
        class="stage"
        size="tiny"
        .session=${this.session}
        .meeting=${meeting}
        .invites=${false}
      ></secure-meeting-stage>
      <div class="tools" role="toolbar" aria-label=${words.toolbar}>
        ${this.#tool(microphone ? words.microphone : words.microphoneMuted, microphone ? mic : micOff, microphone, () =>
          this.act((session) => session.setMicrophone(!microphone)),
        )}
        ${this.#tool(camera ? words.camera : words.cameraOff, camera ? video : videoOff, camera, () =>
          this.act((session) => session.setCamera(!camera)),
        )}
        <button class="tool leave" aria-label=${words.leave} title=${words.leave} @click=${() => this.onLeave?.(false)}>
          ${icon(logOut, 'flip')}
        </button>
      </div>
    </div>`;
  }

  #tool(label: string, shape: TemplateResult<2>, on: boolean, click: () => void): TemplateResult {
    return html`<button
      class="tool ${on ? '' : 'off'}"
      aria-label=${label}
      title=${label}
      aria-pressed=${on}
      @click=${click}
    >
      ${icon(shape)}
    </button>`;
  }
}
