import { css } from 'lit';

export const toolbarStyle = css`
  .toolbar {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto minmax(max-content, 1fr);
    align-items: center;
    gap: calc(var(--_u) * 4);
    padding: calc(var(--_u) * 3);
  }
  .group {
    display: flex;
    align-items: center;
    gap: calc(var(--_u) * 2);
  }
  .group:last-child {
    justify-content: end;
  }
  .apart {
    margin-inline-start: calc(var(--_u) * 3);
  }
  .active,
  .tool[aria-expanded='true'] {
    background: var(--secure-meeting-accent-soft);
    color: var(--secure-meeting-accent);
  }
  .unheard {
    background: var(--_caution-soft);
    color: var(--_caution);
  }
  .count {
    position: absolute;
    inset-block-start: calc(var(--_u) * -1);
    inset-inline-end: calc(var(--_u) * -1);
    display: inline-grid;
    place-items: center;
    min-inline-size: calc(var(--_u) * 4.5);
    block-size: calc(var(--_u) * 4.5);
    padding-inline: calc(var(--_u) * 1.25);
    border-radius: calc(999px * var(--secure-meeting-round));
    background: var(--secure-meeting-accent);
    color: var(--secure-meeting-on-accent);
    box-shadow: 0 0 0 2px var(--secure-meeting-canvas);
    font-size: calc(var(--_u) * 3);
    font-weight: 600;
    line-height: 1;
  }
  /* Solid red at rest belongs to the seal; Leave is red in its word, and solid under pointer or keyboard. */
  .leave {
    color: var(--_alarm);
    padding-inline: calc(var(--_u) * 4);
  }
  .leave:is(:hover, :focus-visible) {
    background: var(--_alarm-solid);
    color: white;
  }
  .leave .icon {
    display: none;
  }
  :dir(rtl) > .flip {
    transform: scaleX(-1);
  }
  @container secure-meeting (width < 58em) {
    .toolbar {
      display: flex;
      justify-content: space-between;
    }
    .toolbar > .group:first-child {
      display: contents;
    }
  }
  @container secure-meeting (width < 40em) {
    .toolbar {
      gap: calc(var(--_u) * 2);
      padding: calc(var(--_u) * 2);
    }
    .apart {
      margin-inline-start: 0;
    }
    .leave {
      padding: 0;
    }
    .leave .icon {
      display: block;
    }
    .leave span {
      display: none;
    }
  }
  @container secure-meeting (width < 22.5em) or (height < 17.5em) {
    .toolbar {
      padding: var(--_u);
    }
    .split > :last-child {
      display: none;
    }
    .split > :first-child {
      border-radius: var(--_radius);
    }
    .group {
      gap: var(--_u);
    }
  }
`;
