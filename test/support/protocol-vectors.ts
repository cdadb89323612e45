/** Makes the vectors of docs/protocol.md, section 7, from fixed inputs. `scripts/make-vectors.mjs` writes them down. */
import { fromHex, fromUtf8, owned, toHex, utf8, type Bytes } from '../../src/base/index.js';
import {
  bindingOf,
  codeGroups,
  createIdentityKey,
  derive,
  encode,
  hash,
  importSecret,
  label,
  purposed,
  sha256,
  slowHash,
  x25519Agree,
  x25519PublicKey,
} from '../../src/crypto/index.js';
import { GroupKey } from '../../src/keys/passphrase/group-key.js';
import {
  announceHash,
  announceKind,
  askKind,
  lastingKind,
  leavingKind,
  messageKind,
} from '../../src/keys/passphrase/messages.js';
import { groupSecret } from '../../src/keys/passphrase/secret.js';
import { MessageKeys } from '../../src/session/messages/message-keys.js';
import { sealPacket } from '../../src/session/messages/packet.js';
import { pairKey } from '../../src/session/messages/pair-key.js';
import { CHAT_TOPIC, STATE_TOPIC, encodeTalk } from '../../src/session/messages/talk-kind.js';

/** 32 bytes that anyone can make again: SHA-256 of the words. */
const fixed = (words: string, length = 32): Bytes => sha256(utf8(words)).slice(0, length);

const MEETING = 'weekly – Ünïcode';

export async function makeVectors(): Promise<Record<string, unknown>> {
  return {
    labels: (['binding', 'message signature'] as const).map((purpose) => ({ purpose, label: toHex(label(purpose)) })),
    names: names(),
    securityCode: await securityCodes(),
    secrets: await secrets(),
    passphrase: await passphrase(),
    messages: await messages(),
  };
}

function names(): unknown {
  const ik = fixed('ik');
  const nonce = fixed('nonce', 16);
  return [MEETING, 'm'].map((meeting) => ({
    meeting,
    identity: 'ann',
    ik: toHex(ik),
    nonce: toHex(nonce),
    meetingHash: toHex(hash('meeting', utf8(meeting))),
    binding: toHex(bindingOf({ meeting, identity: 'ann', ik, nonce })),
  }));
}

async function securityCodes(): Promise<unknown> {
  const saltOf = (meeting: string, instance: Bytes): Bytes =>
    hash('security code salt', codeSaltContent(meeting, instance));
  return Promise.all(
    ['a', 'b'].map(async (which) => {
      const ik = fixed(`leader ${which}`);
      const instance = fixed(`instance ${which}`);
      const salt = saltOf(MEETING, instance);
      const h = await slowHash(ik, salt);
      const code = codeGroups(h).join(' ');
      return { meeting: MEETING, ik: toHex(ik), instance: toHex(instance), salt: toHex(salt), h: toHex(h), code };
    }),
  );
}

/** {1: meeting, 2: instance} by hand, so that the vector does not lean on the code it is for. */
function codeSaltContent(meeting: string, instance: Bytes): Bytes {
  const name = utf8(meeting);
  return fromHex(`a201${(0x60 + name.length).toString(16)}${toHex(name)}025820${toHex(instance)}`);
}

async function secrets(): Promise<unknown> {
  const link = 'BQUFBQUFBQUFBQUFBQUFBQ';
  const phrase = ' correct horse caf\u0065\u0301\n';
  return {
    meeting: MEETING,
    link,
    linkSecret: toHex(await groupSecret({ kind: 'link', value: link }, MEETING)),
    phrase,
    phraseSecret: toHex(await groupSecret({ kind: 'phrase', value: phrase }, MEETING)),
    externalKey: toHex(fixed('external key')),
    externalSecret: toHex(derive('external key', fixed('external key'))),
  };
}

