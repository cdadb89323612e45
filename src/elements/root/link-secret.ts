import { toBase64Url } from '../../base/bytes.js';
import type { TabStore } from '../../session/tab-store.js';

const PARAMETER = 'sm-key';
/** 128 random bits or more, base64url. */
const SECRET = /^[A-Za-z0-9_-]{22,512}$/;
const FOUND = /(^#?|[&?])sm-key=([^&]*)/;

/** `fragment` without our parameter, everything else as it was, and what the parameter said. */
export function takeFromFragment(fragment: string): { readonly rest: string; readonly value: string | undefined } {
  const match = FOUND.exec(fragment);
  if (!match) return { rest: fragment, value: undefined };
  const before = fragment.slice(0, match.index);
  const after = fragment.slice(match.index + match[0].length);
  const mark = match[1] ?? '';
  // `&` belongs to our parameter; `#` and `?` introduce what else is there.
  const rest = mark === '&' ? before + after : before + mark + after.replace(/^&/, '');
  return { rest: rest === '#' || rest === '?' ? '' : rest, value: match[2] };
}

/** Takes the secret out of the address bar, at once; only our parameter leaves it. */
export function takeFromAddressBar(): string | undefined {
  const { rest, value } = takeFromFragment(location.hash);
  if (value === undefined) return undefined;
  history.replaceState(history.state, '', location.pathname + location.search + rest);
  return SECRET.test(value) ? value : '';
}

/** A new secret of 128 random bits: 22 characters. */
export function newSecret(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
}

/** `url` with the secret in its fragment, after whatever else the fragment holds. */
export function withSecret(url: string, secret: string): string {
  const link = new URL(url, location.href);
  const { rest } = takeFromFragment(link.hash);
  const kept = rest.replace(/^#/, '');
  link.hash = `${kept}${kept ? '&' : ''}${PARAMETER}=${secret}`;
  return link.href;
}

const STORED = 'link-secret';
/** What came with the page's address is the page's: every element with `key-source="link"` on it may use it. */
let fromPage: string | undefined;

/** The secret of the invitation, for one room: from the address bar, from before a reload of this tab, or new. */
export class LinkSecret {
  #room: string | undefined;
  #secret: string | undefined;

  /** Takes our parameter out of the address bar. True when there was one. */
  take(): boolean {
    const found = takeFromAddressBar();
    if (found === undefined) return false;
    fromPage = found;
    this.#room = undefined;
    return true;
  }

  /** The secret for `room`; an empty text when the link's was cut off; undefined when there is none. */
  async get(room: string): Promise<string | undefined> {
    if (this.#room === room) return this.#secret;
    if (fromPage) await this.#keep(room, fromPage);
    else {
      const stored = await (await open(room)).get(STORED);
      const secret = stored && new TextDecoder().decode(stored);
      this.#room = room;
      this.#secret = secret && SECRET.test(secret) ? secret : fromPage;
    }
    return this.#secret;
  }

  /** The secret for `room`, made now if there is none. */
  async make(room: string): Promise<string> {
    const secret = (await this.get(room)) || newSecret();
    await this.#keep(room, secret);
    return secret;
  }

  async #keep(room: string, secret: string): Promise<void> {
    this.#room = room;
    this.#secret = secret;
    await (await open(room)).put(STORED, new TextEncoder().encode(secret));
  }
}

async function open(room: string): Promise<TabStore> {
  return (await import('../../session/tab-store.js')).openTabStore(room);
}
