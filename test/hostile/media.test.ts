/**
 * Frames from a hostile SFU and hostile participants, through a real LiveKit server. Each attack is staged once, for Bob
 * and for a twin of his whose build lacks the defence: Bob counts the attack's frames and hands none to the decoder; the
 * twin shows that the attack would have worked.
 */
import { expect } from 'chai';
import type { Replacements } from '../e2e/support/bundle.js';
import { pause, until } from '../e2e/support/until.js';
import { assemble, dropped, opened, type Attacker, type Cast, type Member } from './cast.js';
import type { Payload, Source } from './pages/attacker.js';
import { heard, reachedDecoder } from './support.js';
import { WEAKNESSES } from './weakened/index.js';

/** Two seconds of video: no blank or stray frame makes as many. */
const PLAYS = 30;
const SECOND_OF_SOUND = 48_000;

interface Injection {
  readonly title: string;
  readonly by: 'mallory' | 'trent' | 'sybil';
  readonly source: Source;
  readonly flag: 'NONE' | 'GCM';
  readonly payload: Payload;
  /** Whose frames Bob takes them for, and why he drops them: one of these. */
  readonly as: { readonly identity: string; readonly stream: Source };
  readonly because: readonly string[];
  readonly without: Replacements;
  /** What happens before, and what in the middle: the attack must fail again afterwards. */
  readonly first?: (cast: Cast, twin: Member, attacker: Attacker) => Promise<void>;
  readonly then?: (cast: Cast, member: Member) => Promise<void>;
}

const PLAIN: Payload = { kind: 'plain' };
const NO_KEY = ['plaintext', 'unknown-key', 'header', 'short', 'forged'];
const replay = (of: 'alice/camera' | 'alice/microphone'): Payload => ({ kind: 'replay', of });
const secondOf = (stream: Source) => ({ identity: 'alice', stream });

/** What the twin has seen once is a replay besides: what it gets now must be new to it. */
async function unseenByTwin(_cast: Cast, twin: Member, attacker: Attacker): Promise<void> {
  await twin.call('subscribe', 'alice', false);
  await attacker.call('recordAnew', 'alice');
  await until('the recording is fresh', async () => (await attacker.call('recorded', 'alice/camera')) > 2 * PLAYS);
}

const INJECTIONS: readonly Injection[] = [
  {
    title: 'plaintext with the flag NONE',
    by: 'mallory',
    source: 'camera',
    flag: 'NONE',
    payload: PLAIN,
    as: { identity: 'mallory', stream: 'camera' },
    because: NO_KEY,
    without: WEAKNESSES.believesPlaintext,
  },
  {
    title: 'plaintext with the flag GCM',
    by: 'mallory',
    source: 'camera',
    flag: 'GCM',
    payload: PLAIN,
    as: { identity: 'mallory', stream: 'camera' },
    because: NO_KEY,
    without: WEAKNESSES.believesPlaintext,
  },
  {
    title: 'a second track of a member, announced NONE',
    by: 'trent',
    source: 'camera',
    flag: 'NONE',
    payload: PLAIN,
    as: secondOf('camera'),
    because: NO_KEY,
    without: WEAKNESSES.believesPlaintext,
  },
  {
    title: 'plaintext before the first encrypted frame of a stream',
    by: 'sybil',
    source: 'camera',
    flag: 'GCM',
    payload: PLAIN,
    as: secondOf('screen'),
    because: NO_KEY,
    without: WEAKNESSES.believesPlaintext,
    first: async ({ bob }) => {
      expect(await opened(bob, 'alice', 'screen')).to.equal(0);
    },
  },
  {
    title: 'captured frames replayed at once, into a second track of the same stream',
    by: 'trent',
    source: 'camera',
    flag: 'GCM',
    payload: replay('alice/camera'),
    as: secondOf('camera'),
    because: ['replay'],
    without: WEAKNESSES.noReplayWindow,
  },
  {
    title: 'captured frames replayed after a re-subscription',
    by: 'trent',
    source: 'camera',
    flag: 'GCM',
    payload: replay('alice/camera'),
    as: secondOf('camera'),
    because: ['replay'],
    without: WEAKNESSES.noReplayWindow,
    then: async (_cast, member) => {
      await member.call('subscribe', 'alice', false);
      await member.call('subscribe', 'alice', true);
    },
  },
  {
    title: 'captured frames replayed later, left of the window',
    by: 'trent',
    source: 'microphone',
    flag: 'GCM',
    payload: replay('alice/microphone'),
    as: secondOf('microphone'),
    because: ['replay'],
    without: WEAKNESSES.noReplayWindow,
    first: async ({ bob }) => {
      await until('1,024 counters have passed', async () => (await opened(bob, 'alice', 'microphone')) > 1_200, {
        within: 40_000,
      });
    },
  },
  {
    title: 'camera frames fed into the screen share',
    by: 'sybil',
    source: 'camera',
    flag: 'GCM',
    payload: { kind: 'replay-once', of: 'alice/camera' },
    as: secondOf('screen'),
    because: ['stream'],
    without: WEAKNESSES.anyStream,
    first: unseenByTwin,
  },
  {
    title: "one participant's frames sent as another's",
    by: 'mallory',
    source: 'camera',
    flag: 'GCM',
    payload: { kind: 'replay-once', of: 'alice/camera' },
    as: { identity: 'mallory', stream: 'camera' },
    because: ['forged', 'unknown-key'],
    without: WEAKNESSES.oneKeyForAll,
    first: unseenByTwin,
  },
];

