import { css } from 'lit';

export const liveStyle = css`
  :host {
    display: block;
    min-block-size: 0;
    block-size: 100%;
  }
  .live {
    position: relative;
    display: flex;
    flex-direction: column;
    block-size: 100%;
    min-block-size: 0;
  }
  .header {
    flex: none;
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 3);
    min-block-size: calc(var(--_u) * 12);
    padding-inline: calc(var(--_u) * 3) calc(var(--_u) * 2);
  }
  secure-meeting-seal {
    flex: none;
    max-inline-size: 70%;
  }
  .room,
  .status {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    text-align: -webkit-match-parent;
    text-align: match-parent;
    color: var(--secure-meeting-text-muted);
  }
  .status {
    color: var(--secure-meeting-text);
    font-variant-numeric: tabular-nums;
  }
  .status b {
    font-weight: 600;
  }
  .hours {
    flex: none;
    margin-inline-start: auto;
    color: var(--secure-meeting-text-muted);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .soon {
    color: var(--secure-meeting-text);
    font-weight: 600;
  }
  .end {
    flex: none;
    display: flex;
    margin-inline-start: auto;
    color: var(--secure-meeting-text-muted);
  }
  .hours + .end {
    margin-inline-start: 0;
  }
  .end .button {
    color: inherit;
    inline-size: calc(var(--_u) * 10);
    padding: 0;
  }
  .alert,
  .hint {
    flex: none;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(var(--_u) * 2) calc(var(--_u) * 3);
    margin: 0 calc(var(--_u) * 3) calc(var(--_u) * 2);
    padding-block: calc(var(--_u) * 2);
    padding-inline: calc(var(--_u) * 4) calc(var(--_u) * 2);
    border-radius: var(--_radius);
    background: var(--_alarm-soft);
    overflow-wrap: anywhere;
  }
  .hint {
    background: var(--secure-meeting-surface);
    box-shadow: inset 0 0 0 1px var(--secure-meeting-line);
  }
  .alert p,
  .hint p {
    flex: 1 1 calc(var(--_u) * 60);
  }
  .alert b {
    font-weight: 600;
    color: var(--_alarm);
  }
  .hint b {
    font-weight: 600;
  }
  .actions {
    display: flex;
    gap: var(--_u);
    margin-inline-start: auto;
  }
  .actions .button {
    min-block-size: calc(var(--_u) * 8);
    padding-inline: calc(var(--_u) * 3);
    font-size: var(--_small);
  }
  @media (pointer: coarse) {
    .actions .button {
      min-block-size: 44px;
    }
  }
  .actions .icon {
    margin-inline: calc(var(--_u) * -1.5);
  }
  .body {
    position: relative;
    flex: 1;
    min-block-size: 0;
    display: flex;
    gap: calc(var(--_u) * 3);
    padding-inline: calc(var(--_u) * 3);
  }
  .stage {
    flex: 1;
    transition:
      opacity var(--_time),
      filter var(--_time);
  }
  .dimmed {
    opacity: 0.6;
    filter: saturate(0.5);
  }
  .side {
    flex: none;
    inline-size: calc(var(--_u) * 85);
    min-block-size: 0;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
  }
  .scrim {
    display: none;
  }
  .reactions {
    position: absolute;
    z-index: 2;
    inset-block-end: calc(var(--_u) * 3);
    inset-inline-end: calc(var(--_u) * 6);
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    justify-items: end;
    gap: var(--_u);
    max-inline-size: 50%;
    pointer-events: none;
  }
  .reaction {
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 1.5);
    max-inline-size: 100%;
    padding: 2px calc(var(--_u) * 2.5);
    border-radius: 999px;
    background: oklch(0 0 0 / 0.64);
    color: white;
    font-size: var(--_small);
    animation: reaction var(--_time) both;
  }
  .reaction > span {
    font-size: 1.5em;
  }
  .reaction bdi {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @keyframes reaction {
    from {
      opacity: 0;
    }
  }
  .stage:focus-visible {
    outline: none;
    box-shadow: none;
  }
  .toasts {
    position: absolute;
    z-index: 3;
    inset-block-end: calc(var(--_u) * 3);
    inset-inline: calc(var(--_u) * 6);
    display: grid;
    justify-items: start;
    gap: calc(var(--_u) * 2);
    pointer-events: none;
  }
  .toast {
    max-inline-size: 100%;
    padding: calc(var(--_u) * 2) calc(var(--_u) * 3);
    border-radius: var(--_radius);
    background: var(--secure-meeting-raised);
    box-shadow:
      var(--secure-meeting-shadow, 0 1px 2px oklch(0 0 0 / 0.08), 0 8px 24px oklch(0 0 0 / 0.16)),
      inset 0 0 0 1px var(--secure-meeting-line);
    font-size: var(--_small);
    overflow-wrap: anywhere;
  }
  .loading {
    place-self: center;
    display: grid;
    justify-items: center;
    gap: calc(var(--_u) * 3);
    padding: calc(var(--_u) * 4);
    text-align: center;
    --_seal-size: calc(var(--_u) * 8);
  }
  .panel-plain {
    border-radius: var(--_radius-tile);
    background: var(--secure-meeting-surface);
    box-shadow: inset 0 0 0 1px var(--secure-meeting-line);
    display: grid;
  }
  .wide {
    flex: 1;
    inline-size: auto;
    min-inline-size: 0;
  }
  @container secure-meeting (width < 67.5em) {
    .side:not(.wide) {
      position: absolute;
      z-index: 4;
      inset-block: 0;
      inset-inline-end: calc(var(--_u) * 3);
      inline-size: calc(var(--_u) * 80);
      border-radius: var(--_radius-tile);
      box-shadow: var(--secure-meeting-shadow, 0 1px 2px oklch(0 0 0 / 0.08), 0 8px 24px oklch(0 0 0 / 0.16));
    }
  }
  @container secure-meeting (width < 40em) {
    .header {
      padding-inline: calc(var(--_u) * 2);
      gap: calc(var(--_u) * 2);
    }
    .end {
      display: none;
    }
    .body {
      padding-inline: calc(var(--_u) * 2);
      position: static;
    }
    .alert,
    .hint {
      margin-inline: calc(var(--_u) * 2);
    }
    .side:not(.wide) {
      inset: auto 0 0 0;
      inline-size: 100%;
      block-size: calc(100% - var(--_u) * 16);
      border-radius: var(--_radius-frame) var(--_radius-frame) 0 0;
    }
    .scrim {
      display: block;
      position: absolute;
      inset: calc(var(--_u) * 12) 0 0;
      z-index: 3;
      background: oklch(0.15 0.01 260 / 0.45);
    }
    .toasts {
      inset-inline: calc(var(--_u) * 4);
      inset-block-end: calc(var(--_u) * 17);
    }
  }
  @container secure-meeting (width < 22.5em) or (height < 17.5em) {
    .header {
      position: absolute;
      z-index: 3;
      inset-block-start: calc(var(--_u) * 3);
      inset-inline: calc(var(--_u) * 3);
      min-block-size: 0;
      padding: 0;
    }
    .room,
    .end,
    .hours:not(.soon),
    .header > slot {
      display: none;
    }
    .status,
    .hours {
      padding: calc(var(--_u) * 1.5) calc(var(--_u) * 2);
      border-radius: var(--_radius-small);
      background: var(--secure-meeting-raised);
      font-size: var(--_small);
    }
    .body {
      padding: var(--_u) var(--_u) 0;
    }
    .alert,
    .hint {
      position: absolute;
      z-index: 3;
      inset-block-start: calc(var(--_u) * 11);
      inset-inline: calc(var(--_u) * 2);
      margin: 0;
      font-size: var(--_small);
    }
    .side:not(.wide) {
      block-size: calc(100% - var(--_u) * 11.5);
    }
    .wide {
      padding-block-start: calc(var(--_u) * 10);
    }
    .scrim {
      inset: calc(var(--_u) * 11.5) 0 0;
    }
  }
`;
