/** Whether this page may keep something. What is kept for that is deleted at once. */
const NAME = 'secure-meeting-selfcheck';

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as DOMException);
  });

/** A key that can be used and not read comes back from the database as it went in. */
export async function keepsKey(): Promise<boolean> {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
  const database = await done(opening);
  try {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
    const store = (): IDBObjectStore => database.transaction('keys', 'readwrite').objectStore('keys');
    await done(store().put(key, 'key'));
    const kept = (await done(store().get('key'))) as CryptoKey;
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, kept, new Uint8Array(1));
    return !kept.extractable;
  } finally {
    database.close();
    indexedDB.deleteDatabase(NAME);
  }
}

export function keepsText(): boolean {
  localStorage.setItem(NAME, 'x');
  const kept = localStorage.getItem(NAME) === 'x';
  localStorage.removeItem(NAME);
  return kept;
}
