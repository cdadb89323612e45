/** What a participant does with camera, microphone and screen during a call, seen from the other side. */
import { expect } from 'chai';
import { person, stateOf, untilEncryption, untilHeard, untilPainted, type Page } from './support/meeting-world.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

describe('streams of a call', () => {
  let world: World;
  let ann: Page;
  let bob: Page;
  before(async () => {
    world = await startWorld();
    const room = world.room('streams');
    ann = await person(world, room, 'ann');
    bob = await person(world, room, 'bob', {}, { own: true });
    expect(await Promise.all([ann.call('join'), bob.call('join')])).to.deep.equal(['', '']);
    await untilEncryption(bob, 'encrypted');
    await untilEncryption(ann, 'encrypted');
  });
  after(() => world.close());

  const annAtBob = async () => (await stateOf(bob)).others.find(({ identity }) => identity === 'ann');
  const violations = async (): Promise<unknown[]> => [
    ...(await ann.call('facts')).filter(({ type }) => type === 'encryption-violation'),
    ...(await bob.call('facts')).filter(({ type }) => type === 'encryption-violation'),
  ];

  it('camera and microphone go off and on again, many times, in the same stream', async () => {
    for (let round = 0; round < 3; round++) {
      expect(await ann.call('setCamera', false)).to.equal('');
      expect(await ann.call('setMicrophone', false)).to.equal('');
      await until('bob sees both off', async () => {
        const other = await annAtBob();
        return other && !other.camera && !other.microphone;
      });
      expect(await ann.call('setCamera', true)).to.equal('');
      expect(await ann.call('setMicrophone', true)).to.equal('');
      await untilPainted(bob, 'ann');
      await untilHeard(bob, 'ann');
    }
    expect(await violations()).to.deep.equal([]);
  });

  it('the first picture of a screen is shown when it opens: nobody waits until the screen changes', async () => {
    await ann.call('screenEvery', 3_000);
    expect(await ann.call('share', false)).to.equal('');
    await until('bob sees the screen', async () => (await bob.call('painted', 'ann', 'screen')) > 0);
    const screen = (await bob.call('stats')).streams.find(({ source }) => source === 'screen');
    expect(screen?.opened, 'pictures that opened until then').to.equal(1);
    expect(await ann.call('unshare')).to.equal('');
    await ann.call('screenEvery', 66);
    expect(await violations()).to.deep.equal([]);
  });

  it('a screen and its sound are streams of their own, beside the camera; another share uses the same slots again', async () => {
    for (let round = 0; round < 2; round++) {
      expect(await ann.call('share', true)).to.equal('');
      await until('bob sees the share', async () => (await annAtBob())?.screen);
      await untilPainted(bob, 'ann', 'screen', 3);
      await untilPainted(bob, 'ann', 'camera');
      const sources = (await bob.call('stats')).streams.filter(({ identity }) => identity === 'ann');
      expect(sources.map(({ source }) => source)).to.include.members(['camera', 'microphone', 'screen']);
      expect(await ann.call('unshare')).to.equal('');
      await until(
        'bob sees the share end',
        async () => !(await annAtBob())?.screen && (await bob.call('blank', 'ann', 'screen')),
      );
      await untilPainted(bob, 'ann', 'camera');
    }
    expect(await violations()).to.deep.equal([]);
    expect((await annAtBob())?.encryption).to.equal('encrypted');
  });

  it('offers and answers name no codec that can not be protected', async () => {
    for (const page of [ann, bob]) {
      const codecs = await page.call('negotiatedCodecs');
      expect(codecs).to.include.members(['opus', 'vp8', 'vp9', 'h264']);
      for (const codec of codecs)
        expect(codec).to.be.oneOf(['opus', 'vp8', 'vp9', 'h264', 'rtx', 'ulpfec', 'flexfec-03', 'telephone-event']);
    }
  });

  it('leaves without a trace: the other side sees it, devices and sockets are released', async () => {
    await bob.call('leave');
    const state = await stateOf(bob);
    expect(state.phase).to.equal('left');
    expect(state.self.camera || state.self.microphone).to.equal(false);
    await until('ann sees bob go', async () => (await stateOf(ann)).others.length === 0);
    await untilEncryption(ann, 'waiting');
    expect(await bob.call('liveThings')).to.deep.equal({ tracks: 0, peers: 0, sockets: 0, workers: 0 });
  });
});
