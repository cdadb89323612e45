/**
 * A little storage for this tab and one room, so that a reload returns as the same member (design 1, lifecycle 5).
 *
 * Values are sealed with AES-256-GCM under a key that is made in this browser, not extractable, and kept in IndexedDB;
 * a copy of the database without the browser's own key store is noise. Entries belong to the tab: another tab, also
 * one made by "duplicate tab", sees none of them. They end with `clear()` (at leave) or after 12 hours.
 *
 * Without IndexedDB (blocked, some private modes) the same interface keeps values in memory: `persistent` is false.
 */
import { SecureMeetingError, owned, toHex, utf8, type Bytes } from '../base/index.js';
import { currentTab } from './tab-id.js';

export interface TabStore {
  /** Whether values outlive a reload of the tab. */
  readonly persistent: boolean;
  /** The value put last; undefined when there is none, it is older than 12 h, or it does not authenticate. */
  get(name: string): Promise<Bytes | undefined>;
  /** Seals and stores a copy of `value`; the caller keeps its own and may overwrite it. */
  put(name: string, value: Uint8Array): Promise<void>;
  /** A non-extractable key or key pair put by `putKeys`. */
  getKeys(name: string): Promise<CryptoKeyPair | undefined>;
  /** Stores keys by structured clone: their bytes are never seen. Not for X25519 (WebKit can't read those back). */
  putKeys(name: string, keys: CryptoKeyPair): Promise<void>;
  delete(name: string): Promise<void>;
  /** Deletes all of this tab and room whose name begins with `prefix`. */
  clear(prefix?: string): Promise<void>;
}

/** Milliseconds after which an entry counts as gone: a tab that was restored days later joins as somebody new. */
export const TAB_STORE_LIFETIME = 12 * 60 * 60 * 1000;

const DATABASE = 'secure-meeting';
const KEYS = 'keys';
const ITEMS = 'items';
const SEAL = 'seal';

interface Item {
  readonly id: string;
  readonly at: number;
  readonly iv?: Bytes;
  readonly sealed?: Bytes;
  readonly keys?: CryptoKeyPair;
}

/** Opens the storage of this tab for `room`. Never rejects: where nothing can be stored it is kept in memory. */
export async function openTabStore(room: string): Promise<TabStore> {
  try {
    const tab = await currentTab();
    if (tab === undefined || typeof indexedDB === 'undefined') return memoryStore(room);
    const database = await open();
    const seal = await sealingKey(database);
    await forgetOld(database);
    const roomId = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(room)))).slice(0, 32);
    return new SealedStore(database, seal, `${tab}/${roomId}/`);
  } catch {
    return memoryStore(room);
  }
}

class SealedStore implements TabStore {
  readonly persistent = true;
  readonly #database: IDBDatabase;
  readonly #seal: CryptoKey;
  readonly #prefix: string;

  constructor(database: IDBDatabase, seal: CryptoKey, prefix: string) {
    this.#database = database;
    this.#seal = seal;
    this.#prefix = prefix;
  }

  async get(name: string): Promise<Bytes | undefined> {
    const item = await this.#read(name);
    if (!item?.iv || !item.sealed) return undefined;
    try {
      return new Uint8Array(await crypto.subtle.decrypt(this.#cipher(item.id, item.iv), this.#seal, item.sealed));
    } catch {
      return undefined;
    }
  }

  async put(name: string, value: Uint8Array): Promise<void> {
    const id = this.#prefix + name;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = new Uint8Array(await crypto.subtle.encrypt(this.#cipher(id, iv), this.#seal, owned(value)));
    await this.#write({ id, at: Date.now(), iv, sealed });
  }

  async getKeys(name: string): Promise<CryptoKeyPair | undefined> {
    return (await this.#read(name))?.keys;
  }

  async putKeys(name: string, keys: CryptoKeyPair): Promise<void> {
    await this.#write({ id: this.#prefix + name, at: Date.now(), keys });
  }

  async delete(name: string): Promise<void> {
    await run(this.#items('readwrite').delete(this.#prefix + name));
  }

  async clear(prefix = ''): Promise<void> {
    const from = this.#prefix + prefix;
    await run(this.#items('readwrite').delete(IDBKeyRange.bound(from, `${from}\uffff`)));
  }

  async #read(name: string): Promise<Item | undefined> {
    const item = await run<Item | undefined>(this.#items('readonly').get(this.#prefix + name));
    return item && Date.now() - item.at < TAB_STORE_LIFETIME ? item : undefined;
  }

  async #write(item: Item): Promise<void> {
    try {
      await run(this.#items('readwrite').put(item));
    } catch (cause) {
      throw new SecureMeetingError('browser-storage-unavailable', { cause });
    }
  }

  #items(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(ITEMS, mode).objectStore(ITEMS);
  }

  /** The id is additional data: a value moved to another name, room or tab does not open. */
  #cipher(id: string, iv: Bytes): AesGcmParams {
    return { name: 'AES-GCM', iv, additionalData: utf8(`sm/1 tab-store ${id}`) };
  }
}

const memory = new Map<string, Map<string, Bytes | CryptoKeyPair>>();

/** One map per room for the life of the page, so that element and session see the same values. */
function memoryStore(room: string): TabStore {
  let values = memory.get(room);
  if (!values) memory.set(room, (values = new Map<string, Bytes | CryptoKeyPair>()));
  const map = values;
  return {
    persistent: false,
    get: async (name) => {
      const value = map.get(name);
      return value instanceof Uint8Array ? value.slice() : undefined;
    },
    put: async (name, value) => void map.set(name, new Uint8Array(value)),
    getKeys: async (name) => {
      const value = map.get(name);
      return value instanceof Uint8Array ? undefined : value;
    },
    putKeys: async (name, keys) => void map.set(name, keys),
    delete: async (name) => void map.delete(name),
    clear: async (prefix = '') => {
      for (const name of [...map.keys()]) if (name.startsWith(prefix)) map.delete(name);
    },
  };
}

let opening: Promise<IDBDatabase> | undefined;

/** One connection for the page; another try after a failure, or when another version of us asked us to let go. */
function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(KEYS);
      request.result.createObjectStore(ITEMS, { keyPath: 'id' });
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onversionchange = () => database.close();
      database.onclose = () => (opening = undefined);
      resolve(database);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  }).catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

/** The sealing key of this browser profile. Two tabs that make one at once end up with the one that was added first. */
async function sealingKey(database: IDBDatabase): Promise<CryptoKey> {
  const read = (): Promise<CryptoKey | undefined> =>
    run<CryptoKey | undefined>(database.transaction(KEYS, 'readonly').objectStore(KEYS).get(SEAL));
  const known = await read();
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await run(database.transaction(KEYS, 'readwrite').objectStore(KEYS).add(made, SEAL)).catch(() => undefined);
  return (await read()) ?? made;
}

async function forgetOld(database: IDBDatabase): Promise<void> {
  const items = database.transaction(ITEMS, 'readwrite').objectStore(ITEMS);
  const before = Date.now() - TAB_STORE_LIFETIME;
  await new Promise<void>((resolve, reject) => {
    const request = items.openCursor();
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return resolve();
      if ((cursor.value as Item).at < before) cursor.delete();
      cursor.continue();
    };
  });
}

function run<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = (event) => {
      event.preventDefault();
      reject(request.error);
    };
  });
}
