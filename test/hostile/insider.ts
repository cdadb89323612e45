/**
 * A hostile member: a real `leader` provider, run by the test itself, that speaks through the page of a participant. It
 * keeps every key it ever gets, and the test can sign and send in its name what no honest build would.
 */
import { fromHex, systemClock, type Bytes } from '../../src/base/index.js';
import { createIdentityKey, type IdentityKey } from '../../src/crypto/index.js';
import type { KeyProviderEvents, KeySink } from '../../src/keys/index.js';
import { LeaderProvider, type LeaderInspection } from '../../src/keys/leader/provider.js';
import { encodeEnvelope, purposeOf, type MessageType } from '../../src/keys/leader/wire.js';
import { KEY_TOPIC, KeyMail } from '../../src/session/key-mail.js';
import { until } from '../e2e/support/until.js';
import type { Attacker } from './cast.js';
import { KeyStore } from './key-store.js';
import { primitives } from './leader-cast.js';

export interface Insider {
  readonly identity: string;
  readonly page: Attacker;
  readonly ik: IdentityKey;
  /** Every key this member was ever given, for whomever. */
  readonly keys: KeyStore;
  /** How its provider ended, if it did. */
  readonly ended: () => string | undefined;
  readonly stands: () => LeaderInspection | undefined;
  /** A message of this type with this body, signed by this member. */
  sign(type: MessageType, body: Bytes): Promise<Bytes>;
  /** Sends a key message as this participant; to all, or to one. */
  say(message: Uint8Array, to?: string): Promise<void>;
  /** Says goodbye, as an honest member does, and stays to record. */
  goodbye(): Promise<void>;
  /** Stops taking part: nothing is answered or sent by itself any more. */
  silence(): void;
  binding(): Bytes;
}

/** Joins the meeting as a member. `ik`: one it had before. Resolves at once; whether it gets in is the meeting's to say. */
export async function insider(
  page: Attacker,
  { room, identity, ik: known }: { readonly room: string; readonly identity: string; readonly ik?: IdentityKey },
): Promise<Insider> {
  const ik = known ?? (await createIdentityKey());
  const keys = new KeyStore();
  const provider = new LeaderProvider({}, { primitives, faults: new Set() });
  let ended: string | undefined;
  let running = true;
  const carry = (topic: string, to: string | null, payload: Uint8Array): Promise<void> =>
    page.call('send', topic, Buffer.from(payload).toString('base64'), to === null ? [] : [to]);
  const mail = new KeyMail(systemClock, carry, () => undefined);
  const sink: KeySink = {
    install: async (epoch, sender, { media }) => keys.add(epoch, sender, media),
    activate: async () => undefined,
    retire: async () => undefined,
    retireSender: async () => undefined,
    pause: async () => undefined,
    rejoin: async () => undefined,
  };
  let seen = (await page.call('received')).length;
  await provider.start({
    meeting: room,
    self: { identity, name: identity, ik },
    presence: () => ['somebody'],
    send: async (to, message) => {
      if (running) await mail.send(to, message);
    },
    sendNow: () => undefined,
    clock: systemClock,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    storage: { get: async () => undefined, put: async () => undefined, delete: async () => undefined },
    sink,
    emit: (type, detail) => {
      if (type === 'ended') ended = (detail as KeyProviderEvents['ended']).reason;
    },
  });
  const hear = async (): Promise<void> => {
    while (running) {
      const packets = await page.call('received', seen).catch(() => undefined);
      if (!packets) return;
      seen += packets.length;
      for (const { from, topic, data } of packets) {
        const message = topic === KEY_TOPIC ? mail.receive(from, Buffer.from(data, 'base64')) : undefined;
        if (message && running) provider.handleMessage(from, Uint8Array.from(message));
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  void hear();
  return {
    identity,
    page,
    ik,
    keys,
    ended: () => ended,
    stands: () => provider.inspect(),
    sign: async (type, body) =>
      encodeEnvelope(type, body, await ik.sign(primitives.signed(purposeOf(type), body))).bytes,
    say: (message, to) => mail.send(to ?? null, message),
    goodbye: () => provider.stop('left'),
    silence: () => {
      running = false;
    },
    binding: () => fromHex(provider.inspect()?.binding ?? ''),
  };
}

/** Resolves once this member is in, with the keys of the epoch in force. */
export function isIn(one: Insider): Promise<unknown> {
  return until(`${one.identity} is a member`, () => {
    const now = one.stands();
    return now && one.keys.epochs().includes(now.epoch);
  });
}
