/** What happens to the page around a meeting: removed at any moment, framed, back from the history, never a rest left. */
import { expect } from 'chai';
import type { Frame } from 'puppeteer-core';
import type { SecureMeeting } from '../../src/elements/index.js';
import type { ElementPage } from './pages/element.js';
import { serveTokens } from './support/meeting-world.js';
import type { PageHandle } from './support/page-handle.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

type Page = PageHandle<ElementPage>;

/** Installed in the page: what it ever opened, and what of that is still open. */
interface Opened {
  readonly tracks: MediaStreamTrack[];
  readonly connections: RTCPeerConnection[];
  readonly sockets: WebSocket[];
  workers: number;
}

describe('the page around a meeting', () => {
  let world: World;
  let tokens: string;
  before(async () => {
    world = await startWorld();
    tokens = await serveTokens(world);
  });
  after(() => world.close());
  afterEach(() => world.closePages());

  const attributes = (room: string): Record<string, string> => ({
    ...{ room, 'token-endpoint': tokens, 'key-provider': 'leader', 'display-name': 'Ann' },
    'skip-prejoin': '',
  });

  /** A page that keeps count of what it opens. `slow`: milliseconds until a camera or microphone opens. */
  async function page(slow = 0): Promise<Page> {
    const made = await world.open<ElementPage>('test/e2e/pages/element.ts');
    await made.page.evaluate((wait) => {
      const kept: Opened = { tracks: [], connections: [], sockets: [], workers: 0 };
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what the class makes
      const keep = <T extends object>(name: string, into: (made: T) => void): void => {
        const all = globalThis as unknown as Record<string, new (...args: unknown[]) => T>;
        const Original = all[name]!;
        all[name] = class extends (Original as new (...args: unknown[]) => object) {
          constructor(...args: unknown[]) {
            super(...args);
            into(this as unknown as T);
          }
        } as unknown as new (...args: unknown[]) => T;
      };
      keep<RTCPeerConnection>('RTCPeerConnection', (one) => kept.connections.push(one));
      keep<WebSocket>('WebSocket', (one) => kept.sockets.push(one));
      keep<Worker>('Worker', (one) => {
        kept.workers++;
        const end = one.terminate.bind(one);
        one.terminate = () => {
          kept.workers--;
          end();
        };
      });
      const devices = navigator.mediaDevices;
      const open = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (constraints) => {
        await new Promise((resolve) => setTimeout(resolve, wait));
        const stream = await open(constraints);
        kept.tracks.push(...stream.getTracks());
        return stream;
      };
      Object.assign(globalThis, { opened: kept });
    }, slow);
    return made;
  }
  /** How much of what the page opened is still open, by kind. */
  const open = ({ page: tab }: Page): Promise<Record<string, number>> =>
    tab.evaluate(() => {
      const { tracks, connections, sockets, workers } = (globalThis as unknown as { opened: Opened }).opened;
      return {
        tracks: tracks.filter(({ readyState }) => readyState === 'live').length,
        connections: connections.filter(({ connectionState }) => connectionState !== 'closed').length,
        sockets: sockets.filter(({ readyState }) => readyState < WebSocket.CLOSING).length,
        workers,
      };
    });
  const NOTHING = { tracks: 0, connections: 0, sockets: 0, workers: 0 };
  const people = async (room: string): Promise<string[]> =>
    (await world.rooms.listParticipants(room).catch(() => [])).map(({ name, identity }) => name || identity);
  const joined = (made: Page): Promise<unknown> =>
    until('joined', async () => (await made.call('phase')) === 'joined', { within: 60_000 });

  for (const [moment, reached] of [
    ['at once', () => true],
    ['while its parts load and the microphone opens', ({ connections }: Opened) => connections.length > 0],
    ['while it connects', ({ sockets }: Opened) => sockets.length > 0],
  ] as const)
    it(`removed ${moment} after the join began, leaves nothing open and nobody in the room`, async () => {
      const room = world.room('removed');
      const made = await page(300);
      await made.call('open', attributes(room), undefined);
      await made.call('join');
      await made.page.waitForFunction(`(${String(reached)})(globalThis.opened)`, { polling: 1, timeout: 60_000 });
      await made.page.$eval('secure-meeting', (element) => element.remove());
      await until('all is closed', async () => expect(await open(made)).to.deep.equal(NOTHING));
      // Whoever comes next is alone.
      const next = await page();
      await next.call('open', attributes(room), undefined);
      await next.call('join');
      await joined(next);
      await until('only the next one is there', async () => expect(await people(room)).to.have.length(1));
      expect(await open(made)).to.deep.equal(NOTHING);
    });

  it('removed while a camera opens, it lets go of the camera that comes', async () => {
    const made = await page(800);
    await made.call('open', attributes(world.room('camera')), undefined);
    await made.call('join');
    await joined(made);
    await made.page.evaluate(() => {
      const element = document.querySelector('secure-meeting') as SecureMeeting;
      void element.session!.setCamera(false).then(() => element.session!.setCamera(true).catch(() => undefined));
      setTimeout(() => element.remove(), 300);
    });
    await until('it is gone', () => made.page.evaluate(() => !document.querySelector('secure-meeting')));
    // The camera itself comes after that.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await until('all is closed', async () => expect(await open(made)).to.deep.equal(NOTHING));
  });

  it('put away by the browser and back from its history, it offers to rejoin, and does', async () => {
    const room = world.room('history');
    const made = await page();
    await made.call('open', attributes(room), undefined);
    await made.call('join');
    await joined(made);
    // Browsers put away no page with a connection while it is watched like this: what they would tell is told.
    await made.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    await until('all is closed', async () => expect(await open(made)).to.deep.equal(NOTHING));
    await until('nobody is there', async () => expect(await people(room)).to.deep.equal([]));
    await made.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    await until('it offers to rejoin', () => made.call('sees', '.actions [part~="button-primary"]'));
    await made.call('click', '.actions [part~="button-primary"]');
    await joined(made);
    expect(await people(room)).to.have.length(1);
  });

  it('in a hidden tab it goes on: proved, and heard by whoever looks', async () => {
    const room = world.room('hidden');
    const [made, other] = [await page(), await page()];
    for (const each of [made, other]) {
      await each.call('open', attributes(room), undefined);
      await each.call('join');
      await joined(each);
    }
    await made.page.emulateFocusedPage(false);
    const before = await made.page.browserContext().newPage();
    await before.bringToFront();
    await until('it is hidden', () => made.page.evaluate(() => document.visibilityState === 'hidden'));
    const proved = async (each: Page): Promise<string[]> =>
      (await each.call('state'))?.others.map(({ encryption }) => encryption) ?? [];
    for (const each of [made, other])
      await until('proved', async () => expect(await proved(each)).to.deep.equal(['encrypted']));
    const samples = async (): Promise<number> =>
      (await other.rtc('inboundAudio')).reduce((sum, { samplesDecoded }) => sum + samplesDecoded, 0);
    // Longer than any proof lasts.
    for (let second = 0, last = await samples(); second < 12; second++) {
      await until('more is heard', async () => (await samples()) > last);
      last = await samples();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      for (const each of [made, other]) expect(await proved(each)).to.deep.equal(['encrypted']);
    }
    await before.close();
  });

  describe('in a frame of another origin', () => {
    /** The host's page, and in it the meeting's, with this `allow`. */
    async function framed(allow: string, room: string): Promise<Frame> {
      const inner = await world.server.page('test/e2e/pages/element.ts');
      world.server.handle('/host', (_request, response) => {
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(
            `<!doctype html><title>Host</title><script>globalThis.api = {}</script><iframe allow="${allow}" src="${inner}" width="800" height="600"></iframe>`,
          );
      });
      const { page: tab } = await world.visit(`${world.server.origin.replace('127.0.0.1', 'localhost')}/host`);
      const frame = await until('the frame is there', () => tab.frames().find((each) => each.url() === inner));
      await frame.waitForFunction('globalThis.api !== undefined');
      await frame.evaluate((given) => {
        (globalThis as unknown as { api: ElementPage }).api.open(given, undefined);
      }, attributes(room));
      return frame;
    }
    const join = (frame: Frame): Promise<void> =>
      frame.evaluate(() => (globalThis as unknown as { api: ElementPage }).api.join());
    const state = (frame: Frame) => frame.evaluate(() => (globalThis as unknown as { api: ElementPage }).api.state());

    it('that gives camera and microphone: it is a meeting like any other', async () => {
      const frame = await framed('camera; microphone; display-capture; autoplay', world.room('frame'));
      await join(frame);
      const there = await until('both are on', async () => {
        const now = await state(frame);
        return now?.phase === 'joined' && now.self.camera && now.self.microphone && now;
      });
      expect(there.devices.videoinput.error).to.equal(null);
    });

    it('that gives neither: one takes part without, and reads that the page around must allow it', async () => {
      const frame = await framed('', world.room('frame'));
      await join(frame);
      const there = await until('joined', async () => {
        const now = await state(frame);
        return now?.phase === 'joined' && now.devices.audioinput.error && now;
      });
      expect([there.devices.audioinput.error, there.devices.videoinput.error]).to.deep.equal([
        'device-policy',
        'device-policy',
      ]);
      expect([there.self.camera, there.self.microphone]).to.deep.equal([false, false]);
      await until('it is said', () =>
        frame.evaluate(() => {
          const words = (from: ParentNode): string =>
            [...from.querySelectorAll('*')]
              .map((each) => (each.shadowRoot ? words(each.shadowRoot) : (each.textContent ?? '')))
              .join(' ');
          return words(document).includes('The page around this meeting doesn’t allow');
        }),
      );
    });
  });
});
