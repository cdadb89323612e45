/** The examples that embed a meeting: as `npm start` serves them, held through a real LiveKit. */
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SecureMeeting } from '../../src/elements/index.js';
import { until } from '../e2e/support/until.js';
import { root } from './packed.js';
import { startSite, type Site } from './site.js';

interface Lists {
  readonly examples: readonly { readonly name: string }[];
  readonly frameworks: readonly { readonly name: string }[];
}

describe('examples', () => {
  let site: Site;
  before(async () => {
    site = await startSite();
  });
  after(() => site.close());
  afterEach(() => site.closePages());

  const lists = async (): Promise<Lists> =>
    JSON.parse(await readFile(path.join(root, 'examples/examples.json'), 'utf8')) as Lists;

  it('the gallery lists them all, and every link of it leads to a page', async () => {
    const { page, problems } = await site.visit('/examples/');
    const { examples, frameworks } = await lists();
    // Those of frameworks are words until somebody builds them.
    await until('the gallery is drawn', () =>
      page.$eval('#frameworks', (list) => list.textContent!.includes('not built yet') && !list.querySelector('a')),
    );
    expect((await page.$$('#frameworks li')).length).to.equal(frameworks.length);
    const links = await page.$$eval('main a', (all) => all.map((link) => link.href));
    for (const { name } of examples) expect(links).to.include(`${site.origin}/examples/${name}/`);
    const dead: string[] = [];
    for (const link of links) if (!(await fetch(link)).ok) dead.push(link);
    expect(dead).to.deep.equal([]);
    // What a browser says of the HEAD requests for pages that are not there is no fault of the page.
    expect(problems.filter((text) => !text.includes('404'))).to.deep.equal([]);
  });

  for (const name of ['script-tag', 'import-map', 'strict-csp'])
    it(`${name}: two people meet in it, see each other, and all is proved`, async () => {
      const visitors = [await site.visit(`/examples/${name}/`), await site.visit(`/examples/${name}/`)] as const;
      await Promise.all(visitors.map((visitor, index) => visitor.join(['Ann', 'Ben'][index]!, { devices: true })));
      for (const visitor of visitors) await visitor.untilMeeting('encrypted');
      for (const visitor of visitors) await visitor.untilPicture();
      for (const { page, problems } of visitors) {
        expect(await page.$eval('#said', (said) => said.textContent)).to.contain('The meeting is encrypted');
        expect(problems).to.deep.equal([]);
      }
    });

  it('strict-csp: its policy is the strict one, without blob:, unsafe-inline or unsafe-eval', async () => {
    const policy = (await fetch(`${site.origin}/examples/strict-csp/`)).headers.get('content-security-policy');
    const [connect, ...others] = policy!.split('; ').reverse();
    expect(others.reverse()).to.deep.equal([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "worker-src 'self'",
    ]);
    expect(connect).to.match(/^connect-src 'self' (?:(?:ws|wss|http|https):\/\/127\.0\.0\.1:\d+ ?){4}$/);
  });

  it('import-map: the page and the meeting share one copy of Lit', async () => {
    const { page } = await site.visit('/examples/import-map/');
    await page.waitForSelector('secure-meeting >>> [part~="prejoin-join"]', { visible: true, timeout: 60_000 });
    expect(await page.evaluate('litHtmlVersions.length')).to.equal(1);
  });

  it('two-meetings: each is held in its own language and theme, and ends by itself', async () => {
    const one = await site.visit('/examples/two-meetings/');
    const two = await site.visit('/examples/two-meetings/');
    for (const visitor of [one, two])
      for (const tag of ['#light', '#dark']) await visitor.join(visitor === one ? 'Ann' : 'Ben', { tag });
    for (const visitor of [one, two])
      for (const tag of ['#light', '#dark']) await visitor.untilMeeting('encrypted', tag);
    const seen = await one.page.$$eval('secure-meeting', (all) =>
      all.map((element) => {
        const frame = element.shadowRoot!.querySelector('[part~="frame"]')!;
        const { session, encryptionState } = element as SecureMeeting;
        return {
          room: session!.state.room.name,
          people: encryptionState.participants.length,
          background: getComputedStyle(frame).backgroundColor,
        };
      }),
    );
    expect(seen.map(({ room }) => room)).to.deep.equal(['planning', 'redaktion']);
    expect(seen[0]!.background).not.to.equal(seen[1]!.background);
    const label = (tag: string): Promise<string | null> =>
      one.page.$eval(
        `${tag} >>> [part~="tool-leave"]`,
        (button) => button.getAttribute('aria-label') ?? button.textContent,
      );
    expect([(await label('#light'))?.trim(), (await label('#dark'))?.trim()]).to.deep.equal(['Leave', 'Verlassen']);

    await one.page.$eval('#light', (element) => (element as SecureMeeting).leave());
    expect(await one.page.$eval('#light', (element) => (element as SecureMeeting).phase)).to.equal('left');
    await one.untilMeeting('encrypted', '#dark');
    await two.untilMeeting('encrypted', '#dark');
    expect([one.problems, two.problems]).to.deep.equal([[], []]);
  });
});
