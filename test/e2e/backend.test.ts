/** `<secure-meeting api="…">` in real browsers, through a real LiveKit and the real backend. */
import { expect } from 'chai';
import { consoleSms, createDevelopmentServer, listen, type Listening } from '../../src/server/index.js';
import type { ElementPage } from './pages/element.js';
import type { PageHandle } from './support/page-handle.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

type Visitor = PageHandle<ElementPage>;

describe('a meeting of a site with its backend', () => {
  let world: World;
  const backends: Listening[] = [];
  const sms: string[] = [];
  let api: string;

  /** The development server, as `npm start` and the command run it. Each has signing keys of its own. */
  async function backend(): Promise<string> {
    const { url, apiKey, apiSecret } = world.livekit;
    const server = await createDevelopmentServer({
      livekit: { url, apiKey, apiSecret },
      issuer: 'http://localhost/api',
      origins: [world.server.origin],
      verification: { sms: consoleSms((line) => sms.push(line)), siteName: 'the test', countries: ['DE'] },
      log: () => undefined,
    });
    const listening = await listen(server, 0, '127.0.0.1');
    backends.push(listening);
    return `http://127.0.0.1:${listening.port}`;
  }

  before(async () => {
    world = await startWorld();
    api = await backend();
  });
  after(async () => {
    await Promise.all(backends.map((one) => one.close()));
    await world.close();
  });
  afterEach(() => world.closePages());

  async function visit(room: string, user: string | undefined, where = api): Promise<Visitor> {
    const page = await world.open<ElementPage>('test/e2e/pages/element.ts');
    await page.call('open', { room, api: where, 'display-name': user ?? 'guest', 'start-muted': '' }, user);
    return page;
  }
  const inside = (page: Visitor): Promise<unknown> =>
    until('joined', async () => (await page.call('joined')) === '', { within: 40_000 }).catch(
      async (error: unknown) => {
        throw new Error(
          `${String(error)}: ${await page.call('joined')} ${await page.call('phase')}\n${page.console.join('\n')}`,
        );
      },
    );
  async function join(page: Visitor): Promise<void> {
    await page.call('join');
    await inside(page);
  }
  const others = async (page: Visitor): Promise<readonly { name: string; role: string; identity: string }[]> =>
    (await page.call('state'))?.others ?? [];
  const sees = (page: Visitor, name: string): Promise<{ name: string; role: string; identity: string }> =>
    until(`${name} is seen`, async () =>
      (await others(page)).find((person) => person.name === name && person.role !== 'none'),
    );
  const encrypted = (page: Visitor): Promise<unknown> =>
    until('encrypted', async () => (await page.call('state'))?.encryption.state === 'encrypted', { within: 40_000 });
  const violations = async (page: Visitor): Promise<unknown[]> =>
    (await page.call('facts')).filter(({ type }) => type === 'encryption-violation').map(({ detail }) => detail);

  it('verifies a phone once by the code of the message, then lets in, and shows as hosts the certified alone', async () => {
    const room = world.room('verified');
    const host = await visit(room, 'host-ann');
    const bob = await visit(room, 'new-bob');
    await join(host);
    await bob.call('join');
    await until('asked for a number', async () => (await bob.call('phase')) === 'verification');
    await until('the number is typed', () => bob.call('answer', 'number', '+49 151 23456789'));
    const code = await until('a message', async () => /: (\d{6}) /.exec(sms.at(-1) ?? '')?.[1]);
    await until('the code is typed', () => bob.call('answer', 'code', code));
    await until('it goes on', () => bob.call('click', '[role=status] + .primary'));
    await inside(bob);
    await encrypted(host);
    await encrypted(bob);
    expect((await sees(bob, 'host-ann')).role).to.equal('host');
    expect((await sees(host, 'new-bob')).role).to.equal('member');
    const document = await bob.call('document');
    expect(document).not.to.contain('23456789');
    expect(document).not.to.contain(code);
    await bob.call('leave');
    await join(bob);
    expect(sms, 'never again').to.have.length(1);
    expect(await violations(host)).to.deep.equal([]);
  });

  it('asks for the passcode of the room', async () => {
    const room = `passcode-${world.room('code')}`;
    const guest = await visit(room, undefined);
    await guest.call('join');
    await until('asked', async () => (await guest.call('phase')) === 'passcode');
    await until('typed', () => guest.call('answer', 'passcode', '000000'));
    await until('told', async () => (await guest.call('reads', '[role=alert]')).includes('not the passcode'));
    await guest.call('answer', 'passcode', '123456');
    await inside(guest);
  });

  it('a host admits, mutes and removes: who was removed has neither key, connection nor a new certificate', async () => {
    const room = world.room('moderated');
    const host = await visit(room, 'host-ann');
    await join(host);
    expect(await host.call('moderate', { type: 'waiting-room-on' })).to.equal('');
    const carol = await visit(room, 'carol');
    await carol.call('join');
    await until('carol waits', async () => (await carol.call('phase')) === 'knocking');
    const knock = await until('the host hears of it', async () => (await host.call('state'))?.room.knocking[0]);
    expect(await host.call('moderate', { type: 'admit', identity: knock.identity })).to.equal('');
    await inside(carol);
    await encrypted(host);

    expect(await carol.call('click', '[data-tool=microphone]')).to.equal(true);
    await until('carol is heard', async () => (await carol.call('state'))?.self.microphone);
    await until('the host knows', async () =>
      ((await host.call('state'))?.others ?? []).some(({ microphone }) => microphone),
    );
    expect(await host.call('moderate', { type: 'mute', identity: knock.identity })).to.equal('');
    await until('carol is muted', async () => (await carol.call('state'))?.self.microphone === false);
    expect(await carol.call('moderate', { type: 'mute', identity: 'u_anybody' })).to.equal('room-action-refused');

    const epoch = (await host.call('state'))?.encryption.epoch ?? 0;
    expect(await host.call('moderate', { type: 'remove', identity: knock.identity })).to.equal('');
    await until('carol is out', async () => (await carol.call('phase')) === 'left');
    expect((await carol.call('state'))?.left?.reason).to.equal('removed');
    await until('a key that carol never had', async () => ((await host.call('state'))?.encryption.epoch ?? 0) > epoch);
    await until('the connection is gone', async () => (await world.rooms.listParticipants(room)).length === 1);
    await carol.call('join');
    await until('no new certificate', async () => (await carol.call('joined')) === 'token-not-admitted');
    expect(await violations(host)).to.deep.equal([]);
  });

  it('ends for everybody', async () => {
    const room = world.room('ended');
    const host = await visit(room, 'host-ann');
    const dan = await visit(room, 'dan');
    await join(host);
    await join(dan);
    await encrypted(dan);
    expect(await host.call('moderate', { type: 'end' })).to.equal('');
    await until('dan is out', async () => (await dan.call('state'))?.left?.reason === 'ended');
  });

  it('a certificate that the SFU or somebody in between forged lets nobody in, and is told as a violation', async () => {
    const room = world.room('forged');
    const host = await visit(room, 'host-ann');
    const bob = await visit(room, 'bob');
    await join(host);
    await join(bob);
    await encrypted(host);
    // Whoever runs the SFU can make tokens, and certificates that look right but for the key that signed them.
    const eve = await visit(room, 'host-eve', await backend());
    await eve.call('join');
    await until('the host is told', async () =>
      (await violations(host)).some((detail) => (detail as { code: string }).code === 'certificate'),
    );
    await until(
      'eve is seen as a stranger, with no key',
      async () =>
        (await others(host)).some((person) => (person as unknown as { encryption: string }).encryption === 'stranger'),
      { within: 40_000 },
    );
    expect((await others(host)).filter(({ role }) => role !== 'none').map(({ name }) => name)).to.deep.equal(['bob']);
    expect((await bob.call('state'))?.encryption.state).to.equal('encrypted');
  });
});
