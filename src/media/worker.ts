/**
 * Entry of the media worker. Bundled it is one self-contained file that runs as a module and as a classic worker.
 * Frames come by RTCRtpScriptTransform (Firefox, Safari) or as transferred streams (Chromium).
 */
import { MediaWorker } from './media-worker.js';
import type { EncodedFrame } from './media-worker.js';
import { isTransformOptions } from './worker-messages.js';

interface Transformer {
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  readonly options: unknown;
  /** Receiving only. */
  sendKeyFrameRequest?(): Promise<unknown>;
  /** Sending only. */
  generateKeyFrame?(): Promise<unknown>;
}

/** The part of DedicatedWorkerGlobalScope used here; TypeScript's DOM and worker libraries exclude each other. */
interface WorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'rtctransform', listener: (event: { readonly transformer: Transformer }) => void): void;
  addEventListener(type: 'unhandledrejection', listener: (event: { readonly reason: unknown }) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const worker = new MediaWorker(
  (message) => scope.postMessage(message),
  () => performance.now(),
);
scope.addEventListener('message', ({ data }) => worker.handleMessage(data));
scope.addEventListener('rtctransform', ({ transformer }) => {
  const { options, readable, writable } = transformer;
  if (!isTransformOptions(options)) return;
  const ask = (): void => {
    const asked = options.direction === 'send' ? transformer.generateKeyFrame?.() : transformer.sendKeyFrameRequest?.();
    // Refused for sound, while the track is muted, or the connection closes: then nobody waits for the picture either.
    asked?.catch(() => undefined);
  };
  void worker.run(options, readable, writable, ask);
});
// A fault we did not foresee must be seen outside: only uncaught errors reach the main thread.
scope.addEventListener('unhandledrejection', ({ reason }) => {
  setTimeout(() => {
    throw reason;
  });
});
