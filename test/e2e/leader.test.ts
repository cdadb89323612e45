/** The `leader` provider in real browsers through a real LiveKit: no secret is shared beforehand. */
import { expect } from 'chai';
import { person, stateOf, untilEncryption, untilHeard, untilPainted, type Page } from './support/meeting-world.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

describe('a call with keys from a leader', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());
  afterEach(() => world.closePages());

  it('two browsers see and hear each other, and show the same security code', async () => {
    const room = world.room('leader');
    const options = { keyProvider: 'leader', passphrase: undefined as never };
    const ann: Page = await person(world, room, 'ann', options);
    const bob: Page = await person(world, room, 'bob', options, { browser: 'firefox' });
    expect(await ann.call('join')).to.equal('');
    expect(await bob.call('join')).to.equal('');
    for (const page of [ann, bob]) await untilEncryption(page, 'encrypted', 40_000);
    await untilPainted(ann, 'bob');
    await untilPainted(bob, 'ann');
    await untilHeard(ann, 'bob');
    await untilHeard(bob, 'ann');
    const code = async (page: Page): Promise<string> => ((await stateOf(page)).securityCode?.code ?? []).join(' ');
    await until('both show one code', async () => (await code(ann)) !== '' && (await code(ann)) === (await code(bob)));
  });
});
