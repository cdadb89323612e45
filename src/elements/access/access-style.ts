import { css } from 'lit';

/** One column of words and fields, as all screens before the meeting. */
export const accessStyle = css`
  :host {
    display: block;
    block-size: 100%;
    min-block-size: 0;
  }
  .screen {
    grid-template-columns: minmax(0, calc(var(--_u) * 105));
    justify-items: center;
    padding-block-end: calc(var(--_u) * 12);
  }
  .words {
    display: grid;
    gap: calc(var(--_u) * 2);
    text-align: center;
    justify-items: center;
  }
  .words p {
    color: var(--secure-meeting-text-muted);
    text-wrap: balance;
    max-inline-size: 46ch;
  }
  .words .icon {
    inline-size: calc(var(--_u) * 10);
    block-size: calc(var(--_u) * 10);
    color: var(--secure-meeting-accent);
  }
  form {
    display: grid;
    inline-size: min(100%, calc(var(--_u) * 84));
    gap: calc(var(--_u) * 4);
  }
  .digits {
    font-family: ui-monospace, monospace;
    font-size: calc(var(--_u) * 6);
    font-variant-numeric: tabular-nums slashed-zero;
    letter-spacing: 0.3em;
    text-align: center;
    direction: ltr;
  }
  .pair {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: calc(var(--_u) * 2);
  }
  [role='timer'] {
    font-variant-numeric: tabular-nums;
  }
  @container secure-meeting (width < 40em) {
    .screen {
      padding: calc(var(--_u) * 4);
      gap: calc(var(--_u) * 4);
    }
    .title {
      font-size: calc(var(--_u) * 6);
    }
  }
  @container secure-meeting (height < 28em) {
    .screen {
      padding-block: calc(var(--_u) * 4);
      gap: calc(var(--_u) * 4);
    }
    .title {
      font-size: calc(var(--_u) * 5);
    }
  }
`;
