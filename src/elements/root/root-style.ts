import { css } from 'lit';

export const rootStyle = css`
  :host {
    display: block;
    min-block-size: 240px;
  }
  :host([hidden]) {
    display: none;
  }
  /*
   * The container stands inside, so that a page with *{all:unset} still gets one with a size. The ratio too: on the tag, a
   * height that the page sets would decide its width. And no width of its own: in a grid, the ratio would carry the least
   * height over to it.
   */
  .root {
    container: secure-meeting / size;
    display: block;
    inline-size: 0;
    min-inline-size: 100%;
    block-size: 100%;
    aspect-ratio: 16 / 10;
    min-block-size: 240px;
    font-family: var(--secure-meeting-font);
    line-height: 1.4;
    color: var(--secure-meeting-text);
  }
  .light {
    color-scheme: light;
  }
  .dark {
    color-scheme: dark;
  }
  .frame {
    position: relative;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    block-size: 100%;
    overflow: clip;
    font-size: var(--_medium);
    background: var(--secure-meeting-canvas);
    color: var(--secure-meeting-text);
    border-radius: var(--_radius-frame);
  }
  /* The edge of the guest: one hairline over everything, so that white on white still ends. */
  .frame::after {
    content: '';
    position: absolute;
    inset: 0;
    z-index: 9;
    border-radius: inherit;
    box-shadow: inset 0 0 0 1px var(--secure-meeting-line);
    pointer-events: none;
  }
  .wait {
    place-self: center;
    --_seal-size: calc(var(--_u) * 10);
  }
  @container secure-meeting (width < 22.5em) or (height < 17.5em) {
    .frame {
      border-radius: var(--_radius-tile);
    }
  }
  @media (forced-colors: active) {
    .frame {
      border: 1px solid CanvasText;
    }
  }
`;
