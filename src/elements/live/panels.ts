import { html, nothing, type TemplateResult } from 'lit';
import type { EncryptionViolationDetail, MeetingSession, SessionState } from '../../session/types.js';
import type { History } from '../privacy/history.js';
import type { Feature } from '../root/features.js';
import type { PanelName } from './live.js';
import type { Preferences } from './preferences.js';

/** What every panel may need from the meeting around it. */
export interface PanelContext {
  readonly session: MeetingSession;
  readonly meeting: SessionState;
  readonly features: ReadonlySet<Feature>;
  readonly violation: EncryptionViolationDetail | undefined;
  readonly violations: readonly EncryptionViolationDetail[];
  readonly history: History | undefined;
  readonly preferences: Preferences;
  /** How loud each person is here, by identity, where it was changed. */
  readonly volumes: Map<string, number>;
  readonly shortcuts: boolean;
  readonly onClose: () => void;
  /** The element around it all. */
  readonly host: HTMLElement;
  /** Whom the panel was opened about, by identity. */
  readonly about: string | undefined;
  readonly onOpen: (panel: PanelName, about?: string) => void;
  readonly onInvite: () => void;
  readonly onPrefer: (change: Partial<Preferences>) => void;
  readonly onLeave: () => void;
  /** Says a sentence in the live region and as a toast. */
  readonly onSaid: (sentence: string) => void;
}

/**
 * The tag of a panel; its module is loaded already.
 * @param promises the language of what is said about privacy, where it is another than the panel's
 */
export function panelContent(
  panel: Exclude<PanelName, ''>,
  context: PanelContext,
  promises: string | undefined,
): TemplateResult {
  const lang = promises ?? nothing;
  switch (panel) {
    case 'chat':
      return html`<secure-meeting-chat .context=${context}></secure-meeting-chat>`;
    case 'people':
      return html`<secure-meeting-people .context=${context}></secure-meeting-people>`;
    case 'privacy':
      return html`<secure-meeting-privacy lang=${lang} .context=${context}
        ><slot name="privacy-end"></slot
      ></secure-meeting-privacy>`;
    case 'compare':
      return html`<secure-meeting-compare lang=${lang} .context=${context}></secure-meeting-compare>`;
    case 'report':
      return html`<secure-meeting-report lang=${lang} .context=${context}></secure-meeting-report>`;
    case 'settings':
      return html`<secure-meeting-settings .context=${context}
        ><slot name="settings-end"></slot
      ></secure-meeting-settings>`;
    case 'shortcuts':
      return html`<secure-meeting-shortcuts .context=${context}></secure-meeting-shortcuts>`;
  }
}