async function passphrase(): Promise<unknown> {
  const secret = fixed('group secret');
  const group = new GroupKey(secret.slice(), MEETING);
  const seed = fixed('ik seed');
  const ik = await createIdentityKey({ seed });
  const nonce = fixed('join nonce', 16);
  const messageSecret = fixed('message key');
  const parts = {
    meeting: MEETING,
    identity: 'ann',
    name: 'Ann',
    ik: ik.publicKey,
    nonce,
    messageKey: x25519PublicKey(messageSecret),
  };
  const lasting = encode(lastingKind, parts);
  const binding = bindingOf(parts);
  const epoch = 0x1234_5678;
  const echoes = [fixed('echo 1', 16), fixed('echo 2', 16)];
  const content = encode(announceKind, { lasting, epoch, answer: true, echoes });
  const signature = await ik.sign(purposed('passphrase announce', content));
  const announce = encode(messageKind, { type: 'announce', body: { content, signature, mac: group.mac(content) } });
  const asked = encode(askKind, { meeting: MEETING, binding, epoch, fresh: true });
  const ask = encode(messageKind, { type: 'ask', body: { content: asked, mac: group.mac(asked) } });
  const left = encode(leavingKind, { meeting: MEETING, binding });
  const leavingBody = {
    content: left,
    signature: await ik.sign(purposed('passphrase leaving', left)),
    mac: group.mac(left),
  };
  const keys = group.senderKeys('ann', announceHash(lasting, epoch));
  return hex({
    groupSecret: secret,
    macKey: derive('passphrase mac key', secret, { salt: hash('meeting', utf8(MEETING)) }),
    ikSeed: seed,
    messageSecret,
    ...parts,
    lasting,
    binding,
    epoch,
    echoes,
    content,
    signature,
    announce,
    announceHash: announceHash(lasting, epoch),
    mediaKey: keys.media,
    messageKeySecret: keys.message,
    ask,
    leaving: encode(messageKind, { type: 'leaving', body: leavingBody }),
  });
}

async function messages(): Promise<unknown> {
  const seed = fixed('ik seed');
  const ik = await createIdentityKey({ seed });
  const from = { identity: 'ann', binding: fixed('binding of ann') };
  const to = { identity: 'bob', binding: fixed('binding of bob') };
  const secret = fixed('message secret');
  const epoch = 70_000;
  const keys = new MessageKeys();
  await keys.install(epoch, from, await importSecret(secret));
  const sealing = new Uint8Array(keys.opening(epoch, from) ?? []);
  const [annSecret, bobSecret] = [fixed('x25519 of ann'), fixed('x25519 of bob')];
  const shared = x25519Agree(annSecret, x25519PublicKey(bobSecret)) ?? new Uint8Array();
  const pair = pairKey(shared, MEETING, from.binding, to.binding);
  const chat = { type: 'chat', text: 'Grüße' } as const;
  const place = { meeting: MEETING, from: from.binding, sequence: 7 };
  const all = await encodeTalk(chat, place, ik);
  const one = await encodeTalk(chat, { ...place, to: to.binding, sequence: 0 }, ik);
  const inChain = await encodeTalk(chat, { ...place, instance: fixed('instance') }, ik);
  const hand = await encodeTalk({ type: 'hand', up: true }, { ...place, sequence: 8 }, ik);
  const header = { from: from.binding, epoch, index: 0, count: 1 };
  const nonce = fixed('nonce of a packet', 24);
  const packet = (topic: string, sequence: number, content: Bytes): Bytes =>
    sealPacket(topic, { ...header, sequence }, sealing, nonce, content);
  return hex({
    meeting: MEETING,
    ikSeed: seed,
    ik: ik.publicKey,
    from: from.identity,
    fromBinding: from.binding,
    to: to.identity,
    toBinding: to.binding,
    epoch,
    messageSecret: secret,
    sealingKey: sealing,
    fromX25519: annSecret,
    toX25519: bobSecret,
    shared,
    pairKey: pair,
    nonce,
    text: chat.text,
    instance: fixed('instance'),
    chat: { topic: CHAT_TOPIC, sequence: 7, content: all, packet: packet(CHAT_TOPIC, 7, all) },
    chatInChain: { topic: CHAT_TOPIC, sequence: 7, content: inChain, packet: packet(CHAT_TOPIC, 7, inChain) },
    hand: { topic: STATE_TOPIC, sequence: 8, content: hand, packet: packet(STATE_TOPIC, 8, hand) },
    private: {
      topic: CHAT_TOPIC,
      sequence: 0,
      content: one,
      packet: sealPacket(CHAT_TOPIC, { ...header, to: to.binding, sequence: 0 }, pair, nonce, one),
    },
  });
}

/** Byte arrays as hexadecimal, all the way down. */
function hex(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(owned(value));
  if (Array.isArray(value)) return value.map(hex);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hex(each)]));
  return typeof value === 'string' ? fromUtf8(utf8(value)) : value;
}
