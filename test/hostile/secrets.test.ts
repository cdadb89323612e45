/**
 * Secrets of a meeting held with the element occur in no place where somebody else would read them. The search is shown to
 * work first: a canary is planted in every place, and must be found there.
 */
import { expect } from 'chai';
import type { PageHandle } from '../e2e/support/page-handle.js';
import { pause, until } from '../e2e/support/until.js';
import { startWorld, type World } from '../e2e/support/world.js';
import { groupSecret } from '../../src/keys/passphrase/secret.js';
import type { ElementApi } from './pages/element.js';

type Person = PageHandle<ElementApi>;

const PLACES = [
  'attributes',
  'address',
  'local storage',
  'session storage',
  'cookies',
  'databases',
  'console',
  'console of a worker',
  'event details',
  'server log',
] as const;
type Place = (typeof PLACES)[number];

/** Everything that the browser keeps or shows, as text; bytes as latin1, so that text inside them is found. */
async function shown(page: Person): Promise<Partial<Record<Place, string>>> {
  return page.page.evaluate(async () => {
    const open = (name: string): Promise<IDBDatabase> =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('no database'));
      });
    const all = (store: IDBObjectStore): Promise<unknown[]> =>
      new Promise((resolve) => {
        const values = store.getAll();
        const keys = store.getAllKeys();
        keys.onsuccess = () => resolve([...(values.result as unknown[]), ...keys.result]);
      });
    const text = (_key: string, value: unknown): unknown => {
      const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
      return bytes instanceof Uint8Array ? Array.from(bytes, (byte) => String.fromCharCode(byte)).join('') : value;
    };
    const databases: unknown[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await open(name!);
      for (const store of database.objectStoreNames)
        databases.push(name, store, await all(database.transaction(store).objectStore(store)));
      database.close();
    }
    return {
      address: location.href,
      'local storage': JSON.stringify(Object.entries(localStorage)),
      'session storage': JSON.stringify(Object.entries(sessionStorage)),
      cookies: document.cookie,
      databases: JSON.stringify(databases, text),
    };
  });
}

/** Chromium's own words when it can't reach a WebSocket: they name the address, and LiveKit's has the token in it. */
const BROWSERS_OWN = /^error: WebSocket connection to '/;

