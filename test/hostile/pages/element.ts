/** An honest participant as most are: the element on a page, with what the page and its scripts could see of it. */
import { define } from '../../../src/define/index.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { SessionState } from '../../../src/session/types.js';

const events: { readonly type: string; readonly detail: unknown }[] = [];
let element: SecureMeeting;
// The package says that its sources do nothing when imported; its bundles do.
define();

/** Raw keys that were handed to WebCrypto, and bits that came from it, in base64: what must be found nowhere. */
const keys = new Set<string>();
const note = (bytes: Uint8Array): void => {
  if (bytes.length >= 16 && bytes.length <= 64)
    keys.add(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
};
const { importKey, deriveBits } = SubtleCrypto.prototype;
SubtleCrypto.prototype.importKey = function (this: SubtleCrypto, ...args: unknown[]) {
  const [format, data] = args;
  if (format === 'raw' && data instanceof Uint8Array) note(data);
  return Reflect.apply(importKey, this, args) as Promise<CryptoKey>;
} as typeof importKey;
SubtleCrypto.prototype.deriveBits = async function (this: SubtleCrypto, ...args: Parameters<typeof deriveBits>) {
  const bits = await deriveBits.apply(this, args);
  note(new Uint8Array(bits.slice(0)));
  return bits;
};

const codeOf = (wish: Promise<unknown>): Promise<string> =>
  wish.then(
    () => '',
    (error: { code?: string; name: string }) => error.code ?? error.name,
  );

const api = {
  start(attributes: Readonly<Record<string, string>>): void {
    element = document.createElement('secure-meeting');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    const dispatch = element.dispatchEvent.bind(element);
    element.dispatchEvent = (event) => {
      events.push({ type: event.type, detail: (event as CustomEvent<unknown>).detail });
      return dispatch(event);
    };
    element.style.cssText = 'display:block;height:480px';
    document.body.append(element);
  },
  join: (): Promise<string> => codeOf(element.join()),
  setCamera: (on: boolean): Promise<string> => codeOf(element.session!.setCamera(on)),
  chat: (text: string, to?: string): Promise<string> =>
    codeOf(element.session!.sendChat(text, to === undefined ? {} : { to })),
  state: (): SessionState | undefined => element.session?.state,
  leave: (): Promise<void> => element.leave(),
  events: (): typeof events => events,
  keys: (): string[] => [...keys],
  /** Every attribute of every element, also within shadow roots. */
  attributes(): string {
    const all: string[] = [];
    const walk = (root: ParentNode): void => {
      for (const each of root.querySelectorAll('*')) {
        for (const { name, value } of each.attributes) all.push(`${name}=${value}`);
        if (each.shadowRoot) walk(each.shadowRoot);
      }
    };
    walk(document);
    return all.join('\n');
  },
  /** Puts an attribute on something in the element's shadow root. */
  plant(value: string): void {
    element.shadowRoot!.querySelector('*')!.setAttribute('data-x', value);
  },
};

export type ElementApi = typeof api;
Object.assign(globalThis, { api });
