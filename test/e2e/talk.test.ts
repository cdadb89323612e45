/** Chat, names, hands and reactions between real browsers; wrong and missing keys; what must not be found anywhere. */
import { expect } from 'chai';
import { LINK, person, stateOf, untilEncryption, type Page } from './support/meeting-world.js';
import { never, until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

describe('talk in a call', () => {
  let world: World;
  const people: Record<string, Page> = {};
  before(async () => {
    world = await startWorld();
    const room = world.room('talk');
    for (const [name, where] of [
      ['ann', {}],
      ['bob', {}],
      ['fox', { browser: 'firefox' }],
    ] as const)
      people[name] = await person(world, room, name, { startMuted: true, startCameraOff: true }, where);
    expect(await Promise.all(Object.values(people).map((page) => page.call('join')))).to.deep.equal(['', '', '']);
  });
  after(() => world.close());

  const page = (name: string): Page => people[name] as Page;
  const texts = async (name: string): Promise<string[]> =>
    (await stateOf(page(name))).chat.map(({ from, text, to }) => `${from}>${to ?? 'all'}: ${text}`);

  it('is encrypted by sealed messages alone when no camera or microphone is on', async () => {
    for (const one of Object.values(people)) await untilEncryption(one, 'encrypted');
  });

  it('chat reaches everyone, with the name that was signed', async () => {
    expect(await page('ann').call('chat', 'Grüße an alle 👋')).to.equal('');
    for (const name of ['bob', 'fox'])
      await until(`${name} reads it`, async () => (await texts(name)).includes('ann>all: Grüße an alle 👋'));
    expect((await stateOf(page('bob'))).chat[0]).to.include({ name: 'ann', state: 'sent', local: false, missing: 0 });
  });

  it('what is written to one person reaches that person only', async () => {
    expect(await page('ann').call('chat', 'only for the fox', 'fox')).to.equal('');
    await until('the fox reads it', async () => (await texts('fox')).includes('ann>fox: only for the fox'));
    expect(await page('fox').call('chat', 'and only for ann', 'ann')).to.equal('');
    await until('ann reads it', async () => (await texts('ann')).includes('fox>ann: and only for ann'));
    await never('bob reads it', async () => (await texts('bob')).some((text) => text.includes('only for')), {
      during: 500,
    });
  });

  it('hands, reactions and new names arrive', async () => {
    expect(await page('bob').call('hand', true)).to.equal('');
    expect(await page('bob').call('react', '🎉')).to.equal('');
    expect(await page('bob').call('rename', 'Robert')).to.equal('');
    for (const name of ['ann', 'fox'])
      await until(`${name} sees them`, async () => {
        const state = await stateOf(page(name));
        const bob = state.others.find(({ identity }) => identity === 'bob');
        return bob && bob.hand > 0 && bob.name === 'Robert' && state.reactions?.some(({ emoji }) => emoji === '🎉');
      });
    expect(await page('bob').call('hand', false)).to.equal('');
    await until(
      'ann sees it down',
      async () => (await stateOf(page('ann'))).others.find(({ identity }) => identity === 'bob')?.hand === 0,
    );
  });

  it('raises no alarm', async () => {
    for (const one of Object.values(people))
      expect(
        (await one.call('facts')).filter(({ type }) => type === 'encryption-violation' || type === 'error'),
      ).to.deep.equal([]);
  });
});

describe('keys that do not fit', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());
  afterEach(() => world.closePages());

  it('a wrong link is told to both, nothing is shown, and the right link works afterwards', async () => {
    const room = world.room('wrong');
    const ann = await person(world, room, 'ann');
    const eve = await person(world, room, 'eve', { passphrase: { kind: 'link', value: `z${LINK.value.slice(1)}` } });
    expect(await Promise.all([ann.call('join'), eve.call('join')])).to.deep.equal(['', '']);
    for (const one of [ann, eve])
      await until('the wrong key is told', async () =>
        (await one.call('facts')).some(
          ({ type, detail }) => type === 'error' && (detail as { code: string }).code === 'key-wrong',
        ),
      );
    await until('eve is a stranger', async () => (await stateOf(ann)).others[0]?.encryption === 'stranger');
    await never(
      'anything of the other is shown',
      async () => (await ann.call('painted', 'eve', 'camera')) > 0 || (await eve.call('painted', 'ann', 'camera')) > 0,
      { during: 1000 },
    );
    const decoded = await ann.rtc('inboundVideo');
    expect(decoded.every(({ framesDecoded }) => framesDecoded === 0)).to.equal(true);
    const bob = await person(world, room, 'bob');
    expect(await bob.call('join')).to.equal('');
    await until('bob is proved', async () =>
      (await stateOf(ann)).others.some(({ identity, encryption }) => identity === 'bob' && encryption === 'encrypted'),
    );
  });

  for (const [what, passphrase, expected] of [
    ['no secret', undefined, 'key-missing'],
    ['an empty phrase', '', 'key-missing'],
    ['a short phrase', 'short', 'key-short'],
    ['half a link', { kind: 'link', value: 'q1w2' }, 'key-link-incomplete'],
  ] as const)
    it(`${what} fails the join with ${expected}, and lets one try again`, async () => {
      const ann = await person(world, world.room('missing'), 'ann', { passphrase: passphrase as never });
      expect(await ann.call('join')).to.equal(expected);
      expect((await stateOf(ann)).phase).to.equal('failed');
      expect(await ann.call('join')).to.equal(expected);
    });

  it('a worker address that is wrong fails the join with worker-not-found', async () => {
    const ann = await person(world, world.room('worker'), 'ann', { workerSrc: '/no-such-worker.js' });
    expect(await ann.call('join')).to.equal('worker-not-found');
  });

  it('an unreachable server, an expired and a refused token each have their code', async () => {
    const room = world.room('tokens');
    const dark = await person(world, room, 'ann', { serverUrl: 'ws://127.0.0.1:9' });
    const late = await person(world, room, 'bob', { token: world.token({ room, identity: 'bob', secondsValid: -60 }) });
    const forged = await person(world, room, 'eve', {
      token: `${world.token({ room, identity: 'eve' }).slice(0, -8)}AAAAAAAA`,
    });
    expect(await Promise.all([dark.call('join'), late.call('join'), forged.call('join')])).to.deep.equal([
      'network-unreachable',
      'token-expired',
      'token-refused',
    ]);
  });

  it('a room joined with the other `encryption`: who is in clear leaves, who encrypts is told', async () => {
    const room = world.room('mixed');
    const ann = await person(world, room, 'ann');
    expect(await ann.call('join')).to.equal('');
    const clear = await person(world, room, 'clear', { encryption: 'off' });
    await clear.call('join');
    await until('who is in clear leaves', async () => (await stateOf(clear)).left?.reason === 'key');
    await until('who encrypts is told', async () =>
      (await ann.call('facts')).some(
        ({ type, detail }) => type === 'error' && (detail as { code: string }).code === 'key-encryption-mismatch',
      ),
    );
    expect((await stateOf(ann)).phase).to.equal('joined');
  });

  it('a meeting without E2EE works, and says so everywhere', async () => {
    const room = world.room('off');
    const ann = await person(world, room, 'ann', { encryption: 'off' });
    const bob = await person(world, room, 'bob', { encryption: 'off' }, { own: true });
    expect(await Promise.all([ann.call('join'), bob.call('join')])).to.deep.equal(['', '']);
    await until('frames', async () => (await ann.call('painted', 'bob', 'camera')) > 5);
    for (const one of [ann, bob]) {
      const state = await stateOf(one);
      expect(state.encryption.state).to.equal('off');
      expect(state.others[0]?.encryption).to.equal('off');
      expect(state.self.encryption).to.equal('off');
    }
    expect(await ann.call('chat', 'in clear')).to.equal('');
    await until('bob reads it', async () => (await stateOf(bob)).chat.some(({ text }) => text === 'in clear'));
  });
});
