/**
 * Recordings and strangers against the whole session with the `passphrase` provider, through a real LiveKit server: what
 * was recorded in one join opens in no other, and what the meeting says about itself stays true.
 */
import { expect } from 'chai';
import type { Replacements } from '../e2e/support/bundle.js';
import type { PageHandle } from '../e2e/support/page-handle.js';
import { startSignalProxy, type SignalProxy } from '../e2e/support/signal-proxy.js';
import { until } from '../e2e/support/until.js';
import { startWorld, type World } from '../e2e/support/world.js';
import { relabelOwner } from './lies.js';
import type { AttackerApi } from './pages/attacker.js';
import type { MeetingApi } from './pages/meeting.js';
import { decodedFrom, reachedDecoder, sidOf } from './support.js';

type Person = PageHandle<MeetingApi>;
type Attacker = PageHandle<AttackerApi>;

/** Asks for no echo of its own nonce: takes a recorded announcement for a living participant. */
const NO_ECHO = { find: "(member.state === 'heard' && echoed)", put: "member.state === 'heard'" };
/** Lets a key be used for a second time. */
const NO_MEMORY = { find: 'checks.some((check) => this.#seen.has(check))', put: 'false' };
/** Four walls, one behind the other: the echo, joins that ended, keys that the sink has seen, keys that the worker had. */
const FORGETFUL: Replacements = {
  'src/keys/passphrase/exchange.ts': [NO_ECHO, { find: 'if (this.#members.ended(binding)) return;', put: '' }],
  'src/session/key-sink.ts': NO_MEMORY,
  'src/media/key-ring.ts': [
    { find: 'const before = this.#installed.get(name);', put: 'const before = undefined as Installed | undefined;' },
    { find: 'if (this.#everHeld.has(check))', put: 'if (false)' },
  ],
};
/** Whoever is new gets the key that is in force, instead of one that sealed nothing before. */
const NO_RENEWAL: Replacements = {
  'src/keys/passphrase/exchange.ts': [
    { find: 'if (isNew && !echoed && (old || returned)) this.renew();', put: 'if (false) void [old, returned];' },
    // Neither when it is reported, nor when it asks.
    { find: 'this.renew();\n    this.#announcer.hurry();', put: '' },
    { find: 'if (content.fresh && content.epoch === own.epoch) this.renew();', put: 'if (false) void 0;' },
  ],
};
/** Derives all keys from nothing, whatever the passphrase. */
const NO_SECRET: Replacements = {
  'src/keys/passphrase/group-key.ts': { find: 'asSecret(secret);', put: 'asSecret(secret.fill(0));' },
};

const PLAYS = 30;
const LINK = 'q1w2e3r4t5y6u7i8o9p0aA';

