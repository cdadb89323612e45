import { css } from 'lit';

export const prejoinStyle = css`
  .prejoin {
    grid-template-columns: minmax(0, calc(var(--_u) * 144)) minmax(0, calc(var(--_u) * 76));
    align-items: center;
    gap: calc(var(--_u) * 12);
  }
  .devices {
    display: grid;
    gap: calc(var(--_u) * 3);
  }
  .tile {
    aspect-ratio: 16 / 9;
  }
  :not(:defined) {
    display: none;
  }
  .ask {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: calc(var(--_u) * 3);
    padding: calc(var(--_u) * 4);
    text-align: center;
    font-size: var(--_small);
    color: var(--secure-meeting-text-muted);
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(var(--_u) * 2);
  }
  .line > :last-child:not(:first-child, .split) {
    margin-inline-start: auto;
  }
  form {
    display: grid;
    gap: calc(var(--_u) * 4);
  }
  .privacy {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: calc(var(--_u) * 3);
    padding-block-start: calc(var(--_u) * 4);
    border-block-start: 1px solid var(--secure-meeting-line);
    font-size: var(--_small);
  }
  .privacy div {
    display: grid;
    gap: calc(var(--_u) * 2);
    text-wrap: pretty;
  }
  @container secure-meeting (width < 52em) {
    .prejoin {
      grid-template-columns: minmax(0, calc(var(--_u) * 105));
      gap: calc(var(--_u) * 6);
    }
    .title {
      font-size: calc(var(--_u) * 5);
    }
  }
  @container secure-meeting (width < 40em) {
    .prejoin {
      align-content: start;
      gap: calc(var(--_u) * 4);
      padding: calc(var(--_u) * 4);
    }
  }
`;
