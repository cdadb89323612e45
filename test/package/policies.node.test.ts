/** Calls on pages whose policies allow as little as can be, Trusted Types among them. */
import { expect } from 'chai';
import { until } from '../e2e/support/until.js';
import type { SecureMeeting } from '../../src/elements/index.js';
import {
  CLASSIC,
  expectCall,
  meetingPage,
  MODULE,
  permit,
  SHAPES,
  startOwnPages,
  strictPolicy,
  type OwnPages,
} from './own-pages.js';

describe('policies', () => {
  let pages: OwnPages;
  before(async () => {
    pages = await startOwnPages({ policy: strictPolicy() });
  });
  after(() => pages.close());
  afterEach(() => pages.closePages());

  const page = (script: string, room: string, worker: string): string => meetingPage(pages, script, room, worker);

  for (const browser of ['chromium', 'firefox'] as const) {
    for (const [shape, { script, worker }] of Object.entries(SHAPES))
      it(`${browser}: the ${shape} script holds a call under a strict policy that requires Trusted Types`, async () => {
        const room = `${browser}-${shape}`;
        const people = await expectCall(pages.livekit, room, () => pages.open(browser, page(script, room, worker)));
        for (const { problems } of people) expect(problems).to.deep.equal([]);
      });

    it(`${browser}: the classic script without worker-src says that its worker was not allowed`, async () => {
      const opened = await pages.open(browser, page(CLASSIC, 'inlined', ''));
      await opened.untilPrejoin();
      await permit(opened, pages.livekit, 'inlined', 'ann');
      expect(await opened.join()).to.match(/^worker-(?:failed|not-found)$/);
      await until('the browser says what it blocked', () =>
        opened.problems.some((text) => /worker-src.*blob/s.test(text)),
      );
    });
  }

  for (const browser of ['chromium', 'firefox'] as const)
    it(`${browser}: without wasm-unsafe-eval only blur is missing, and says so`, async () => {
      const room = `${browser}-no-wasm`;
      await expectCall(
        pages.livekit,
        room,
        () => pages.open(browser, page(MODULE, room, '')),
        async ({ page: where }) => {
          const [code, blur, camera] = await where.$eval('secure-meeting', async (element) => {
            const session = (element as SecureMeeting).session!;
            await session.setBlur(true);
            const said = await session.setCamera(true).then(
              () => 'on',
              (error: unknown) => (error as { code: string }).code,
            );
            await new Promise((resolve) => setTimeout(resolve));
            return [said, session.state.blur, session.state.self.camera];
          });
          // And then the camera goes on without it, as that is asked for.
          expect([code, blur, camera]).to.deep.equal(['media-blur-failed', 'off', false]);
        },
      );
    });

  it('Chromium requires Trusted Types on these pages', async () => {
    const { page: where } = await pages.open('chromium', page(MODULE, 'required', ''));
    const said = await where.evaluate(() => {
      try {
        return String(new Worker('/sm/secure-meeting.worker.js'));
      } catch (error) {
        return String(error);
      }
    });
    expect(said).to.contain('TrustedScriptURL');
  });
});
