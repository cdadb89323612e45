/** `session.testConnection()` in real browsers, through real LiveKits on good, TCP-only, closed and dead ways. */
import { expect } from 'chai';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { ConnectionTest } from '../../src/session/types.js';
import type { MeetingPage } from './pages/meeting.js';
import type { PageHandle } from './support/page-handle.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

type Tester = PageHandle<MeetingPage>;

describe('the test of the connection', () => {
  const worlds: World[] = [];
  /** Rooms that were asked for. */
  const asked: string[] = [];
  async function world(rtc: object = {}): Promise<World> {
    const made = await startWorld({ livekit: { rtc } });
    worlds.push(made);
    return made;
  }
  after(() => Promise.all(worlds.map((one) => one.close())));

  /** A page whose site sends it to `url`. */
  async function tester(one: World, url = one.livekit.url, browser?: 'firefox'): Promise<Tester> {
    const path = `/token-${asked.length}-${Math.random().toString(36).slice(2)}`;
    one.server.handle(path, async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const { room_name: room = '' } = JSON.parse(body) as { room_name?: string };
      asked.push(room);
      const participant_token = one.token({ room, identity: `tester-${asked.length}` });
      response
        .writeHead(201, { 'content-type': 'application/json' })
        .end(JSON.stringify({ server_url: url, participant_token }));
    });
    const page = await one.open<MeetingPage>('test/e2e/pages/meeting.ts', browser && { browser });
    const options = { room: 'weekly', keyProvider: 'passphrase', displayName: 'Ann' };
    await page.call('start', { ...options, tokenEndpoint: `${one.server.origin}${path}` } as never);
    return page;
  }
  const found = (page: Tester): Promise<ConnectionTest> => page.call('testConnection');

  for (const browser of ['chromium', 'firefox'] as const)
    it(`finds the service, UDP and the round trip, opens no device, and leaves nothing behind, in ${browser}`, async () => {
      const one = worlds[0] ?? (await world());
      const page = await tester(one, one.livekit.url, browser === 'firefox' ? browser : undefined);
      const { service, media, roundTripMs, error } = await found(page);
      expect({ service, media, error }).to.deep.equal({ service: 'reached', media: 'udp', error: undefined });
      expect(roundTripMs).to.be.a('number').and.to.be.within(0, 5000);
      const room = asked.at(-1) as string;
      expect(room).to.match(/^connection-test-/);
      await until('nobody is left in the room of the test', async () => {
        const inside = await one.rooms.listParticipants(room).catch(() => []);
        return inside.length === 0;
      });
      const living = await page.call('liveThings');
      expect(living).to.deep.equal({ tracks: 0, peers: 0, sockets: 0, workers: 0 });
      expect((await page.call('state')).phase).to.equal('idle');
    });

  it('says when only TCP is open', async () => {
    const one = await world({ force_tcp: true });
    const result = await found(await tester(one));
    expect(result).to.deep.include({ service: 'reached', media: 'tcp' });
  });

  it('says when the service answers and the network lets no media through', async () => {
    const page = await tester(worlds[0] ?? (await world()));
    await page.call('closeEveryWay');
    const result = await found(page);
    expect(result).to.deep.equal({
      ...{ service: 'reached', media: 'blocked', roundTripMs: null, error: 'network-unreachable' },
    });
  });

  it('says when nothing answers at the address of the service', async () => {
    const one = worlds[0] ?? (await world());
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    closed.close();
    await once(closed, 'close');
    const result = await found(await tester(one, `ws://127.0.0.1:${port}`));
    expect(result).to.deep.equal({
      ...{ service: 'unreachable', media: 'untested', roundTripMs: null, error: 'network-unreachable' },
    });
  });
});
