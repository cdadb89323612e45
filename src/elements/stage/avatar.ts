import { css, html, type TemplateResult } from 'lit';
import { initials } from '../names.js';
import { styleProperties } from '../style-properties.js';

/** Hues of avatars, by the first bytes of the device's key: a person with somebody's name looks different. */
const STEP = 30;
const FIRST = 15;

export function avatar(person: { readonly name: string; readonly hue: number }): TemplateResult {
  const hue = FIRST + STEP * (((person.hue % 12) + 12) % 12);
  return html`<span class="avatar" ${styleProperties({ '--_hue': hue })} aria-hidden="true"
    ><span>${initials(person.name)}</span></span
  >`;
}

/** Of somebody whose name nobody vouches for. */
export function hollowAvatar(name: string): TemplateResult {
  return html`<span class="avatar hollow" aria-hidden="true"><span>${initials(name)}</span></span>`;
}

export const avatarStyle = css`
  .avatar {
    flex: none;
    display: block;
    inline-size: var(--_avatar, calc(var(--_u) * 9));
    position: relative;
    aspect-ratio: 1;
    border-radius: 50%;
    background: oklch(0.45 0.09 var(--_hue, 260));
    color: white;
    font-size: calc(var(--_avatar, calc(var(--_u) * 9)) * 0.38);
    font-weight: 600;
    line-height: 1;
    user-select: none;
  }
  /* A box of a size of its own, in one that is neither grid nor flex: other initials lay out nothing around them. */
  .avatar > span {
    position: absolute;
    inset: 0;
    display: flex;
    align-items: center;
    justify-content: center;
    contain: size layout;
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
