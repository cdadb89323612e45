import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [svelte()],
  // The development server must leave the package's modules where they are: the worker is found beside them.
  optimizeDeps: { exclude: ['secure-meeting'] },
});
