/** The blur worker: loads the model, then paints the newest frame of the camera, one after another. */
import { Inbox } from './inbox.js';
import type { FromBlurWorker, Parts, ToBlurWorker } from './messages.js';
import { Pace } from './pace.js';
import { Painter } from './painter.js';
import { Segmenter } from './segmenter.js';

type Send = (canvas: OffscreenCanvas, timestamp: number) => Promise<void> | void;

const page = self as unknown as {
  postMessage(message: FromBlurWorker, transfer?: Transferable[]): void;
  onmessage: ((event: { readonly data: ToBlurWorker }) => void) | null;
};
const inbox = new Inbox();
let behind: ImageBitmap | null = null;

page.onmessage = ({ data }) => {
  switch (data.type) {
    case 'load':
      work(data, data.writable ? toStream(data.writable) : toPage).catch((error: unknown) =>
        page.postMessage({ type: 'failed', message: String(error) }),
      );
      break;
    case 'camera':
      inbox.begin(data.turn);
      // A camera that ends is told by its track.
      if (data.readable) read(data.turn, data.readable).catch(() => undefined);
      break;
    case 'behind':
      behind?.close();
      behind = data.picture;
      break;
    case 'frame':
      inbox.put(data.turn, data.frame);
      break;
  }
};

async function work(parts: Parts, send: Send): Promise<void> {
  const painter = new Painter(await Segmenter.load(parts));
  page.postMessage({ type: 'loaded' });
  let pace = new Pace();
  let turn = 0;
  let done = 0;
  for (;;) {
    const frame = await inbox.take();
    const began = performance.now();
    const first = turn !== inbox.turn;
    if (first) painter.clear();
    turn = inbox.turn;
    try {
      await send(await painter.paint(frame, () => behind), frame.timestamp);
    } finally {
      frame.close();
    }
    // The first one of a camera warms everything up, and what came before it was no waiting.
    if (first) {
      page.postMessage({ type: 'first', turn });
      pace = new Pace();
    } else if (pace.painted(began - done, performance.now() - began)) return page.postMessage({ type: 'slow' });
    done = performance.now();
  }
}

/** Reads all frames at once: the newest is painted. */
async function read(turn: number, readable: ReadableStream<VideoFrame>): Promise<void> {
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    inbox.put(turn, value);
    if (turn !== inbox.turn) return reader.cancel();
  }
}

function toStream(writable: WritableStream<VideoFrame>): Send {
  const writer = writable.getWriter();
  return (canvas, timestamp) => writer.write(new VideoFrame(canvas, { timestamp, alpha: 'discard' }));
}

const toPage: Send = (canvas) => {
  const bitmap = canvas.transferToImageBitmap();
  page.postMessage({ type: 'picture', bitmap }, [bitmap]);
};
