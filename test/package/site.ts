/** The site that `npm start` serves, examples and all, with a real LiveKit behind it; and what its visitors do there. */
import { expect } from 'chai';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { startLiveKit } from '../../scripts/lib/livekit.mjs';
import type { SecureMeeting } from '../../src/elements/index.js';
import { launch } from '../e2e/support/page-handle.js';
import { until } from '../e2e/support/until.js';
import { root } from './packed.js';

export interface Site {
  readonly origin: string;
  /** A page in a browser profile of its own. */
  visit(path: string): Promise<Visitor>;
  closePages(): Promise<void>;
  close(): Promise<void>;
}

export interface Visitor {
  readonly page: Page;
  /** Errors and warnings in the console, uncaught errors, and what a policy blocked. */
  readonly problems: readonly string[];
  /** Types a name on the first screen of the meeting `tag`, and asks to join. `devices`: turns both on before. */
  join(name: string, options?: { readonly tag?: string; readonly devices?: boolean }): Promise<void>;
  /** Clicks when it stands still, and again when the click hit something else: what loads meanwhile moves it. */
  press(selector: string): Promise<void>;
  /** Waits until the meeting of `tag` is in this state of encryption. */
  untilMeeting(state: string, tag?: string): Promise<void>;
  /** Waits until somebody else's picture was opened by this browser and plays. */
  untilPicture(): Promise<void>;
  /** What the page says in its element with this selector. */
  reads(selector: string): Promise<string>;
  untilReads(selector: string, text: string): Promise<void>;
}

/** A script of ours as it stands: bundled into a test, it would look for the checkout beside the bundle. */
export async function script<Module>(file: string): Promise<Module> {
  return (await import(pathToFileURL(path.join(root, file)).href)) as Module;
}

const TAG = 'secure-meeting';
/** A slow machine beside other work; nobody waits this long when all is well. */
const LONG = 60_000;

/** @param options.built where built framework examples are, folder by folder */
export async function startSite({
  built = path.join(root, 'build/no-examples'),
}: { readonly built?: string } = {}): Promise<Site> {
  const { openDemo } = await script<typeof import('../../scripts/lib/demo.mjs')>('scripts/lib/demo.mjs');
  const demo = await openDemo({ ports: [], built });
  const livekit = await startLiveKit({ webhook: demo.webhook });
  await demo.start(livekit);
  const browser = await launch('chromium');
  const contexts: Awaited<ReturnType<Browser['createBrowserContext']>>[] = [];
  return {
    origin: demo.origin,
    async visit(path) {
      const context = await browser.createBrowserContext();
      contexts.push(context);
      const page = await context.newPage();
      await page.emulateFocusedPage(true);
      const problems = await watch(page);
      await page.goto(demo.origin + path);
      return visitor(page, problems);
    },
    async closePages() {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
    async close() {
      await browser.close();
      await demo.close();
      await livekit.stop();
    },
  };
}

/** Collects what went wrong on a page, from now on. */
export async function watch(page: Page): Promise<readonly string[]> {
  const problems: string[] = [];
  // Firefox tells as an uncaught error what a policy blocks.
  const note = (kind: string, text: string, url = ''): void => {
    if (!/favicon/.test(text + url)) problems.push(`${kind}: ${text}`);
  };
  page.on('pageerror', (error) => note('uncaught', error instanceof Error ? error.message : String(error)));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) note(message.type(), message.text(), message.location().url);
  });
  await page.exposeFunction('tellTest', (text: string) => void problems.push(text));
  await page.evaluateOnNewDocument(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      if (blockedURI.endsWith('favicon.ico')) return;
      (globalThis as unknown as { tellTest(text: string): void }).tellTest(
        `blocked: ${effectiveDirective} ${blockedURI}`,
      );
    });
  });
  return problems;
}

/** Answers from now on whether a click arrived at `selector`; a page that went away because of it counts. */
async function listen(page: Page, selector: string): Promise<() => Promise<boolean>> {
  const press = await page.evaluateHandle((last) => {
    const seen = { hit: false };
    const hear = (event: Event): void => {
      if (!event.composedPath().some((each) => each instanceof Element && each.matches(last))) return;
      seen.hit = true;
      removeEventListener('click', hear, true);
    };
    addEventListener('click', hear, true);
    return seen;
  }, selector.split('>>>').at(-1)!.trim());
  return () => press.evaluate(({ hit }) => hit).catch(() => true);
}

function visitor(page: Page, problems: readonly string[]): Visitor {
  const explained = (error: unknown): never => {
    throw new Error(`${String(error)}\n${problems.join('\n')}`);
  };
  const find = async (selector: string) => {
    const found = await page.waitForSelector(selector, { visible: true, timeout: LONG }).catch(explained);
    expect(found, selector).not.to.equal(null);
    return found!;
  };
  const self: Visitor = {
    page,
    problems,
    async join(name, { tag = TAG, devices = false } = {}) {
      if (devices) {
        await self.press(`${tag} >>> [part~="prejoin-devices"]`);
        await find(`${tag} >>> video`);
      }
      const field = await find(`${tag} >>> [part~="prejoin-name"]`);
      await field.evaluate((input) => (input as HTMLInputElement).select());
      await field.type(name);
      await self.press(`${tag} >>> [part~="prejoin-join"]`);
    },
    async press(selector) {
      const hit = await listen(page, selector);
      await until(
        `${selector} is pressed`,
        async () => {
          await page.locator(selector).setTimeout(LONG).click();
          return hit();
        },
        { within: LONG },
      ).catch(explained);
    },
    async untilMeeting(state, tag = TAG) {
      let last: unknown;
      await until(
        `the meeting is ${state}`,
        async () => {
          last = await page.$eval(tag, (element) => {
            const { encryptionState, phase, session } = element as SecureMeeting;
            return { phase, state: encryptionState.state, error: session?.state.error };
          });
          return (last as { state: string }).state === state;
        },
        { within: LONG },
      ).catch((error: unknown) => explained(`${String(error)} ${JSON.stringify(last)}`));
    },
    async untilPicture() {
      await until(
        'somebody’s picture plays',
        async () => {
          const streams = await page.$eval(
            TAG,
            async (element) => (await (element as SecureMeeting).session?.stats())?.streams,
          );
          const opened = streams?.some(
            ({ direction, source, opened: count }) => direction === 'in' && source === 'camera' && count > 5,
          );
          const videos = await page.$$(`${TAG} >>> video`);
          const painted = await Promise.all(
            videos.map((video) =>
              video.evaluate((one) => (one as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames),
            ),
          );
          return opened && painted.filter((frames) => frames > 5).length > 1;
        },
        { within: LONG, every: 250 },
      ).catch(explained);
    },
    reads: (selector) => page.$eval(selector, (element) => element.textContent?.replace(/\s+/g, ' ').trim() ?? ''),
    async untilReads(selector, text) {
      let last = '';
      await until(`${selector} says ${text}`, async () => (last = await self.reads(selector)) === text, {
        within: LONG,
      }).catch((error: unknown) => explained(`${String(error)} It says: ${last}`));
    },
  };
  return self;
}
