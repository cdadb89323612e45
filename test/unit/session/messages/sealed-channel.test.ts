import { expect } from 'chai';
import { SecureMeetingError, concat, type Bytes } from '../../../../src/base/index.js';
import {
  createIdentityKey,
  encode,
  seal,
  sha256,
  text,
  x25519Agree,
  x25519PublicKey,
  type IdentityKey,
} from '../../../../src/crypto/index.js';
import type { RosterMember, Sender } from '../../../../src/keys/index.js';
import type { Heard, Talk } from '../../../../src/session/channel.js';
import {
  EARLY_MAX,
  EARLY_OF_ONE,
  EARLY_PATIENCE,
  EarlyPackets,
  type EarlyPacket,
} from '../../../../src/session/messages/early-packets.js';
import { MessageKeys } from '../../../../src/session/messages/message-keys.js';
import { PACKET_MAX, readPacket, sealPacket } from '../../../../src/session/messages/packet.js';
import { SENDER_BYTES_MAX, Reassembly } from '../../../../src/session/messages/reassembly.js';
import { ReplayWindow } from '../../../../src/session/messages/replay-window.js';
import { SealedMessages } from '../../../../src/session/messages/sealed-messages.js';
import { CHAT_TOPIC, FILES_TOPIC, STATE_TOPIC, encodeTalk } from '../../../../src/session/messages/talk-kind.js';
import { SealedChannel } from '../../../../src/session/sealed-channel.js';
import { HandClock, settle } from '../../../support/exchange-net.js';

const hash = (value: string): Bytes => sha256(new TextEncoder().encode(value));
const noWorker = async (): Promise<void> => {};
const media = {
  setSelf: noWorker,
  install: noWorker,
  activate: noWorker,
  pause: noWorker,
  retire: noWorker,
  retireSender: noWorker,
};

interface Packet {
  readonly topic: string;
  readonly from: string;
  readonly to: string | null;
  readonly payload: Uint8Array;
}

class Person {
  readonly heard: Heard[] = [];
  readonly violations: string[] = [];
  readonly missing: string[] = [];
  readonly sender: Sender;
  readonly channel: SealedChannel;
  readonly messageSecret: Bytes;
  ik!: IdentityKey;
  readonly room: Room;

  constructor(room: Room, identity: string, ik: IdentityKey, join: number) {
    this.room = room;
    this.ik = ik;
    this.sender = { identity, binding: hash(`binding ${identity} ${join}`) };
    this.messageSecret = hash(`message ${identity} ${join}`);
    this.channel = new SealedChannel({
      media: () => media,
      meeting: 'weekly',
      ik,
      clock: room.clock,
      send: async (topic, to, payload) => room.carry({ topic, from: identity, to, payload: new Uint8Array(payload) }),
      agree: async (member) => {
        const found = room.members.find(({ sender }) => sender.identity === member.identity);
        return found?.messageKey && x25519Agree(this.messageSecret, found.messageKey);
      },
      onMissingKey: (identity, epoch) => this.missing.push(`${identity} ${epoch}`),
    });
    this.channel.onHeard((heard) => this.heard.push(heard));
    this.channel.onViolation(({ code, identity }) => this.violations.push(`${code} ${identity}`));
  }

  get member(): RosterMember {
    const { sender, ik, messageSecret } = this;
    const common = { name: sender.identity, role: 'none', present: true } as const;
    return { ...common, sender, ik: ik.publicKey, messageKey: x25519PublicKey(messageSecret) };
  }

  /** What was said to this person, in short. */
  get words(): string[] {
    return this.heard.map(({ sender, talk }) => `${sender.identity}: ${talk.type === 'chat' ? talk.text : talk.type}`);
  }

  say(text: string, to: string | null = null): Promise<void> {
    return this.channel.send({ type: 'chat', text }, to);
  }
}

const groupKey = (person: Person, epoch: number, part: string): Bytes =>
  hash(`${part} ${person.sender.identity} ${person.sender.binding.join()} ${epoch}`);

