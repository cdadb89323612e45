import { build } from 'esbuild';
import path from 'node:path';
import { root } from './paths.mjs';

/** Imports one of our TypeScript modules, with everything it imports. @param {string} file from the checkout's root */
export async function loadSource(file) {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, file)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
