/** What participants tell each other, as bytes; and the signature by which nobody can speak as another. */
import type { Bytes } from '../../base/index.js';
import type { VerifyKey } from '../../crypto/index.js';
import {
  MEETING_MAX,
  SIGNATURE_LENGTH,
  bool,
  bytes,
  decode,
  encode,
  purposed,
  record,
  text,
  uint,
  variant,
} from '../../crypto/index.js';
import { BINDING_LENGTH, type MeetingIdentityKey } from '../../keys/index.js';
import type { Talk } from '../channel.js';
import { CHAT_LIMIT, NAME_LIMIT, parseTalk } from '../talk.js';

/** Chat travels apart from the rest, so that a host page's limits and our own can treat it apart. */
export const CHAT_TOPIC = 'sm/chat';
export const STATE_TOPIC = 'sm/state';

export function topicOf(talk: Talk): string {
  return talk.type === 'chat' ? CHAT_TOPIC : STATE_TOPIC;
}

interface Signed {
  readonly text: string;
  readonly signature: Uint8Array;
}

const talkKind = /* @__PURE__ */ variant<{
  readonly chat: Signed;
  readonly name: Signed;
  readonly reaction: { readonly emoji: string };
  readonly hand: { readonly up: boolean };
  readonly hello: { readonly answer: boolean };
}>({
  chat: [
    1,
    /* @__PURE__ */ record<Signed>({ text: [1, text(1, CHAT_LIMIT)], signature: [2, bytes(SIGNATURE_LENGTH)] }),
  ],
  name: [
    2,
    /* @__PURE__ */ record<Signed>({ text: [1, text(1, NAME_LIMIT)], signature: [2, bytes(SIGNATURE_LENGTH)] }),
  ],
  reaction: [3, /* @__PURE__ */ record<{ emoji: string }>({ emoji: [1, text(1, 32)] })],
  hand: [4, /* @__PURE__ */ record<{ up: boolean }>({ up: [1, bool()] })],
  hello: [5, /* @__PURE__ */ record<{ answer: boolean }>({ answer: [1, bool()] })],
});

/** Where a signed sentence was said: shown to anyone else, or as said elsewhere, it does not verify. */
export interface Place {
  readonly meeting: string;
  /** 32 bytes, names the chain of a provider that has one. */
  readonly instance?: Uint8Array;
  /** The sender's binding. */
  readonly from: Uint8Array;
  /** The one recipient's binding; absent: all. */
  readonly to?: Uint8Array;
  readonly sequence: number;
}

interface Sentence extends Place {
  readonly topic: string;
  readonly text: string;
}

const sentenceKind = /* @__PURE__ */ record<Sentence>({
  meeting: [1, text(1, MEETING_MAX)],
  instance: [2, bytes(32), 'optional'],
  from: [3, bytes(BINDING_LENGTH)],
  to: [4, bytes(BINDING_LENGTH), 'optional'],
  sequence: [5, uint()],
  topic: [6, text(1, 64)],
  text: [7, text(1, CHAT_LIMIT)],
});

const sentence = (place: Place, talk: { type: 'chat' | 'name' }, said: string): Bytes =>
  encode(sentenceKind, { ...place, topic: talk.type === 'chat' ? CHAT_TOPIC : `${STATE_TOPIC}/name`, text: said });

/** The bytes of `talk`; chat and names signed by `ik` for this place. */
export async function encodeTalk(talk: Talk, place: Place, ik: MeetingIdentityKey): Promise<Bytes> {
  if (talk.type === 'hand') return encode(talkKind, { type: 'hand', body: { up: talk.up } });
  if (talk.type === 'hello') return encode(talkKind, { type: 'hello', body: { answer: talk.answer } });
  if (talk.type === 'reaction') return encode(talkKind, { type: 'reaction', body: { emoji: talk.emoji } });
  const said = talk.type === 'chat' ? talk.text : talk.name;
  const signature = await ik.sign(purposed('message signature', sentence(place, talk, said)));
  return encode(talkKind, { type: talk.type, body: { text: said, signature } });
}

/** What `content`, said on `topic`, means; `forged` when it is signed and not by `ik` for this place. */
export function decodeTalk(
  content: Uint8Array,
  topic: string,
  place: Place,
  ik: VerifyKey | undefined,
): Talk | 'forged' | undefined {
  const read = decode(talkKind, content);
  if (!read) return undefined;
  const signed = read.type === 'chat' || read.type === 'name';
  if (signed) {
    const { text: said, signature } = read.body;
    if (!ik?.verify('message signature', signature, sentence(place, read, said))) return 'forged';
  }
  const talk = parseTalk(
    read.type === 'name' ? { type: 'name', name: read.body.text } : { type: read.type, ...read.body },
  );
  return talk && topicOf(talk) === topic ? talk : undefined;
}
