/** What a host may do when keys come from a leader: the keys enforce it, through a real LiveKit, in two browsers. */
import { expect } from 'chai';
import { member, untilTogether, type People } from './support/leader-world.js';
import { stateOf, untilHeard, type Page } from './support/meeting-world.js';
import { never, until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

describe('hosts of a call with keys from a leader', () => {
  let world: World;
  let room: string;
  let inside: People;
  const page = (name: string): Page => inside[name] as Page;
  const leftAs = async (one: Page): Promise<string | undefined> => (await stateOf(one)).left?.reason;
  before(async () => {
    world = await startWorld();
    room = world.room('hosts');
    inside = {
      ann: await member(world, room, 'ann', {}, { startMuted: false }),
      fox: await member(world, room, 'fox', { browser: 'firefox' }),
    };
    for (const one of Object.values(inside)) expect(await one.call('join')).to.equal('');
    expect((await untilTogether(inside)).leader).to.equal('ann');
  });
  after(() => world.close());

  /** Opens a page that joins while the waiting room is on, and waits until the hosts see it knock. */
  async function knock(name: string): Promise<{ guest: Page; joined: Promise<string> }> {
    const guest = await member(world, room, name);
    const joined = guest.call('join');
    await until(`${name} knocks`, async () =>
      (await stateOf(page('ann'))).room.knocking.some(({ identity }) => identity === name),
    );
    await until(`${name} is told to wait`, async () => (await stateOf(guest)).phase === 'knocking');
    return { guest, joined };
  }

  it('a waiting room: who knocks has no key until a host admits, and who is denied is out', async () => {
    expect(await page('ann').call('moderate', { type: 'waiting-room-on' })).to.equal('');
    const { guest: gus, joined } = await knock('gus');
    await never('the guest hears anything', async () => (await gus.call('stats')).streams.some((s) => s.opened > 0), {
      during: 700,
    });
    await until('the guest is a stranger', async () =>
      (await stateOf(page('ann'))).others.some(
        ({ identity, encryption }) => identity === 'gus' && encryption === 'stranger',
      ),
    );
    expect(await page('fox').call('moderate', { type: 'admit', identity: 'gus' }), 'no host').to.equal(
      'room-action-refused',
    );
    expect(await page('ann').call('moderate', { type: 'admit', identity: 'gus' })).to.equal('');
    expect(await joined).to.equal('');
    inside = { ...inside, gus };
    await untilTogether(inside);
    await untilHeard(gus, 'ann');

    const { guest: dan } = await knock('dan');
    expect(await page('ann').call('moderate', { type: 'deny', identity: 'dan' })).to.equal('');
    await until('the denied one is out', async () => (await leftAs(dan)) === 'denied');
    await dan.close();
    expect(await page('ann').call('moderate', { type: 'waiting-room-off' })).to.equal('');
  });

  it('a locked meeting lets nobody in, and opened again it does', async () => {
    expect(await page('ann').call('moderate', { type: 'lock' })).to.equal('');
    for (const one of Object.values(inside)) await until('all see it', async () => (await stateOf(one)).room.locked);
    const late = await member(world, room, 'late');
    void late.call('join');
    await until('the late one is turned away', async () => (await leftAs(late)) === 'locked');
    expect((await late.call('stats')).streams.filter(({ opened }) => opened > 0)).to.deep.equal([]);
    expect(await page('ann').call('moderate', { type: 'unlock' })).to.equal('');
    expect(await late.call('join')).to.equal('');
    inside = { ...inside, late };
    await untilTogether(inside);
  });

  it('a host asks somebody to unmute; from a member it means nothing, and nobody else hears of it', async () => {
    expect(await page('fox').call('moderate', { type: 'ask-to-unmute', identity: 'ann' })).to.equal(
      'room-action-refused',
    );
    expect((await stateOf(page('gus'))).self.microphone).to.equal(false);
    expect(await page('ann').call('moderate', { type: 'ask-to-unmute', identity: 'gus' })).to.equal('');
    const { unmuteRequest } = await until('gus is asked', async () => {
      const state = await stateOf(page('gus'));
      return state.unmuteRequest && state;
    });
    expect(unmuteRequest).to.deep.equal({ identity: 'ann', name: 'ann' });
    expect((await stateOf(page('fox'))).unmuteRequest).to.equal(undefined);
    await page('gus').call('setMicrophone', true);
    await until('it is done', async () => (await stateOf(page('gus'))).unmuteRequest === undefined);
    await untilHeard(page('ann'), 'gus');
    await page('gus').call('setMicrophone', false);
  });

  it('a host keeps the chat and the screen for hosts: members are refused, all know it, and it is lifted again', async () => {
    expect(await page('fox').call('moderate', { type: 'chat-hosts' }), 'no host').to.equal('room-action-refused');
    for (const type of ['chat-hosts', 'share-hosts'] as const)
      expect(await page('ann').call('moderate', { type })).to.equal('');
    const kept = async (one: Page): Promise<boolean[]> => {
      const { shareByHosts, chatByHosts } = (await stateOf(one)).room;
      return [shareByHosts, chatByHosts];
    };
    for (const one of Object.values(inside)) await until('all know it', async () => !(await kept(one)).includes(false));
    expect(await page('gus').call('chat', 'in spite of it')).to.equal('room-action-refused');
    expect(await page('gus').call('share', false)).to.equal('room-action-refused');
    expect(await page('ann').call('chat', 'only hosts now')).to.equal('');
    const heard = async (name: string): Promise<string[]> =>
      (await stateOf(page(name))).chat.map(({ from, text }) => `${from}: ${text}`);
    for (const name of ['fox', 'gus'])
      await until('the host is read', async () => (await heard(name)).includes('ann: only hosts now'));
    for (const type of ['chat-all', 'share-all'] as const)
      expect(await page('ann').call('moderate', { type })).to.equal('');
    await until('it is lifted', async () => !(await kept(page('gus'))).includes(true));
    expect(await page('gus').call('chat', 'everybody again')).to.equal('');
    await until('the member is read', async () => (await heard('ann')).includes('gus: everybody again'));
    expect(await heard('ann')).not.to.include('gus: in spite of it');
  });

  it('a host makes another one, who removes somebody: out at once, everyone else goes on', async () => {
    expect(await page('fox').call('moderate', { type: 'remove', identity: 'gus' })).to.equal('room-action-refused');
    expect(await page('ann').call('moderate', { type: 'make-host', identity: 'fox' })).to.equal('');
    await until('the fox is host', async () => (await stateOf(page('fox'))).self.role === 'host');
    const { gus, ...rest } = inside as Readonly<Record<string, Page>>;
    expect(await page('fox').call('moderate', { type: 'remove', identity: 'gus' })).to.equal('');
    await until('the removed one is out', async () => (await leftAs(gus as Page)) === 'removed');
    inside = rest;
    await untilTogether(inside);
    // Barred: as this identity there is no way back.
    void (gus as Page).call('join');
    await until('it stays out', async () => {
      const { phase, left } = await stateOf(gus as Page);
      return phase === 'left' && left?.reason === 'removed';
    });
    await never(
      'it is seen as a member',
      async () =>
        (await stateOf(page('ann'))).others.some(
          ({ identity, encryption }) => identity === 'gus' && encryption === 'encrypted',
        ),
      { during: 500 },
    );
  });

  it('whoever rejects the code sends nothing more, and says why', async () => {
    const { code } = (await stateOf(page('late'))).securityCode!;
    expect(await page('late').call('reject', code)).to.equal('');
    await until('the meeting is violated', async () => (await stateOf(page('late'))).encryption.state === 'violated');
    expect((await stateOf(page('late'))).encryption.epoch).to.equal(null);
    expect(await page('late').call('chat', 'is this read?')).not.to.equal('');
    const facts = await page('late').call('facts');
    expect(facts.map(({ detail }) => (detail as { code?: string }).code)).to.include('code-mismatch');
    await page('late').call('leave');
    const { late: _late, ...rest } = inside as Readonly<Record<string, Page>>;
    inside = rest;
    await untilTogether(inside);
  });

  it('a host ends the meeting for everyone', async () => {
    const gone = page('fox');
    await page('ann').call('leave', { endForAll: true });
    await until('everybody is out', async () => (await leftAs(gone)) === 'ended');
  });
});
