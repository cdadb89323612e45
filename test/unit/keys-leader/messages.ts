/** What `test/vectors/leader-messages.json` holds: whole signed messages from fixed keys, and the exchange they carry. */
import { concat, toHex, type Bytes } from '../../../src/base/index.js';
import { xwingEncapsulate, type Encapsulation } from '../../../src/crypto/xwing.js';
import { createIdentityKey } from '../../../src/crypto/index.js';
import { announceHash, encodeAnnounce } from '../../../src/keys/leader/announce.js';
import { encodeAck, encodeHeartbeat, encodeLeaving } from '../../../src/keys/leader/beats.js';
import { encodeCommit, encodeCommitBody, headOf } from '../../../src/keys/leader/commit.js';
import { Pairwise } from '../../../src/keys/leader/pairwise.js';
import { realPrimitives } from '../../../src/keys/leader/real.js';
import { makeEntry, Roster } from '../../../src/keys/leader/roster.js';
import { confirmOf, epochSecret } from '../../../src/keys/leader/schedule.js';
import { encodeCopies, encodeWelcome } from '../../../src/keys/leader/welcome.js';
import { encodeHostRequest, encodeTakeover } from '../../../src/keys/leader/wishes.js';
import { encodeEnvelope, purposeOf, TYPES, type Envelope, type MessageType } from '../../../src/keys/leader/wire.js';

const filled = (length: number, with_: number): Bytes => new Uint8Array(length).fill(with_);
const MEETING = 'vectors';

/**
 * Ann leads (Ed25519 seed 32 × 11, nonce 16 × 12, X25519 seed 32 × 13, X-Wing seed 32 × 14), Bob has joined (32 × 21,
 * 16 × 22, 32 × 23, 32 × 24; encapsulated to with 64 × 25), MK is 32 × 31. All numbers hexadecimal.
 */
export async function messageVectors(): Promise<Record<string, string>> {
  const p = realPrimitives();
  const none = new Uint8Array(0);
  const sign = async (by: number, type: MessageType, body: Bytes): Promise<Envelope> => {
    const ik = await createIdentityKey({ seed: filled(32, by) });
    return encodeEnvelope(type, body, await ik.sign(p.signed(purposeOf(type), body)));
  };
  const person = async (
    identity: string,
    name: string,
    at: number,
  ): Promise<{ readonly entry: ReturnType<typeof makeEntry>; readonly announce: Envelope; readonly kem: Bytes }> => {
    const { publicKey: ik } = await createIdentityKey({ seed: filled(32, at + 1) });
    const { publicKey: messageKey } = await p.messageKeys(filled(32, at + 3));
    const { publicKey: kem } = await p.kemKeys(filled(32, at + 4));
    const base = { identity, name, ik, nonce: filled(16, at + 2), messageKey };
    const entry = makeEntry(MEETING, { ...base, host: identity === 'ann' });
    const announce = await sign(at + 1, TYPES.announce, encodeAnnounce({ meeting: MEETING, ...base, kem }));
    return { entry, announce, kem };
  };
  const ann = await person('ann', 'Ann', 0x10);
  const bob = await person('bob', 'Bob', 0x20);

  const instance = filled(32, 0x41);
  const previous = filled(32, 0x42);
  const roster = Roster.founding([ann.entry, bob.entry]);
  const body = encodeCommitBody({
    ...{ meeting: MEETING, instance, term: 1, epoch: 2, previous, author: ann.entry.binding, fresh: true },
    operations: [{ type: 'add', entry: bob.entry }],
    rosterHash: roster.hash(p),
  });
  const head = headOf(p, body);
  const mk = filled(32, 0x31);
  const confirm = confirmOf(p, epochSecret(p, mk, head, new Set()));
  const commit = await sign(0x11, TYPES.commit, encodeCommit(body, confirm));
  const beat = {
    ...{ instance, term: 1, epoch: 2, active: 1, head, confirm, counter: 7, previous: filled(32, 0x43), time: 123_456 },
    ...{ standing: 'yields' as const, ik: ann.entry.ik, author: ann.entry.binding, unproved: [1] },
  };
  const heartbeat = await sign(0x11, TYPES.heartbeat, encodeHeartbeat(beat));

  // @noble's, from given bytes: the platform's ML-KEM takes its own.
  const { ciphertext, secret } = xwingEncapsulate(bob.kem, filled(64, 0x25)) as Encapsulation;
  const shared = toHex(secret);
  const exchange = { leader: ann.entry.binding, member: bob.entry.binding, ciphertext, kemKey: bob.kem };
  const chain = Pairwise.begin(p, secret, undefined, exchange);
  const first = chain.seal(concat(head, bob.entry.binding), mk);
  const second = chain.seal(concat(head, bob.entry.binding), mk);
  const answers = announceHash(p, bob.announce);
  const leader = ann.announce.bytes;
  const welcome = encodeWelcome({ answers, head, leader, ciphertext, ...first, heartbeat: heartbeat.bytes });
  const copies = encodeCopies({ head, copies: [{ recipient: bob.entry.binding.slice(0, 16), ...second }] });
  const ack = encodeAck({ instance, binding: bob.entry.binding, term: 1, epoch: 2, head, counter: 7, compared: false });
  const takeover = encodeTakeover({ instance, term: 2, head, claimant: bob.entry.binding, reasons: [] });
  const request = encodeHostRequest({
    ...{ instance, action: 'lock', target: none, counter: 0, id: filled(16, 0x44), author: ann.entry.binding },
  });
  const messages = {
    announceAnn: ann.announce,
    announceBob: bob.announce,
    commit,
    heartbeat,
    welcome: await sign(0x11, TYPES.welcome, welcome),
    copies: encodeEnvelope(TYPES.copies, copies, none),
    ack: encodeEnvelope(TYPES.ack, ack, p.mac(chain.ackKey, 'leader ack', ack)),
    signedAck: await sign(0x21, TYPES.signedAck, ack),
    leaving: await sign(0x21, TYPES.leaving, encodeLeaving({ binding: bob.entry.binding })),
    takeover: await sign(0x21, TYPES.takeover, takeover),
    hostRequest: await sign(0x11, TYPES.hostRequest, request),
  };
  return {
    ...Object.fromEntries(Object.entries(messages).map(([name, { bytes }]) => [name, toHex(bytes)])),
    ...{ xwingKey: toHex(bob.kem), xwingCiphertext: toHex(ciphertext), xwingSecret: shared },
    ...{ bindingAnn: ann.entry.id, bindingBob: bob.entry.id, head: toHex(head), confirm: toHex(confirm) },
    ...{ roster: toHex(roster.encode()), ackKey: toHex(chain.ackKey) },
    ...{ takeoverHash: toHex(p.hash('leader takeover hash', takeover)), announceHashBob: toHex(answers) },
  };
}
