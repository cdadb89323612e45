/** Blur in real calls, on pages with strict policies, from the package's own files. */
import { expect } from 'chai';
import type { Page } from 'puppeteer-core';
import { until } from '../e2e/support/until.js';
import type { SecureMeeting } from '../../src/elements/index.js';
import {
  expectCall,
  meetingPage,
  SHAPES,
  startOwnPages,
  strictPolicy,
  type Opened,
  type OwnPages,
} from './own-pages.js';

/** From now on the camera is a chessboard: as sharp as a picture can be, without a person. */
const bringChessboard = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const context = canvas.getContext('2d')!;
    let phase = 0;
    setInterval(() => {
      phase = (phase + 1) % 32;
      for (let x = -32; x < 640; x += 16)
        for (let y = 0; y < 360; y += 16) {
          context.fillStyle = (x + y) % 32 ? '#fff' : '#000';
          context.fillRect(x + phase, y, 16, 16);
        }
    }, 50);
    const { mediaDevices } = navigator;
    const real = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wish) => (wish?.video ? canvas.captureStream() : real(wish));
  });

/** Looks at every picture of others that is shown, from now on: the largest contrast beside each other so far, 0…255. */
const watchContrast = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const seen = { most: 0, pictures: 0 };
    Object.assign(globalThis, { seen });
    const videos = (root: ParentNode): HTMLVideoElement[] =>
      [...root.querySelectorAll('*')].flatMap((each) => [
        ...(each instanceof HTMLVideoElement ? [each] : []),
        ...(each.shadowRoot ? videos(each.shadowRoot) : []),
      ]);
    const context = new OffscreenCanvas(160, 90).getContext('2d', { willReadFrequently: true })!;
    setInterval(() => {
      for (const video of videos(document)) {
        if (!video.videoWidth) continue;
        context.drawImage(video, 0, 0, 160, 90);
        const { data } = context.getImageData(0, 0, 160, 90);
        const row = Array.from({ length: 160 }, (_, x) => data[(45 * 160 + x) * 4]!);
        // The first pictures of a call may be empty.
        if (row.every((value) => value === 0)) continue;
        seen.pictures++;
        seen.most = Math.max(seen.most, Math.max(...row) - Math.min(...row));
      }
    }, 30);
  });
const seen = (page: Page): Promise<{ most: number; pictures: number }> => page.evaluate('seen') as never;
const blur = ({ page }: Opened, on: boolean): Promise<void> =>
  page.$eval('secure-meeting', (element, wish) => (element as SecureMeeting).session!.setBlur(wish), on);

describe('blur in a call', () => {
  let pages: OwnPages;
  before(async () => {
    pages = await startOwnPages({ policy: strictPolicy("'wasm-unsafe-eval'") });
  });
  after(() => pages.close());
  afterEach(() => pages.closePages());

  for (const browser of ['chromium', 'firefox'] as const)
    for (const [shape, { script, worker }] of Object.entries(SHAPES))
      it(`${browser}, ${shape} script: nothing but blurred pictures arrives, until one asks to be seen without it`, async () => {
        const room = `${browser}-${shape}-blur`;
        const html = meetingPage(pages, script, room, worker);
        const [ann, ben] = await expectCall(
          pages.livekit,
          room,
          () => pages.open(browser, html),
          async (first, second) => {
            await bringChessboard(first.page);
            await watchContrast(second.page);
            await blur(first, true);
          },
        );
        await until('Ben saw many pictures', async () => (await seen(ben.page)).pictures > 50, { within: 60_000 });
        expect((await seen(ben.page)).most, 'light and dark of a chessboard run into each other').to.be.below(100);
        await blur(ann, false);
        await until('Ben sees the chessboard', async () => (await seen(ben.page)).most > 180, { within: 60_000 });
        for (const { problems } of [ann, ben]) expect(problems).to.deep.equal([]);
      });
});