/** A room whose SFU is the test. */
class Room {
  readonly clock = new HandClock();
  readonly people: Person[] = [];
  readonly log: Packet[] = [];
  epoch = 1;
  bend: (packet: Packet, to: string) => Packet | undefined = (packet) => packet;

  get members(): RosterMember[] {
    return this.people.map(({ member }) => member);
  }

  async join(identity: string, seed: number, join = 0): Promise<Person> {
    const ik = await createIdentityKey({ seed: new Uint8Array(32).fill(seed) });
    const person = new Person(this, identity, ik, join);
    this.people.push(person);
    await person.channel.sink.rejoin(person.sender);
    person.channel.self(person.sender);
    await this.keys();
    return person;
  }

  /** Everybody gets everybody's keys of a new epoch. */
  async keys(): Promise<void> {
    this.epoch++;
    for (const holder of this.people) {
      for (const person of this.people) {
        const [mediaKey, message] = [groupKey(person, this.epoch, 'media'), groupKey(person, this.epoch, 'message')];
        await holder.channel.sink.install(this.epoch, person.sender, { media: mediaKey, message });
      }
      await holder.channel.sink.activate(this.epoch);
      holder.channel.roster(this.members);
    }
  }

  carry(packet: Packet): void {
    this.log.push(packet);
    for (const person of this.people) {
      const { identity } = person.sender;
      if (identity === packet.from || (packet.to !== null && packet.to !== identity)) continue;
      const arrives = this.bend(packet, identity);
      if (arrives) person.channel.handle(arrives.topic, arrives.from, arrives.payload);
    }
  }
}

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof SecureMeetingError ? error.code : String(error)),
  );

