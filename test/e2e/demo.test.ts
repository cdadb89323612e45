/**
 * From `npm start` to a call, as two people do it: one names a meeting on the demo page and copies the invitation, the
 * other opens it in a browser of its own. Nothing here reaches behind the page.
 */
import { expect } from 'chai';
import type { Browser, Page } from 'puppeteer-core';
import type { SecureMeeting } from '../../src/elements/index.js';
import { startCommand, type Command } from '../support/command.js';
import { launch } from './support/page-handle.js';
import { until } from './support/until.js';

/** On a machine with much else to do; the bundles may have to be built first. */
const PATIENCE = 90_000;
const BUILD = 400_000;
const JOIN = '>>> [part~="prejoin-join"]';

describe('the demo page', () => {
  let command: Command;
  let origin: string;
  const browsers: Browser[] = [];
  before(async () => {
    command = startCommand(process.execPath, ['scripts/start.mjs'], { env: { ...process.env, NO_COLOR: '1' } });
    origin = (await command.says(/Open +(http:\/\/localhost:\d+)\//, BUILD))[1] as string;
  });
  after(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await command.close();
  });

  /** A browser with a profile of its own, at this address. */
  async function profile(url: string): Promise<Page> {
    const browser = await launch('chromium');
    browsers.push(browser);
    await browser.defaultBrowserContext().overridePermissions(origin, ['clipboard-read', 'clipboard-sanitized-write']);
    const page = await browser.newPage();
    await page.emulateFocusedPage(true);
    page.setDefaultTimeout(PATIENCE);
    await page.goto(url);
    return page;
  }

  async function join(page: Page, name: string): Promise<void> {
    const field = page.locator('>>> input[name="name"]');
    await field.fill(name);
    await page.locator(JOIN).click();
    await until(`${name} is in`, async () => expect(await standing(page)).to.equal('joined'), { within: PATIENCE });
  }

  const meeting = <T>(page: Page, ask: (element: SecureMeeting) => T): Promise<T> =>
    page.$eval('secure-meeting', ask as never) as Promise<T>;
  /** The phase; with the reason, when it is that joining failed. */
  const standing = (page: Page): Promise<string> =>
    meeting(page, (element) => [element.phase, element.session?.state.error?.code].filter(Boolean).join(' '));
  const encrypted = (page: Page): Promise<unknown> =>
    until(
      'the meeting is encrypted',
      async () => expect(await meeting(page, (element) => element.encryptionState.state)).to.equal('encrypted'),
      { within: PATIENCE },
    );
  const sees = (page: Page, name: string): Promise<unknown> =>
    until(
      `${name} is seen, and nobody else`,
      async () =>
        expect(
          await meeting(page, (element) => element.session?.state.others.map((other) => other.name)),
        ).to.deep.equal([name]),
      { within: PATIENCE },
    );
  const together = async (people: Readonly<Record<string, Page>>): Promise<void> => {
    for (const [name, page] of Object.entries(people)) {
      await encrypted(page);
      await sees(page, Object.keys(people).find((other) => other !== name) as string);
    }
  };
  async function copied(page: Page): Promise<string> {
    await page.locator('#copy').click();
    await until('it says so', () => page.$eval('#said', (said) => said.textContent?.includes('is copied')));
    return page.evaluate(() => navigator.clipboard.readText());
  }

  it('a meeting is named and started, its invitation copied and opened in another browser: both are encrypted', async () => {
    const ann = await profile(origin);
    await ann.locator('#topic').fill('Annual accounts');
    await ann.locator('#start-form button').click();
    await join(ann, 'Ann');
    const invitation = await copied(ann);
    expect(new URL(invitation).searchParams.get('meeting')).to.match(/^Annual accounts \w{4}$/);

    const bob = await profile(invitation);
    expect(await bob.title()).to.contain('Annual accounts');
    await join(bob, 'Bob');
    await together({ Ann: ann, Bob: bob });
    expect(bob.url(), 'what was opened stays in the address bar').to.equal(invitation);

    await bob.reload();
    await join(bob, 'Bob');
    await together({ Ann: ann, Bob: bob });
    expect(bob.url()).to.equal(invitation);
    await Promise.all([ann.close(), bob.close()]);
  });
});
