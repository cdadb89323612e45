import { css } from 'lit';

export const stageStyle = css`
  :host,
  .here {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    position: relative;
    min-inline-size: 0;
    min-block-size: 0;
  }
  .here:focus-visible {
    outline-offset: -2px;
    box-shadow: none;
  }
  .grid {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    justify-content: center;
    align-content: center;
    min-block-size: 0;
    overflow: hidden;
  }
  .grid > .one {
    inline-size: var(--_w);
    block-size: var(--_h);
    flex: none;
  }
  /*
   * As many containers as there are tiles would be asked and styled one by one with every change. They are equal: the
   * stage says how small they are, in classes and in a hundredth of their lesser side.
   */
  .grid > secure-meeting-tile {
    container-type: normal;
    --_hundredth: calc(min(var(--_w), var(--_h)) / 100);
  }
  .solo {
    display: grid;
    position: relative;
    min-block-size: 0;
  }
  .float {
    position: absolute;
    z-index: 2;
    inset-block-end: calc(var(--_u) * 3);
    inset-inline-end: calc(var(--_u) * 3);
    inline-size: max(20%, calc(var(--_u) * 16));
    aspect-ratio: 16 / 9;
    cursor: grab;
    touch-action: none;
  }
  .float > :first-child {
    inline-size: 100%;
    block-size: 100%;
  }
  .float[data-corner*='top'] {
    inset-block: calc(var(--_u) * 3) auto;
  }
  .float[data-corner*='start'] {
    inset-inline: calc(var(--_u) * 3) auto;
  }
  .sharing {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr) auto;
    gap: 8px;
    min-block-size: 0;
  }
  .share {
    min-block-size: 0;
    display: grid;
    justify-items: center;
    align-items: start;
    container: share / size;
  }
  .share > .one {
    inline-size: min(100cqw, 100cqh * var(--_ratio));
    block-size: min(100cqh, 100cqw / var(--_ratio));
    align-self: center;
    border-radius: var(--_radius-tile);
    box-shadow: 0 0 0 1px var(--secure-meeting-line);
  }
  .strip {
    display: flex;
    flex-direction: column;
    justify-content: center;
    gap: 8px;
    inline-size: calc(var(--_u) * 48);
    min-block-size: 0;
    overflow: hidden;
  }
  .strip > .one {
    inline-size: 100%;
    aspect-ratio: 16 / 9;
    flex: 0 1 auto;
    min-block-size: 0;
  }
  .portrait .sharing,
  .sharing.portrait {
    grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
  }
  .portrait .strip {
    flex-direction: row;
    inline-size: auto;
    block-size: calc(var(--_u) * 24);
  }
  .portrait .strip > .one {
    inline-size: auto;
    block-size: 100%;
    flex: 0 1 calc(var(--_u) * 42);
    min-inline-size: 0;
    aspect-ratio: auto;
  }
  .empty {
    place-self: center;
    display: grid;
    justify-items: center;
    gap: calc(var(--_u) * 4);
    max-inline-size: calc(var(--_u) * 96);
    max-block-size: 100%;
    padding-block-end: calc(var(--_u) * 6);
    text-align: center;
    overflow: auto;
  }
  .empty .one {
    inline-size: min(calc(var(--_u) * 72), 100cqw - 2em);
    aspect-ratio: 16 / 9;
  }
  .words {
    display: grid;
    gap: var(--_u);
    justify-items: center;
  }
  .link-text {
    inline-size: 100%;
    min-inline-size: 16em;
  }
  .dimmed {
    opacity: 0.6;
    filter: saturate(0.5);
  }
  .pages {
    position: absolute;
    z-index: 2;
    inset-block-end: 0;
    inset-inline: 0;
    margin-inline: auto;
    inline-size: max-content;
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 2);
    padding: var(--_u);
    border-radius: var(--_radius);
    background: var(--secure-meeting-raised);
    box-shadow: var(--secure-meeting-shadow, 0 1px 2px oklch(0 0 0 / 0.08), 0 8px 24px oklch(0 0 0 / 0.16));
    font-size: var(--_small);
    font-variant-numeric: tabular-nums;
  }
  .pages .button {
    padding: 0 calc(var(--_u) * 2);
    min-block-size: calc(var(--_u) * 8);
  }
  @container secure-meeting (width < 40em) {
    .empty .one {
      inline-size: min(calc(var(--_u) * 56), 100cqw - 2em);
    }
  }
  @container secure-meeting (height < 28em) {
    .empty {
      padding-block-end: 0;
      gap: calc(var(--_u) * 2);
    }
    .empty .one {
      display: none;
    }
  }
  @container secure-meeting (width < 22.5em) or (height < 17.5em) {
    .float {
      inline-size: calc(var(--_u) * 16);
      aspect-ratio: 4 / 3;
      inset-block-end: calc(var(--_u) * 2);
      inset-inline-end: calc(var(--_u) * 2);
    }
    .empty .muted {
      display: none;
    }
  }
`;
