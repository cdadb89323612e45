import { css } from 'lit';

/** The mark. Its colour is the state's, its shape says the same without colour. */
export const seal = css`
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
  .mark .plate {
    fill: currentColor;
    stroke: none;
  }
  .mark .sign {
    stroke: var(--_seal-sign, var(--_on-seal));
  }
  [data-seal] {
    --_seal: var(--secure-meeting-text-muted);
  }
  [data-seal='off'] {
    --_seal: var(--secure-meeting-text);
  }
  [data-seal='encrypted'],
  [data-seal='verified'] {
    --_seal: var(--_seal-ok);
  }
  [data-seal='degraded'] {
    --_seal: var(--_caution);
  }
  [data-seal='violated'] {
    --_seal: var(--_alarm-solid);
    --_seal-sign: white;
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
    .mark .sign {
      stroke: Canvas;
    }
  }
`;
