import { css } from 'lit';

/** What every panel looks like: header, scrolling body, rows, switches. */
export const panelStyle = css`
  .input::placeholder {
    color: var(--secure-meeting-text-muted);
    opacity: 1;
  }
  :host {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
  }
  :host(:focus-visible) {
    outline: none;
    box-shadow: none;
  }
  .panel {
    position: relative;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    overflow: clip;
    border-radius: var(--_radius-tile);
    background: var(--secure-meeting-surface);
    box-shadow: inset 0 0 0 1px var(--secure-meeting-line);
  }
  .panel-header {
    flex: none;
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 2);
    padding-block: calc(var(--_u) * 2) 0;
    padding-inline: calc(var(--_u) * 4) calc(var(--_u) * 2);
    min-block-size: calc(var(--_u) * 12.5);
  }
  .panel-header h2 {
    font-size: var(--_large);
    font-weight: 600;
  }
  .panel-header .button:last-child {
    margin-inline-start: auto;
  }
  .square {
    inline-size: calc(var(--_u) * 10);
    padding: 0;
  }
  .panel-body {
    flex: 1;
    min-block-size: 0;
    overflow: auto;
    overflow-wrap: anywhere;
    /* 6 px: room for a focus ring */
    padding: calc(var(--_u) * 1.5) calc(var(--_u) * 4) calc(var(--_u) * 4);
    scrollbar-width: thin;
  }
  .section {
    padding-block: calc(var(--_u) * 4);
  }
  .section + .section {
    border-block-start: 1px solid var(--secure-meeting-line);
  }
  .section > h3 {
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 2);
    margin-block-end: calc(var(--_u) * 2);
    font-size: var(--_small);
    font-weight: 600;
    color: var(--secure-meeting-text-muted);
  }
  .section > h3 .button {
    margin-inline: auto calc(var(--_u) * -3);
    margin-block: calc(var(--_u) * -1.5);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: calc(var(--_u) * 2);
  }
  .tight {
    min-block-size: calc(var(--_u) * 8);
    padding-inline: calc(var(--_u) * 3);
    border-radius: calc(8px * var(--secure-meeting-round));
    font-size: var(--_small);
  }
  .tight.square {
    inline-size: calc(var(--_u) * 8);
    padding: 0;
  }
  .row {
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 3);
    min-block-size: calc(var(--_u) * 13);
  }
  .row-main {
    flex: 1;
    min-inline-size: 0;
    display: grid;
    line-height: 1.3;
  }
  .row-main > :first-child {
    font-weight: 600;
  }
  .row-main > :not(:first-child) {
    font-size: var(--_small);
    color: var(--secure-meeting-text-muted);
  }
  .caution,
  .row-main > .caution {
    color: var(--_caution);
    font-weight: 600;
  }
  .row-end {
    flex: none;
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 2);
    color: var(--secure-meeting-text-muted);
  }
  .row-end .button {
    margin-inline-end: calc(var(--_u) * -1.5);
    color: inherit;
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
  .setting {
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 3);
    min-block-size: calc(var(--_u) * 11);
  }
  .setting > :first-child {
    flex: 1;
    min-inline-size: 0;
  }
  .switch {
    flex: none;
    position: relative;
    inline-size: calc(var(--_u) * 9);
    block-size: calc(var(--_u) * 6);
    padding: 2px 0;
    border: 0;
    border-radius: calc(999px * var(--secure-meeting-round));
    background: none;
    cursor: pointer;
  }
  .switch::before {
    content: '';
    display: block;
    block-size: calc(var(--_u) * 5);
    border-radius: inherit;
    box-shadow: inset 0 0 0 1.5px var(--secure-meeting-control-line);
  }
  .switch::after {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-start: calc(var(--_u) * 1.25);
    margin-block: auto;
    inline-size: calc(var(--_u) * 2.75);
    block-size: calc(var(--_u) * 2.75);
    border-radius: 50%;
    background: var(--secure-meeting-control-line);
    transition: inset var(--_time);
  }
  .switch[aria-checked='true']::before {
    background: var(--secure-meeting-accent);
    box-shadow: none;
  }
  .switch[aria-checked='true']::after {
    inset-inline-start: calc(var(--_u) * 4.5);
    inline-size: calc(var(--_u) * 4);
    block-size: calc(var(--_u) * 4);
    background: var(--secure-meeting-on-accent);
  }
  .foot {
    flex: none;
    display: flex;
    gap: calc(var(--_u) * 2);
    padding: calc(var(--_u) * 3) calc(var(--_u) * 4);
    border-block-start: 1px solid var(--secure-meeting-line);
  }
  .foot > .button {
    flex: 1;
    padding-inline: calc(var(--_u) * 2);
  }
  @media (pointer: coarse) {
    .tight,
    .tight.square {
      min-block-size: 44px;
      min-inline-size: 44px;
    }
    /* As large as before to the eye. */
    .switch {
      box-sizing: border-box;
      inline-size: calc(var(--_u) * 9 + 8px);
      block-size: max(44px, calc(var(--_u) * 6));
      padding-block: calc((max(44px, var(--_u) * 6) - var(--_u) * 5) / 2);
      padding-inline-start: 8px;
    }
    .switch::after {
      margin-inline-start: 8px;
    }
  }
  @container secure-meeting (width < 40em) {
    .panel {
      border-radius: var(--_radius-frame) var(--_radius-frame) 0 0;
      background: var(--secure-meeting-raised);
      box-shadow: var(--secure-meeting-shadow, 0 1px 2px oklch(0 0 0 / 0.08), 0 8px 24px oklch(0 0 0 / 0.16));
    }
    .panel::before {
      content: '';
      position: absolute;
      inset-block-start: calc(var(--_u) * 1.5);
      inset-inline: 0;
      margin-inline: auto;
      inline-size: calc(var(--_u) * 9);
      block-size: 4px;
      border-radius: 2px;
      background: var(--secure-meeting-control-line);
    }
    .panel-header {
      padding-block-start: calc(var(--_u) * 3);
    }
  }
  @media (forced-colors: active) {
    .panel {
      border: 1px solid CanvasText;
    }
    .switch::before {
      border: 1px solid ButtonText;
    }
    .switch::after {
      forced-color-adjust: none;
      background: ButtonText;
    }
  }
`;
