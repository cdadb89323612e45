import type { Browser } from 'puppeteer-core';
import { RoomServiceClient } from 'livekit-server-sdk';
import { startLiveKit, type LiveKitServer } from '../../../scripts/lib/livekit.mjs';
import type { Replacements } from './bundle.js';
import { startPageServer, type PageServer } from './page-server.js';
import { launch, openPage, type BrowserName, type PageHandle } from './page-handle.js';
import { accessToken, type TokenClaims } from './token.js';

export interface OpenOptions {
  readonly browser?: BrowserName;
  /** A browser process of its own: for a page whose painting or worker deaths must not touch others. */
  readonly own?: boolean;
  readonly replacements?: Replacements;
  readonly csp?: string;
}

/** A real LiveKit, real browsers, and a web server for the pages. One per test file; ended by `close`. */
export interface World {
  readonly livekit: LiveKitServer;
  readonly server: PageServer;
  readonly rooms: RoomServiceClient;
  /** A room name that no other test uses. */
  room(label: string): string;
  token(claims: TokenClaims): string;
  /** A page that runs the script `entry` (a path from the checkout's root), bundled from the sources. */
  open<Api extends object>(entry: string, options?: OpenOptions): Promise<PageHandle<Api>>;
  /** A page at any address. */
  visit<Api extends object>(url: string, options?: Pick<OpenOptions, 'browser' | 'own'>): Promise<PageHandle<Api>>;
  /** Closes all pages opened so far. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

let rooms = 0;

/** `sfu`: one that runs already, and is ended with the world; else one is started with this configuration. */
export async function startWorld({
  livekit: config = {},
  sfu,
}: { readonly livekit?: object; readonly sfu?: LiveKitServer } = {}): Promise<World> {
  const [livekit, server] = await Promise.all([sfu ?? startLiveKit({ config }), startPageServer()]);
  const browsers: Promise<Browser>[] = [];
  const shared = new Map<BrowserName, Promise<Browser>>();
  const pages: PageHandle<object>[] = [];
  const start = (name: BrowserName): Promise<Browser> => {
    const browser = launch(name);
    browsers.push(browser);
    return browser;
  };
  const sharedBrowser = (name: BrowserName): Promise<Browser> => {
    const running = shared.get(name) ?? start(name);
    shared.set(name, running);
    return running;
  };
  const world: World = {
    livekit,
    server,
    rooms: new RoomServiceClient(livekit.httpUrl, livekit.apiKey, livekit.apiSecret),
    room: (label) => `${label}-${++rooms}`,
    token: (claims) => accessToken(livekit, claims),
    async open<Api extends object>(entry: string, { replacements, csp, ...where }: OpenOptions = {}) {
      const url = await server.page(entry, {
        ...(replacements && { replacements }),
        ...(csp !== undefined && { csp }),
      });
      return world.visit<Api>(url, where);
    },
    async visit<Api extends object>(
      url: string,
      { browser = 'chromium', own = false }: Pick<OpenOptions, 'browser' | 'own'> = {},
    ) {
      const page = await openPage<Api>(await (own ? start(browser) : sharedBrowser(browser)), url);
      pages.push(page);
      return page;
    },
    async closePages() {
      await Promise.all(pages.splice(0).map((page) => page.close()));
    },
    async close() {
      await Promise.all(browsers.map(async (browser) => (await browser).close().catch(() => undefined)));
      await Promise.all([server.close(), livekit.stop()]);
    },
  };
  return world;
}
