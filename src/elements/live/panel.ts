import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { x } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { Part } from '../part.js';
import type { PanelContext } from './panels.js';

/** Whether somebody may be reported: the page wants it, and the site takes reports. */
export function mayReport(context: PanelContext | undefined): boolean {
  return !!context?.features.has('report') && !context.meeting.capabilities.unavailable['feature-report'];
}

/** A panel: a titled region beside, over or below the stage. Focus comes to its heading when it opens. */
export class Panel extends Part {
  @property({ attribute: false }) accessor context: PanelContext | undefined;

  /** The frame of a panel around `body`, with its title and *Close*. */
  protected frame(
    title: string,
    body: TemplateResult,
    foot: TemplateResult | typeof nothing = nothing,
  ): TemplateResult {
    return html`<aside class="panel" part="panel" aria-label=${title}>
      <header class="panel-header" part="panel-header">
        <h2 tabindex="-1">${title}</h2>
        <button class="button ghost square" part="button" aria-label=${this.words.close} @click=${() => this.close()}>
          ${icon(x)}
        </button>
      </header>
      ${body}${foot}
    </aside>`;
  }

  override focus(): void {
    void this.updateComplete.then(() =>
      (
        this.renderRoot.querySelector<HTMLElement>('[data-focus]') ?? this.renderRoot.querySelector<HTMLElement>('h2')
      )?.focus(),
    );
  }

  protected close(): void {
    this.context?.onClose();
  }
}
