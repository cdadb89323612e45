/** A join whose code and worker were there before: the same meeting, and nothing too much. */
import { expect } from 'chai';
import { person, untilEncryption, untilPainted } from './support/meeting-world.js';
import { startWorld, type World } from './support/world.js';

describe('a join that was prepared', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  for (const browser of ['chromium', 'firefox'] as const)
    it(`uses the worker there is, and leaves nothing behind; ${browser}`, async () => {
      const room = world.room('prepared');
      const ann = await person(world, room, 'ann');
      expect(await ann.call('join')).to.equal('');
      const bob = await person(world, room, 'bob', {}, { browser });
      await bob.call('prepare');
      expect(await bob.call('liveThings')).to.deep.equal({ tracks: 0, peers: 0, sockets: 0, workers: 1 });
      expect(await bob.call('join')).to.equal('');
      await untilEncryption(bob, 'encrypted');
      await untilPainted(bob, 'ann');
      await untilPainted(ann, 'bob');
      expect((await bob.call('liveThings')).workers).to.equal(1);
      await bob.call('leave');
      expect(await bob.call('liveThings')).to.deep.equal({ tracks: 0, peers: 0, sockets: 0, workers: 0 });
    });
});