describe('A meeting among recordings and strangers', () => {
  let world: World;
  let room: string;
  const proxies: SignalProxy[] = [];
  before(async () => {
    world = await startWorld();
  });
  beforeEach(() => {
    room = world.room('meeting');
  });
  afterEach(async () => {
    await world.closePages();
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });
  after(() => world.close());

  async function person(
    identity: string,
    { replacements = {}, via = world.livekit.url, link = LINK }: PersonOptions = {},
  ): Promise<Person> {
    const page = await world.open<MeetingApi>('test/hostile/pages/meeting.ts', { replacements });
    await page.call('join', room, via, world.token({ room, identity }), identity, link);
    return page;
  }
  async function attacker(identity: string): Promise<Attacker> {
    const page = await world.open<AttackerApi>('test/hostile/pages/attacker.ts');
    await page.call('join', world.livekit.url, world.token({ room, identity }));
    return page;
  }
  const seenAs = async (page: Person, identity: string): Promise<string | undefined> =>
    (await page.call('state')).others.find((other) => other.identity === identity)?.encryption;
  const plays = (page: Person, identity: string): Promise<unknown> =>
    until(`${identity} is seen, proved`, async () => {
      const sid = await sidOf(world, room, identity);
      return (await decodedFrom(page, sid)) > 10 && (await seenAs(page, identity)) === 'encrypted';
    });
  const saidByAlice = async (by: Attacker) => (await by.call('received')).filter(({ from }) => from === 'alice');
  /**
   * Alice's camera runs, and the attacker has recorded it. Resolves with everything she said about keys so far: whoever
   * takes her place later keeps her goodbye to themselves.
   */
  async function record(by: Attacker): ReturnType<typeof saidByAlice> {
    await until('Alice is recorded', async () => (await by.call('recorded', 'alice/camera')) > 12 * PLAYS);
    const said = await saidByAlice(by);
    expect(said.length, 'recorded key messages').to.be.greaterThan(0);
    return said;
  }
  /** Somebody takes Alice's place with her recorded frames and key messages. Resolves with the video track's id. */
  async function impersonate(
    recorder: Attacker,
    said: Awaited<ReturnType<typeof saidByAlice>>,
    ...victims: Person[]
  ): Promise<string> {
    const recording = await recorder.call('exportRecording', 'alice/camera');
    const impostor = await world.open<AttackerApi>('test/hostile/pages/attacker.ts');
    await impostor.call('importRecording', 'alice/camera', recording);
    await impostor.call('join', world.livekit.url, world.token({ room, identity: 'alice' }));
    for (const victim of victims)
      await until('the impostor is there', async () => (await seenAs(victim, 'alice')) !== undefined);
    for (const { topic, data } of said) await impostor.call('send', topic, data);
    const payload = { kind: 'replay', of: 'alice/camera' } as const;
    return impostor.call('publish', { source: 'camera', flag: 'GCM', payload });
  }
  /** The recording arrives and nothing of it gets past the worker. */
  async function refuses(page: Person, track: string): Promise<void> {
    await until('the recording arrives', async () => {
      const tracks = await page.rtc('inboundVideo');
      return tracks.some((each) => each.track === track && each.packetsReceived > 2 * PLAYS);
    });
    expect(await reachedDecoder(page, track), 'frames that reached the decoder').to.equal(0);
    expect(await page.call('shows', 'alice')).to.equal(false);
    expect(await seenAs(page, 'alice')).not.to.equal('encrypted');
  }

  it('refuses captured frames after a rejoin under the same identity; a build that forgets plays them', async () => {
    const bob = await person('bob');
    const twin = await person('erin', { replacements: FORGETFUL });
    const mallory = await attacker('mallory');
    const alice = await person('alice');
    await alice.call('setCamera', true);
    for (const page of [bob, twin]) await plays(page, 'alice');
    const said = await record(mallory);
    await alice.call('leave');
    for (const page of [bob, twin])
      await until('Alice is gone', async () => (await seenAs(page, 'alice')) === undefined);
    const track = await impersonate(mallory, said, bob, twin);
    await refuses(bob, track);
    await until("it plays at the twin's", async () => (await reachedDecoder(twin, track)) > PLAYS);
  });

  it('refuses a week-old recording, shown to a fresh receiver; a build that asks for no echo plays it', async () => {
    const mallory = await attacker('mallory');
    const alice = await person('alice');
    await alice.call('setCamera', true);
    const said = await record(mallory);
    await alice.close();
    await until('Alice is gone', async () => (await world.rooms.listParticipants(room)).length === 1);
    const fresh = await person('dave');
    const twin = await person('erin', {
      replacements: { 'src/keys/passphrase/exchange.ts': NO_ECHO },
    });
    const track = await impersonate(mallory, said, fresh, twin);
    await refuses(fresh, track);
    await until("it plays at the twin's", async () => (await reachedDecoder(twin, track)) > PLAYS);
  });

  /**
   * Bob's worker dies after Alice was recorded, and the recording meets the new one. Resolves with how many of its
   * frames have got past that so far.
   */
  async function replayToNewWorker(faults: {
    readonly alice?: Replacements;
    readonly bob?: Replacements;
  }): Promise<() => Promise<number>> {
    const proxy = await startSignalProxy(world.livekit.url);
    proxies.push(proxy);
    relabelOwner(proxy, { from: 'trent', to: 'alice' });
    const trent = await attacker('trent');
    const alice = await person('alice', { ...(faults.alice && { replacements: faults.alice }) });
    const bob = await person('bob', { via: proxy.url, ...(faults.bob && { replacements: faults.bob }) });
    await alice.call('setCamera', true);
    await plays(bob, 'alice');
    await record(trent);
    // Else what she sends meanwhile pushes the window on, another wall.
    await alice.call('setCamera', false);
    const recording = await trent.call('exportRecording', 'alice/camera');
    await bob.call('killWorker');
    await until('Bob notices', async () => (await bob.call('state')).encryption.state !== 'encrypted');
    await until('Bob sees Alice again', async () => (await seenAs(bob, 'alice')) === 'encrypted', { within: 40_000 });
    await trent.call('importRecording', 'alice/camera', recording);
    const payload = { kind: 'replay', of: 'alice/camera' } as const;
    const track = await trent.call('publish', { source: 'camera', flag: 'GCM', payload });
    await until('the recording arrives', async () => {
      const tracks = await bob.rtc('inboundVideo');
      return tracks.some((each) => each.track === track && each.packetsReceived > 2 * PLAYS);
    });
    return () => reachedDecoder(bob, track);
  }

  it('refuses what was recorded before its worker was killed; a build that uses keys again plays it', async () => {
    const refused = await replayToNewWorker({});
    expect(await refused(), 'frames that reached the decoder').to.equal(0);
    await world.closePages();
    room = world.room('meeting');
    const bob = { 'src/session/key-sink.ts': NO_MEMORY };
    const played = await replayToNewWorker({ alice: NO_RENEWAL, bob });
    await until('the recording plays', async () => (await played()) > PLAYS);
  });

  it('is never encrypted with somebody who sends plaintext, and says so', async () => {
    const alice = await person('alice');
    const bob = await person('bob');
    await alice.call('setCamera', true);
    await plays(bob, 'alice');
    const mallory = await attacker('mallory');
    const track = await mallory.call('publish', { source: 'camera', flag: 'NONE', payload: { kind: 'plain' } });
    await until('the violation is reported', async () => {
      const facts = await bob.call('facts');
      return facts.some(({ type, detail }) => {
        const { code, identity } = detail as { code?: string; identity?: string };
        return type === 'encryption-violation' && code === 'plaintext' && identity === 'mallory';
      });
    });
    expect(await seenAs(bob, 'mallory')).to.be.oneOf(['refused', 'stranger']);
    expect(await bob.call('shows', 'mallory')).to.equal(false);
    expect(await reachedDecoder(bob, track)).to.equal(0);
    await plays(bob, 'alice');
  });

  it('opens nothing of somebody with another passphrase; a build without secret does', async () => {
    const alice = await person('alice');
    const wrong = await person('wrong', { link: 'AAAAAAAAAAAAAAAAAAAAAA' });
    await alice.call('setCamera', true);
    await wrong.call('setCamera', true);
    const [aliceSid, wrongSid] = [await sidOf(world, room, 'alice'), await sidOf(world, room, 'wrong')];
    const arrives = async (page: Person, sid: string): Promise<boolean> =>
      (await page.rtc('inboundVideo')).some((each) => each.participant === sid && each.packetsReceived > 2 * PLAYS);
    await until(
      'frames arrive at both',
      async () => (await arrives(alice, wrongSid)) && (await arrives(wrong, aliceSid)),
    );
    for (const [page, sid, other] of [
      [alice, wrongSid, 'wrong'],
      [wrong, aliceSid, 'alice'],
    ] as const) {
      expect(await decodedFrom(page, sid)).to.equal(0);
      expect(await seenAs(page, other)).not.to.equal('encrypted');
      expect(await page.call('shows', other)).to.equal(false);
    }
    const open = await person('open', { replacements: NO_SECRET });
    const door = await person('door', { replacements: NO_SECRET, link: 'BBBBBBBBBBBBBBBBBBBBBA' });
    await door.call('setCamera', true);
    await plays(open, 'door');
  });
});

interface PersonOptions {
  readonly replacements?: Replacements;
  readonly via?: string;
  readonly link?: string;
}