describe('Secrets of a meeting', () => {
  let world: World;
  const tokens = new Map<string, string>();
  before(async () => {
    world = await startWorld({ livekit: { logging: { level: 'debug' } } });
    world.server.handle('/token', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const { room_name } = JSON.parse(body) as { room_name: string };
      const identity = new URL(request.url!, world.server.origin).searchParams.get('as')!;
      const token = world.token({ room: room_name, identity });
      tokens.set(`token ${tokens.size} of ${identity}`, token);
      response
        .writeHead(201, { 'content-type': 'application/json' })
        .end(JSON.stringify({ server_url: world.livekit.url, participant_token: token }));
    });
  });
  afterEach(() => world.closePages());
  after(() => world.close());

  /** A page with the element on it; `fragment` as in an invitation. */
  async function open(room: string, identity: string, keySource: 'link' | 'prompt', fragment = ''): Promise<Person> {
    const page = await world.visit<ElementApi>((await world.server.page('test/hostile/pages/element.ts')) + fragment);
    await page.call('start', {
      room,
      'token-endpoint': `${world.server.origin}/token?as=${identity}`,
      'display-name': identity,
      'key-provider': 'passphrase',
      'key-source': keySource,
      'start-camera-off': '',
    });
    return page;
  }
  async function places(page: Person): Promise<Record<Place, string>> {
    const console = page.console.filter((line) => !BROWSERS_OWN.test(line)).join('\n');
    return {
      ...((await shown(page)) as Record<Place, string>),
      attributes: await page.call('attributes'),
      console,
      'console of a worker': console,
      'event details': JSON.stringify(await page.call('events')),
      'server log': world.livekit.logLines().join('\n'),
    };
  }
  /** As it is, and in every form in which it would be written down without meaning to. */
  const forms = (secret: string | Uint8Array): string[] => {
    const bytes = Buffer.from(secret as string);
    const encoded = [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')];
    if (typeof secret !== 'string') return [...encoded, bytes.join(), bytes.toString('latin1')];
    const raw = Buffer.from(secret, 'base64url');
    return [secret, encodeURIComponent(secret), ...encoded].concat(
      raw.length >= 16 ? [raw.toString('hex'), raw.toString('latin1')] : [],
    );
  };
  const foundIn = (all: Record<Place, string>, secret: string | Uint8Array): Place[] =>
    PLACES.filter((place) => forms(secret).some((form) => all[place].includes(form)));

  it('would be found in every place', async () => {
    const canaries = Object.fromEntries(PLACES.map((place, i) => [place, `canary-${i}-in-the-coal-mine`]));
    const room = canaries['server log']!;
    const link = '#sm-key=q1w2e3r4t5y6u7i8o9p0aA';
    const [watcher, page] = await Promise.all([
      open(room, 'watcher', 'link', link),
      open(room, canaries['event details']!, 'link', link),
    ]);
    await page.call('plant', canaries['attributes']!);
    await page.page.evaluate(async (planted) => {
      history.replaceState(null, '', `#${planted['address']}`);
      localStorage.setItem('x', planted['local storage']!);
      sessionStorage.setItem('x', planted['session storage']!);
      document.cookie = `x=${planted['cookies']}`;
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('x', 1);
        request.onupgradeneeded = () => request.result.createObjectStore('x');
        request.onerror = () => reject(new Error('no database'));
        request.onsuccess = () => {
          const put = request.result.transaction('x', 'readwrite').objectStore('x');
          put.put({ deep: [new TextEncoder().encode(planted['databases'])] }, 1).onsuccess = () => resolve();
        };
      });
      console.log(planted['console']);
      const code = `console.log(${JSON.stringify(planted['console of a worker'])})`;
      new Worker(URL.createObjectURL(new Blob([code])));
    }, canaries);
    expect(await watcher.call('join')).to.equal('');
    expect(await page.call('join')).to.equal('');
    await until('the canary is in an event', async () => {
      return foundIn(await places(watcher), canaries['event details']!).includes('event details');
    });
    await until('a canary is found in every other place', async () => {
      const all = await places(page);
      const blind = PLACES.filter(
        (place) => place !== 'event details' && !foundIn(all, canaries[place]!).includes(place),
      );
      return blind.length === 0 || void (unseen = blind);
    }).catch((error: unknown) => {
      throw new Error(`${String(error)} in ${unseen.join()}`);
    });
  });
  let unseen: readonly Place[] = [];

  for (const keySource of ['link', 'prompt'] as const)
    it(`key-source="${keySource}": occur in no attribute, address, storage in clear, console, event detail or server log`, async () => {
      const room = world.room('secrets');
      const kind = keySource === 'link' ? 'link' : 'phrase';
      const value = kind === 'link' ? 'Zm9vYmFyc2VjcmV0bGluaw' : 'nine red herrings, swimming';
      const secrets = new Map<string, string | Uint8Array>([
        [kind, value],
        ['group secret', await groupSecret({ kind, value }, room)],
        ['chat to all', 'the eagle lands at midnight'],
        ['private chat', 'the fox knows nothing of it'],
      ]);
      tokens.clear();
      const people = await Promise.all(
        ['alice', 'bob'].map(async (identity) => {
          const page = await open(room, identity, keySource, kind === 'link' ? `#sm-key=${value}` : '');
          const joined = page.call('join');
          if (keySource === 'prompt') {
            await page.page.locator('>>> input[name="passphrase"]').fill(value);
            expect(await seen([page], secrets), 'while it is typed').to.deep.equal({});
            await page.page.locator('>>> form [part="button-primary"]').click();
          }
          expect(await joined).to.equal('');
          expect(await page.call('setCamera', true)).to.equal('');
          return page;
        }),
      );
      const [alice, bob] = people as [Person, Person];
      for (const page of people)
        await until('both are proved', async () => {
          const state = await page.call('state');
          return state?.encryption.state === 'encrypted' && state.others.length === 1;
        });
      expect(await alice.call('chat', secrets.get('chat to all') as string)).to.equal('');
      expect(await alice.call('chat', secrets.get('private chat') as string, 'bob')).to.equal('');
      await until('both messages arrive', async () => (await bob.call('state'))?.chat.length === 2);
      for (const [name, token] of tokens) secrets.set(name, token);
      for (const page of people)
        for (const key of await page.call('keys')) secrets.set(`key ${key.slice(0, 4)}`, Buffer.from(key, 'base64'));
      expect(secrets.size, 'keys that were used').to.be.greaterThan(10);
      await pause(1_000);
      expect(await seen(people, secrets)).to.deep.equal({});

      // The server goes: what the browser itself prints of it is its own; ours is silent.
      await world.livekit.kill();
      await until('it is noticed', async () => (await bob.call('state'))?.phase === 'reconnecting', { within: 30_000 });
      await pause(2_000);
      expect(await seen(people, secrets)).to.deep.equal({});
      await world.livekit.restart();
      await until('they are back', async () => (await bob.call('state'))?.encryption.state === 'encrypted', {
        within: 60_000,
      });
      for (const [name, token] of tokens) secrets.set(name, token);
      await alice.call('leave');
      await until('Alice is gone', async () => (await bob.call('state'))?.others.length === 0);
      expect(await seen(people, secrets)).to.deep.equal({});
    });

  /** Which secrets are seen where. */
  async function seen(
    people: readonly Person[],
    secrets: ReadonlyMap<string, string | Uint8Array>,
  ): Promise<Record<string, Place[]>> {
    const found: Record<string, Place[]> = {};
    for (const page of people) {
      const all = await places(page);
      for (const [name, secret] of secrets) {
        const where = foundIn(all, secret);
        if (where.length > 0) found[name] = [...(found[name] ?? []), ...where];
      }
    }
    return found;
  }
});