describe('sealed messages', () => {
  let room: Room;
  let ann: Person;
  let bob: Person;
  let cy: Person;

  beforeEach(async () => {
    room = new Room();
    ann = await room.join('ann', 1);
    bob = await room.join('bob', 2);
    cy = await room.join('cy', 3);
  });

  it('reach everybody once, in the epoch they were sealed in, and nobody reports anything', async () => {
    const talks: Talk[] = [
      { type: 'chat', text: 'hello' },
      { type: 'reaction', emoji: '👍' },
      { type: 'hand', up: true },
      { type: 'name', name: 'Annabel' },
      { type: 'hello', answer: true },
    ];
    for (const talk of talks) await ann.channel.send(talk, null);
    for (const person of [bob, cy]) {
      expect(person.heard.map(({ talk }) => talk)).to.deep.equal(talks);
      expect(person.heard.every(({ epoch, toMe, missing }) => epoch === room.epoch && !toMe && missing === 0)).to.equal(
        true,
      );
      expect(person.violations).to.deep.equal([]);
    }
    for (const { payload } of room.log) expect(new TextDecoder().decode(payload)).not.to.match(/hello|Annabel/);
  });

  it('reach one person alone when written to one', async () => {
    await ann.say('between us', 'bob');
    await settle();
    expect(bob.words).to.deep.equal(['ann: between us']);
    expect(bob.heard[0]!.toMe).to.equal(true);
    expect(cy.heard).to.deep.equal([]);
    expect(await codeOf(ann.say('hi', 'dora'))).to.equal('room-recipient-unknown');
    expect(await codeOf(ann.say('hi', 'ann'))).to.equal('room-recipient-unknown');
  });

  it('are refused without a key, and while sending is paused', async () => {
    await ann.channel.sink.pause();
    expect(await codeOf(ann.say('hello'))).to.equal('key-missing');
    expect(room.log).to.deep.equal([]);
  });

  it('unsealed: dropped and reported', () => {
    const plain = encode(text(0, 100), 'hello');
    for (const payload of [plain, new Uint8Array(0), new Uint8Array(100), new TextEncoder().encode('{"text":"hi"}')])
      bob.channel.handle(CHAT_TOPIC, 'ann', payload);
    expect(bob.heard).to.deep.equal([]);
    expect(bob.violations).to.deep.equal(Array.from({ length: 4 }, () => 'plaintext ann'));
  });

  it('replayed at once, later, and after a new connection: dropped and reported', async () => {
    await ann.say('pay 10');
    const packet = room.log[0]!;
    bob.channel.handle(packet.topic, packet.from, packet.payload);
    for (let i = 0; i < 50; i++) await ann.say(`more ${i}`);
    bob.channel.handle(packet.topic, packet.from, packet.payload);
    expect(bob.words.filter((word) => word === 'ann: pay 10').length).to.equal(1);
    expect(bob.violations).to.deep.equal(['replay ann', 'replay ann']);
  });

  it('replayed after the receiver began a new join: it has no such key', async () => {
    await ann.say('pay 10');
    room.people.splice(1, 1);
    const again = await room.join('bob', 2, 1);
    again.channel.handle(CHAT_TOPIC, 'ann', room.log[0]!.payload);
    expect(again.heard).to.deep.equal([]);
    expect(again.missing).to.deep.equal([`ann ${room.epoch - 1}`]);
  });

  it('from before a join, replayed to the joiner: nothing is shown, even with the key', async () => {
    await ann.say('about dora');
    await ann.say('still about dora');
    const before = [...room.log];
    const dora = await room.join('dora', 4);
    for (const { topic, payload } of before) dora.channel.handle(topic, 'ann', payload);
    expect(dora.heard).to.deep.equal([]);
    // Even if a key reached back: numbers below the first one that was heard count as seen.
    await dora.channel.sink.install(room.epoch - 1, ann.sender, {
      media: groupKey(ann, room.epoch - 1, 'media'),
      message: groupKey(ann, room.epoch - 1, 'message'),
    });
    await ann.say('welcome');
    for (const { topic, payload } of before) dora.channel.handle(topic, 'ann', payload);
    expect(dora.words).to.deep.equal(['ann: welcome']);
    expect(dora.heard[0]!.missing).to.equal(0);
  });

  it('re-attributed by the server: dropped and reported', async () => {
    room.bend = (packet) => ({ ...packet, from: 'cy' });
    await ann.say('I am ann');
    expect(bob.heard).to.deep.equal([]);
    expect(bob.violations).to.deep.equal(['foreign cy']);
  });

  it('sent back to their sender: dropped', async () => {
    await ann.say('hello');
    ann.channel.handle(CHAT_TOPIC, 'bob', room.log[0]!.payload);
    ann.channel.handle(CHAT_TOPIC, 'ann', room.log[0]!.payload);
    expect(ann.heard).to.deep.equal([]);
  });

  it('re-topic’d by the server: dropped and reported', async () => {
    room.bend = (packet) => ({ ...packet, topic: packet.topic === CHAT_TOPIC ? STATE_TOPIC : CHAT_TOPIC });
    await ann.say('hello');
    await ann.channel.send({ type: 'hand', up: true }, null);
    expect(bob.heard).to.deep.equal([]);
    expect(bob.violations).to.deep.equal(['forged ann', 'forged ann']);
  });

  it('bent in any byte: never shown', async () => {
    await ann.say('hello');
    const { payload } = room.log[0]!;
    const shown = bob.heard.length;
    for (let i = 0; i < payload.length; i++) {
      const bent = payload.slice();
      bent[i] = (bent[i] as number) ^ 1;
      bob.channel.handle(CHAT_TOPIC, 'ann', bent);
    }
    expect(bob.heard.length).to.equal(shown);
  });

  it('oversized: refused when sending, dropped and reported when received', async () => {
    expect(await codeOf(ann.say('x'.repeat(4001)))).to.be.a('string');
    expect(room.log).to.deep.equal([]);
    bob.channel.handle(CHAT_TOPIC, 'ann', new Uint8Array(PACKET_MAX + 1));
    bob.channel.handle(CHAT_TOPIC, 'ann', new Uint8Array(1_000_000));
    expect(bob.violations).to.deep.equal(['forged ann', 'forged ann']);
  });

  it('with a gap before them: the gap is told', async () => {
    await ann.say('one');
    room.bend = () => undefined;
    await ann.say('two');
    await ann.say('three');
    room.bend = (packet) => packet;
    await ann.say('four');
    await ann.say('private', 'bob');
    await settle();
    await ann.say('five');
    expect(bob.heard.map(({ missing }) => missing)).to.deep.equal([0, 2, 0, 0]);
  });

  it('private, handed to a third member by the server: dropped and reported', async () => {
    room.bend = (packet, to) => (to === 'bob' ? packet : undefined);
    await ann.say('secret', 'bob');
    cy.channel.handle(CHAT_TOPIC, 'ann', room.log[0]!.payload);
    await settle();
    expect(cy.heard).to.deep.equal([]);
    expect(cy.violations).to.deep.equal(['foreign ann']);
  });

  it('private, re-sealed to a third by a member: the signature names its recipient', async () => {
    // What bob has of ann: her signed words. He shows them to cy, sealed as if from ann to all: members know the keys.
    const place = { meeting: 'weekly', from: ann.sender.binding, to: bob.sender.binding, sequence: 0 };
    const content = await encodeTalk({ type: 'chat', text: 'between us' }, place, ann.ik);
    const bobsCopy = await annKeysHeldBy(bob);
    for (const sequence of [0, 1]) {
      const header = { from: ann.sender.binding, epoch: room.epoch, sequence, index: 0, count: 1 };
      const packet = sealPacket(CHAT_TOPIC, header, bobsCopy, hash(`nonce ${sequence}`).slice(0, 24), content);
      cy.channel.handle(CHAT_TOPIC, 'ann', packet);
    }
    expect(cy.heard).to.deep.equal([]);
    expect(cy.violations).to.deep.equal(['forged ann', 'forged ann']);
  });

  it('files: the offer is signed, its parts reach the one who asked alone', async () => {
    const id = 'ab'.repeat(16);
    const talks: Talk[] = [
      { type: 'file-offer', id, name: 'plan\n.pdf', mediaType: 'text/plain', size: 3, hash: 'cd'.repeat(32) },
      { type: 'file-ask', id, next: 0 },
      { type: 'file-part', id, index: 0, data: Uint8Array.of(1, 2, 3) },
      { type: 'file-end', id, how: 'received' },
    ];
    for (const talk of talks) await ann.channel.send(talk, 'bob');
    await settle();
    expect(bob.heard.map(({ talk }) => talk)).to.deep.equal(talks);
    expect(cy.heard).to.deep.equal([]);
    for (const { payload } of room.log) expect(new TextDecoder().decode(payload)).not.to.contain('plan');
  });

  it('files: an offer in another’s name, or with another hash, size or name, is forged', async () => {
    const key = await annKeysHeldBy(bob);
    const offer = {
      type: 'file-offer',
      id: 'ab'.repeat(16),
      name: 'plan.pdf',
      mediaType: '',
      size: 3,
      hash: 'cd'.repeat(32),
    } as const;
    const place = { meeting: 'weekly', from: ann.sender.binding, sequence: 0 };
    const content = await encodeTalk(offer, place, ann.ik);
    const other = await encodeTalk({ ...offer, name: 'plan.exe' }, place, ann.ik);
    const signature = content.slice(-64);
    const forged = [await encodeTalk(offer, place, bob.ik), concat(other.slice(0, -64), signature)];
    for (const [sequence, each] of forged.entries()) {
      const header = { from: ann.sender.binding, epoch: room.epoch, sequence, index: 0, count: 1 };
      const nonce = hash(`file ${sequence}`).slice(0, 24);
      cy.channel.handle(FILES_TOPIC, 'ann', sealPacket(FILES_TOPIC, header, key, nonce, each));
    }
    expect(cy.heard).to.deep.equal([]);
    expect(cy.violations).to.deep.equal(['forged ann', 'forged ann']);
  });

  it('signed: a member that knows the keys can’t speak as another, nor move words to another number or meeting', async () => {
    const key = await annKeysHeldBy(bob);
    const sequence = 3;
    const honest = { meeting: 'weekly', from: ann.sender.binding, sequence };
    const words = { type: 'chat', text: 'I agree' } as const;
    const forged = [
      await encodeTalk(words, honest, bob.ik),
      await encodeTalk(words, { ...honest, sequence: 4 }, ann.ik),
      await encodeTalk(words, { ...honest, meeting: 'monthly' }, ann.ik),
      await encodeTalk(words, { ...honest, instance: new Uint8Array(32) }, ann.ik),
      await encodeTalk(words, { ...honest, from: cy.sender.binding }, ann.ik),
    ];
    const header = { from: ann.sender.binding, epoch: room.epoch, index: 0, count: 1 };
    let count = 0;
    for (const content of forged) {
      const nonce = hash(`n ${count}`).slice(0, 24);
      cy.channel.handle(
        CHAT_TOPIC,
        'ann',
        sealPacket(CHAT_TOPIC, { ...header, sequence: sequence + 10 * count++ }, key, nonce, content),
      );
    }
    expect(cy.heard).to.deep.equal([]);
    expect(cy.violations).to.deep.equal(forged.map(() => 'forged ann'));
  });

  /** Any member can compute any sender's group key in these providers; so bob has ann's. */
  async function annKeysHeldBy(holder: Person): Promise<Bytes> {
    const keys = new MessageKeys();
    const message = groupKey(ann, room.epoch, 'message');
    const imported = await crypto.subtle.importKey('raw', message, 'HKDF', false, ['deriveBits']);
    await keys.install(room.epoch, ann.sender, imported);
    expect(holder).not.to.equal(ann);
    return new Uint8Array(keys.opening(room.epoch, ann.sender)!);
  }

  it('of somebody unknown: dropped, and reported when they stay unknown', async () => {
    const stranger = new Room();
    const eve = await stranger.join('eve', 9);
    await eve.say('let me in');
    const { payload } = stranger.log[0]!;
    bob.channel.handle(CHAT_TOPIC, 'eve', payload);
    expect(bob.violations, 'they may be on their way in').to.deep.equal([]);
    await room.clock.advance(6000);
    bob.channel.handle(CHAT_TOPIC, 'eve', payload);
    expect(bob.heard).to.deep.equal([]);
    expect(bob.violations).to.deep.equal(['foreign eve']);
  });

  it('to one who still waits at the door: nobody there is known yet, and nobody is accused', async () => {
    const outside = new Room();
    const dan = new Person(outside, 'dan', await createIdentityKey({ seed: new Uint8Array(32).fill(4) }), 0);
    dan.channel.self(dan.sender);
    await ann.say('among us');
    for (let i = 0; i < 3; i++) {
      const { topic, payload } = room.log.at(-1)!;
      dan.channel.handle(topic, 'ann', payload);
      await outside.clock.advance(6000);
    }
    expect(dan.heard).to.deep.equal([]);
    expect(dan.violations).to.deep.equal([]);
  });

  it('of one who is confirmed a moment later: late, not lost, in their order, and no alarm', async () => {
    bob.channel.roster(room.members.filter(({ sender }) => sender.identity !== 'ann'));
    await ann.say('one');
    await ann.say('two');
    expect(bob.words).to.deep.equal([]);
    bob.channel.roster(room.members);
    await ann.say('three');
    expect(bob.words).to.deep.equal(['ann: one', 'ann: two', 'ann: three']);
    expect(bob.heard.map(({ missing }) => missing)).to.deep.equal([0, 0, 0]);
    expect(bob.violations).to.deep.equal([]);
  });

  it('under a key that comes a moment later: late, not lost; the key is asked for once', async () => {
    const epoch = ++room.epoch;
    const keysOfAnn = () => ({ media: groupKey(ann, epoch, 'media'), message: groupKey(ann, epoch, 'message') });
    await ann.channel.sink.install(epoch, ann.sender, keysOfAnn());
    await ann.channel.sink.activate(epoch);
    await ann.say('one');
    await ann.say('two');
    expect(bob.words).to.deep.equal([]);
    await bob.channel.sink.install(epoch, ann.sender, keysOfAnn());
    expect(bob.words).to.deep.equal(['ann: one', 'ann: two']);
    expect(bob.missing).to.deep.equal([`ann ${epoch}`]);
    await bob.channel.sink.retireSender(cy.sender);
    expect(bob.words.length, 'each once').to.equal(2);
  });

  it('that came too early wait five seconds, sixteen of one and sixty-four of all, and not into our next join', async () => {
    const early = new EarlyPackets(room.clock);
    const packet = (from: string): EarlyPacket => ({
      topic: CHAT_TOPIC,
      from,
      payload: hash(from),
      at: room.clock.now(),
    });
    for (let i = 0; i < 100; i++) early.hold(packet('mallory'));
    expect(early.size).to.equal(EARLY_OF_ONE);
    for (let i = 0; i < 100; i++) early.hold(packet(`invented ${i}`));
    expect(early.size).to.equal(EARLY_MAX);
    await room.clock.advance(EARLY_PATIENCE + 1);
    expect(early.take()).to.deep.equal([]);

    const others = room.members.filter(({ sender }) => sender.identity !== 'ann');
    bob.channel.roster(others);
    await ann.say('too long ago');
    await room.clock.advance(EARLY_PATIENCE + 1);
    bob.channel.roster(room.members);
    bob.channel.roster(others);
    await ann.say('to who bob was before');
    bob.channel.self(bob.sender);
    bob.channel.roster(room.members);
    expect(bob.words).to.deep.equal([]);
  });

  it('of one who was retired: dropped', async () => {
    await bob.channel.sink.retireSender(ann.sender);
    await ann.say('I left');
    expect(bob.heard).to.deep.equal([]);
    expect(bob.missing).to.deep.equal([`ann ${room.epoch}`]);
  });

  it('on topics of others: left alone', async () => {
    bob.channel.handle('chat', 'ann', new Uint8Array(3));
    bob.channel.handle('sm/future', 'ann', new Uint8Array(3));
    expect(bob.violations).to.deep.equal([]);
  });

  it('key agreement on another topic: dropped and reported', () => {
    bob.channel.handle(CHAT_TOPIC, 'ann', Uint8Array.of(0x82, 0x01, 0xa3, 0x01, 0x41, 0x00));
    expect(bob.violations).to.deep.equal(['plaintext ann']);
  });
});

