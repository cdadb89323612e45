/**
 * What our own media encryption is for: the same attacks succeed against livekit-client's end-to-end encryption, through
 * the same server, by an attacker without the passphrase. Each is repeated against ours in media.test.ts, where it fails.
 */
import { expect } from 'chai';
import { startSignalProxy } from '../e2e/support/signal-proxy.js';
import { startWorld, type World } from '../e2e/support/world.js';
import type { PageHandle } from '../e2e/support/page-handle.js';
import { until } from '../e2e/support/until.js';
import { claimPlaintext, collideTrackIds, watchLocalTracks } from './lies.js';
import { decodedFrom, sidOf } from './support.js';
import type { AttackerApi } from './pages/attacker.js';
import type { StockApi } from './pages/stock.js';

/** Two seconds of video: no blank or stray frame makes as many. */
const PLAYS = 30;
/** A decoder takes a sealed frame now and then for a picture, of noise. */
const NOISE = 5;
const PASSPHRASE = 'correct horse battery staple';

describe("livekit-client's own end-to-end encryption, attacked by somebody without the passphrase", () => {
  let world: World;
  let alice: PageHandle<StockApi>;
  let bob: PageHandle<StockApi>;
  let mallory: PageHandle<AttackerApi>;
  let room: string;
  const join = (identity: string): [string, string] => [world.livekit.url, world.token({ room, identity })];
  /** Alice's camera is on, Bob sees it, and Mallory, who sees nothing, has recorded some of it. */
  const recordAlice = async (): Promise<void> => {
    const sid = await sidOf(world, room, 'alice');
    await until('Bob sees Alice', async () => (await decodedFrom(bob, sid)) > PLAYS);
    await until('Mallory has recorded Alice', async () => (await mallory.call('recorded', 'alice/camera')) > PLAYS);
    expect(await decodedFrom(mallory, sid), 'Mallory has no key').to.be.lessThan(3);
  };

  before(async () => {
    world = await startWorld();
  });
  beforeEach(async () => {
    room = world.room('stock');
    [alice, bob, mallory] = await Promise.all([
      world.open<StockApi>('test/hostile/pages/stock.ts'),
      world.open<StockApi>('test/hostile/pages/stock.ts'),
      world.open<AttackerApi>('test/hostile/pages/attacker.ts'),
    ]);
    await bob.call('join', ...join('bob'), PASSPHRASE);
    await mallory.call('join', ...join('mallory'));
    await alice.call('join', ...join('alice'), PASSPHRASE);
    await alice.call('publish');
  });
  afterEach(async () => {
    await world.closePages();
  });
  after(async () => {
    await world.close();
  });

  it('plays plaintext, because the server says it is not encrypted', async () => {
    await mallory.call('publish', { source: 'camera', flag: 'NONE', payload: { kind: 'plain' } });
    const sid = await sidOf(world, room, 'mallory');
    await until('Bob decodes plaintext', async () => (await decodedFrom(bob, sid)) > PLAYS);
    expect(await bob.call('encryptionErrors')).to.deep.equal([]);
  });

  it("plays one participant's frames as another's", async () => {
    await recordAlice();
    await mallory.call('publish', { source: 'camera', flag: 'GCM', payload: { kind: 'replay', of: 'alice/camera' } });
    const sid = await sidOf(world, room, 'mallory');
    await until("Bob decodes Alice's frames as Mallory's", async () => (await decodedFrom(bob, sid)) > PLAYS);
  });

  it('plays a recording after a rejoin under the same identity', async () => {
    await recordAlice();
    const recording = await mallory.call('exportRecording', 'alice/camera');
    await alice.call('leave');
    const impostor = await world.open<AttackerApi>('test/hostile/pages/attacker.ts');
    await impostor.call('importRecording', 'alice/camera', recording);
    await impostor.call('join', ...join('alice'));
    await impostor.call('publish', { source: 'camera', flag: 'GCM', payload: { kind: 'replay', of: 'alice/camera' } });
    const sid = await sidOf(world, room, 'alice');
    await until('Bob decodes the recording as Alice', async () => (await decodedFrom(bob, sid)) > PLAYS);
  });

  it('sends its own camera in clear once a remote track has the id of it', async () => {
    const proxy = await startSignalProxy(world.livekit.url);
    try {
      collideTrackIds(proxy, watchLocalTracks(proxy));
      claimPlaintext(proxy);
      const carol = await world.open<StockApi>('test/hostile/pages/stock.ts');
      await carol.call('join', proxy.url, world.token({ room, identity: 'carol' }), PASSPHRASE);
      await carol.call('publish');
      const sid = await sidOf(world, room, 'carol');
      await until('Bob sees Carol', async () => (await decodedFrom(bob, sid)) > PLAYS);
      expect(await decodedFrom(mallory, sid), 'Mallory has no key').to.be.lessThan(NOISE);
      await mallory.call('publish', { source: 'camera', flag: 'NONE', payload: { kind: 'plain' } });
      await until('Mallory sees Carol', async () => (await decodedFrom(mallory, sid)) > PLAYS);
    } finally {
      await proxy.close();
    }
  });

  it('plays camera frames as a screen share', async () => {
    await recordAlice();
    await mallory.call('publish', { source: 'screen', flag: 'GCM', payload: { kind: 'replay', of: 'alice/camera' } });
    const sid = await sidOf(world, room, 'mallory');
    await until('Bob decodes the camera as a screen', async () => (await decodedFrom(bob, sid)) > PLAYS);
  });
});
