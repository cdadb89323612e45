import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('secure-meeting') } } })],
  // The development server must leave the package's modules where they are: the worker is found beside them.
  optimizeDeps: { exclude: ['secure-meeting'] },
});