interface Disruption {
  readonly title: string;
  readonly payload: Payload;
  readonly because: readonly string[];
  readonly without: Replacements;
}

/** Sent six at a time, as Alice's microphone, by the hundred each second. */
const DISRUPTIONS: readonly Disruption[] = [
  {
    title: 'truncated frames by the thousand',
    payload: { kind: 'mutate', of: 'alice/microphone', how: 'truncate' },
    because: ['forged', 'short', 'header', 'plaintext'],
    without: WEAKNESSES.givesUp,
  },
  {
    title: 'bit-flipped frames by the thousand',
    payload: { kind: 'mutate', of: 'alice/microphone', how: 'flip' },
    because: ['forged', 'header', 'unknown-key', 'plaintext', 'stream'],
    without: WEAKNESSES.givesUp,
  },
  {
    title: 'random frames by the thousand',
    payload: { kind: 'random', length: 120 },
    because: ['forged', 'header', 'unknown-key', 'plaintext'],
    without: WEAKNESSES.givesUp,
  },
  {
    title: 'frames of a thousand unknown epochs',
    payload: { kind: 'forge', of: 'alice/microphone', epochs: 5, counts: 0 },
    because: ['unknown-key', 'plaintext'],
    without: WEAKNESSES.givesUp,
  },
  {
    title: 'counters pushed far ahead',
    payload: { kind: 'forge', of: 'alice/microphone', epochs: 0, counts: 2 ** 30 },
    because: ['forged'],
    without: WEAKNESSES.windowBeforeTag,
  },
];

describe('Frames from a hostile server and hostile participants', () => {
  let cast: Cast;
  before(async () => {
    cast = await assemble('media');
    const { bob, mallory, trent, sybil } = cast;
    await until('Bob sees and hears Alice', async () => (await opened(bob, 'alice', 'camera')) > PLAYS);
    for (const attacker of [mallory, trent, sybil])
      await until(
        'the attackers have recorded Alice',
        async () => (await attacker.call('recorded', 'alice/camera')) > PLAYS,
      );
  });
  after(async () => {
    await cast.close();
  });

  /** How much of the attack got past the worker. */
  const passed = (member: Member, source: Source, track: string): Promise<number> =>
    source === 'microphone'
      ? heard(member, track).then((samples) => Math.floor((samples / SECOND_OF_SOUND) * PLAYS))
      : reachedDecoder(member, track);

  async function refuses(member: Member, { as, because, source }: Injection, track: string): Promise<void> {
    const count = (): Promise<number> => dropped(member, as.identity, as.stream, because);
    const before = await count();
    await until('Bob has dropped the first of it', async () => (await count()) > before + 10);
    // A frame that Bob's own subscription began too late for is no replay to him.
    const let_in = await passed(member, source, track);
    const honest = await opened(member, 'alice', 'camera');
    const seen = await count();
    await until('Bob has dropped much more of it', async () => (await count()) > seen + PLAYS);
    expect(await passed(member, source, track), 'frames that reached the decoder').to.equal(let_in);
    expect(let_in, 'frames that reached the decoder at first').to.be.lessThan(PLAYS);
    await until("Alice's camera goes on", async () => (await opened(member, 'alice', 'camera')) > honest);
  }

  for (const injection of INJECTIONS) {
    const { title, by, source, flag, payload, first, then, without } = injection;
    it(`refuses ${title}; a build without the defence plays it`, async () => {
      const attacker: Attacker = cast[by];
      const twin = await cast.twin(without);
      await first?.(cast, twin, attacker);
      const track = await attacker.call('publish', { source, flag, payload: { kind: 'nothing' } });
      try {
        for (const member of [cast.bob, twin])
          await until('the track is subscribed to', () => member.call('receives', track));
        await attacker.call('setPayload', source, payload);
        await refuses(cast.bob, injection, track);
        if (then) {
          await then(cast, cast.bob);
          await refuses(cast.bob, injection, track);
        }
        await until("it plays at Bob's twin", async () => (await passed(twin, source, track)) > PLAYS);
      } finally {
        await attacker.call('unpublishAll');
      }
    });
  }

  for (const { title, payload, because, without } of DISRUPTIONS) {
    it(`goes on after ${title}; a build without the defence falls silent`, async () => {
      const twin = await cast.twin(without, 'anew');
      const count = (): Promise<number> => dropped(cast.bob, 'alice', 'microphone', because);
      const before = await count();
      try {
        for (let track = 0; track < 6; track++)
          await cast.trent.call('publish', { source: 'microphone', flag: 'GCM', payload });
        await until('a thousand came', async () => (await count()) > before + 1_000, { within: 30_000 });
        const honest = await opened(cast.bob, 'alice', 'microphone');
        await until('Alice is still heard', async () => (await opened(cast.bob, 'alice', 'microphone')) > honest + 25, {
          within: 2_000,
        });
        await until("Bob's twin hears her no more", async () => {
          const then = await opened(twin, 'alice', 'microphone');
          await pause(1_000);
          return (await opened(twin, 'alice', 'microphone')) === then;
        });
      } finally {
        await cast.trent.call('unpublishAll');
      }
    });
  }
});
