import { expect } from 'chai';
import { utf8 } from '../../../src/base/index.js';
import { openTabStore } from '../../../src/session/tab-store.js';

const database = async (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('secure-meeting', 1);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const items = async (): Promise<Record<string, unknown>[]> => {
  const db = await database();
  return new Promise((resolve) => {
    const request = db.transaction('items', 'readonly').objectStore('items').getAll();
    request.onsuccess = () => {
      db.close();
      resolve(request.result as Record<string, unknown>[]);
    };
  });
};

/** Every byte and character that rests in the database, as one text. */
const atRest = (value: unknown): string => {
  if (value instanceof ArrayBuffer) return atRest(new Uint8Array(value));
  if (ArrayBuffer.isView(value)) return String.fromCharCode(...new Uint8Array(value.buffer));
  if (value && typeof value === 'object') return Object.values(value).map(atRest).join('\n');
  return String(value);
};

describe('tab storage', () => {
  afterEach(async () => {
    for (const room of ['weekly', 'other']) await (await openTabStore(room)).clear();
  });

  it('gives back what was put, per room and name, and forgets it when cleared', async () => {
    const store = await openTabStore('weekly');
    expect(store.persistent).to.equal(true);
    await store.put('link', utf8('one'));
    await store.put('identity', utf8('two'));
    await store.put('link', utf8('three'));
    const again = await openTabStore('weekly');
    expect(await again.get('link')).to.deep.equal(utf8('three'));
    expect(await again.get('identity')).to.deep.equal(utf8('two'));
    expect(await (await openTabStore('other')).get('link')).to.equal(undefined);
    await again.delete('link');
    expect(await store.get('link')).to.equal(undefined);
    await store.clear();
    expect(await again.get('identity')).to.equal(undefined);
  });

  it('keeps no secret in clear, and its sealing key can not be exported', async () => {
    const store = await openTabStore('weekly');
    const secret = 'correct horse battery staple';
    await store.put('link', utf8(secret));
    const db = await database();
    // The search itself must be able to find it: planted once in clear, then taken away.
    await new Promise<void>((resolve) => {
      const write = db.transaction('items', 'readwrite');
      write.objectStore('items').put({ id: 'planted', at: Date.now(), sealed: utf8(secret) });
      write.oncomplete = () => resolve();
    });
    expect(atRest(await items())).to.contain(secret);
    await new Promise<void>((resolve) => {
      const write = db.transaction('items', 'readwrite');
      write.objectStore('items').delete('planted');
      write.oncomplete = () => resolve();
    });
    expect(atRest(await items())).not.to.contain(secret);
    const key = await new Promise<CryptoKey>((resolve) => {
      const request = db.transaction('keys', 'readonly').objectStore('keys').get('seal');
      request.onsuccess = () => resolve(request.result as CryptoKey);
    });
    db.close();
    expect(key.extractable).to.equal(false);
    for (let i = 0; i < sessionStorage.length; i++)
      expect(sessionStorage.getItem(sessionStorage.key(i) as string)).not.to.contain(secret);
  });

  it('does not open a value that was moved to another name', async () => {
    const store = await openTabStore('weekly');
    await store.put('a', utf8('secret of a'));
    await store.put('b', utf8('secret of b'));
    const rows = await items();
    const a = rows.find((row) => String(row['id']).endsWith('/a'));
    const b = rows.find((row) => String(row['id']).endsWith('/b'));
    const db = await database();
    await new Promise<void>((resolve) => {
      const write = db.transaction('items', 'readwrite');
      write.objectStore('items').put({ ...a, id: b?.['id'] });
      write.oncomplete = () => resolve();
    });
    db.close();
    expect(await store.get('b')).to.equal(undefined);
    expect(await store.get('a')).to.deep.equal(utf8('secret of a'));
  });

  it('forgets what is older than twelve hours', async () => {
    const store = await openTabStore('weekly');
    await store.put('old', utf8('yesterday'));
    const row = (await items()).find((item) => String(item['id']).endsWith('/old'));
    const db = await database();
    await new Promise<void>((resolve) => {
      const write = db.transaction('items', 'readwrite');
      write.objectStore('items').put({ ...row, at: Date.now() - 12 * 3_600_000 - 1 });
      write.oncomplete = () => resolve();
    });
    db.close();
    expect(await store.get('old')).to.equal(undefined);
    await openTabStore('weekly');
    expect((await items()).some((item) => String(item['id']).endsWith('/old'))).to.equal(false);
  });

  it('says so when the browser refuses to store, instead of losing it silently', async () => {
    const store = await openTabStore('weekly');
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    try {
      const code = await store.put('link', utf8('one')).then(
        () => undefined,
        (error: unknown) => (error as { code?: string }).code,
      );
      expect(code).to.equal('browser-storage-unavailable');
    } finally {
      IDBObjectStore.prototype.put = put;
    }
  });
});
