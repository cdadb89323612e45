import { css, html, type TemplateResult } from 'lit';
import { initials } from '../names.js';
import { styleProperties } from '../style-properties.js';

/** Hues of avatars, by the first bytes of the device's key: a person with somebody's name looks different. */
const STEP = 30;
const FIRST = 15;

export function avatar(person: { readonly name: string; readonly hue: number }): TemplateResult {
  const hue = FIRST + STEP * (((person.hue % 12) + 12) % 12);
  return html`<span class="avatar" ${styleProperties({ '--_hue': hue })} aria-hidden="true"
    >${initials(person.name)}</span
  >`;
}

/** Of somebody whose name nobody vouches for. */
export function hollowAvatar(name: string): TemplateResult {
  return html`<span class="avatar hollow" aria-hidden="true">${initials(name)}</span>`;
}

export const avatarStyle = css`
  .avatar {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: var(--_avatar, calc(var(--_u) * 9));
    aspect-ratio: 1;
    border-radius: 50%;
    background: oklch(0.45 0.09 var(--_hue, 260));
    color: white;
    font-size: calc(var(--_avatar, calc(var(--_u) * 9)) * 0.38);
    font-weight: 600;
    line-height: 1;
    user-select: none;
  }
  .hollow {
    background: transparent;
    color: var(--secure-meeting-text-muted);
    box-shadow: inset 0 0 0 1.5px var(--secure-meeting-control-line);
  }
  @media (forced-colors: active) {
    .avatar {
      border: 1px solid CanvasText;
    }
  }
`;
