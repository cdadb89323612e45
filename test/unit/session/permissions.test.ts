import { expect } from 'chai';
import { toHex, type Bytes, type SecureMeetingError } from '../../../src/base/index.js';
import { createIdentityKey, type IdentityKey } from '../../../src/crypto/index.js';
import type { RosterMember } from '../../../src/keys/index.js';
import { Session } from '../../../src/session/index.js';
import { SealedChannel } from '../../../src/session/sealed-channel.js';
import { FakeClock, settle, settled } from './fake-clock.js';
import { FakePorts, sender } from './fake-meeting.js';

const nothing = async (): Promise<void> => {};
const worker = {
  setSelf: nothing,
  install: nothing,
  activate: nothing,
  pause: nothing,
  retire: nothing,
  retireSender: nothing,
};
const secret = (fill: number): Bytes => new Uint8Array(32).fill(fill);

describe('who may share and write, as a host set it', () => {
  let clock: FakeClock;
  let ports: FakePorts;
  let session: Session;
  let keys: Record<string, IdentityKey>;
  const roles: Record<string, 'host' | 'member'> = {};
  const wait = async (reached: () => boolean = () => true): Promise<void> => {
    expect(await settled(reached), 'it happened').to.equal(true);
    for (let i = 0; i < 12; i++) await settle();
  };
  const members = (): RosterMember[] =>
    ['me', 'bob', 'hana'].map((identity) => ({
      ...{ sender: sender(identity), name: identity, ik: (keys[identity] as IdentityKey).publicKey },
      ...{ role: roles[identity] as 'host', present: true },
    }));
  const roster = (): void => ports.made.context.emit('roster', { epoch: 1, members: members() });
  const rules = (shareByHosts: boolean, chatByHosts: boolean): void =>
    ports.made.context.emit('settings', { locked: false, waitingRoom: false, shareByHosts, chatByHosts });
  /** Others as they are: nothing on their side keeps them from sending. */
  const others: Record<string, SealedChannel> = {};
  const words = (): string[] => session.state.chat.map(({ from, text }) => `${from}: ${text}`);
  const code = (wish: Promise<unknown>): Promise<string> =>
    wish.then(
      () => 'done',
      (error: unknown) => (error as SecureMeetingError).code,
    );

  beforeEach(async () => {
    Object.assign(roles, { me: 'member', bob: 'member', hana: 'host' });
    clock = new FakeClock();
    ports = new FakePorts();
    session = new Session(
      { room: 'weekly', token: 'a.b.c', serverUrl: 'wss://sfu.example', startMuted: true, startCameraOff: true, clock },
      ports,
    );
    await session.join();
    await wait();
    keys = { me: await createIdentityKey(), bob: await createIdentityKey(), hana: await createIdentityKey() };
    const { sink } = ports.made.context;
    for (const [index, identity] of ['bob', 'hana'].entries()) {
      // Taken in, keys are wiped: each place gets its own.
      const key = () => ({ media: secret(10 + index), message: secret(20 + index) });
      await sink.install(1, sender(identity), key());
      const channel = new SealedChannel({
        ...{ media: () => worker, meeting: 'weekly', ik: keys[identity] as IdentityKey, clock },
        send: async (topic, _to, payload) => ports.connection.events.emit('data', { from: identity, topic, payload }),
      });
      channel.self(sender(identity));
      await channel.sink.rejoin(sender(identity));
      await channel.sink.install(1, sender(identity), key());
      await channel.sink.activate(1);
      channel.roster(members());
      others[identity] = channel;
      ports.connection.present(identity);
    }
    roster();
    await wait();
  });
  afterEach(async () => {
    for (const channel of Object.values(others)) channel.dispose();
    const done = session.dispose();
    await clock.pass(3000, 500);
    await done;
  });
  const say = async (identity: string, text: string): Promise<void> => {
    await (others[identity] as SealedChannel).send({ type: 'chat', text }, null);
  };

  const offer = async (identity: string, number: number): Promise<void> => {
    const [id, hash] = [toHex(secret(number).subarray(0, 16)), toHex(secret(number))];
    const talk = { type: 'file-offer', id, size: 3, hash, mediaType: 'text/plain', name: `${number}.txt` } as const;
    await (others[identity] as SealedChannel).send(talk, null);
  };

  it('shows what a host writes and nothing of a member who writes all the same, and blames nobody for it', async () => {
    const violations: unknown[] = [];
    session.on('encryption-violation', (detail) => violations.push(detail));
    await say('bob', 'before');
    await offer('bob', 1);
    await wait(() => words().length === 1 && session.state.files?.length === 1);
    rules(false, true);
    expect(session.state.room).to.include({ chatByHosts: true, shareByHosts: false });
    await say('bob', 'against it');
    await offer('bob', 2);
    await say('hana', 'hello');
    await wait(() => words().length === 2);
    expect(words()).to.deep.equal(['bob: before', 'hana: hello']);
    rules(false, false);
    await say('bob', 'after');
    await wait(() => words().length === 3);
    expect(words()).to.deep.equal(['bob: before', 'hana: hello', 'bob: after']);
    expect(session.state.files?.map(({ fileName }) => fileName)).to.deep.equal(['1.txt']);
    expect(violations).to.deep.equal([]);
  });

  it('refuses our own message, file and share, until we are host', async () => {
    rules(true, true);
    expect(await code(session.sendChat('hi'))).to.equal('room-action-refused');
    expect(await code(session.sendFile(new File(['x'], 'x.txt')))).to.equal('room-action-refused');
    expect(await code(session.startScreenShare())).to.equal('room-action-refused');
    expect(session.state.chat).to.deep.equal([]);
    roles['me'] = 'host';
    roster();
    expect(await code(session.sendChat('hi'))).to.equal('done');
    // The fake machine has no screen: it is asked for now.
    expect(await code(session.startScreenShare())).not.to.equal('room-action-refused');
  });

  it('does not say that a member shares who may not, and says it of a host', async () => {
    for (const identity of ['bob', 'hana'])
      ports.connection.events.emit('publication', { identity, source: 'screen', on: true });
    const sharing = (): string[] => session.state.others.filter(({ screen }) => screen).map(({ identity }) => identity);
    await wait(() => sharing().length === 2);
    expect(sharing()).to.have.members(['bob', 'hana']);
    rules(true, false);
    await wait(() => sharing().length === 1);
    expect(sharing()).to.deep.equal(['hana']);
    roles['bob'] = 'host';
    roster();
    await wait(() => sharing().length === 2);
    expect(sharing()).to.have.members(['bob', 'hana']);
  });
});
