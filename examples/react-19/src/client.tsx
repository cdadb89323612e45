import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { App } from './app';

const root = document.querySelector('#root')!;
const app = (
  <StrictMode>
    <App />
  </StrictMode>
);
// What a server rendered is taken over; else everything is made here.
if (root.firstElementChild) hydrateRoot(root, app);
else createRoot(root).render(app);
