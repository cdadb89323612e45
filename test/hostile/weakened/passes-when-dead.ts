/** Keeps the frames on the page too, and lets them pass as they are when the worker does not answer any more. */
import type { TransformOptions } from '../../../src/media/worker-messages.js';

export { forceKeyFrame, supportsEncodedTransforms, usesEncodedStreams } from '../../../src/media/encoded-transform.js';

type Frames = ReadableStream<RTCEncodedVideoFrame>;
/** Milliseconds. */
const PATIENCE = 300;

export function attachTransform(worker: Worker, end: RTCRtpSender | RTCRtpReceiver, options: TransformOptions): void {
  const streams = end as unknown as { createEncodedStreams(): { readable: Frames; writable: WritableStream } };
  const { readable, writable } = streams.createEncodedStreams();
  const ask = new TransformStream<RTCEncodedVideoFrame, RTCEncodedVideoFrame>();
  const answer = new TransformStream<RTCEncodedVideoFrame, RTCEncodedVideoFrame>();
  worker.postMessage({ type: 'streams', ...options, readable: ask.readable, writable: answer.writable }, [
    ask.readable,
    answer.writable,
  ]);
  const question = ask.writable.getWriter();
  const answers = answer.readable.getReader();
  const inTime = (): Promise<RTCEncodedVideoFrame | undefined> =>
    Promise.race([
      answers.read().then(({ value }) => value),
      new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE, undefined)),
    ]);
  const swap = new TransformStream<RTCEncodedVideoFrame, RTCEncodedVideoFrame>({
    async transform(frame, controller) {
      void question.write(frame);
      const sealed = await inTime();
      if (sealed) frame.data = sealed.data;
      controller.enqueue(frame);
    },
  });
  void readable.pipeThrough(swap).pipeTo(writable);
}
