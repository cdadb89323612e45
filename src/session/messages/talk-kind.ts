/** What participants tell each other, as bytes; and the signature by which nobody can speak as another. */
import { fromHex, owned, toHex, type Bytes } from '../../base/index.js';
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
import type { Signed as ChatProof, Talk } from '../channel.js';
import { FILE_ENDS, isFileTalk, offerText, type FileTalk } from '../files/file-talk.js';
import { FILE_ID_BYTES, FILE_MAX, FILE_NAME_MAX, FILE_TYPE_MAX, PART } from '../files/limits.js';
import { CHAT_LIMIT, NAME_LIMIT, parseTalk } from '../talk.js';

/** Chat travels apart from the rest, so that a host page's limits and our own can treat it apart. */
export const CHAT_TOPIC = 'sm/chat';
export const STATE_TOPIC = 'sm/state';
export const FILES_TOPIC = 'sm/files';
export const TOPICS: readonly string[] = [CHAT_TOPIC, STATE_TOPIC, FILES_TOPIC];

export function topicOf(talk: Talk): string {
  if (isFileTalk(talk)) return FILES_TOPIC;
  return talk.type === 'chat' ? CHAT_TOPIC : STATE_TOPIC;
}

/** Longest word of what a host asks for. */
const ASK_MAX = 32;

interface Signed {
  readonly text: string;
  readonly signature: Uint8Array;
}

interface Offer {
  readonly id: Uint8Array;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
}

const fileId = /* @__PURE__ */ bytes(FILE_ID_BYTES);
const talkKind = /* @__PURE__ */ variant<{
  readonly chat: Signed;
  readonly name: Signed;
  readonly reaction: { readonly emoji: string };
  readonly hand: { readonly up: boolean };
  readonly hello: { readonly answer: boolean };
  readonly 'file-offer': Offer;
  readonly 'file-ask': { readonly id: Uint8Array; readonly next: number };
  readonly 'file-part': { readonly id: Uint8Array; readonly index: number; readonly data: Uint8Array };
  readonly 'file-end': { readonly id: Uint8Array; readonly how: number };
  readonly ask: Signed;
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
  'file-offer': [
    6,
    /* @__PURE__ */ record<Offer>({
      id: [1, fileId],
      name: [2, text(1, FILE_NAME_MAX)],
      mediaType: [3, text(0, FILE_TYPE_MAX)],
      size: [4, uint(FILE_MAX)],
      hash: [5, bytes(32)],
      signature: [6, bytes(SIGNATURE_LENGTH)],
    }),
  ],
  'file-ask': [
    7,
    /* @__PURE__ */ record<{ id: Uint8Array; next: number }>({ id: [1, fileId], next: [2, uint(FILE_MAX)] }),
  ],
  'file-part': [
    8,
    /* @__PURE__ */ record<{ id: Uint8Array; index: number; data: Uint8Array }>({
      id: [1, fileId],
      index: [2, uint(FILE_MAX)],
      data: [3, bytes(1, PART)],
    }),
  ],
  'file-end': [
    9,
    /* @__PURE__ */ record<{ id: Uint8Array; how: number }>({ id: [1, fileId], how: [2, uint(FILE_ENDS.length - 1)] }),
  ],
  ask: [10, /* @__PURE__ */ record<Signed>({ text: [1, text(1, ASK_MAX)], signature: [2, bytes(SIGNATURE_LENGTH)] })],
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

const SIGNED_AS = {
  chat: CHAT_TOPIC,
  name: `${STATE_TOPIC}/name`,
  ask: `${STATE_TOPIC}/ask`,
  'file-offer': FILES_TOPIC,
} as const;
const sentence = (place: Place, talk: { type: keyof typeof SIGNED_AS }, said: string): Bytes =>
  encode(sentenceKind, { ...place, topic: SIGNED_AS[talk.type], text: said });

/** The bytes of `talk`; chat, names, a host's wishes and offers of files signed by `ik` for this place. */
export async function encodeTalk(talk: Talk, place: Place, ik: MeetingIdentityKey): Promise<Bytes> {
  if (talk.type === 'hand') return encode(talkKind, { type: 'hand', body: { up: talk.up } });
  if (talk.type === 'hello') return encode(talkKind, { type: 'hello', body: { answer: talk.answer } });
  if (talk.type === 'reaction') return encode(talkKind, { type: 'reaction', body: { emoji: talk.emoji } });
  if (talk.type !== 'chat' && talk.type !== 'name' && talk.type !== 'ask') return encodeFileTalk(talk, place, ik);
  const said = talk.type === 'chat' ? talk.text : talk.type === 'name' ? talk.name : talk.what;
  const signature = await ik.sign(purposed('message signature', sentence(place, talk, said)));
  return encode(talkKind, { type: talk.type, body: { text: said, signature } });
}

/** The very bytes that the sender of `content`, a chat message, signed, and their signature. */
export function signedChat(content: Uint8Array, place: Place): Omit<ChatProof, 'ik'> | undefined {
  const read = decode(talkKind, content);
  if (read?.type !== 'chat') return undefined;
  return { content: sentence(place, read, read.body.text), signature: owned(read.body.signature) };
}

async function encodeFileTalk(talk: FileTalk, place: Place, ik: MeetingIdentityKey): Promise<Bytes> {
  const id = fromHex(talk.id);
  switch (talk.type) {
    case 'file-offer': {
      const { name, mediaType, size, type } = talk;
      const signature = await ik.sign(purposed('message signature', sentence(place, talk, offerText(talk))));
      return encode(talkKind, { type, body: { id, name, mediaType, size, hash: fromHex(talk.hash), signature } });
    }
    case 'file-ask':
      return encode(talkKind, { type: talk.type, body: { id, next: talk.next } });
    case 'file-part':
      return encode(talkKind, { type: talk.type, body: { id, index: talk.index, data: talk.data } });
    case 'file-end':
      return encode(talkKind, { type: talk.type, body: { id, how: FILE_ENDS.indexOf(talk.how) } });
  }
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
  const signed = read.type === 'chat' || read.type === 'name' || read.type === 'ask';
  if (signed) {
    const { text: said, signature } = read.body;
    if (!ik?.verify('message signature', signature, sentence(place, read, said))) return 'forged';
  }
  if (read.type === 'file-offer') {
    const { id, hash, ...rest } = read.body;
    const offer = { type: read.type, ...rest, id: toHex(id), hash: toHex(hash) } as const;
    if (!ik?.verify('message signature', rest.signature, sentence(place, read, offerText(offer)))) return 'forged';
    return topic === FILES_TOPIC ? parseTalk(offer) : undefined;
  }
  if (isFileTalk(read)) {
    const { id, how, ...rest } = read.body as { readonly id: Uint8Array; readonly how?: number };
    const talk = parseTalk({ type: read.type, id: toHex(id), ...rest, how: FILE_ENDS[how ?? 0] });
    return topic === FILES_TOPIC ? talk : undefined;
  }
  const talk = parseTalk(
    read.type === 'name'
      ? { type: 'name', name: read.body.text }
      : read.type === 'ask'
        ? { type: 'ask', what: read.body.text }
        : { type: read.type, ...read.body },
  );
  return talk && topicOf(talk) === topic ? talk : undefined;
}
