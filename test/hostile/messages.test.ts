/** Sealed messages among a hostile server and hostile participants, through a real LiveKit server. */
import { DataPacket, type UserPacket } from '@livekit/protocol';
import { expect } from 'chai';
import type { Fault } from '../e2e/support/bundle.js';
import type { PageHandle } from '../e2e/support/page-handle.js';
import { until } from '../e2e/support/until.js';
import { startWorld, type World } from '../e2e/support/world.js';
import type { AttackerApi } from './pages/attacker.js';
import type { MeetingApi } from './pages/meeting.js';

type Person = PageHandle<MeetingApi>;

const LINK = 'q1w2e3r4t5y6u7i8o9p0aA';
const MESSAGES = 'src/session/messages/sealed-messages.ts';

describe('Messages among a hostile server and hostile participants', () => {
  let world: World;
  let room: string;
  let alice: Person;
  let bob: Person;
  let carol: Person;
  /** Takes a number any number of times. */
  let twin: Person;
  let mallory: PageHandle<AttackerApi>;
  let said = 0;

  async function person(identity: string, fault?: Fault): Promise<Person> {
    const replacements = fault ? { [MESSAGES]: fault } : {};
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
      person('alice'),
      person('bob'),
      person('carol'),
      person('twin', { find: 'if (!window.fresh(header.sequence)) return', put: 'if (false) return' }),
    ]);
    for (const page of [alice, bob, carol, twin])
      await until('all are proved', async () => {
        const { others } = await page.call('state');
        return others.filter(({ encryption }) => encryption === 'encrypted').length === 3;
      });
  });
  after(() => world.close());

  const texts = async (page: Person): Promise<string[]> => (await page.call('state')).chat.map(({ text }) => text);
  const violated = async (page: Person, code: string, identity: string): Promise<boolean> =>
    (await page.call('facts')).some(({ type, detail }) => {
      const seen = detail as { code?: string; identity?: string };
      return type === 'encryption-violation' && seen.code === code && seen.identity === identity;
    });
  const arrives = (page: Person, text: string): Promise<unknown> =>
    until(`"${text}" arrives`, async () => (await texts(page)).includes(text));
  /** Alice says something new; resolves with it and the packet that carried it. */
  async function say(to?: string): Promise<{ text: string; user: UserPacket; resend: Resend }> {
    const text = `sentence ${++said}`;
    await alice.call('chat', text, ...(to === undefined ? [] : [to]));
    await arrives(to === 'carol' ? carol : bob, text);
    const users = (await alice.call('packets')).flatMap((each) => {
      const { value } = DataPacket.fromBinary(Buffer.from(each, 'base64'));
      return value.case === 'user' && value.value.topic === 'sm/chat' ? [value.value] : [];
    });
    const user = users.at(-1)!;
    const resend: Resend = async ({ topic = user.topic!, payload = user.payload, to: destinationIdentities = [] }) => {
      const packet = new DataPacket({ destinationIdentities });
      packet.value = { case: 'user', value: user.clone() };
      packet.value.value.topic = topic;
      packet.value.value.payload = payload;
      packet.value.value.destinationIdentities = destinationIdentities;
      await alice.call('sendPacket', Buffer.from(packet.toBinary()).toString('base64'));
    };
    return { text, user, resend };
  }
  const goesOn = async (): Promise<void> => {
    const { text } = await say();
    expect((await texts(bob)).filter((each) => each === text)).to.have.length(1);
  };

  it('refuses an unsealed message', async () => {
    await mallory.call('send', 'sm/chat', Buffer.from('{"type":"chat","text":"psst"}').toString('base64'));
    await until('it is reported', () => violated(bob, 'plaintext', 'mallory'));
    expect((await texts(bob)).join()).not.to.include('psst');
    await goesOn();
  });

  it("refuses one member's message sent as another's", async () => {
    const { text, user } = await say();
    for (let i = 0; i < 2; i++) await mallory.call('send', 'sm/chat', Buffer.from(user.payload).toString('base64'));
    await until('it is reported', () => violated(bob, 'foreign', 'mallory'));
    expect((await texts(bob)).filter((each) => each === text)).to.have.length(1);
    await goesOn();
  });

  it('refuses a replayed message; a build without the defence shows it twice', async () => {
    const { text, resend } = await say();
    await resend({});
    await until('it is reported', () => violated(bob, 'replay', 'alice'));
    expect((await texts(bob)).filter((each) => each === text)).to.have.length(1);
    await until(
      'the twin shows it twice',
      async () => (await texts(twin)).filter((each) => each === text).length === 2,
    );
    await goesOn();
  });

  it('refuses a message under another topic', async () => {
    const { user, resend } = await say();
    await resend({ topic: 'sm/state' });
    await until('it is reported', () => violated(bob, 'forged', 'alice'));
    expect(user.topic).to.equal('sm/chat');
    await goesOn();
  });

  it('refuses a message that was changed on the way', async () => {
    const { user, resend } = await say();
    const count = (await texts(bob)).length;
    for (const at of [0, 40, user.payload.length - 1]) {
      const payload = user.payload.slice();
      payload[at]! ^= 1;
      await resend({ payload });
    }
    await goesOn();
    expect((await texts(bob)).length).to.equal(count + 1);
  });

  it('refuses an oversized message', async () => {
    const count = (await texts(bob)).length;
    await mallory.call('send', 'sm/chat', Buffer.alloc(60_000, 1).toString('base64'));
    await mallory.call('send', 'sm/keys', Buffer.alloc(60_000, 0).toString('base64'));
    await goesOn();
    expect((await texts(bob)).length).to.equal(count + 1);
  });

  it('refuses a private message handed to a third member', async () => {
    const { text, resend } = await say('bob');
    expect(await texts(carol)).not.to.include(text);
    await resend({ to: ['carol'] });
    await until('it is reported', () => violated(carol, 'foreign', 'alice'));
    expect(await texts(carol)).not.to.include(text);
    await goesOn();
  });
});

type Resend = (change: {
  readonly topic?: string;
  readonly payload?: Uint8Array<ArrayBuffer>;
  readonly to?: string[];
}) => Promise<void>;
