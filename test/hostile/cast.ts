/**
 * One meeting, always the same people: Alice, whose frames are attacked; Bob, who must not be fooled; Bob's twin, whose
 * build lacks one defence and who is fooled; and attackers without any key. The SFU lies to Bob and his twin about who
 * some of the attackers are, which is how it can put frames where it wants them, under keys that are in force.
 */
import { TrackSource } from '@livekit/protocol';
import type { Replacements } from '../e2e/support/bundle.js';
import type { BrowserName, PageHandle } from '../e2e/support/page-handle.js';
import { startSignalProxy, type SignalProxy } from '../e2e/support/signal-proxy.js';
import { startWorld, type World } from '../e2e/support/world.js';
import { until } from '../e2e/support/until.js';
import { relabelOwner } from './lies.js';
import type { AttackerApi } from './pages/attacker.js';
import type { MemberApi } from './pages/member.js';

export type Member = PageHandle<MemberApi>;
export type Attacker = PageHandle<AttackerApi>;

export const SECRET = 'the secret of this meeting';
const MEMBERS = ['alice', 'bob', 'bobs-twin', 'carol', 'mallory'];

export interface Cast {
  readonly world: World;
  readonly room: string;
  readonly proxy: SignalProxy;
  readonly alice: Member;
  readonly bob: Member;
  /** Nobody lies about Mallory. Members gave Mallory's identity a key, which Mallory does not have. */
  readonly mallory: Attacker;
  /** Shown as Alice: microphone as microphone, camera as a second camera. */
  readonly trent: Attacker;
  /** Shown as Alice, whatever it sends as her screen. */
  readonly sybil: Attacker;
  /** Joins as `identity`, with keys of everybody and, unless told otherwise, an active one of its own. */
  member(identity: string, options?: MemberOptions): Promise<Member>;
  /** Bob without one defence. Only one twin is there at a time; it stays while the same is asked for, unless anew. */
  twin(weakness: Replacements, anew?: 'anew'): Promise<Member>;
  attacker(identity: string): Promise<Attacker>;
  close(): Promise<void>;
}

export interface MemberOptions {
  /** The build: which defence is missing in it. */
  readonly weakness?: Replacements;
  readonly browser?: BrowserName;
  readonly lied?: boolean;
  /** Another address of the server: a proxy that lies to this member alone. */
  readonly via?: string;
  /** Seals with a secret of its own instead of the meeting's. */
  readonly secret?: string;
  readonly active?: boolean;
}

/** @param livekit settings of the server */
export async function assemble(label: string, livekit: object = {}): Promise<Cast> {
  const world = await startWorld({ livekit });
  const room = world.room(label);
  const proxy = await startSignalProxy(world.livekit.url);
  relabelOwner(proxy, { from: 'trent', to: 'alice' });
  relabelOwner(proxy, { from: 'sybil', to: 'alice', source: TrackSource.SCREEN_SHARE });

  const joins = new Map(MEMBERS.map((identity) => [identity, 0]));
  const here = new Map<string, Member>();
  const member: Cast['member'] = async (
    identity,
    { weakness, browser = 'chromium', lied = false, via, secret = SECRET, active = true } = {},
  ) => {
    const page = await world.open<MemberApi>('test/hostile/pages/member.ts', {
      browser,
      ...(weakness && { replacements: weakness }),
    });
    const url = via ?? (lied ? proxy.url : world.livekit.url);
    // A new join has a binding of its own; whoever is here forgets the one before.
    const before = { identity, join: joins.get(identity)! };
    const self = { identity, join: before.join + 1 };
    joins.set(identity, self.join);
    here.delete(identity);
    for (const other of here.values()) {
      await other.call('retire', before);
      await other.call('install', 1, self, SECRET);
    }
    await page.call('join', url, world.token({ room, identity }), self);
    await page.call('install', 1, self, secret);
    for (const [other, join] of joins)
      if (other !== identity) await page.call('install', 1, { identity: other, join }, SECRET);
    if (active) await page.call('activate', 1);
    here.set(identity, page);
    const close = page.close;
    return Object.assign(page, {
      close: async () => {
        if (here.get(identity) === page) here.delete(identity);
        await close();
      },
    });
  };
  const attacker: Cast['attacker'] = async (identity) => {
    const page = await world.open<AttackerApi>('test/hostile/pages/attacker.ts');
    await page.call('join', world.livekit.url, world.token({ room, identity }));
    return page;
  };

  const alice = await member('alice');
  const bob = await member('bob', { lied: true });
  const [mallory, trent, sybil] = await Promise.all([attacker('mallory'), attacker('trent'), attacker('sybil')]);
  await alice.call('publish', 'camera');
  await alice.call('publishSound');

  let present: { readonly weakness: Replacements; readonly page: Member } | undefined;
  return {
    world,
    room,
    proxy,
    alice,
    bob,
    mallory,
    trent,
    sybil,
    member,
    attacker,
    async twin(weakness, anew) {
      if (!anew && present?.weakness === weakness) return present.page;
      await present?.page.close();
      const page = await member('bobs-twin', { weakness, lied: true });
      present = { weakness, page };
      await until("Bob's twin sees Alice", async () => (await opened(page, 'alice', 'camera')) > 5);
      await until('and hears her', async () => (await opened(page, 'alice', 'microphone')) > 5);
      return page;
    },
    async close() {
      await proxy.close();
      await world.close();
    },
  };
}

/** Resolves once this member's worker has authenticated `frames` more of a stream. */
export async function plays(page: Member, identity: string, stream: Stream, frames = 10): Promise<void> {
  const before = await opened(page, identity, stream);
  await until(`${frames} more frames of ${identity}'s ${stream} play`, async () => {
    return (await opened(page, identity, stream)) >= before + frames;
  });
}

type Stream = 'camera' | 'microphone' | 'screen';

async function line(page: Member, identity: string, stream: Stream, direction: 'in' | 'out') {
  const counts = await page.call('counts');
  return counts.find((each) => each.identity === identity && each.stream === stream && each.direction === direction);
}

/** Frames of a stream that this member's worker has authenticated and handed on. */
export async function opened(page: Member, identity: string, stream: Stream): Promise<number> {
  return (await line(page, identity, stream, 'in'))?.opened ?? 0;
}

/** Frames of a stream that this member's worker has sealed and sent. */
export async function sealed(page: Member, identity: string, stream: Stream): Promise<number> {
  return (await line(page, identity, stream, 'out'))?.opened ?? 0;
}

/** Frames of a stream that this member's worker has dropped for one of `reasons`. */
export async function dropped(
  page: Member,
  identity: string,
  stream: Stream,
  reasons: readonly string[],
): Promise<number> {
  const counts: Readonly<Record<string, number>> = { ...(await line(page, identity, stream, 'in'))?.dropped };
  return reasons.reduce((total, reason) => total + (counts[reason] ?? 0), 0);
}
