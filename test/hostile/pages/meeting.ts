/** An honest participant: the whole session, with the passphrase provider, as a page would use it. */
import { SecureMeetingSession } from '../../../src/defaults/index.js';
import { passphraseProvider } from '../../../src/keys/index.js';
import type { SessionFacts, SessionState } from '../../../src/session/types.js';

/** All workers of the page, so that the test can kill them. */
const workers: Worker[] = [];
globalThis.Worker = class extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    workers.push(this);
  }
};

/** What leaves over data channels, and a way to hold such packets back and to send others: what the SFU can do. */
const packets: { readonly channel: RTCDataChannel; readonly data: Uint8Array<ArrayBuffer> }[] = [];
let holding = false;
const sendAsIs = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: Uint8Array<ArrayBuffer>) => void;
RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
  if (data instanceof Uint8Array) packets.push({ channel: this, data: new Uint8Array(data) });
  if (!holding) sendAsIs.call(this, data as Uint8Array<ArrayBuffer>);
};

const FACTS = ['encryption-state', 'encryption-violation', 'participant-joined', 'left', 'error'] as const;
const facts: { readonly type: keyof SessionFacts; readonly detail: unknown }[] = [];
let session: SecureMeetingSession;

const api = {
  async join(room: string, serverUrl: string, token: string, name: string, link: string): Promise<void> {
    session = new SecureMeetingSession({
      room,
      serverUrl,
      token,
      displayName: name,
      keyProvider: passphraseProvider({ kind: 'link', value: link }),
    });
    for (const type of FACTS) session.on(type, (detail) => facts.push({ type, detail }));
    const shown = new Set<string>();
    session.subscribe(({ others }) => {
      for (const { identity } of others) {
        if (shown.has(identity)) continue;
        shown.add(identity);
        const video = document.createElement('video');
        // Of its own size, whatever comes: grown to its picture, one would push the next out of sight, where none is asked for.
        video.style.cssText = 'width:320px;height:180px';
        video.dataset['of'] = identity;
        document.body.append(video);
        session.attach(video, { identity, source: 'camera' });
      }
    });
    await session.join();
  },
  /** Which of its defences a weakened build does without from now on. */
  without: (defence: string): void => void Object.assign(globalThis, { without: defence }),
  hand: (up: boolean): Promise<void> => session.setHand(up),
  setCamera: (on: boolean): Promise<void> => session.setCamera(on),
  setMicrophone: (on: boolean): Promise<void> => session.setMicrophone(on),
  /** Says one text many times, as fast as it goes. */
  async babble(text: string, times: number): Promise<void> {
    for (let i = 0; i < times; i++) await session.sendChat(text);
  },
  /** What a build that measures it tells: bytes of unfinished messages. */
  kept: (): number => (globalThis as { kept?: number }).kept ?? 0,
  chat: (text: string, to?: string): Promise<void> => session.sendChat(text, to === undefined ? {} : { to }),
  state: (): SessionState => session.state,
  facts: (): typeof facts => facts,
  /** Whether a violation of this code was reported of this participant. Asked here: a flood makes thousands of facts. */
  violated: (code: string, identity: string): boolean =>
    facts.some(({ type, detail }) => {
      const seen = detail as { readonly code?: string; readonly identity?: string };
      return type === 'encryption-violation' && seen.code === code && seen.identity === identity;
    }),
  /** The beginnings of what was said. */
  texts: (): string[] => session.state.chat.map(({ text }) => text.slice(0, 100)),
  /** Whether the tile of this participant holds a picture. */
  shows: (identity: string): boolean =>
    [...document.querySelectorAll('video')].some(
      (video) => video.dataset['of'] === identity && video.srcObject !== null,
    ),
  killWorker: (): void => workers.forEach((worker) => worker.terminate()),
  /** Whether packets are held back from now on. */
  hold: (on: boolean): void => void (holding = on),
  /** `DataPacket`s in base64, in order, also those held back. */
  packets: (): string[] =>
    packets.map(({ data }) => btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''))),
  /** Sends bytes where the last packet went. */
  sendPacket: (packet: string): void =>
    sendAsIs.call(
      packets.at(-1)!.channel,
      Uint8Array.from(atob(packet), (char) => char.charCodeAt(0)),
    ),
  /** `DataPacket`s in base64, as if they came from the server just now. */
  receive(arrived: readonly string[]): void {
    const { channel } = packets.at(-1)!;
    for (const packet of arrived) {
      const data = Uint8Array.from(atob(packet), (char) => char.charCodeAt(0)).buffer;
      channel.dispatchEvent(new MessageEvent('message', { data }));
    }
  },
  leave: (): Promise<void> => session.leave(),
};

export type MeetingApi = typeof api;
Object.assign(globalThis, { api });
