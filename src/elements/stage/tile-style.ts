import { css } from 'lit';

/** How small a tile is that is not asked for its own box: the classes for what `tileStyle` says of these sizes. */
export function howSmall(width: number, height: number, em: number): string {
  const small = width < em * 14 || height < em * 10.5 ? ' small' : '';
  return `${small}${width < em * 9 ? ' narrow' : ''}${width < em * 6 ? ' least' : ''}`;
}

export const tileStyle = css`
  :host {
    container: tile / size;
    display: block;
    position: relative;
    min-inline-size: 0;
    min-block-size: 0;
  }
  .tile {
    block-size: 100%;
  }
  .top,
  .bottom {
    position: absolute;
    inset-inline: calc(var(--_u) * 2);
    display: flex;
    align-items: center;
    gap: var(--_u);
    z-index: 1;
  }
  .top {
    inset-block-start: calc(var(--_u) * 2);
    justify-content: space-between;
  }
  /* Of a size that its texts do not change: a new name lays out this line and nothing around it. */
  .bottom {
    inset-block-end: calc(var(--_u) * 2);
    block-size: calc(var(--_u) * 6.5);
    align-items: end;
    contain: size layout;
  }
  .label,
  .chip,
  .hand {
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 1.5);
    min-inline-size: 0;
    min-block-size: calc(var(--_u) * 6.5);
    padding-inline: calc(var(--_u) * 2);
    border-radius: var(--_radius-small);
    background: oklch(0 0 0 / 0.64);
    color: white;
    font-size: var(--_small);
    font-weight: 600;
    line-height: 1.2;
  }
  .label .icon {
    margin-inline-start: calc(var(--_u) * -0.5);
  }
  /* There all the time, without taking room: made anew with every word, it cost more than all else of a tile. */
  .label .gone {
    inline-size: 0;
    margin-inline: 0 calc(var(--_u) * -1.5);
  }
  .icon {
    inline-size: calc(var(--_u) * 4);
    block-size: calc(var(--_u) * 4);
    stroke-width: 2.25;
  }
  /* Clip, not hidden: nothing that scrolls, for which the browser would keep an account for every name. */
  .truncate {
    min-inline-size: 0;
    overflow: clip;
    text-overflow: ellipsis;
    white-space: nowrap;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  .role {
    flex: none;
    font-weight: 400;
    opacity: 0.86;
  }
  .role::before {
    content: '·';
    margin-inline-end: calc(var(--_u) * 1.5);
  }
  .hand {
    gap: var(--_u);
    margin-inline-start: auto;
    background: white;
    color: oklch(0.24 0.02 260);
    font-variant-numeric: tabular-nums;
  }
  .pin {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: calc(var(--_u) * 8);
    block-size: calc(var(--_u) * 8);
    margin: calc(var(--_u) * -1);
    margin-inline-start: auto;
    padding: 0;
    border: 0;
    border-radius: var(--_radius-small);
    background: oklch(0 0 0 / 0.64);
    color: white;
    cursor: pointer;
    opacity: 0;
  }
  .hand + .pin {
    margin-inline-start: 0;
  }
  /* Where it is not seen, it takes no room from the hand. */
  :host(:not(:hover)) .hand + .pin:not(:focus-visible, [aria-pressed='true']) {
    position: absolute;
    inset-inline-end: 0;
  }
  :host(:hover) .pin,
  .pin:focus-visible,
  .pin[aria-pressed='true'] {
    opacity: 1;
  }
  /* A finger does not press what it can't see: the first tap on the tile shows it. */
  @media (hover: none) {
    :host(:not(:hover)) .pin:not(:focus-visible, [aria-pressed='true']) {
      pointer-events: none;
    }
  }
  @media (pointer: coarse) {
    .pin {
      inline-size: 44px;
      block-size: 44px;
    }
  }
  .own {
    gap: calc(var(--_u) * 4);
  }
  .own b {
    display: block;
    font-weight: 600;
    font-size: var(--_medium);
    color: var(--secure-meeting-text);
  }
  .own > .icon {
    inline-size: calc(var(--_u) * 8);
    block-size: calc(var(--_u) * 8);
    stroke-width: 1.5;
  }
  .chip {
    padding-inline-start: calc(var(--_u) * 1.25);
    background: var(--secure-meeting-fill);
    color: var(--secure-meeting-text);
    --_seal-size: calc(var(--_u) * 4);
  }
  .chip[data-seal='degraded'] {
    background: var(--_caution-soft);
    color: var(--_caution);
  }
  .chip[data-seal='violated'] {
    --_seal: var(--_alarm);
    --_seal-sign: var(--_alarm-soft);
    background: var(--_alarm-soft);
    color: var(--_alarm);
  }
  .bars {
    display: flex;
    align-items: end;
    gap: 2px;
    block-size: calc(var(--_u) * 3);
  }
  .bars i {
    inline-size: 3px;
    border-radius: 1px;
    background: currentColor;
    block-size: 33%;
  }
  .bars i:nth-child(2) {
    block-size: 66%;
    opacity: 0.35;
  }
  .bars i:nth-child(3) {
    block-size: 100%;
    opacity: 0.35;
  }
  .ring {
    visibility: hidden;
    position: absolute;
    inset: 0;
    border-radius: inherit;
    border: 3px solid var(--secure-meeting-accent);
    box-shadow: inset 0 0 0 1px oklch(0 0 0 / 0.4);
    pointer-events: none;
    z-index: 1;
  }
  .speaking {
    visibility: inherit;
  }
  .still {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: calc(var(--_u) * 3);
    padding: calc(var(--_u) * 9) calc(var(--_u) * 4);
    background: var(--secure-meeting-tile);
    text-align: center;
    --_avatar: clamp(calc(var(--_u) * 8), 34 * var(--_hundredth, 1cqmin), calc(var(--_u) * 28));
  }
  .blank {
    --_avatar: clamp(calc(var(--_u) * 8), 26 * var(--_hundredth, 1cqmin), calc(var(--_u) * 18));
  }
  .blank .avatar {
    filter: saturate(0.4);
  }
  .still p {
    max-inline-size: 32ch;
    color: var(--secure-meeting-text-muted);
    font-size: var(--_small);
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  :host([float]) .tile {
    box-shadow: 0 0 0 2px oklch(0 0 0 / 0.5);
  }
  .contain video {
    object-fit: contain;
  }
  .contain {
    background: none;
  }
  @container tile (width < 14em) or (height < 10.5em) {
    .still {
      padding: 0;
    }
    .still p {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
  @container tile (width < 9em) {
    .role,
    .bars,
    .chip .truncate {
      display: none;
    }
    .chip {
      padding-inline: calc(var(--_u) * 1.25);
    }
  }
  @container tile (width < 6em) {
    .bottom {
      display: none;
    }
  }
  /* The same for one whose box is not asked. */
  :host(.small) .still {
    padding: 0;
  }
  :host(.small) .still p {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  :host(.narrow) .role,
  :host(.narrow) .bars,
  :host(.narrow) .chip .truncate {
    display: none;
  }
  :host(.narrow) .chip {
    padding-inline: calc(var(--_u) * 1.25);
  }
  :host(.least) .bottom {
    display: none;
  }
  @container secure-meeting (width < 22.5em) or (height < 17.5em) {
    .tile {
      border-radius: calc(8px * var(--secure-meeting-round));
    }
  }
`;
