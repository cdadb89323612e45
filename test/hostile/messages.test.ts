/** Sealed messages among a hostile server and hostile participants, through a real LiveKit server. */
import { DataPacket, type UserPacket } from '@livekit/protocol';
import { expect } from 'chai';
import type { Replacements } from '../e2e/support/bundle.js';
import type { PageHandle } from '../e2e/support/page-handle.js';
import { until } from '../e2e/support/until.js';
import { startWorld, type World } from '../e2e/support/world.js';
import type { AttackerApi } from './pages/attacker.js';
import { createIdentityKey } from '../../src/crypto/index.js';
import { encodeTalk } from '../../src/session/messages/talk-kind.js';
import type { MeetingApi } from './pages/meeting.js';
import { CARELESS, MEASURED, type MessageDefence } from './weakened/messages.js';

type Person = PageHandle<MeetingApi>;

const LINK = 'q1w2e3r4t5y6u7i8o9p0aA';
/** Unfinished messages of 12 kB. */
const MANY = 40;
/** Where the last byte of a packet's text is: before the tag. */
const LAST = 17;

describe('Messages among a hostile server and hostile participants', () => {
  let world: World;
  let room: string;
  let alice: Person;
  let bob: Person;
  let carol: Person;
  /** Of the build that can do without each of its defences; so is Alice. */
  let twin: Person;
  let mallory: PageHandle<AttackerApi>;
  let said = 0;

  async function person(identity: string, replacements: Replacements = {}): Promise<Person> {
    const page = await world.open<MeetingApi>('test/hostile/pages/meeting.ts', { replacements });
    await page.call('join', room, world.livekit.url, world.token({ room, identity }), identity, LINK);
    return page;
  }
  before(async () => {
    world = await startWorld();
    room = world.room('messages');
    mallory = await world.open<AttackerApi>('test/hostile/pages/attacker.ts');
    await mallory.call('join', world.livekit.url, world.token({ room, identity: 'mallory' }));
    [alice, bob, carol, twin] = await Promise.all([
      person('alice', CARELESS),
      person('bob', MEASURED),
      person('carol'),
      person('twin', CARELESS),
    ]);
    for (const page of [alice, bob, carol, twin])
      await until('all are proved', async () => {
        const { others } = await page.call('state');
        return others.filter(({ encryption }) => encryption === 'encrypted').length === 3;
      });
  });
  afterEach(async () => {
    await Promise.all([doWithout(''), alice.call('hold', false)]);
  });
  after(() => world.close());

  const doWithout = async (defence: MessageDefence | ''): Promise<void> => {
    await Promise.all([alice, twin].map((page) => page.call('without', defence)));
  };

  const texts = (page: Person): Promise<string[]> => page.call('texts');
  const violated = (page: Person, code: string, identity: string): Promise<boolean> =>
    page.call('violated', code, identity);
  const arrives = (page: Person, text: string): Promise<unknown> =>
    until(`"${text}" arrives`, async () => (await texts(page)).includes(text));
  /** Alice says something new; resolves with it and the packet that carried it. */
  async function say(to?: string): Promise<Sent & { readonly text: string }> {
    const text = `sentence ${++said}`;
    await alice.call('chat', text, ...(to === undefined ? [] : [to]));
    await arrives(to === 'carol' ? carol : bob, text);
    return { text, ...(await lastPacket('sm/chat')) };
  }
  /** What Alice's page handed to the network last under a topic, and a way to send it changed. */
  async function lastPacket(of: string): Promise<Sent> {
    const users = (await alice.call('packets')).flatMap((each) => {
      const { value } = DataPacket.fromBinary(Buffer.from(each, 'base64'));
      return value.case === 'user' && value.value.topic === of ? [value.value] : [];
    });
    const user = users.at(-1)!;
    const resend: Sent['resend'] = async ({
      topic = user.topic!,
      payload = user.payload,
      to: destinationIdentities = [],
    }) => {
      const packet = new DataPacket({ destinationIdentities });
      packet.value = { case: 'user', value: user.clone() };
      packet.value.value.topic = topic;
      packet.value.value.payload = payload;
      packet.value.value.destinationIdentities = destinationIdentities;
      await alice.call('sendPacket', Buffer.from(packet.toBinary()).toString('base64'));
    };
    return { user, resend };
  }
  /** Alice says something that the server keeps; resolves with it and the packet. */
  async function withhold(): Promise<Sent & { readonly text: string }> {
    const text = `sentence ${++said}`;
    await alice.call('hold', true);
    await alice.call('chat', text);
    return { text, ...(await lastPacket('sm/chat')) };
  }
  /** Mallory's packets, again and again: one is lost when LiveKit builds an attacker's connection anew. */
  const malloryUntil = (
    what: string,
    condition: () => Promise<boolean>,
    ...packets: readonly (readonly [topic: string, data: Uint8Array])[]
  ): Promise<unknown> =>
    until(
      what,
      async () => {
        for (const [topic, data] of packets) await mallory.call('send', topic, Buffer.from(data).toString('base64'));
        return condition();
      },
      { every: 500 },
    );
  const handOf = async (page: Person): Promise<number> =>
    (await page.call('state')).others.find(({ identity }) => identity === 'alice')!.hand;
  const goesOn = async (): Promise<void> => {
    const { text } = await say();
    expect((await texts(bob)).filter((each) => each === text)).to.have.length(1);
  };

  it('refuses an unsealed message; a build without the defence believes it', async () => {
    const psst = Buffer.from('{"type":"chat","text":"psst"}');
    await malloryUntil('it is reported', () => violated(bob, 'plaintext', 'mallory'), ['sm/chat', psst]);
    expect((await texts(bob)).join()).not.to.include('psst');

    // Not signed, so that the seal is all there is. As Alice's, as the server may say.
    const nobody = await createIdentityKey({ seed: new Uint8Array(32) });
    const place = { meeting: room, from: new Uint8Array(32), sequence: 0 };
    const payload = await encodeTalk({ type: 'hand', up: true }, place, nobody);
    const { resend } = await say();
    await doWithout('seal');
    await resend({ topic: 'sm/state', payload });
    await until('it is reported', () => violated(bob, 'plaintext', 'alice'));
    await until("Alice's hand is up at the twin's", async () => (await handOf(twin)) > 0);
    expect(await handOf(bob)).to.equal(0);
    await goesOn();
  });

  it("refuses one member's message sent as another's; a build without the defence shows it so", async () => {
    const { text, user } = await say();
    await doWithout('sender');
    const hers = ['sm/chat', user.payload] as const;
    await malloryUntil('it is reported', () => violated(bob, 'foreign', 'mallory'), hers, hers);
    expect((await texts(bob)).filter((each) => each === text)).to.have.length(1);
    const believed = async (): Promise<boolean> => {
      const { chat } = await twin.call('state');
      return chat.some((each) => each.text === text && each.from === 'mallory');
    };
    await malloryUntil("it is Mallory's at the twin's", believed, hers);
    await goesOn();
  });

  it('refuses a replayed message; a build without the defence shows it twice', async () => {
    const { text, resend } = await say();
    await doWithout('window');
    await resend({});
    await until('it is reported', () => violated(bob, 'replay', 'alice'));
    expect((await texts(bob)).filter((each) => each === text)).to.have.length(1);
    await until(
      'the twin shows it twice',
      async () => (await texts(twin)).filter((each) => each === text).length === 2,
    );
    await goesOn();
  });

  it('refuses a message under another topic; a build without the defence shows it', async () => {
    const { text, resend } = await withhold();
    await doWithout('topic');
    await resend({ topic: 'sm/state' });
    await until('it is reported', () => violated(bob, 'forged', 'alice'));
    await arrives(twin, text);
    expect(await texts(bob)).not.to.include(text);
    await doWithout('');
    await alice.call('hold', false);
    await goesOn();
  });

  it('refuses a message that was changed on the way; a build without the defence believes it', async () => {
    const count = (await texts(bob)).length;
    const { user, resend } = await say();
    for (const at of [0, 40, user.payload.length - 1]) {
      const payload = user.payload.slice();
      payload[at]! ^= 1;
      await resend({ payload });
    }
    await goesOn();
    expect((await texts(bob)).length).to.equal(count + 2);

    for (const page of [bob, twin])
      await until('her hand is down', async () => {
        await alice.call('hand', false);
        return (await handOf(page)) === 0;
      });
    await doWithout('tag');
    await alice.call('hold', true);
    await alice.call('hand', false);
    const hand = await lastPacket('sm/state');
    const payload = hand.user.payload.slice();
    // `false` becomes `true`.
    payload[payload.length - LAST]! ^= 1;
    await hand.resend({ payload });
    await until("her hand is up at the twin's", async () => (await handOf(twin)) > 0);
    expect(await handOf(bob)).to.equal(0);
    await doWithout('');
    await alice.call('hold', false);
    await goesOn();
  });

  it('keeps little of what a member never finishes; a build without bounds keeps it all', async () => {
    await alice.call('without', 'end');
    await twin.call('without', 'bounds');
    await alice.call('babble', '€'.repeat(4_000), MANY);
    await until('it is reported', () => violated(bob, 'forged', 'alice'));
    await until('the twin keeps it', async () => (await twin.call('kept')) > MANY * 12_000);
    expect(await bob.call('kept')).to.be.lessThan(256_000);
    await doWithout('');
    await goesOn();
  });

  it('goes on while the server has a thousand invented participants begin messages', async () => {
    const { user } = await say();
    const from = (participantIdentity: string, topic: string, payload: Uint8Array): string => {
      const packet = new DataPacket({ participantIdentity });
      packet.value = { case: 'user', value: user.clone() };
      Object.assign(packet.value.value, { topic, payload });
      return Buffer.from(packet.toBinary()).toString('base64');
    };
    const begun = Uint8Array.from([1, 7, 7, 7, 7, 0, 0, 0, 2, ...new Uint8Array(1_000)]);
    const flood = Array.from({ length: 1_000 }, (_, i) => [
      from(`invented ${i}`, 'sm/keys', begun),
      from(`invented ${i}`, 'sm/chat', user.payload),
    ]).flat();
    await bob.call('receive', flood);
    await until('it is reported', () => violated(bob, 'foreign', 'invented 999'));
    await goesOn();
    const dave = await person('dave');
    for (const page of [bob, dave])
      await until('a newcomer is proved', async () => {
        const { others } = await page.call('state');
        const proved = others.filter(({ encryption }) => encryption === 'encrypted').map(({ identity }) => identity);
        return proved.includes(page === bob ? 'dave' : 'bob');
      });
    await dave.close();
  });

  it('refuses an oversized message', async () => {
    const count = (await texts(bob)).length;
    const reported = (): Promise<boolean> => violated(bob, 'forged', 'mallory');
    const large = [1, 0].map((byte) => Buffer.alloc(60_000, byte));
    await malloryUntil('it is reported', reported, ['sm/chat', large[0]!], ['sm/keys', large[1]!]);
    await goesOn();
    expect((await texts(bob)).length).to.equal(count + 1);
  });

  it('refuses a private message handed to a third member; a build without the defence shows it', async () => {
    const { text, resend } = await say('bob');
    expect(await texts(carol)).not.to.include(text);
    await resend({ to: ['carol'] });
    await until('it is reported', () => violated(carol, 'foreign', 'alice'));
    expect(await texts(carol)).not.to.include(text);

    await doWithout('recipient');
    const open = `sentence ${++said}`;
    await alice.call('chat', open, 'carol');
    await (await lastPacket('sm/chat')).resend({ to: ['twin'] });
    await arrives(twin, open);
    await doWithout('');
    await goesOn();
  });
});

interface Sent {
  readonly user: UserPacket;
  readonly resend: (change: {
    readonly topic?: string;
    readonly payload?: Uint8Array<ArrayBuffer>;
    readonly to?: string[];
  }) => Promise<void>;
}
