/** The page of `bench/blur.mjs`: the fixed clip through the real worker, and through the painter alone. */
import { loadBlur } from '../src/blur/index.js';
import { addresses } from '../src/blur/files.js';
import { Painter } from '../src/blur/painter.js';
import { Segmenter } from '../src/blur/segmenter.js';
import * as clip from '../test/support/blur-clip.js';

const parts = { runtime: addresses.runtime(), model: addresses.model() };
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const bench = {
  /** Frames a second that come out, second by second, of a camera that gives 30; and main-thread tasks over 50 ms. */
  async running(width: number, height: number, seconds: number) {
    const picture = await clip.loadPicture();
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const scale = width / clip.WIDTH;
    let time = 0;
    const timer = setInterval(() => {
      context.setTransform(scale, 0, 0, scale, 0, 0);
      clip.paintClip(context, picture, (time += 1 / 30));
    }, 1_000 / 30);
    // A rate as argument halves Firefox's.
    const [camera] = canvas.captureStream().getVideoTracks() as [MediaStreamTrack];
    const asked = performance.now();
    const createWorker = (): Worker => new Worker(addresses.worker(), { type: 'module' });
    const failed = (error: Error): void => console.error(error);
    const blur = await loadBlur({ createWorker, ...parts }, { signal: new AbortController().signal, failed });
    await blur.take(camera);
    const firstFrame = performance.now() - asked;
    const video = Object.assign(document.createElement('video'), { muted: true });
    video.srcObject = new MediaStream([blur.track]);
    document.body.append(video);
    await video.play();
    let shown = 0;
    const count = (_: number, { presentedFrames }: VideoFrameCallbackMetadata): void => {
      shown = presentedFrames;
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
    await wait(2_000);
    const rates: number[] = [];
    for (let second = 0; second < seconds; second++) {
      const [frames, began] = [shown, performance.now()];
      await wait(1_000);
      rates.push(((shown - frames) * 1_000) / (performance.now() - began));
    }
    blur.stop();
    clearInterval(timer);
    camera.stop();
    video.remove();
    return { rates, firstFrame };
  },

  /** Milliseconds to paint each frame of the clip, and how far edges are from the traced outline. */
  async painting(frames: number) {
    const picture = await clip.loadPicture();
    const painter = new Painter(await Segmenter.load(parts));
    const source = clip.canvas();
    const times: number[] = [];
    const edges: { readonly median: number; readonly p95: number }[] = [];
    for (let index = 0; index < frames; index++) {
      const seconds = index / 25;
      clip.paintClip(source, picture, seconds);
      const frame = new VideoFrame(source.canvas, { timestamp: seconds * 1e6 });
      const began = performance.now();
      await painter.paint(frame);
      times.push(performance.now() - began);
      frame.close();
      if (index % 10 === 9) edges.push(clip.edgeError(painter.person, seconds));
    }
    return { times, edges };
  },
};
Object.assign(globalThis, { bench });
export type Bench = typeof bench;
