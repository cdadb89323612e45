import { expect } from 'chai';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { measure, type Budget } from '../../scripts/lib/sizes.mjs';
import { startWebServer, type WebServer } from '../../scripts/lib/web-server.mjs';
import { launch, type BrowserName } from '../e2e/support/page-handle.js';
import { pack, root, type Packed } from './packed.js';

const MODULE = '<script type="module" src="/sm/secure-meeting.js"></script>';
const CLASSIC = '<script src="/sm/secure-meeting.classic.js"></script>';
const TAG = '<secure-meeting room="weekly" token-endpoint="/none"></secure-meeting>';
const STRICT = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
].join('; ');
const TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types lit-html secure-meeting-worker";

interface Seen {
  readonly problems: string[];
  readonly warnings: string[];
}

describe('pages that load the packed package', () => {
  let packed: Packed;
  let server: WebServer;
  const browsers = new Map<BrowserName, Browser>();
  const policies = new Map<string, string>();
  let site: string;

  before(async () => {
    packed = await pack();
    site = path.join(packed.project, 'site');
    await mkdir(site);
    server = await startWebServer({
      folders: {
        '/': site,
        '/sm/': path.join(packed.folder, 'dist'),
        '/sm2/': path.join(packed.folder, 'dist'),
      },
      headers: (pathname): Record<string, string> => {
        const policy = policies.get(pathname);
        return policy === undefined ? {} : { 'content-security-policy': policy };
      },
    });
    for (const name of ['chromium', 'firefox'] as const) browsers.set(name, await launch(name));
  });
  after(async () => {
    await Promise.all([...browsers.values()].map((browser) => browser.close()));
    await server.close();
    await packed.remove();
  });

  let count = 0;
  async function open(browser: BrowserName, html: string, policy?: string): Promise<{ page: Page; seen: Seen }> {
    const name = `page-${++count}.html`;
    await writeFile(
      path.join(site, name),
      `<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>t</title>${html}</html>`,
    );
    if (policy !== undefined) policies.set(`/${name}`, policy);
    const page = await browsers.get(browser)!.newPage();
    const seen: Seen = { problems: [], warnings: [] };
    page.on('pageerror', (error) => seen.problems.push(error instanceof Error ? error.message : String(error)));
    page.on('console', (message) => {
      const text = message.text();
      if (/favicon/.test(text) || /favicon/.test(message.location().url ?? '')) return;
      if (message.type() === 'error') seen.problems.push(text);
      if (message.type() === 'warn') seen.warnings.push(text);
    });
    await page.evaluateOnNewDocument(() => {
      const found: string[] = [];
      Object.assign(globalThis, { violations: found });
      document.addEventListener('securitypolicyviolation', (event) => {
        if (!event.blockedURI.endsWith('favicon.ico')) found.push(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await page.goto(`${server.origin}/${name}`);
    return { page, seen };
  }

  /** The prejoin is there: its button to join can be seen. */
  const prejoin = (page: Page): Promise<unknown> =>
    page.waitForFunction(
      () => {
        const find = (scope: ShadowRoot | Document): Element | undefined => {
          for (const element of scope.querySelectorAll('*')) {
            if (element.matches('[part~="join"], [part~="prejoin-join"]')) return element;
            const inner = element.shadowRoot && find(element.shadowRoot);
            if (inner) return inner;
          }
          return undefined;
        };
        return (find(document)?.getBoundingClientRect().height ?? 0) > 0;
      },
      { timeout: 20_000 },
    );

  async function expectPrejoin({ page, seen }: { page: Page; seen: Seen }): Promise<void> {
    await prejoin(page).catch(async (error: unknown) => {
      const violations = await page.evaluate('violations');
      throw new Error(`${String(error)}\n${JSON.stringify({ ...seen, violations })}`);
    });
    expect(seen.problems).to.deep.equal([]);
    expect(await page.evaluate('violations')).to.deep.equal([]);
  }

  for (const browser of ['chromium', 'firefox'] as const) {
    describe(browser, () => {
      it('a module script shows the prejoin', async () => {
        const { page, seen } = await open(browser, `${MODULE}</head><body>${TAG}`);
        await expectPrejoin({ page, seen });
        await page.close();
      });

      it('a classic script shows the prejoin and gives the global', async () => {
        const { page, seen } = await open(browser, `${CLASSIC}</head><body>${TAG}`);
        await expectPrejoin({ page, seen });
        expect(await page.evaluate('typeof SecureMeeting.SecureMeetingSession')).to.equal('function');
        await page.close();
      });

      for (const [name, script] of Object.entries({ module: MODULE, classic: CLASSIC })) {
        it(`the ${name} script works under a strict Content Security Policy`, async () => {
          const { page, seen } = await open(browser, `${script}</head><body>${TAG}`, STRICT);
          await expectPrejoin({ page, seen });
          await page.close();
        });

        it(`the ${name} script works where Trusted Types are required`, async () => {
          const { page, seen } = await open(browser, `${script}</head><body>${TAG}`, `${STRICT}; ${TRUSTED_TYPES}`);
          await expectPrejoin({ page, seen });
          await page.close();
        });
      }

      it('two copies on one page: the first stays, the second says so once', async () => {
        const second = '<script type="module" src="/sm2/secure-meeting.js"></script>';
        const { page, seen } = await open(browser, `${MODULE}${second}</head><body>${TAG}`);
        await expectPrejoin({ page, seen });
        expect(seen.warnings.filter((text) => text.includes('secure-meeting'))).to.have.lengthOf(1);
        await page.close();
      });

      it('module and classic at once: the first stays, the second says so once', async () => {
        const { page, seen } = await open(browser, `${CLASSIC}${MODULE}</head><body>${TAG}`);
        await expectPrejoin({ page, seen });
        expect(seen.warnings.filter((text) => text.includes('secure-meeting'))).to.have.lengthOf(1);
        await page.close();
      });

      it('loads in the head, before there is a body, and the tag may come first', async () => {
        const { page, seen } = await open(browser, `</head><body>${TAG}${CLASSIC}`);
        await expectPrejoin({ page, seen });
        await page.close();
      });

      it('the tag inside the shadow root of a page’s own element', async () => {
        await writeFile(
          path.join(site, `shadow-${browser}.js`),
          `customElements.define('my-page', class extends HTMLElement {
             constructor() { super(); this.attachShadow({ mode: 'open' }).innerHTML = ${JSON.stringify(TAG)}; }
           });`,
        );
        const own = `<script type="module" src="/shadow-${browser}.js"></script>`;
        const { page, seen } = await open(browser, `${MODULE}${own}</head><body><my-page></my-page>`);
        await expectPrejoin({ page, seen });
        await page.close();
      });

      it('place.css holds the place before the script has come', async () => {
        const style = '<link rel="stylesheet" href="/sm/place.css" />';
        const { page } = await open(browser, `${style}</head><body>${TAG}`);
        const size = () =>
          page.$eval('secure-meeting', (element) => element.getBoundingClientRect().toJSON() as DOMRect);
        const before = await size();
        await page.addScriptTag({ url: `${server.origin}/sm/secure-meeting.js`, type: 'module' });
        await prejoin(page);
        const after = await size();
        expect({ width: after.width, height: after.height }).to.deep.equal({
          width: before.width,
          height: before.height,
        });
        await page.close();
      });
    });
  }

  it('loads before the join exactly what the size budget counts', async () => {
    const page = await browsers.get('chromium')!.newPage();
    const loaded: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/sm/')) loaded.push(pathname.slice('/sm/'.length));
    });
    await writeFile(path.join(site, 'budget.html'), `<!doctype html>${MODULE}${TAG}`);
    await page.goto(`${server.origin}/budget.html`, { waitUntil: 'networkidle0' });
    await prejoin(page);
    const { budgets } = JSON.parse(await readFile(path.join(root, 'size-budget.json'), 'utf8')) as {
      budgets: Budget[];
    };
    const counted = await measure(path.join(packed.folder, 'dist'), budgets[0]!);
    expect(loaded.filter((file) => file.endsWith('.js')).sort()).to.deep.equal(counted.map(({ file }) => file).sort());
    await page.close();
  });
});
