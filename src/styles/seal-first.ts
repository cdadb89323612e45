import { css } from 'lit';

/** The mark, as far as the first screen shows it. */
export const sealFirst = css`
  .mark {
    flex: none;
    display: block;
    inline-size: var(--_seal-size, calc(var(--_u) * 5));
    block-size: var(--_seal-size, calc(var(--_u) * 5));
    overflow: visible;
    fill: none;
    stroke: currentColor;
    color: var(--_seal);
  }
  [data-seal] {
    --_seal: var(--secure-meeting-text-muted);
  }
  [data-seal='off'] {
    --_seal: var(--secure-meeting-text);
  }
  .turn {
    transform-origin: 50% 50%;
  }
  @media (prefers-reduced-motion: no-preference) {
    .turn {
      animation: turn 3.2s linear infinite;
    }
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (forced-colors: active) {
    .mark {
      forced-color-adjust: auto;
      color: CanvasText;
    }
  }
`;
