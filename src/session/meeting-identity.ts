import { createIdentityKey, restoreIdentityKey, type IdentityKey } from '../crypto/index.js';
import { fromUtf8, utf8 } from '../base/index.js';
import { openTabStore, type TabStore } from './tab-store.js';

/** Rooms this page is in, each with the places that are taken: two meetings of one room on one page are two members. */
const taken = new Map<string, Set<number>>();

/**
 * Who this tab is in one meeting: the identity the token endpoint gave and the meeting's signing key. Kept for the tab
 * until `forget`, so that a reload returns as the same member.
 */
export class MeetingIdentity {
  readonly #store: TabStore;
  readonly #room: string;
  readonly #place: number;
  readonly key: IdentityKey;
  /** What to ask the token endpoint for; undefined the first time. */
  readonly known: string | undefined;

  private constructor(store: TabStore, room: string, place: number, key: IdentityKey, known: string | undefined) {
    this.#store = store;
    this.#room = room;
    this.#place = place;
    this.key = key;
    this.known = known;
  }

  static async of(room: string): Promise<MeetingIdentity> {
    const places = taken.get(room) ?? new Set<number>();
    taken.set(room, places);
    let place = 0;
    while (places.has(place)) place++;
    places.add(place);
    const store = await openTabStore(room);
    const pair = await store.getKeys(`member.${place}.ik`).catch(() => undefined);
    const bytes = await store.get(`member.${place}.identity`).catch(() => undefined);
    const restored = pair && (await restoreIdentityKey(pair).catch(() => undefined));
    const key = restored ?? (await createIdentityKey());
    // An identity without its key would come back as somebody else under a known name.
    return new MeetingIdentity(store, room, place, key, restored && bytes ? fromUtf8(bytes) : undefined);
  }

  /** Whether a reload of the tab will return as this member. */
  get persistent(): boolean {
    return this.#store.persistent && this.key.keyPair !== undefined;
  }

  /** A little storage for the key provider, in the same place. */
  get storage(): {
    get(key: string): Promise<Uint8Array | undefined>;
    put(key: string, value: Uint8Array): Promise<void>;
    delete(key: string): Promise<void>;
  } {
    const name = (key: string): string => `member.${this.#place}.provider.${key}`;
    return {
      get: (key) => this.#store.get(name(key)),
      put: (key, value) => this.#store.put(name(key), value),
      delete: (key) => this.#store.delete(name(key)),
    };
  }

  /** Keeps the identity the SFU confirmed. */
  async keep(identity: string): Promise<void> {
    await this.#store.put(`member.${this.#place}.identity`, utf8(identity));
    if (this.key.keyPair) await this.#store.putKeys(`member.${this.#place}.ik`, this.key.keyPair);
  }

  /** Ends the membership: nothing of it is left in this tab. (A link secret beside it is the page's.) */
  async forget(): Promise<void> {
    this.release();
    this.key.drop();
    await this.#store.clear(`member.${this.#place}.`).catch(() => undefined);
  }

  /** The place may be taken again by this page; what is stored stays. */
  release(): void {
    taken.get(this.#room)?.delete(this.#place);
  }
}
