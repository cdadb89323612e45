/**
 * The SFU's power over one participant's data, at the place where its packets come out of the browser: it can withhold
 * and delay them, and put in others under any name. What it does to signalling and media, the proxy and hostile
 * participants stage.
 */
import { DataPacket, DataPacket_Kind, UserPacket } from '@livekit/protocol';

/** Which packets a rule is about; what is left out fits everything. */
export interface Rule {
  readonly from?: readonly string[];
  readonly notFrom?: readonly string[];
  readonly topic?: string;
  /** Of key messages (docs/protocol.md, 6.1); a message in parts has none. */
  readonly types?: readonly number[];
  /** Milliseconds later, in order; `hold`: until `release`. */
  readonly then: 'drop' | 'hold' | number | { readonly slower: number };
}

/** A packet in base64, with whom the SFU names as its sender or recipients. */
export interface Packet {
  readonly from?: string;
  readonly to: readonly string[];
  readonly topic: string;
  readonly data: string;
}

type Handler = ((event: MessageEvent) => void) | null;

const held: (() => void)[] = [];
let rules: readonly (Rule & { readonly since: number })[] = [];
let receive: Handler = null;
const sent: Packet[] = [];

const userOf = (bytes: Uint8Array): { packet: DataPacket; user: UserPacket } | undefined => {
  const packet = DataPacket.fromBinary(bytes);
  return packet.value.case === 'user' ? { packet, user: packet.value.value } : undefined;
};
/** Of a whole key message: `00 ‖ a3 01 type …`. */
const typeOf = (payload: Uint8Array): number | undefined =>
  payload[0] === 0 && payload[1] === 0xa3 && payload[2] === 1 ? payload[3] : undefined;
const toText = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
export const fromText = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

function ruleFor(bytes: Uint8Array): (Rule & { readonly since: number }) | undefined {
  if (rules.length === 0) return undefined;
  const found = userOf(bytes);
  if (!found) return undefined;
  const { packet, user } = found;
  return rules.find(
    ({ from, notFrom, topic, types }) =>
      (!from || from.includes(packet.participantIdentity)) &&
      !notFrom?.includes(packet.participantIdentity) &&
      (topic === undefined || topic === user.topic) &&
      (!types || types.includes(typeOf(user.payload) ?? -1)),
  );
}

function arrive(event: MessageEvent, handler: (event: MessageEvent) => void): void {
  const rule = event.data instanceof ArrayBuffer ? ruleFor(new Uint8Array(event.data)) : undefined;
  if (!rule) return handler(event);
  const { then } = rule;
  if (then === 'drop') return;
  if (then === 'hold') return void held.push(() => handler(event));
  // A clock that runs slower: what came after t comes after t · factor.
  const wait = typeof then === 'number' ? then : (performance.now() - rule.since) * (then.slower - 1);
  setTimeout(() => handler(event), wait);
}

/** Puts the SFU between the page's data channels and whoever listens to them. To be called before anybody does. */
export function installNetwork(): void {
  const original = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'onmessage') as PropertyDescriptor;
  Object.defineProperty(RTCDataChannel.prototype, 'onmessage', {
    ...original,
    set(this: RTCDataChannel, handler: Handler) {
      if (handler && this.label === '_reliable') receive = handler;
      original.set?.call(this, handler && ((event: MessageEvent) => arrive(event, handler)));
    },
  });
  const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: Uint8Array) => void;
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
    const found = data instanceof Uint8Array ? userOf(data) : undefined;
    if (found)
      sent.push({
        to: [...new Set([...found.packet.destinationIdentities, ...found.user.destinationIdentities])],
        topic: found.user.topic ?? '',
        data: toText(found.user.payload),
      });
    send.call(this, data as Uint8Array);
  };
}

export const network = {
  /** Takes the place of the rules before; what was held back under them stays so. */
  rules(wanted: readonly Rule[]): void {
    const since = performance.now();
    rules = wanted.map((rule) => ({ ...rule, since }));
  },
  /** Everything held back arrives, in order. */
  release(): void {
    for (const arrives of held.splice(0)) arrives();
  },
  held: (): number => held.length,
  /** A packet that nobody sent, or somebody else, or long ago. */
  inject({ from = '', topic, data }: Packet): void {
    const packet = new DataPacket({ kind: DataPacket_Kind.RELIABLE, participantIdentity: from });
    packet.value = {
      case: 'user',
      value: new UserPacket({ topic, payload: fromText(data), participantIdentity: from }),
    };
    receive?.(new MessageEvent('message', { data: packet.toBinary().slice().buffer }));
  },
  /** What this page has sent, from the given one on. */
  sent: (from = 0): Packet[] => sent.slice(from),
};
