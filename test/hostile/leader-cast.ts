/**
 * One meeting with keys from a leader: Alice, who founds it and talks; others who talk or listen; and Mallory, who is in
 * the SFU's room, sees every packet that goes to all, and sends what the test wants.
 */
import { expect } from 'chai';
import type { SessionState } from '../../src/session/types.js';
import type { LeaderFault } from '../../src/keys/leader/faults.js';
import { realPrimitives } from '../../src/keys/leader/real.js';
import { parseEnvelope, type Envelope, type MessageType } from '../../src/keys/leader/wire.js';
import { KEY_TOPIC, KeyMail } from '../../src/session/key-mail.js';
import { systemClock } from '../../src/base/index.js';
import type { Fault, Replacements } from '../e2e/support/bundle.js';
import type { PageHandle } from '../e2e/support/page-handle.js';
import { startSignalProxy, type SignalProxy } from '../e2e/support/signal-proxy.js';
import { until } from '../e2e/support/until.js';
import { startWorld, type World } from '../e2e/support/world.js';
import type { Attacker } from './cast.js';
import type { LeaderApi } from './pages/leader.js';
import type { AttackerApi } from './pages/attacker.js';

/** The cryptography of the product, for what the server and hostile members make themselves. */
export const primitives = realPrimitives();

export type Person = PageHandle<LeaderApi> & { readonly identity: string };

export interface PersonOptions {
  /** Says something all the time; everybody else listens. */
  readonly speaks?: boolean;
  /** Behind a server that lies to this one alone. */
  readonly proxy?: SignalProxy;
  /** A build without these rules. */
  readonly without?: readonly LeaderFault[];
  /** A build with a fault in one file. */
  readonly fault?: { readonly file: string } & Fault;
  /** What the network does to it from the first packet on. */
  readonly rules?: Parameters<LeaderApi['rules']>[0];
}

export interface LeaderCast {
  readonly world: World;
  room: string;
  /** Opens a page and begins to join; `joined` resolves with the join's error code, empty if there is none. */
  enter(identity: string, options?: PersonOptions): Promise<{ page: Person; joined: Promise<string> }>;
  /** As `enter`, and waits until this one is in and proved to all of `among`. */
  person(identity: string, options?: PersonOptions, among?: readonly Person[]): Promise<Person>;
  attacker(identity: string): Promise<Attacker>;
  proxy(): Promise<SignalProxy>;
  close(): Promise<void>;
}

export async function assembleLeader(label: string): Promise<LeaderCast> {
  const world = await startWorld();
  const proxies: SignalProxy[] = [];
  const cast: LeaderCast = {
    world,
    room: world.room(label),
    async enter(identity, { speaks = false, proxy, without, fault, rules } = {}) {
      const page = await world.open<LeaderApi>('test/hostile/pages/leader.ts', {
        replacements: weakened(without, fault),
      });
      if (rules) await page.call('rules', rules);
      const url = proxy?.url ?? world.livekit.url;
      const joined = page.call('join', cast.room, url, world.token({ room: cast.room, identity }), identity, speaks);
      return { page: Object.assign(page, { identity }), joined };
    },
    async person(identity, options = {}, among = []) {
      const { page, joined } = await cast.enter(identity, options);
      expect(await joined).to.equal('');
      await untilProved(page, ...among);
      return page;
    },
    async attacker(identity) {
      const page = await world.open<AttackerApi>('test/hostile/pages/attacker.ts');
      await page.call('join', world.livekit.url, world.token({ room: cast.room, identity }));
      return page;
    },
    async proxy() {
      const proxy = await startSignalProxy(world.livekit.url);
      proxies.push(proxy);
      return proxy;
    },
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await world.close();
    },
  };
  return cast;
}

/** Builds without a rule: the provider's own list of them, or a fault planted in one file. */
function weakened(without: readonly LeaderFault[] | undefined, fault: PersonOptions['fault']): Replacements {
  const list = without?.map((name) => `'${name}'`).join(', ');
  return {
    ...(list && { 'src/keys/leader/index.ts': { find: 'faults: new Set()', put: `faults: new Set([${list}])` } }),
    ...(fault && { [fault.file]: { find: fault.find, put: fault.put } }),
  };
}

export const stateOf = (page: Person): Promise<SessionState> => page.call('state');
export const codeOf = async (page: Person): Promise<string> => (await stateOf(page)).securityCode?.code.join(' ') ?? '';
export const leaderOf = async (page: Person): Promise<string> =>
  (await stateOf(page)).securityCode?.leader.identity ?? '';
export const epochOf = async (page: Person): Promise<number> => (await stateOf(page)).encryption.epoch ?? -1;

export async function seenAs(page: Person, identity: string): Promise<string | undefined> {
  return (await stateOf(page)).others.find((other) => other.identity === identity)?.encryption;
}

/** Waits until these are proved to each other, and show one code. */
export async function untilProved(...people: readonly Person[]): Promise<void> {
  await until(
    `${people.map(({ identity }) => identity).join(', ')} are proved to each other`,
    async () => {
      const codes = new Set<string>();
      for (const page of people) {
        const { others, securityCode } = await stateOf(page);
        codes.add(securityCode?.code.join(' ') ?? '');
        for (const { identity } of people) {
          if (identity === page.identity) continue;
          const seen = others.find((other) => other.identity === identity)?.encryption;
          expect(seen, `${page.identity} sees ${identity}`).to.be.oneOf(['encrypted', 'verified']);
        }
      }
      expect([...codes], 'codes').to.have.length(1);
      return true;
    },
    { within: 60_000, every: 100 },
  );
}

/** Waits until `page` has heard `packets` more of `identity`. */
export async function untilHears(page: Person, identity: string, packets = 10): Promise<void> {
  const before = await page.call('heard', identity);
  await until(
    `${page.identity} hears ${identity}`,
    async () => (await page.call('heard', identity)) >= before + packets,
  );
}

export async function alarmsOf(page: Person): Promise<{ readonly code: string; readonly identity: string }[]> {
  return (await page.call('facts')).flatMap(({ type, detail }) =>
    type === 'encryption-violation' ? [detail as { code: string; identity: string }] : [],
  );
}

export interface Said {
  readonly to: readonly string[];
  readonly message: Uint8Array<ArrayBuffer>;
  readonly envelope: Envelope;
}

/** Every key message this page has sent, to all or to one: the SFU sees them all. */
export async function saidBy(page: Person, ...types: readonly MessageType[]): Promise<Said[]> {
  const mail = new KeyMail(
    systemClock,
    async () => undefined,
    () => undefined,
  );
  return (await page.call('sent')).flatMap(({ to, topic, data }) => {
    const found = topic === KEY_TOPIC && mail.receive(to.join(), Buffer.from(data, 'base64'));
    if (!found) return [];
    const message = Uint8Array.from(found);
    const envelope = parseEnvelope(message);
    return types.length === 0 || types.includes(envelope.type) ? [{ to, message, envelope }] : [];
  });
}

/** A key message as one packet, in base64. */
export const asPacket = (message: Uint8Array): string => Buffer.concat([Buffer.of(0), message]).toString('base64');
