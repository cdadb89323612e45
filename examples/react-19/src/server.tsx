import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './app';

/** What a server sends: the bare tag, with nothing of the meeting in it. */
export const render = (): string =>
  renderToString(
    <StrictMode>
      <App />
    </StrictMode>,
  );
