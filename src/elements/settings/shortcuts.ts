import { css, html, nothing, type TemplateResult } from 'lit';
import { base } from '../../styles/base.js';
import { Panel } from '../live/panel.js';
import { panelStyle } from '../live/panel-style.js';
import { SHORTCUTS } from '../live/shortcuts.js';

/** The list of keys. */
export class SecureMeetingShortcuts extends Panel {
  static override styles = [
    base,
    panelStyle,
    css`
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: calc(var(--_u) * 2) calc(var(--_u) * 4);
        align-items: center;
        margin-block-start: calc(var(--_u) * 4);
      }
      kbd {
        display: grid;
        place-items: center;
        min-inline-size: calc(var(--_u) * 8);
        min-block-size: calc(var(--_u) * 8);
        padding-inline: calc(var(--_u) * 1.5);
        border-radius: var(--_radius-small);
        background: var(--secure-meeting-fill);
        font: 600 var(--_small) / 1
          var(--secure-meeting-font-code, ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace);
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    if (!this.context) return nothing;
    const { words } = this;
    const says = {
      microphone: words.shortcutMicrophone,
      camera: words.shortcutCamera,
      share: words.shortcutShare,
      hand: words.shortcutHand,
      chat: words.shortcutChat,
      people: words.shortcutPeople,
      shortcuts: words.shortcutHelp,
    };
    return this.frame(
      words.shortcuts,
      // Nothing in it takes the focus, so it takes it itself: else who has no pointer could not scroll it.
      html`<div class="panel-body" part="panel-body" role="group" aria-label=${words.shortcuts} tabindex="0">
        <p class="muted small" lang=${this.fallback}>${words.shortcutsNote}</p>
        <dl lang=${this.fallback}>
          <dt><kbd>${words.spaceKey}</kbd></dt>
          <dd>${words.shortcutTalk}</dd>
          ${Object.entries(SHORTCUTS).map(
            ([key, what]) =>
              html`<dt><kbd>${key.toUpperCase()}</kbd></dt>
                <dd>${says[what]}</dd>`,
          )}
        </dl>
      </div>`,
    );
  }
}
