/** Pages that a test writes itself, with the packed package beside them, a real LiveKit and both browsers. */
import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { startLiveKit, type LiveKitServer } from '../../scripts/lib/livekit.mjs';
import { startWebServer } from '../../scripts/lib/web-server.mjs';
import type { SecureMeeting } from '../../src/elements/index.js';
import { launch, type BrowserName } from '../e2e/support/page-handle.js';
import { accessToken } from '../e2e/support/token.js';
import { until } from '../e2e/support/until.js';
import { pack, type Packed } from './packed.js';
import { watch } from './site.js';

export const MODULE = '<script type="module" src="/sm/secure-meeting.js"></script>';
export const CLASSIC = '<script src="/sm/secure-meeting.classic.js"></script>';
/** How a page loads the package where a policy allows no `blob:`: the worker inside the classic script would need it. */
export const SHAPES = {
  module: { script: MODULE, worker: '' },
  classic: { script: CLASSIC, worker: 'worker-src="/sm/secure-meeting.worker.js"' },
} as const;
/** As little as can be, Trusted Types required: Lit's, and ours, which says yes to the addresses of our workers alone. */
export const strictPolicy =
  (...scripts: readonly string[]) =>
  ({ url, httpUrl }: LiveKitServer): string =>
    [
      "default-src 'none'",
      ["script-src 'self'", ...scripts].join(' '),
      "style-src 'self'",
      "worker-src 'self'",
      `connect-src 'self' ${url} ${httpUrl}`,
      "require-trusted-types-for 'script'",
      'trusted-types lit-html secure-meeting-worker',
    ].join('; ');
/** A slow machine beside other work; nobody waits this long when all is well. */
const LONG = 90_000;

export interface Opened {
  readonly page: Page;
  /** Errors and warnings in the console, uncaught errors, and what a policy blocked. */
  readonly problems: readonly string[];
  /** The codes of the `error` events so far, in order. */
  errors(): Promise<string[]>;
  /** Waits until the button to join can be seen; `within` which element of the page the meeting is. */
  untilPrejoin(within?: string): Promise<void>;
  /** How joining ends: the code, or the words of an error that is none of ours. */
  join(): Promise<string>;
}

export interface OwnPages {
  readonly packed: Packed;
  readonly livekit: LiveKitServer;
  readonly origin: string;
  /** Where the pages are. */
  readonly folder: string;
  /** Opens an address in a browser profile of its own. */
  visit(browser: BrowserName, address: string): Promise<Opened>;
  /** Opens a page with this in its head and, after `</head>`, in its body. */
  open(browser: BrowserName, html: string, origin?: string): Promise<Opened>;
  closePages(): Promise<void>;
  close(): Promise<void>;
}

/** The head and body of a page with a meeting in `room` that needs no token endpoint. */
export const meetingPage = ({ livekit }: OwnPages, script: string, room: string, worker: string): string =>
  `${script}</head><body><secure-meeting room="${room}" server-url="${livekit.url}" ${worker}></secure-meeting>`;

interface Options {
  /** Another name of this machine, which is neither `localhost` nor https. */
  readonly host?: string;
  readonly policy?: (livekit: LiveKitServer) => string;
}

