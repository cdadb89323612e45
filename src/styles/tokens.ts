import { css } from 'lit';

/**
 * Every custom property a page may set, on the tag itself. Colours stay unregistered on purpose: `light-dark()` is then
 * resolved where a token is used, so a tile (`color-scheme: dark`) gets the dark set in either theme. The seal's
 * colours belong to the seal. Three more have their defaults where they are used: `--secure-meeting-unit` (a quarter of
 * the text's size), `--secure-meeting-shadow` and `--secure-meeting-font-code`.
 */
export const tokens = css`
  :host {
    --secure-meeting-round: 1;
    --secure-meeting-font: inherit;
    --secure-meeting-canvas: light-dark(oklch(0.97 0.004 255), oklch(0.18 0.012 260));
    --secure-meeting-surface: light-dark(oklch(1 0 0), oklch(0.225 0.013 260));
    --secure-meeting-raised: light-dark(oklch(1 0 0), oklch(0.27 0.014 260));
    --secure-meeting-tile: oklch(0.27 0.014 260);
    --secure-meeting-text: light-dark(oklch(0.24 0.02 260), oklch(0.96 0.004 255));
    --secure-meeting-text-muted: light-dark(oklch(0.46 0.02 260), oklch(0.77 0.012 258));
    --secure-meeting-line: light-dark(oklch(0.89 0.006 255), oklch(0.33 0.014 260));
    --secure-meeting-control-line: light-dark(oklch(0.6 0.015 255), oklch(0.58 0.02 260));
    --secure-meeting-accent: light-dark(oklch(0.5 0.15 262), oklch(0.74 0.12 262));
    --secure-meeting-on-accent: light-dark(oklch(1 0 0), oklch(0.18 0.02 262));
    --secure-meeting-accent-soft: color-mix(in oklab, var(--secure-meeting-accent) 14%, var(--secure-meeting-surface));
    --secure-meeting-fill: color-mix(in oklab, var(--secure-meeting-text) 7%, transparent);
    --secure-meeting-fill-hover: color-mix(in oklab, var(--secure-meeting-text) 13%, transparent);
    --secure-meeting-fill-pressed: color-mix(in oklab, var(--secure-meeting-text) 19%, transparent);
    --_caution-soft: light-dark(oklch(0.955 0.04 85), oklch(0.32 0.05 75));
    --_alarm-soft: light-dark(oklch(0.955 0.022 25), oklch(0.31 0.08 25));
  }
  .root {
    /* No look of the page's comes in, except its font, its size and whether it is dark or shown at all. */
    all: initial;
    color-scheme: inherit;
    visibility: inherit;
    pointer-events: inherit;
    /* Inside the tag, where no page's "all: unset" reaches. The length is computed here, once; nothing compounds. */
    font-size: clamp(14px, 1em, max(20px, 1.25rem));
    --_secure-meeting-unit: var(--secure-meeting-unit, 0.25em);
    --_u: var(--_secure-meeting-unit);
    --_small: calc(var(--_u) * 3.25);
    --_medium: calc(var(--_u) * 3.75);
    --_large: calc(var(--_u) * 4);
    --_time: 120ms;
    --_time-panel: 200ms;
    --_time-tile: 240ms;
    --_curve: cubic-bezier(0.2, 0, 0, 1);
    --_radius-tile: calc(12px * var(--secure-meeting-round));
    --_radius-frame: calc(16px * var(--secure-meeting-round));
    --_radius-small: calc(6px * var(--secure-meeting-round));
    --_radius: calc(10px * var(--secure-meeting-round));
  }
  @media (prefers-reduced-motion: reduce) {
    .root {
      --_time: 80ms;
      --_time-panel: 80ms;
      --_time-tile: 0ms;
    }
  }
`;
