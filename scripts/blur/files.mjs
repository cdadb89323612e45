/** What blur is made of, in `dist/blur`: its worker, and what that loads out of two packages. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/paths.mjs';

const versionOf = (name) =>
  JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

/** A name ends in its package's version: a worker never meets the file of another one out of a cache. */
const part = (name, file, stem) => {
  const { name: base, ext } = path.parse(file);
  return { source: path.join(root, 'node_modules', name, file), name: `${stem ?? base}-${versionOf(name)}${ext}` };
};

export const blurFiles = {
  worker: 'worker.js',
  // The one for browsers without relaxed SIMD, too: the other is hardly faster (decision 0074).
  runtime: part('@litertjs/core', 'wasm/litert_wasm_compat_internal.wasm', 'litert'),
  model: part('@mediapipe/selfie_segmentation', 'selfie_segmentation_landscape.tflite'),
};
