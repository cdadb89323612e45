/**
 * Where the media worker's code is. The build replaces this module: bundles with a worker file name that file, the
 * one-file classic script carries the code itself. Unbuilt, as in tests, it is the TypeScript file beside this one.
 */

/** The worker's code, when it is inlined; make a `blob:` of it. */
export const workerSource: string | undefined = undefined;

/** The absolute address of the worker file, when it is not inlined. It runs as a module worker. */
export const workerAddress = (): string => new URL('./worker.ts', import.meta.url).href;
