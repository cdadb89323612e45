import { css } from 'lit';

/** Reset, type, focus, icons, buttons and fields: in every part's shadow root, from the first screen on. */
export const base = css`
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  :where(h1, h2, h3, p, ul, ol, dl, dd) {
    margin: 0;
    padding: 0;
    font: inherit;
    list-style: none;
  }
  /* A sentence runs the way its own words do, whatever the page does, and stands where the page's would. */
  :where(p, h1, h2, h3, li, dd) {
    unicode-bidi: plaintext;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  [hidden] {
    display: none !important;
  }
  :where(button, input, textarea, select) {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
    margin: 0;
  }
  .title,
  .heading {
    font-size: calc(var(--_u) * 7);
    line-height: 1.2;
    font-weight: 600;
    letter-spacing: -0.015em;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .heading {
    font-size: calc(var(--_u) * 5);
  }
  .small {
    font-size: var(--_small);
  }
  .muted {
    color: var(--secure-meeting-text-muted);
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid var(--secure-meeting-accent);
    outline-offset: 2px;
    box-shadow: 0 0 0 5px var(--secure-meeting-canvas);
  }
  /* Focus that was put somewhere to read on from there, not to act. */
  [tabindex='-1']:is(h1, h2):focus-visible {
    outline: none;
    box-shadow: none;
  }
  .icon {
    flex: none;
    display: block;
    inline-size: calc(var(--_u) * 5);
    block-size: calc(var(--_u) * 5);
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .button,
  .tool {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: calc(var(--_u) * 2);
    min-block-size: calc(var(--_u) * 10);
    padding: 0 calc(var(--_u) * 4);
    border: 0;
    border-radius: var(--_radius);
    background: var(--secure-meeting-fill);
    color: var(--secure-meeting-text);
    font-weight: 600;
    line-height: 1.2;
    cursor: pointer;
    transition: background-color var(--_time);
  }
  .button:hover,
  .tool:hover {
    background: var(--secure-meeting-fill-hover);
  }
  .button:active,
  .tool:active {
    background: var(--secure-meeting-fill-pressed);
  }
  .primary {
    background: var(--secure-meeting-accent);
    color: var(--secure-meeting-on-accent);
  }
  .primary:hover {
    background: color-mix(in oklab, var(--secure-meeting-accent), var(--secure-meeting-text) 8%);
  }
  .primary:active {
    background: color-mix(in oklab, var(--secure-meeting-accent), var(--secure-meeting-text) 14%);
  }
  .large {
    min-block-size: calc(var(--_u) * 11);
    font-size: var(--_large);
  }
  .block {
    inline-size: 100%;
  }
  .ghost {
    background: transparent;
  }
  [aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 3px;
    cursor: pointer;
  }
  .field {
    display: grid;
    gap: calc(var(--_u) * 1.5);
    font-size: var(--_small);
    font-weight: 600;
  }
  .input {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: calc(var(--_u) * 10);
    padding: 0 calc(var(--_u) * 3);
    border: 1px solid var(--secure-meeting-control-line);
    border-radius: var(--_radius);
    background: var(--secure-meeting-surface);
    font-size: var(--_medium);
    font-weight: 400;
  }
  .input.large {
    font-size: var(--_large);
    min-block-size: calc(var(--_u) * 11);
  }
  .notice {
    display: grid;
    gap: var(--_u);
    padding: calc(var(--_u) * 3) calc(var(--_u) * 4);
    border-radius: var(--_radius);
    background: var(--_caution-soft);
    font-size: var(--_small);
    overflow-wrap: anywhere;
  }
  .notice b {
    font-weight: 600;
  }
  /* 44 px tools, and the split of a device and its menu: 44 + 28, a 2 px seam */
  .tool {
    position: relative;
    gap: calc(var(--_u) * 1.5);
    min-inline-size: calc(var(--_u) * 11);
    min-block-size: calc(var(--_u) * 11);
    padding: 0 calc(var(--_u) * 3);
    font-variant-numeric: tabular-nums;
    line-height: 1;
  }
  .split {
    display: flex;
    gap: 2px;
  }
  .split > :first-child {
    border-start-end-radius: 4px;
    border-end-end-radius: 4px;
  }
  .split > :last-child {
    min-inline-size: calc(var(--_u) * 7);
    padding: 0;
    border-start-start-radius: 4px;
    border-end-start-radius: 4px;
  }
  .split > :last-child .icon {
    inline-size: calc(var(--_u) * 4);
    block-size: calc(var(--_u) * 4);
    stroke-width: 2.25;
  }
  .off,
  .off:hover {
    background: var(--_alarm-soft);
  }
  .tile {
    position: relative;
    color-scheme: dark;
    overflow: clip;
    border-radius: var(--_radius-tile);
    background: var(--secure-meeting-tile);
    color: var(--secure-meeting-text);
    isolation: isolate;
  }
  .tile video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    display: block;
    object-fit: cover;
  }
  .mirrored {
    transform: scaleX(-1);
  }
  .screen {
    block-size: 100%;
    overflow: auto;
    display: grid;
    align-content: safe center;
    justify-content: center;
    gap: calc(var(--_u) * 6);
    padding: calc(var(--_u) * 6);
    scrollbar-width: thin;
  }
  @media (pointer: coarse) {
    .button,
    .input,
    .split > :last-child {
      min-block-size: 44px;
      min-inline-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .button,
    .tool,
    .tile {
      border: 1px solid ButtonText;
    }
    :focus-visible {
      outline-color: Highlight;
    }
  }
`;
