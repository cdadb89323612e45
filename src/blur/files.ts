/**
 * Where the files of blur are. The build replaces this module: they are in `blur/` beside our scripts. Each address is
 * written out, so that bundlers carry the files along. Unbuilt, as in tests, the worker is the TypeScript file beside this
 * one, the rest comes out of its packages.
 */

/** Their names in the folder `blur`. `runtime`: LiteRT, the WebAssembly that runs the model. */
export const names = { worker: 'worker.js', runtime: 'litert.wasm', model: 'model.tflite' };

/** Their absolute addresses. The worker runs as a module worker. */
export const addresses = {
  worker: (): string => new URL('./worker.ts', import.meta.url).href,
  runtime: (): string =>
    new URL('../../node_modules/@litertjs/core/wasm/litert_wasm_compat_internal.wasm', import.meta.url).href,
  model: (): string =>
    new URL('../../node_modules/@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite', import.meta.url)
      .href,
};
