import { expect } from 'chai';
import { addresses } from '../../../src/blur/files.js';
import { Painter } from '../../../src/blur/painter.js';
import { Segmenter } from '../../../src/blur/segmenter.js';
import * as clip from '../../support/blur-clip.js';

/** The clip at 25 frames a second, there and back. */
const TIMES = Array.from({ length: 100 }, (_, frame) => frame / 25);

describe('what blur paints', () => {
  let picture: ImageBitmap;
  let painter: Painter;
  const source = clip.canvas();
  before(async () => {
    picture = await clip.loadPicture();
    painter = new Painter(await Segmenter.load({ runtime: addresses.runtime(), model: addresses.model() }));
  });

  /** The frame at this time of the clip. */
  const paint = async (seconds: number, behind: () => ImageBitmap | null = () => null): Promise<OffscreenCanvas> => {
    clip.paintClip(source, picture, seconds);
    const frame = new VideoFrame(source.canvas, { timestamp: seconds * 1e6 });
    try {
      return await painter.paint(frame, behind);
    } finally {
      frame.close();
    }
  };

  it('has the person’s edge within 8 pixels, in every frame of the clip', async () => {
    for (const [index, seconds] of TIMES.entries()) {
      await paint(seconds);
      if (index % 10 !== 9) continue;
      const { median, p95 } = clip.edgeError(painter.person, seconds);
      expect(median, `the median at ${seconds} s`).to.be.at.most(3);
      expect(p95, `19 of 20 pixels at ${seconds} s`).to.be.at.most(8);
    }
  });

  it('leaves the person sharp, and nothing of what is behind them', async () => {
    const [seconds = 0] = TIMES;
    for (let time = 0; time < 5; time++) await paint(seconds);
    const canvas = await paint(seconds);
    const before = source.getImageData(0, 0, clip.WIDTH, clip.HEIGHT).data;
    const after = clip.copy(canvas).data;
    const person = clip.truth(seconds);
    const [core, near] = [clip.grown(person, -12), clip.grown(person, 12)];
    const inside = (x: number, y: number): boolean => core[y * clip.WIDTH + x] === 1;
    const outside = (x: number, y: number): boolean => near[y * clip.WIDTH + x] === 0;
    expect(clip.detail(after, outside) / clip.detail(before, outside), 'detail of the background').to.be.below(0.15);
    expect(clip.detail(after, inside) / clip.detail(before, inside), 'detail of the person').to.be.within(0.9, 1.1);
    // The flag's stars and stripes are large: they are gone only from a blur that is wide.
    expect(clip.contrast(after) / clip.contrast(before), 'stripes of the flag').to.be.below(0.35);
  });

  it('puts a picture behind the person instead: it fills the frame, and nothing is seen of what is there', async () => {
    const behind = clip.wall(100, 300);
    for (let time = 0; time < 5; time++) await paint(0, () => behind);
    const after = clip.copy(await paint(0, () => behind)).data;
    const person = clip.truth(0);
    const [core, near] = [clip.grown(person, -12), clip.grown(person, 12)];
    const green = (at: number): boolean => after[4 * at]! < 40 && after[4 * at + 1]! > 120 && after[4 * at + 2]! < 40;
    const share = (of: Uint8Array, value: number): number => {
      const pixels = [...of.keys()].filter((at) => of[at] === value);
      return pixels.filter(green).length / pixels.length;
    };
    expect(share(near, 0), 'of the background').to.be.above(0.98);
    expect(share(core, 1), 'of the person').to.be.below(0.02);
    const again = clip.copy(await paint(0)).data;
    expect(again[1]! > 120 && again[0]! < 40, 'gone when it is taken away').to.equal(false);
    behind.close();
  });

  it('paints on when the picture is taken back while the model looks at the frame', async () => {
    let behind: ImageBitmap | null = clip.wall(64, 36);
    const painting = paint(0, () => behind);
    behind.close();
    behind = null;
    const { data } = clip.copy(await painting);
    expect(data[1]! > 120 && data[0]! < 40, 'the picture').to.equal(false);
  });

  it('keeps the size and shape of a camera that stands upright', async () => {
    const upright = new OffscreenCanvas(360, 640);
    upright.getContext('2d')?.drawImage(picture, 130, 0, 144, 256, 0, 0, 360, 640);
    const frame = new VideoFrame(upright, { timestamp: 0 });
    const { width, height } = await painter.paint(frame);
    frame.close();
    expect([width, height]).to.deep.equal([360, 640]);
  });
});
