/**
 * Where the worker and what it loads are. The build replaces this module: everything is in `blur/` beside our scripts.
 * Unbuilt, as in tests, the worker is the TypeScript file beside this one, the rest comes out of its packages.
 */
const packages = '../../node_modules';

/** The worker's file; it runs as a module worker. */
export const workerAddress = (): string => new URL('./worker.ts', import.meta.url).href;
/** LiteRT, the WebAssembly that runs the model. */
export const runtimeAddress = (): string =>
  new URL(`${packages}/@litertjs/core/wasm/litert_wasm_compat_internal.wasm`, import.meta.url).href;
/** The model that tells a person from what is behind them. */
export const modelAddress = (): string =>
  new URL(`${packages}/@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite`, import.meta.url).href;
