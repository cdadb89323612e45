/** The documentation's site as its one command builds it: read by axe, on a phone and on a desk. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'puppeteer-core';
import { startWebServer, type WebServer } from '../../scripts/lib/web-server.mjs';
import { launch } from '../e2e/support/page-handle.js';
import { root } from './packed.js';

const PHONE = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const DESK = { width: 1280, height: 900 };

describe('the documentation’s site', () => {
  let folder: string;
  let server: WebServer;
  let browser: Browser;
  let axe: string;
  let pages: readonly string[];
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'secure-meeting-docs-'));
    const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const [program, ...args] = scripts['docs']!.split(' ');
    await promisify(execFile)(program!, [...args, '--out', folder], { cwd: root });
    pages = (await readdir(folder)).filter((file) => file.endsWith('.html')).sort();
    axe = await readFile(createRequire(path.join(root, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');
    server = await startWebServer({ folders: { '/': folder } });
    browser = await launch('chromium');
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(
    file: string,
    viewport: typeof PHONE | typeof DESK,
    scheme: 'light' | 'dark',
  ): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error instanceof Error ? error.message : String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
    });
    await page.setViewport(viewport);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(`${server.origin}/${file}`, { waitUntil: 'load' });
    return { page, problems };
  }

  it('has a page for every file of docs/', async () => {
    const sources = (await readdir(path.join(root, 'docs'))).filter((file) => file.endsWith('.md'));
    expect(pages).to.deep.equal(sources.map((file) => file.replace(/md$/, 'html')).sort());
  });

  for (const [title, viewport, scheme] of [
    ['on a phone, light', PHONE, 'light'],
    ['on a desk, dark', DESK, 'dark'],
  ] as const)
    it(`axe finds nothing on any page, and no page is wider than the window: ${title}`, async () => {
      for (const file of pages) {
        const { page, problems } = await open(file, viewport, scheme);
        await page.evaluate(axe);
        // Tiles of the demo are looked at by the tests of the element's own screens.
        const found = (await page.evaluate(
          `axe.run({ exclude: [['secure-meeting']] }).then(({ violations }) =>
             violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 160))))`,
        )) as string[];
        expect(found, file).to.deep.equal([]);
        // Not `innerWidth`: on a phone that grows with what is too wide.
        const wide = (await page.evaluate('document.documentElement.scrollWidth')) as number;
        expect(wide, `${file} is ${wide} px wide`).to.be.at.most(viewport.width);
        expect(problems, file).to.deep.equal([]);
        await page.close();
      }
    });

  it('every link within leads to a page and a place on it', async () => {
    const ids = new Map<string, Set<string>>();
    const links: [string, string][] = [];
    for (const file of pages) {
      const html = await readFile(path.join(folder, file), 'utf8');
      ids.set(file, new Set([...html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id!)));
      for (const [, href] of html.matchAll(/\b(?:href|src)="([^"]+)"/g)) links.push([file, href!]);
    }
    const files = new Set(await readdir(folder, { recursive: true }));
    const broken = links.filter(([file, href]) => {
      if (/^(https:|data:)/.test(href)) return false;
      const [to = '', anchor] = href.split('#');
      const target = to === '' ? file : to;
      return !files.has(target) || (anchor !== undefined && !ids.get(target)?.has(anchor));
    });
    expect(broken).to.deep.equal([]);
    expect(links.length).to.be.greaterThan(pages.length * pages.length);
  });

  it('the pages can be reached from a phone’s menu, by keyboard', async () => {
    const { page } = await open('theme.html', PHONE, 'light');
    await page.focus('summary');
    await page.keyboard.press('Enter');
    await page.waitForFunction('document.querySelector(".menu nav a[href=\'words.html\']").checkVisibility()');
    await Promise.all([page.waitForNavigation(), page.click('.menu nav a[href="words.html"]')]);
    expect(await page.$eval('h1', (heading) => heading.textContent)).to.equal('Words');
    await page.close();
  });

  it('shows the element at work: a meeting and a first screen, with made-up people', async () => {
    const { page, problems } = await open('demo.html', DESK, 'light');
    await page.waitForSelector('>>> [data-tool=leave]', { visible: true, timeout: 60_000 });
    await page.waitForSelector('>>> [part~=prejoin-join]', { visible: true, timeout: 60_000 });
    const states = await page.$$eval('secure-meeting', (elements) =>
      elements.map((element) => (element as unknown as { encryptionState: { state: string } }).encryptionState.state),
    );
    expect(states).to.deep.equal(['encrypted', 'idle']);
    expect(problems).to.deep.equal([]);
    await page.close();
  });
});
