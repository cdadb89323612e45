import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react()],
  // The development server must leave the package's modules where they are: the worker is found beside them.
  optimizeDeps: { exclude: ['secure-meeting'] },
});
