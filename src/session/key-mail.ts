import { SecureMeetingError, concat, type Clock } from '../base/index.js';

/** The topic of key agreement: the only one whose messages are not sealed, because they authenticate themselves. */
export const KEY_TOPIC = 'sm/keys';

/** Bytes of one packet. */
const PACKET = 15_000;
/** Bytes of one message. */
const MESSAGE = 1_000_000;
const HEADER = 9;
/** Unfinished messages per sender, and milliseconds after which one is forgotten. */
const UNFINISHED = 2;
const PATIENCE = 10_000;
/** Senders with something unfinished; the SFU can name as many as it likes. */
const SENDERS = 64;

interface Parts {
  readonly since: number;
  readonly chunks: (Uint8Array | undefined)[];
  missing: number;
  size: number;
}

/**
 * Carries the providers' messages over packets. One that fits is `00 ‖ message`; a longer one is cut into
 * `01 ‖ id (4) ‖ index (2) ‖ count (2) ‖ part`, big-endian. Nothing here authenticates: a forged part can only spoil
 * the message it names, and whoever can forge one could drop it as well.
 */
export class KeyMail {
  readonly #clock: Clock;
  readonly #send: (topic: string, to: string | null, payload: Uint8Array) => Promise<void>;
  readonly #sendNow: (topic: string, payload: Uint8Array) => void;
  readonly #unfinished = new Map<string, Map<number, Parts>>();

  constructor(
    clock: Clock,
    send: (topic: string, to: string | null, payload: Uint8Array) => Promise<void>,
    sendNow: (topic: string, payload: Uint8Array) => void,
  ) {
    this.#clock = clock;
    this.#send = send;
    this.#sendNow = sendNow;
  }

  /** @throws SecureMeetingError `room-message-too-long`, `network-data-failed`. */
  async send(to: string | null, message: Uint8Array): Promise<void> {
    if (message.length > MESSAGE) throw new SecureMeetingError('room-message-too-long');
    await Promise.all(packets(message).map((packet) => this.#send(KEY_TOPIC, to, packet)));
  }

  sendNow(message: Uint8Array): void {
    for (const packet of packets(message)) this.#sendNow(KEY_TOPIC, packet);
  }

  /** The message that `packet` completes, if it does. Anything malformed is dropped. */
  receive(from: string, packet: Uint8Array): Uint8Array | undefined {
    if (packet.length < 2 || packet.length > PACKET) return undefined;
    if (packet[0] === 0) return packet.slice(1);
    if (packet[0] !== 1 || packet.length <= HEADER) return undefined;
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    const [id, index, count] = [view.getUint32(1), view.getUint16(5), view.getUint16(7)];
    if (count < 2 || index >= count || count > Math.ceil(MESSAGE / (PACKET - HEADER))) return undefined;
    const parts = this.#parts(from, id, count);
    if (!parts || parts.chunks.length !== count || parts.chunks[index]) return undefined;
    parts.chunks[index] = packet.slice(HEADER);
    parts.missing--;
    parts.size += packet.length - HEADER;
    if (parts.size > MESSAGE) this.#forget(from, id);
    if (parts.missing > 0 || parts.size > MESSAGE) return undefined;
    this.#forget(from, id);
    return concat(...(parts.chunks as Uint8Array[]));
  }

  #parts(from: string, id: number, count: number): Parts | undefined {
    const now = this.#clock.now();
    for (const [sender, messages] of this.#unfinished) {
      for (const [old, { since }] of messages) if (now - since > PATIENCE) messages.delete(old);
      if (messages.size === 0) this.#unfinished.delete(sender);
    }
    let messages = this.#unfinished.get(from);
    if (!messages) {
      if (this.#unfinished.size >= SENDERS) return undefined;
      this.#unfinished.set(from, (messages = new Map<number, Parts>()));
    }
    let parts = messages.get(id);
    if (!parts) {
      if (messages.size >= UNFINISHED) return undefined;
      messages.set(
        id,
        (parts = { since: now, chunks: new Array<Uint8Array | undefined>(count), missing: count, size: 0 }),
      );
    }
    return parts;
  }

  #forget(from: string, id: number): void {
    const messages = this.#unfinished.get(from);
    messages?.delete(id);
    if (messages?.size === 0) this.#unfinished.delete(from);
  }
}

function packets(message: Uint8Array): Uint8Array[] {
  if (message.length < PACKET) return [concat(Uint8Array.of(0), message)];
  const room = PACKET - HEADER;
  const count = Math.ceil(message.length / room);
  const id = crypto.getRandomValues(new Uint8Array(4));
  return Array.from({ length: count }, (_, index) =>
    concat(
      Uint8Array.of(1),
      id,
      Uint8Array.of(index >> 8, index & 255, count >> 8, count & 255),
      message.subarray(index * room, (index + 1) * room),
    ),
  );
}
