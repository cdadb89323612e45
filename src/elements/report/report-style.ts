import { css } from 'lit';

export const reportStyle = css`
  .form {
    display: grid;
    gap: calc(var(--_u) * 4);
    /* A fieldset and a select are as wide as what they hold, unless they are told otherwise. */
    grid-template-columns: minmax(0, 1fr);
  }
  .field > span,
  legend {
    unicode-bidi: plaintext;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  .heading:focus-visible {
    outline: none;
    box-shadow: none;
  }
  .hint {
    font-size: var(--_small);
    font-weight: 400;
    color: var(--secure-meeting-text-muted);
    text-wrap: pretty;
  }
  textarea.input {
    resize: vertical;
    min-block-size: calc(var(--_u) * 20);
    padding-block: calc(var(--_u) * 2);
    line-height: 1.4;
  }
  fieldset {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(var(--_u) * 2);
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
    margin-block-end: calc(var(--_u) * 2);
    font-size: var(--_small);
    font-weight: 600;
  }
  .group {
    font-size: var(--_small);
    color: var(--secure-meeting-text-muted);
  }
  .messages {
    display: grid;
    gap: var(--_u);
    max-block-size: calc(var(--_u) * 56);
    overflow: auto;
    /* 4 px: room for a focus ring */
    padding: var(--_u);
    border-radius: var(--_radius);
    box-shadow: inset 0 0 0 1px var(--secure-meeting-line);
    scrollbar-width: thin;
  }
  .choice {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: calc(var(--_u) * 3);
    align-items: start;
    min-block-size: calc(var(--_u) * 6);
    padding: calc(var(--_u) * 1.5) calc(var(--_u) * 2);
    border-radius: var(--_radius);
    cursor: pointer;
  }
  @media (pointer: coarse) {
    .choice {
      min-block-size: 44px;
      align-items: center;
    }
  }
  .choice:hover {
    background: var(--secure-meeting-fill);
  }
  .choice input {
    inline-size: calc(var(--_u) * 5);
    block-size: calc(var(--_u) * 5);
    margin: 0;
    accent-color: var(--secure-meeting-accent);
  }
  .said {
    display: grid;
    gap: 2px;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .said > :first-child:not(:last-child) {
    font-size: var(--_small);
    color: var(--secure-meeting-text-muted);
  }
  .words {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 4;
    overflow: hidden;
    white-space: pre-wrap;
    unicode-bidi: plaintext;
  }
  .look {
    aspect-ratio: 16 / 9;
  }
  .look video {
    object-fit: contain;
  }
  canvas {
    display: block;
    inline-size: 100%;
    border-radius: var(--_radius-tile);
  }
  .facts {
    display: grid;
    gap: calc(var(--_u) * 3);
    padding: calc(var(--_u) * 3) calc(var(--_u) * 4);
    border-radius: var(--_radius);
    background: var(--secure-meeting-fill);
    font-size: var(--_small);
  }
  .facts b {
    font-weight: 600;
  }
  .facts p {
    text-wrap: pretty;
  }
  .problem {
    color: var(--_alarm);
    font-size: var(--_small);
    font-weight: 600;
  }
  .done {
    display: grid;
    gap: calc(var(--_u) * 4);
    justify-items: start;
  }
  .number {
    font-family: ui-monospace, monospace;
    font-size: var(--_small);
    overflow-wrap: anywhere;
    user-select: all;
    unicode-bidi: isolate;
    direction: ltr;
  }
`;
