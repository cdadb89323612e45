import { SecureMeetingError, fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../base/index.js';
import type { Channel, Heard, Talk } from './channel.js';
import { parseTalk } from './talk.js';

/** The topic of a meeting without E2EE. Its appearance in an encrypted meeting shows that somebody joined in clear. */
export const OPEN_TOPIC = 'sm/open';

/** Bytes of one packet; the same bound as for sealed ones. */
const PACKET_LIMIT = 15_000;

/** Talk in clear, for a meeting without E2EE. Who sent it is the SFU's word, and the meeting says so. */
export class OpenChannel implements Channel {
  readonly #send: (topic: string, to: string | null, payload: Uint8Array) => Promise<void>;
  #heard: ((heard: Heard) => void) | undefined;

  constructor(send: (topic: string, to: string | null, payload: Uint8Array) => Promise<void>) {
    this.#send = send;
  }

  onHeard = (listener: (heard: Heard) => void): void => void (this.#heard = listener);
  onViolation = (): void => undefined;

  roster(): void {
    // Nobody vouches for anybody here.
  }

  handle(topic: string, from: string, payload: Uint8Array): void {
    if (topic !== OPEN_TOPIC || from === '' || payload.length > PACKET_LIMIT) return;
    let value: unknown;
    try {
      value = JSON.parse(fromUtf8(payload));
    } catch {
      return;
    }
    const talk = parseTalk(withBytes(value));
    const toMe = (value as { private?: unknown }).private === true;
    if (talk)
      this.#heard?.({ sender: { identity: from, binding: new Uint8Array() }, epoch: null, toMe, talk, missing: 0 });
  }

  async send(talk: Talk, to: string | null): Promise<void> {
    const plain = talk.type === 'file-part' ? { ...talk, data: toBase64Url(talk.data) } : talk;
    const payload = utf8(JSON.stringify({ ...plain, private: to !== null }));
    if (payload.length > PACKET_LIMIT) throw new SecureMeetingError('room-message-too-long');
    await this.#send(OPEN_TOPIC, to, payload);
  }

  dispose(): void {
    this.#heard = undefined;
  }
}

/** JSON has no bytes: a file's part travels as base64url. */
function withBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('data' in value) || typeof value.data !== 'string') return value;
  try {
    return { ...value, data: fromBase64Url(value.data) };
  } catch {
    return undefined;
  }
}
