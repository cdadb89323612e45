import { toBase64Url } from '../../base/bytes.js';
import { openTabStore } from '../../session/tab-store.js';
import { secretFromPage, takeFromFragment } from './link-fragment.js';

const PARAMETER = 'sm-key';
const STORED = 'link-secret';
/** 128 random bits or more, base64url. */
const SECRET = /^[A-Za-z0-9_-]{22,512}$/;

/** A new secret of 128 random bits: 22 characters. */
export function newSecret(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
}

/** `url` with the secret in its fragment, after whatever else the fragment holds. */
export function withSecret(url: string, secret: string): string {
  const link = new URL(url, location.href);
  const kept = takeFromFragment(link.hash).rest.replace(/^#/, '');
  link.hash = `${kept}${kept ? '&' : ''}${PARAMETER}=${secret}`;
  return link.href;
}

/** The secret of the invitation, for one room: from the address bar, from before a reload of this tab, or new. */
export class LinkSecret {
  #room: string | undefined;
  #secret: string | undefined;
  #seen: string | undefined;

  /** The secret for `room`; undefined when there is none or the link's was cut off. */
  async get(room: string): Promise<string | undefined> {
    const fromPage = secretFromPage();
    if (fromPage !== undefined && fromPage !== this.#seen) {
      this.#seen = fromPage;
      // A link that was cut off must not silently fall back to an older secret.
      if (SECRET.test(fromPage)) await this.#keep(room, fromPage);
      else {
        this.#room = room;
        this.#secret = undefined;
      }
    }
    if (this.#room === room) return this.#secret;
    const stored = await (await openTabStore(room)).get(STORED);
    const secret = stored && new TextDecoder().decode(stored);
    this.#room = room;
    this.#secret = secret && SECRET.test(secret) ? secret : undefined;
    return this.#secret;
  }

  /** The secret for `room`, made now if there is none. */
  async make(room: string): Promise<string> {
    const secret = (await this.get(room)) ?? newSecret();
    await this.#keep(room, secret);
    return secret;
  }

  async #keep(room: string, secret: string): Promise<void> {
    this.#room = room;
    this.#secret = secret;
    await (await openTabStore(room)).put(STORED, new TextEncoder().encode(secret));
  }
}
