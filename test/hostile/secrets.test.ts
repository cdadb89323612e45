/**
 * Secrets of a meeting occur in no place where somebody else would read them. The search is shown to work first: a canary
 * is planted in every place, and must be found there.
 */
import { expect } from 'chai';
import type { PageHandle } from '../e2e/support/page-handle.js';
import { pause, until } from '../e2e/support/until.js';
import { startWorld, type World } from '../e2e/support/world.js';
import type { MeetingApi } from './pages/meeting.js';

type Person = PageHandle<MeetingApi>;

const PLACES = [
  'document',
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
      document: document.documentElement.outerHTML,
      address: location.href,
      'local storage': JSON.stringify(Object.entries(localStorage)),
      'session storage': JSON.stringify(Object.entries(sessionStorage)),
      cookies: document.cookie,
      databases: JSON.stringify(databases, text),
    };
  });
}

describe('Secrets of a meeting', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ livekit: { logging: { level: 'debug' } } });
  });
  after(() => world.close());

  async function places(page: Person): Promise<Record<Place, string>> {
    return {
      ...((await shown(page)) as Record<Place, string>),
      console: page.console.join('\n'),
      'console of a worker': page.console.join('\n'),
      'event details': JSON.stringify(await page.call('facts')),
      'server log': world.livekit.logLines().join('\n'),
    };
  }
  /** As it is, and in every form in which it would be written down without meaning to. */
  const forms = (secret: string): string[] => {
    const bytes = Buffer.from(secret);
    const raw = Buffer.from(secret, 'base64url');
    return [
      secret,
      encodeURIComponent(secret),
      bytes.toString('hex'),
      bytes.toString('base64'),
      bytes.toString('base64url'),
    ].concat(raw.length >= 16 ? [raw.toString('hex'), raw.toString('latin1')] : []);
  };
  const foundIn = (all: Record<Place, string>, secret: string): Place[] =>
    PLACES.filter((place) => forms(secret).some((form) => all[place].includes(form)));

  it('would be found in every place', async () => {
    const page = await world.open<MeetingApi>('test/hostile/pages/meeting.ts');
    const canaries = Object.fromEntries(PLACES.map((place, i) => [place, `canary-${i}-in-the-coal-mine`]));
    await page.page.evaluate(async (planted) => {
      document.body.setAttribute('data-x', planted['document']!);
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
    const room = canaries['server log']!;
    const link = 'q1w2e3r4t5y6u7i8o9p0aA';
    const token = world.token({ room, identity: canaries['event details']! });
    const watcher = await world.open<MeetingApi>('test/hostile/pages/meeting.ts');
    await watcher.call('join', room, world.livekit.url, world.token({ room, identity: 'watcher' }), 'watcher', link);
    await page.call('join', room, world.livekit.url, token, 'somebody', link);
    await until('the canary is in an event', async () => {
      return foundIn(await places(watcher), canaries['event details']!).includes('event details');
    });
    await until('a canary is found in every other place', async () => {
      const all = await places(page);
      const blind = PLACES.filter(
        (place) => place !== 'event details' && !foundIn(all, canaries[place]!).includes(place),
      );
      return blind.length === 0;
    });
    await world.closePages();
  });

  it('occur in no attribute, address, storage in clear, console, event detail or server log', async () => {
    const room = world.room('secrets');
    const secrets: Record<string, string> = {
      link: 'Zm9vYmFyc2VjcmV0bGluaw',
      'chat to all': 'the eagle lands at midnight',
      'private chat': 'the fox knows nothing of it',
    };
    const [alice, bob] = await Promise.all(
      ['alice', 'bob'].map(async (identity) => {
        const page = await world.open<MeetingApi>('test/hostile/pages/meeting.ts');
        const token = world.token({ room, identity });
        secrets[`token of ${identity}`] = token;
        await page.call('join', room, world.livekit.url, token, identity, secrets['link']!);
        await page.call('setCamera', true);
        return page;
      }),
    );
    const seen = async (): Promise<Record<string, Place[]>> => {
      const found: Record<string, Place[]> = {};
      for (const page of [alice!, bob!]) {
        const all = await places(page);
        for (const [name, secret] of Object.entries(secrets)) {
          const where = foundIn(all, secret);
          if (where.length > 0) found[name] = [...(found[name] ?? []), ...where];
        }
      }
      return found;
    };
    await until('both are proved', async () => (await bob!.call('state')).encryption.state === 'encrypted');
    await alice!.call('chat', secrets['chat to all']!);
    await alice!.call('chat', secrets['private chat']!, 'bob');
    await until('both messages arrive', async () => (await bob!.call('state')).chat.length === 2);
    await pause(1_000);
    expect(await seen()).to.deep.equal({});
    await alice!.call('leave');
    await until('Alice is gone', async () => (await bob!.call('state')).others.length === 0);
    expect(await seen()).to.deep.equal({});
  });
});