export async function startOwnPages({ host, policy }: Options = {}): Promise<OwnPages> {
  const packed = await pack();
  const folder = path.join(packed.project, 'site');
  await mkdir(folder);
  const livekit = await startLiveKit();
  const server = await startWebServer({
    folders: { '/': folder, '/sm/': path.join(packed.folder, 'dist') },
    headers: (): Record<string, string> => (policy ? { 'content-security-policy': policy(livekit) } : {}),
  });
  const browsers = new Map<BrowserName, Browser>();
  for (const name of ['chromium', 'firefox'] as const)
    browsers.set(name, await launch(name, host === undefined ? {} : { host }));
  const contexts: BrowserContext[] = [];
  let count = 0;
  const self: OwnPages = {
    packed,
    livekit,
    origin: server.origin,
    folder,
    async visit(browser, address) {
      const context = await browsers.get(browser)!.createBrowserContext();
      contexts.push(context);
      const page = await context.newPage();
      // Without this, a page beside others counts as hidden. Firefox has no such command, and no such trouble.
      if (browser === 'chromium') await page.emulateFocusedPage(true);
      const problems = await watch(page);
      await page.evaluateOnNewDocument(() => {
        const errors: string[] = [];
        Object.assign(globalThis, { errors });
        // Facts don't bubble, but whoever captures hears them.
        const note = ({ detail }: Event & { detail?: { code: string } }): void =>
          void (detail && errors.push(detail.code));
        document.addEventListener('error', note, true);
      });
      await page.goto(address);
      return opened(page, problems);
    },
    async open(browser, html, origin = server.origin) {
      const name = `page-${++count}.html`;
      await writeFile(path.join(folder, name), wrapped(html));
      return self.visit(browser, `${origin}/${name}`);
    },
    async closePages() {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
    async close() {
      await Promise.all([...browsers.values()].map((browser) => browser.close()));
      await server.close();
      await livekit.stop();
      await packed.remove();
    },
  };
  return self;
}

export const wrapped = (html: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>t</title>${html}</html>`;

function opened(page: Page, problems: readonly string[]): Opened {
  return {
    page,
    problems,
    errors: () => page.evaluate('errors') as Promise<string[]>,
    async untilPrejoin(within = 'secure-meeting') {
      await page
        .waitForSelector(`${within} >>> [part~="prejoin-join"]`, { visible: true, timeout: LONG })
        .catch((error: unknown) => {
          throw new Error(`${String(error)}\n${problems.join('\n')}`);
        });
    },
    join: () =>
      page.$eval('secure-meeting', (element) =>
        (element as SecureMeeting).join().then(
          () => 'joined',
          (error: unknown) => (error as { code?: string }).code ?? String(error),
        ),
      ),
  };
}

/** Gives the page's meeting a token and a name. */
export async function permit({ page }: Opened, livekit: LiveKitServer, room: string, name: string): Promise<void> {
  const token = accessToken(livekit, { room, identity: name });
  await page.$eval(
    'secure-meeting',
    (element, given, called) =>
      void Object.assign(element as SecureMeeting, { token: given, displayName: called, startMuted: true }),
    token,
    name,
  );
}

/**
 * Two people join on pages that `open` opens; then the second sees what the first one's camera sends, and all is proved.
 * `ready`: both are in, and the camera is about to be turned on.
 */
export async function expectCall(
  livekit: LiveKitServer,
  room: string,
  open: () => Promise<Opened>,
  ready: (ann: Opened, ben: Opened) => Promise<void> = async () => undefined,
): Promise<readonly [Opened, Opened]> {
  const people: Opened[] = [];
  for (const name of ['ann', 'ben']) {
    const one = await open();
    await one.untilPrejoin();
    await permit(one, livekit, room, name);
    expect(await one.join(), one.problems.join('\n')).to.equal('joined');
    people.push(one);
  }
  const [ann, ben] = people as [Opened, Opened];
  for (const { page, problems } of people)
    await until(
      'the call is encrypted',
      () => page.$eval('secure-meeting', (element) => (element as SecureMeeting).encryptionState.state === 'encrypted'),
      { within: LONG },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${problems.join('\n')}`);
    });
  await ready(ann, ben);
  await ann.page.$eval('secure-meeting', (element) => (element as SecureMeeting).session!.setCamera(true));
  let seen: unknown;
  await until(
    'Ben sees Ann',
    async () => {
      const streams = await ben.page.$eval(
        'secure-meeting',
        async (element) => (await (element as SecureMeeting).session!.stats()).streams,
      );
      const videos = await ben.page.$$('secure-meeting >>> video');
      const played = await Promise.all(
        videos.map((video) =>
          video.evaluate((one) => (one as HTMLVideoElement).videoWidth > 0 && (one as HTMLVideoElement).currentTime),
        ),
      );
      seen = { streams, played };
      const opened = streams.some(
        ({ direction, source, opened: count }) => direction === 'in' && source === 'camera' && count > 5,
      );
      return opened && played.some((time) => Number(time) > 0.3);
    },
    { within: LONG, every: 250 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${[...ann.problems, ...ben.problems].join('\n')}\n${JSON.stringify(seen)}`);
  });
  return [ann, ben];
}
