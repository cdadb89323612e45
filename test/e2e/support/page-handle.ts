import type { Browser, Page } from 'puppeteer-core';
import puppeteer from 'puppeteer-core';
import { chromeArgs, chromiumPath, firefoxPath, firefoxPrefs } from '../../support/browsers.mjs';
import { installRtcProbe, type RtcProbe } from './rtc-probe.js';

export type BrowserName = 'chromium' | 'firefox';

/** `Api`: what a page script puts on `globalThis.api`; arguments and results are structured-cloneable JSON. */
export interface PageHandle<Api extends object> {
  readonly page: Page;
  /** Everything written to the consoles of the page and its workers, and uncaught errors, in order. */
  readonly console: readonly string[];
  call<K extends keyof Api & string>(
    name: K,
    ...args: Api[K] extends (...args: infer A) => unknown ? A : never
  ): Promise<Api[K] extends (...args: never[]) => infer R ? Awaited<R> : never>;
  /** What the browser itself reports of its peer connections. */
  rtc<K extends keyof RtcProbe>(what: K): Promise<Awaited<ReturnType<RtcProbe[K]>>>;
  close(): Promise<void>;
}

/** `host`: another name by which this machine is known to the browser. */
export async function launch(
  name: BrowserName,
  { visible = false, host }: { readonly visible?: boolean; readonly host?: string } = {},
): Promise<Browser> {
  const executablePath = name === 'chromium' ? chromiumPath() : firefoxPath();
  if (!executablePath) throw new Error(`There is no ${name} here; name one in ${name.toUpperCase()}.`);
  return name === 'chromium'
    ? puppeteer.launch({
        executablePath,
        headless: !visible,
        args: [...chromeArgs, ...(host === undefined ? [] : [`--host-resolver-rules=MAP ${host} 127.0.0.1`])],
      })
    : puppeteer.launch({
        browser: 'firefox',
        executablePath,
        headless: !visible,
        extraPrefsFirefox: { ...firefoxPrefs, ...(host !== undefined && { 'network.dns.localDomains': host }) },
      });
}

/** Opens `url` in storage of its own and waits until its script has put up its `api`. */
export async function openPage<Api extends object>(browser: Browser, url: string): Promise<PageHandle<Api>> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const lines: string[] = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`));
  // Without this, a page beside others counts as hidden: no animation frames, throttled timers.
  await page.emulateFocusedPage(true).catch(() => undefined);
  await page.evaluateOnNewDocument(installRtcProbe);
  await page.goto(url);
  await page.waitForFunction('globalThis.api !== undefined', { timeout: 30_000 }).catch((error: unknown) => {
    throw new Error(`${url} never put up its api: ${String(error)}\n${lines.join('\n')}`);
  });
  return {
    page,
    console: lines,
    call: (name, ...args) =>
      page.evaluate(
        (method, values) =>
          (globalThis as unknown as { api: Record<string, (...rest: unknown[]) => unknown> }).api[method]!(...values),
        name,
        args,
      ) as never,
    rtc: (what) =>
      page.evaluate(
        (method) => (globalThis as unknown as { rtcProbe: Record<string, () => unknown> }).rtcProbe[method]!(),
        what,
      ) as never,
    close: async () => {
      await context.close().catch(() => undefined);
    },
  };
}
