import { css } from 'lit';

/** Wide: the reader stays in sight at the start. Narrow: the reader is a strip above the code. */
export const compareStyle = css`
  .compare {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 5fr) minmax(0, 7fr);
    gap: calc(var(--_u) * 3);
    min-block-size: 0;
  }
  .single {
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
  }
  .moment {
    flex: 1;
    min-block-size: 0;
    overflow: auto;
    display: grid;
    align-content: safe center;
    justify-items: center;
    gap: calc(var(--_u) * 6);
    padding: calc(var(--_u) * 2) calc(var(--_u) * 6) calc(var(--_u) * 8);
  }
  .panel-header .tight {
    margin-inline-start: calc(var(--_u) * -2);
  }
  .panel-header .square {
    margin-inline-start: auto;
  }
  .head {
    display: grid;
    gap: calc(var(--_u) * 2);
    justify-items: center;
    text-align: center;
    max-inline-size: calc(var(--_u) * 110);
    --_seal-size: 3.5em;
  }
  .head p {
    color: var(--secure-meeting-text-muted);
    text-wrap: balance;
  }
  .code,
  .answers {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: calc(var(--_u) * 2);
    inline-size: 100%;
    max-inline-size: calc(var(--_u) * 110);
  }
  .answers {
    grid-template-columns: 1fr 1fr;
    gap: calc(var(--_u) * 3);
  }
  .answers .button {
    min-block-size: calc(var(--_u) * 13);
    padding-inline: calc(var(--_u) * 2);
    font-size: var(--_large);
  }
  .line {
    background: var(--secure-meeting-surface);
    box-shadow: inset 0 0 0 1px var(--secure-meeting-control-line);
  }
  .alarm,
  .alarm:hover {
    background: var(--_alarm-solid);
    color: white;
  }
  .code-group {
    position: relative;
    display: grid;
    place-items: center;
    min-block-size: calc(var(--_u) * 18);
    padding: 0;
    border: 0;
    border-radius: var(--_radius);
    background: var(--secure-meeting-fill);
    color: var(--secure-meeting-text);
    font: 400 calc(var(--_u) * 7) / 1.2
      var(--secure-meeting-font-code, ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace);
    font-variant-numeric: tabular-nums slashed-zero;
    letter-spacing: 0.06em;
    text-indent: 0.06em;
    cursor: pointer;
    transition: background-color var(--_time);
  }
  .code-group .icon {
    position: absolute;
    inset-block-start: calc(var(--_u) * 1.5);
    inset-inline-end: calc(var(--_u) * 1.5);
    inline-size: calc(var(--_u) * 4);
    block-size: calc(var(--_u) * 4);
    opacity: 0;
    stroke-width: 2.75;
    color: var(--secure-meeting-accent);
  }
  .code-group[aria-pressed='true'] {
    background: var(--secure-meeting-accent-soft);
  }
  .code-group[aria-pressed='true'] .icon {
    opacity: 1;
  }
  :dir(rtl) > .flip {
    transform: scaleX(-1);
  }
  @container secure-meeting (width < 40em) {
    .panel {
      border-radius: var(--_radius-tile);
      background: var(--secure-meeting-surface);
      box-shadow: inset 0 0 0 1px var(--secure-meeting-line);
    }
    .panel::before {
      display: none;
    }
  }
  @container secure-meeting (width < 50em) {
    .compare {
      grid-template: minmax(0, 26cqh) minmax(0, 1fr) / minmax(0, 1fr);
      gap: calc(var(--_u) * 2);
    }
    .single {
      grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    }
    .moment {
      gap: calc(var(--_u) * 4);
      padding: calc(var(--_u) * 2) calc(var(--_u) * 4) calc(var(--_u) * 4);
    }
    .code-group {
      min-block-size: calc(var(--_u) * 14);
      font-size: calc(var(--_u) * 6);
      letter-spacing: 0.03em;
    }
    .code-group .icon {
      inline-size: calc(var(--_u) * 3);
      block-size: calc(var(--_u) * 3);
      inset-block-start: var(--_u);
      inset-inline-end: var(--_u);
    }
  }
  @container secure-meeting (height < 28em) {
    .compare > secure-meeting-tile {
      display: none;
    }
    .compare {
      grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    }
    .title {
      font-size: calc(var(--_u) * 5);
    }
  }
  @media (forced-colors: active) {
    .code-group {
      border: 1px solid ButtonText;
    }
    .code-group[aria-pressed='true'] {
      border-width: 3px;
    }
  }
`;
