import { css } from 'lit';
import { sealFirst } from './seal-first.js';

/** The mark in all its states, and the colours that are the seal's alone. Its shape says the same without colour. */
export const seal = [
  sealFirst,
  css`
    :host {
      --_seal-ok: light-dark(oklch(0.47 0.099 165), oklch(0.8 0.12 165));
      --_seal-soft: light-dark(oklch(0.95 0.03 165), oklch(0.3 0.045 165));
      --_on-seal: light-dark(oklch(1 0 0), oklch(0.18 0.03 165));
      --_caution: light-dark(oklch(0.5 0.108 70), oklch(0.83 0.13 80));
      --_alarm: light-dark(oklch(0.51 0.19 27), oklch(0.74 0.15 25));
      --_alarm-solid: oklch(0.55 0.2 27);
    }
    .mark .plate {
      fill: currentColor;
      stroke: none;
    }
    .mark .faint {
      opacity: 0.5;
    }
    .mark .sign {
      stroke: var(--_seal-sign, var(--_on-seal));
      stroke-linejoin: round;
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
    @media (forced-colors: active) {
      .mark .sign {
        stroke: Canvas;
      }
    }
  `,
];