describe('long messages', () => {
  const clock = new HandClock();
  const self = { identity: 'bob', binding: hash('bob') };
  const member = (identity: string): RosterMember => ({
    sender: { identity, binding: hash(identity) },
    name: identity,
    ik: new Uint8Array(32),
    role: 'none',
    present: true,
  });

  async function receiver(count: number): Promise<{
    messages: SealedMessages;
    received: Bytes[];
    violations: string[];
    keyOf: (identity: string) => Uint8Array;
  }> {
    const keys = new MessageKeys();
    const received: Bytes[] = [];
    const violations: string[] = [];
    const messages = new SealedMessages({
      meeting: 'weekly',
      keys,
      clock,
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      send: async () => {},
      agree: async () => undefined,
      onReceived: ({ content }) => received.push(content),
      onViolation: (code) => violations.push(code),
      onMissingKey: () => {},
    });
    const members = Array.from({ length: count }, (_, i) => member(`p${i}`));
    for (const { sender } of members) {
      const key = await crypto.subtle.importKey('raw', hash(`key ${sender.identity}`), 'HKDF', false, ['deriveBits']);
      await keys.install(1, sender, key);
    }
    messages.self(self);
    messages.roster(members);
    const keyOf = (identity: string): Uint8Array => keys.opening(1, member(identity).sender)!;
    return { messages, received, violations, keyOf };
  }

  const chunk = (key: Uint8Array, from: string, sequence: number, index: number, count: number, size = 14_000): Bytes =>
    sealPacket(
      CHAT_TOPIC,
      { from: hash(from), epoch: 1, sequence, index, count },
      key,
      hash(`${sequence} ${index}`).slice(0, 24),
      new Uint8Array(size).fill(index),
    );

  it('arrive whole, in whatever order their chunks come', async () => {
    const { messages, received, keyOf, violations } = await receiver(1);
    const key = keyOf('p0');
    for (const index of [2, 0, 1]) messages.handle(CHAT_TOPIC, 'p0', chunk(key, 'p0', 0, index, 3));
    expect(received.length).to.equal(1);
    expect(received[0]!.length).to.equal(42_000);
    expect([received[0]![0], received[0]![20_000], received[0]![41_999]]).to.deep.equal([0, 1, 2]);
    messages.handle(CHAT_TOPIC, 'p0', chunk(key, 'p0', 0, 1, 3));
    expect(violations).to.deep.equal(['replay']);
  });

  it('report a chunk that comes twice, or that disagrees about their number', async () => {
    const { messages, keyOf, violations } = await receiver(1);
    const key = keyOf('p0');
    messages.handle(CHAT_TOPIC, 'p0', chunk(key, 'p0', 0, 0, 3));
    messages.handle(CHAT_TOPIC, 'p0', chunk(key, 'p0', 0, 0, 3));
    messages.handle(CHAT_TOPIC, 'p0', chunk(key, 'p0', 0, 1, 4));
    expect(violations).to.deep.equal(['replay', 'forged']);
  });

  it('never finished, by a thousand senders: memory stays bounded, and is free again after 10 s', () => {
    const reassembly = new Reassembly(clock);
    let refused = 0;
    const part = new Uint8Array(14_000);
    for (let sender = 0; sender < 1000; sender++)
      for (let message = 0; message < 4; message++)
        for (let index = 0; index < 20; index++)
          if (reassembly.add(`s${sender}`, `m${message}`, index, 64, part) === 'refused') refused++;
    expect(reassembly.size).to.be.lessThan(16_000_001);
    expect(refused).to.be.greaterThan(0);
    return clock.advance(10_001).then(() => {
      expect(reassembly.add('late', 'm', 0, 2, new Uint8Array(10))).to.equal('waiting');
      expect(reassembly.size).to.equal(10);
    });
  });

  it('take at most their sender’s share: two unfinished, 256 kB', () => {
    const reassembly = new Reassembly(clock);
    expect(reassembly.add('a', '1', 0, 2, new Uint8Array(10))).to.equal('waiting');
    expect(reassembly.add('a', '2', 0, 2, new Uint8Array(10))).to.equal('waiting');
    expect(reassembly.add('a', '3', 0, 2, new Uint8Array(10))).to.equal('refused');
    expect(reassembly.add('b', '1', 0, 2, new Uint8Array(10)), 'others are not affected').to.equal('waiting');
    expect(reassembly.add('b', '1', 1, 2, new Uint8Array(SENDER_BYTES_MAX))).to.equal('refused');
  });

  it('refuse headers that lie about themselves', () => {
    const key = hash('k');
    const nonce = new Uint8Array(24);
    const header = { from: hash('p0'), epoch: 1, sequence: 0, index: 0, count: 1 };
    expect(readPacket(sealPacket(CHAT_TOPIC, { ...header, index: 1 }, key, nonce, new Uint8Array(1)))).to.equal(
      undefined,
    );
    expect(() => sealPacket(CHAT_TOPIC, { ...header, count: 65 }, key, nonce, new Uint8Array(1))).to.throw(RangeError);
    const bare = concat(nonce, seal(key, nonce, new Uint8Array(1), new Uint8Array(0)));
    expect(readPacket(bare)).to.equal(undefined);
  });
});

describe('the replay window', () => {
  it('takes each number once, in any order within 1,024, and none from before the first', () => {
    const window = new ReplayWindow();
    expect(window.take(100)).to.equal(0);
    expect(window.fresh(100)).to.equal(false);
    expect(window.fresh(99)).to.equal(false);
    expect(window.take(105)).to.equal(4);
    expect(window.fresh(103)).to.equal(true);
    expect(window.take(103)).to.equal(0);
    expect(window.fresh(103)).to.equal(false);
    for (let i = 106; i < 10_000; i++) expect(window.take(i)).to.equal(0);
    for (let i = 90; i < 10_000; i += 7) if (i !== 102 && i !== 104) expect(window.fresh(i), String(i)).to.equal(false);
  });
});
