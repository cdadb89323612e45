/**
 * More than one of everything, in real browsers: two backends over one PostgreSQL, two LiveKit nodes over one Redis, a
 * load balancer before each pair. What is killed is not started again.
 */
import { expect } from 'chai';
import { startLiveKit, type LiveKitServer } from '../../scripts/lib/livekit.mjs';
import { killBackends, startBackend, type Backend } from '../server/support/backend.js';
import { startCluster, type Cluster } from '../server/support/postgres.js';
import { startRedis, type Redis } from '../server/support/redis.js';
import { startBalancer, type Balancer } from './support/balancer.js';
import type { SessionState } from '../../src/session/types.js';
import type { ElementPage } from './pages/element.js';
import type { PageHandle } from './support/page-handle.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

type Visitor = PageHandle<ElementPage>;

describe('a site with several backends and LiveKit nodes', () => {
  let cluster: Cluster;
  let redis: Redis;
  let nodes: readonly LiveKitServer[];
  let backends: readonly Backend[];
  let sfu: Balancer;
  let site: Balancer;
  let world: World;

  before(async () => {
    [cluster, redis] = await Promise.all([startCluster(), startRedis()]);
    // Always servers of our own: one that runs elsewhere has no second node, and is not ours to kill.
    const { SECURE_MEETING_LIVEKIT_URL: _, ...env } = process.env;
    const config = { redis: { address: redis.address } };
    const first = await startLiveKit({ env, config });
    nodes = [first, await startLiveKit({ env, config, like: first })];
    sfu = await startBalancer(nodes.map(({ url }) => Number(new URL(url).port)));
    world = await startWorld({ sfu: first });
    const settings = {
      url: cluster.createDatabase(),
      livekit: {
        url: `ws://127.0.0.1:${sfu.port}`,
        apiUrl: `http://127.0.0.1:${sfu.port}`,
        apiKey: first.apiKey,
        apiSecret: first.apiSecret,
      },
      origins: [world.server.origin],
    };
    backends = [await startBackend(settings), await startBackend(settings)];
    site = await startBalancer(backends.map(({ port }) => port));
  });
  after(async () => {
    await world?.close();
    await Promise.all([sfu?.close(), site?.close(), nodes?.[1]?.stop(), killBackends()]);
    await Promise.all([redis?.stop(), cluster?.stop()]);
  });

  /** Joins by this backend and this node. */
  async function join(
    room: string,
    user: string,
    by: { readonly backend: number; readonly node: number },
  ): Promise<Visitor> {
    site.prefer(by.backend);
    sfu.prefer(by.node);
    const page = await world.open<ElementPage>('test/e2e/pages/element.ts', { own: true });
    const api = `http://127.0.0.1:${site.port}`;
    await page.call('open', { room, api, 'display-name': user, 'start-muted': '', 'start-camera-off': '' }, user);
    const before = sfu.open(by.node);
    await page.call('join');
    await until(`${user} is in`, async () => (await page.call('joined')) === '', { within: 60_000 }).catch(
      async (error: unknown) => {
        throw new Error(`${String(error)}: ${await page.call('joined')}\n${page.console.join('\n')}`);
      },
    );
    expect(sfu.open(by.node), `${user} is connected to node ${by.node}`).to.be.greaterThan(before);
    expect(await page.call('click', '[data-tool=microphone]')).to.equal(true);
    await until('its microphone is on', async () => (await page.call('state'))?.self.microphone, { within: 60_000 });
    return page;
  }
  const state = async (page: Visitor): Promise<SessionState> => (await page.call('state')) as SessionState;
  /** Everyone has proof of everyone else, and knows them by their certificate. */
  async function isTogether(pages: readonly Visitor[]): Promise<boolean> {
    for (const { phase, encryption, others } of await Promise.all(pages.map(state))) {
      const certified = others.filter(({ role }) => role !== 'none');
      if (phase !== 'joined' || encryption.state !== 'encrypted' || certified.length !== pages.length - 1) return false;
    }
    return true;
  }
  const together = (pages: readonly Visitor[], within = 60_000): Promise<unknown> =>
    until('all are together, encrypted', () => isTogether(pages), { within, every: 200 }).catch(
      async (error: unknown) => {
        const seen = await Promise.all(pages.map(async (page) => JSON.stringify(summary(await state(page)))));
        throw new Error([String(error), ...seen, ...pages.flatMap((page) => page.console.slice(-8))].join('\n'));
      },
    );
  const summary = ({ phase, encryption, others, left }: SessionState): object => ({
    ...{ phase, state: encryption.state, left },
    others: others.map(({ name, role, encryption: theirs }) => [name, role, theirs]),
  });
  /** Somebody's sound is decoded here, from now on. */
  async function untilHeard(page: Visitor): Promise<void> {
    const decoded = async (): Promise<number> =>
      (await page.rtc('inboundAudio')).reduce((sum, { samplesDecoded }) => sum + samplesDecoded, 0);
    let last = await decoded();
    let grew = 0;
    // Counters of a connection that was given up are gone: only growth counts.
    await until(
      'sound comes',
      async () => {
        const now = await decoded();
        if (now > last) grew += now - last;
        last = now;
        return grew > 24_000;
      },
      { within: 60_000 },
    );
  }
  const alarms = async (page: Visitor): Promise<unknown[]> =>
    (await page.call('facts')).filter(({ type }) => type === 'encryption-violation' || type === 'left');

  it('a meeting joined through either is one; one backend, then the node that carries it is killed: it goes on', async () => {
    const room = world.room('several');
    const ann = await join(room, 'host-ann', { backend: 0, node: 0 });
    const bob = await join(room, 'bob', { backend: 1, node: 1 });
    await together([ann, bob]);
    await untilHeard(ann);
    await untilHeard(bob);
    const identities = (await state(ann)).others.map(({ identity }) => identity);

    await backends[0]!.kill();
    const carol = await join(room, 'carol', { backend: 0, node: 0 });
    await together([ann, bob, carol]);
    expect((await state(carol)).others.map(({ role }) => role).sort()).to.deep.equal(['host', 'member']);
    const carols = (await state(ann)).others.find(({ identity }) => !identities.includes(identity))!;
    expect(await ann.call('moderate', { type: 'remove', identity: carols.identity }), 'by the other one').to.equal('');
    await until('carol is out', async () => (await carol.call('phase')) === 'left');
    await carol.close();
    await together([ann, bob]);

    await (await carrierOf(room)).kill();
    await until('it is noticed', async () => !(await isTogether([ann, bob])), { within: 30_000 });
    await together([ann, bob], 120_000);
    await untilHeard(ann);
    await untilHeard(bob);
    expect((await state(ann)).others.map(({ identity }) => identity)).to.deep.equal(identities);
    const seen = [...(await alarms(ann)), ...(await alarms(bob))];
    expect(seen, JSON.stringify(seen)).to.deep.equal([]);
  });

  /** Redis knows which node a room lives on, by an id that each node says at its start. */
  async function carrierOf(room: string): Promise<LiveKitServer> {
    const id = /ND_\w+/.exec(await redis.ask('HGET', 'room_node_map', room))?.[0] ?? 'none';
    const starts = (line: string): boolean => line.includes('starting LiveKit server') && line.includes(`"${id}"`);
    const node = nodes.find((each) => each.logLines().some(starts));
    if (!node) throw new Error(`no node has ${room}: ${id}`);
    return node;
  }
});
