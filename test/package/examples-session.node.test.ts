/** The examples in which the page holds the session, through a real LiveKit. */
import { expect } from 'chai';
import type { SecureMeeting } from '../../src/elements/index.js';
import { never, until } from '../e2e/support/until.js';
import { startSite, type Site, type Visitor } from './site.js';

describe('examples of sessions', () => {
  let site: Site;
  before(async () => {
    site = await startSite();
  });
  after(() => site.close());
  afterEach(() => site.closePages());

  it('headless: a page’s own user interface holds a call with pictures and chat', async () => {
    const visitors: Visitor[] = [];
    for (const name of ['Ann', 'Ben']) {
      const visitor = await site.visit('/examples/headless/');
      await visitor.page.type('#name', name);
      await visitor.page.click('#door button');
      visitors.push(visitor);
    }
    for (const visitor of visitors) await visitor.untilReads('#said', 'The meeting is encrypted.');
    const [ann, ben] = visitors as [Visitor, Visitor];
    await ann.untilReads('#people', 'Ann youBen end-to-end encrypted');
    await ben.untilReads('#people', 'Ben youAnn end-to-end encrypted');

    await ben.page.evaluate(() => {
      const [, other] = document.querySelectorAll('video');
      Object.assign(globalThis, { frames: () => other!.getVideoPlaybackQuality().totalVideoFrames });
    });
    if ((await ann.page.$eval('#camera', (button) => button.getAttribute('aria-pressed'))) === 'false')
      await ann.page.click('#camera');
    await until('Ben sees Ann', async () => Number(await ben.page.evaluate('frames()')) > 5, { within: 60_000 });

    await ann.page.type('#text', '<b>Hello</b> Ben');
    await ann.page.click('#write button');
    await ben.untilReads('#chat', 'Ann: <b>Hello</b> Ben');

    await ann.page.click('#leave');
    await ann.untilReads('#said', 'You left.');
    await ben.untilReads('#people', 'Ben you');
    expect([ann.problems, ben.problems]).to.deep.equal([[], []]);
  });

  it('single-page-app: the call goes on from view to view, seen or unseen, until the page leaves', async () => {
    const one = await site.visit('/examples/single-page-app/');
    const two = await site.visit('/examples/single-page-app/');
    await one.join('Ann', { devices: true });
    await two.join('Ben', { devices: true });
    for (const visitor of [one, two]) await visitor.untilReads('#said', 'In the meeting, which is encrypted.');
    const identity = (): Promise<string | undefined> =>
      one.page.evaluate(() => document.querySelector<SecureMeeting>('secure-meeting')?.session?.state.self.identity);
    const before = await identity();
    const go = (text: string): Promise<void> =>
      one.page.evaluate((words) => {
        [...document.querySelectorAll<HTMLAnchorElement>('.views a')]
          .find((link) => link.textContent === words)!
          .click();
      }, text);

    await go('A view without it');
    await until('the tag is gone', async () => (await one.page.$('secure-meeting')) === null);
    // Longer than a moved element may be away: nothing of the meeting hangs on a tag. How fresh the proof of the others is
    // may change all the time, on a slow machine most of all, and is no matter of views.
    const out = async (): Promise<string | false> => {
      const said = await one.reads('#said');
      return /^Not in the meeting \((?!reconnecting)/.test(said) && said;
    };
    await never('the call ends', out, { during: 1500 });
    const heard = async (): Promise<number> =>
      two.page.$eval('secure-meeting', async (element) => {
        const { streams } = await (element as SecureMeeting).session!.stats();
        return streams.find(({ direction, source }) => direction === 'in' && source === 'microphone')?.opened ?? 0;
      });
    const already = await heard();
    await until('Ben still hears Ann', async () => (await heard()) > already + 20);

    await go('Notes, with the call in the corner');
    await one.untilPicture();
    await one.page.goBack();
    await one.page.goBack();
    await until('the view is the first one again', () =>
      one.page.$eval('secure-meeting', (tag) => tag.className === ''),
    );
    await one.untilPicture();
    expect(await identity()).to.equal(before);
    for (const visitor of [one, two]) await visitor.untilReads('#said', 'In the meeting, which is encrypted.');
    expect(
      await two.page.$eval('secure-meeting', (tag) => (tag as SecureMeeting).session!.state.others.length),
    ).to.equal(1);

    await one.page.goto('about:blank');
    await until('Ben is alone', () =>
      two.page.$eval('secure-meeting', (tag) => (tag as SecureMeeting).session!.state.others.length === 0),
    );
    expect([one.problems, two.problems]).to.deep.equal([[], []]);
  });
});
