/** Hands the frames of a sender or receiver to the worker, by whichever of the two interfaces the browser has. */
import type { ToWorker, TransformOptions } from './worker-messages.js';

/** Chromium's interface; the connection must be made with `encodedInsertableStreams: true`. Works once per object. */
interface WithEncodedStreams {
  createEncodedStreams(): { readonly readable: ReadableStream; readonly writable: WritableStream };
}

/**
 * True where frames go through `createEncodedStreams`. Chromium has RTCRtpScriptTransform too, but ignores it on the
 * receiver of a transceiver that also sends (w3c/webrtc-encoded-transform #314), so it is not asked first.
 */
export function usesEncodedStreams(): boolean {
  return typeof RTCRtpSender === 'function' && 'createEncodedStreams' in RTCRtpSender.prototype;
}

/** True when this browser can encrypt frames at all. */
export function supportsEncodedTransforms(): boolean {
  return usesEncodedStreams() || typeof RTCRtpScriptTransform === 'function';
}

/** @throws DOMException when the object has a transform of someone else, or the connection was not made for it. */
export function attachTransform(worker: Worker, end: RTCRtpSender | RTCRtpReceiver, options: TransformOptions): void {
  if (usesEncodedStreams()) {
    const { readable, writable } = (end as unknown as WithEncodedStreams).createEncodedStreams();
    const message: ToWorker = { type: 'streams', ...options, readable, writable };
    worker.postMessage(message, [readable, writable]);
  } else {
    end.transform = new RTCRtpScriptTransform(worker, options);
  }
}

/** W3C webrtc-extensions, `RTCSetParameterOptions`: TypeScript does not know it yet. */
interface WithParameterOptions {
  setParameters(
    parameters: RTCRtpSendParameters,
    options: { readonly encodingOptions: readonly { readonly keyFrame: boolean }[] },
  ): Promise<void>;
}

/** Asks the encoder for a key frame, where the transform itself can't. Does nothing for sound, or when it is refused. */
export function forceKeyFrame(sender: RTCRtpSender): void {
  if (sender.track?.kind !== 'video' || sender.transport?.state !== 'connected') return;
  try {
    const parameters = sender.getParameters();
    const encodingOptions = parameters.encodings.map(() => ({ keyFrame: true }));
    (sender as WithParameterOptions).setParameters(parameters, { encodingOptions }).catch(() => undefined);
  } catch {
    // The connection is on its way down.
  }
}
