import { expect } from 'chai';
import { SecureMeetingError } from '../../../src/base/index.js';
import { loadBlur } from '../../../src/blur/index.js';
import { addresses } from '../../../src/blur/files.js';
import type { Blur } from '../../../src/session/index.js';
import * as clip from '../../support/blur-clip.js';

const from = (createWorker: () => Worker) => ({
  createWorker,
  runtime: addresses.runtime(),
  model: addresses.model(),
});
const worker = (): Worker => new Worker(addresses.worker(), { type: 'module' });
const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof SecureMeetingError ? error.code : (error as Error).name),
  );

/** A worker that says what a test wants. */
class Puppet extends EventTarget {
  readonly heard: { readonly type: string; readonly turn?: number }[] = [];
  ended = false;
  postMessage(message: { readonly type: string }): void {
    this.heard.push(message);
  }
  say(data: object): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  terminate(): void {
    this.ended = true;
  }
}

describe('blur of a camera', () => {
  const stops: (() => void)[] = [];
  afterEach(() => stops.splice(0).forEach((stop) => stop()));

  const load = async (failed: (error: SecureMeetingError) => void = () => undefined): Promise<Blur> => {
    const blur = await loadBlur(from(worker), { signal: new AbortController().signal, failed });
    stops.push(() => blur.stop());
    return blur;
  };
  const camera = async (): Promise<MediaStreamTrack> => {
    const { track, stop } = await clip.camera();
    stops.push(stop);
    return track;
  };
  /** How much detail is left beside the person, where the flag and the shuttle are: 1 in the camera’s own picture. */
  const background = (image: ImageData): number => {
    const beside = (x: number): boolean => x > 500;
    const context = clip.canvas();
    clip.paintClip(context, picture, 0);
    const raw = context.getImageData(0, 0, clip.WIDTH, clip.HEIGHT);
    return clip.detail(image.data, beside) / clip.detail(raw.data, beside);
  };
  let picture: ImageBitmap;
  before(async () => {
    picture = await clip.loadPicture();
  });

  it('gives a picture of the same size, blurred from its first frame on, and goes on with the next camera', async () => {
    const blur = await load();
    for (const track of [await camera(), await camera()]) {
      const raw = await clip.look(track);
      expect(background(raw.image), 'the camera itself').to.be.above(0.5);
      await blur.take(track);
      for (let time = 0; time < 3; time++) {
        const { width, image } = await clip.look(blur.track);
        expect(width).to.equal(clip.WIDTH);
        expect(background(image)).to.be.below(0.2);
      }
      expect(track.readyState, 'the camera is the caller’s').to.equal('live');
    }
    const { track } = blur;
    blur.stop();
    expect(track.readyState).to.equal('ended');
  });

  it('shows a picture behind the person, from the next frames on, until it is taken away', async () => {
    const behind = clip.wall(64, 36);
    const blur = await load();
    blur.behind(behind);
    await blur.take(await camera());
    const corner = async (): Promise<readonly number[]> => [...(await clip.look(blur.track)).image.data.slice(0, 3)];
    const [red = 255, green = 0, blue = 255] = await corner();
    expect(red < 60 && green > 120 && blue < 60, `${red} ${green} ${blue}`).to.equal(true);
    expect(behind.width, 'it stays the caller’s').to.equal(64);
    blur.behind(null);
    for (let left = 100; ; left--) {
      const [r = 0, g = 255] = await corner();
      if (g < 120 || r > 60) break;
      expect(left, 'frames with the picture').to.be.above(0);
    }
  });

  it('is told as failed when its worker, or what that loads, is not there', async () => {
    const gone = (): Worker => new Worker(new URL('/no/such/worker.js', location.href), { type: 'module' });
    const loading = loadBlur(from(gone), { signal: new AbortController().signal, failed: () => undefined });
    expect(await code(loading)).to.equal('media-blur-failed');
    for (const part of ['runtime', 'model']) {
      const parts = { ...from(worker), [part]: new URL('/no/such/part', location.href).href };
      const missing = loadBlur(parts, { signal: new AbortController().signal, failed: () => undefined });
      expect(await code(missing), part).to.equal('media-blur-failed');
    }
  });

  it('ends its worker when nobody waits for it any more, while it loads and while it starts', async () => {
    const puppet = new Puppet();
    const asked = new AbortController();
    const loading = loadBlur(
      from(() => puppet as never),
      { signal: asked.signal, failed: () => undefined },
    );
    asked.abort();
    expect([await code(loading), puppet.ended]).to.deep.equal(['AbortError', true]);

    const other = new Puppet();
    const loaded = loadBlur(
      from(() => other as never),
      { signal: new AbortController().signal, failed: () => undefined },
    );
    other.say({ type: 'loaded' });
    const blur = await loaded;
    const taking = blur.take(await camera());
    blur.stop();
    expect([await code(taking), other.ended]).to.deep.equal(['AbortError', true]);
  });

  it('says so when the machine is too slow, and when something fails later', async () => {
    for (const [said, expected] of [
      [{ type: 'slow' }, 'media-blur-slow'],
      [{ type: 'failed', message: 'memory' }, 'media-blur-failed'],
    ] as const) {
      const puppet = new Puppet();
      const told: string[] = [];
      const failed = (error: SecureMeetingError): void => void told.push(error.code);
      const loaded = loadBlur(
        from(() => puppet as never),
        { signal: new AbortController().signal, failed },
      );
      puppet.say({ type: 'loaded' });
      const blur = await loaded;
      stops.push(() => blur.stop());
      const taking = blur.take(await camera());
      puppet.say({ type: 'first', turn: puppet.heard.find(({ type }) => type === 'camera')?.turn });
      await taking;
      puppet.say(said);
      expect([told, puppet.ended]).to.deep.equal([[expected], true]);
    }
  });
});
