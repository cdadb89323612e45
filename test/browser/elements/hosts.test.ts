import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person, someDevices, type StatePatch } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';

const byKeys = { keys: { locks: true, waitingRoom: true } };
const noServer = { unavailable: { 'moderation-server': { available: false, reason: 'no-api' } } };

/** What a host is offered, by who could enforce it; and what the one who is asked sees. */
describe('a host', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  const moderated = (): unknown[] => session.calls.filter(([name]) => name === 'moderate').map(([, action]) => action);
  async function meeting(patch: StatePatch): Promise<void> {
    session = new FakeSession({
      ...{ phase: 'joined', connection: 'connected', encryption: { state: 'encrypted', epoch: 1 } },
      self: { role: 'host' },
      others: [
        person('ana', 'Ana Ferreira', { screen: true }),
        person('ben', 'Ben Okafor', { microphone: false, camera: false, role: 'host' }),
      ],
      devices: someDevices,
      ...patch,
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await click(element, '[data-tool=people]');
    await until(() => deep(element, '[aria-haspopup=menu][aria-label*="Ana"]'));
  }
  afterEach(() => element.remove());

  /** What stands in a person's menu, above the volume. */
  async function offered(name: string): Promise<string[]> {
    await click(element, `[aria-haspopup=menu][aria-label*="${name}"]`);
    const menu = await until(() => deep(element, 'secure-meeting-menu'));
    const group = await until(() => menu.shadowRoot?.querySelector('[role=group]'));
    const labels = [...group.querySelectorAll('.item')].map((item) => item.textContent?.trim() ?? '');
    (menu as HTMLElement).hidePopover();
    await until(() => !menu.isConnected);
    return labels;
  }
  async function pick(name: string, label: string): Promise<void> {
    await click(element, `[aria-haspopup=menu][aria-label*="${name}"]`);
    const menu = await until(() => deep(element, 'secure-meeting-menu'));
    (
      await until(() =>
        [...(menu.shadowRoot?.querySelectorAll<HTMLElement>('.item') ?? [])].find(
          (item) => item.textContent?.trim() === label,
        ),
      )
    ).click();
  }

  it('with keys and a server is offered everything that fits the person', async () => {
    await meeting({ capabilities: byKeys });
    expect(await offered('Ana')).to.deep.equal([
      ...['Write privately', 'Mute', 'Turn off their camera', 'Stop their share'],
      ...['Make host', 'Remove from the meeting'],
    ]);
    expect(await offered('Ben')).to.deep.equal([
      ...['Write privately', 'Ask to unmute', 'No longer host', 'Remove from the meeting'],
    ]);
  });

  it('without a server is offered what the keys enforce, and may ask', async () => {
    await meeting({ capabilities: { ...byKeys, ...noServer } });
    expect(await offered('Ana')).to.deep.equal(['Write privately', 'Make host', 'Remove from the meeting']);
    expect(await offered('Ben')).to.contain('Ask to unmute');
    expect(text(element)).to.contain('Host controls').and.not.to.contain('Mute all');
  });

  it('where the keys know no roles is offered what the server does', async () => {
    await meeting({ capabilities: { keys: { locks: false, waitingRoom: false } } });
    expect(await offered('Ana')).to.deep.equal([
      ...['Write privately', 'Mute', 'Turn off their camera', 'Stop their share', 'Remove from the meeting'],
    ]);
    expect(text(element)).to.contain('Mute all').and.not.to.contain('Host controls');
  });

  it('is what a member is not: a member may write, and turn the volume down', async () => {
    await meeting({ self: { role: 'member' }, capabilities: byKeys });
    expect(await offered('Ana')).to.deep.equal(['Write privately']);
    expect(text(element)).not.to.contain('Host controls');
  });

  it('sets who may share and who may write, where the members keep to it', async () => {
    await meeting({ capabilities: { keys: { ...byKeys.keys, permissions: true } } });
    await click(element, '.disclosure');
    const flip = async (name: string): Promise<void> => {
      const label = await until(() => deep(element, `#${name}`));
      (label.nextElementSibling as HTMLElement).click();
    };
    expect(deep(element, '[aria-labelledby=share]')?.getAttribute('aria-checked')).to.equal('false');
    await flip('share');
    await flip('chat');
    await until(() => moderated().length === 2);
    session.set({ room: { shareByHosts: true, chatByHosts: true } });
    await until(() => deep(element, '[aria-labelledby=chat]')?.getAttribute('aria-checked') === 'true');
    await flip('share');
    await flip('chat');
    await until(() => moderated().length === 4);
    expect(moderated()).to.deep.equal(['share-hosts', 'chat-hosts', 'share-all', 'chat-all'].map((type) => ({ type })));
    // A host goes on.
    expect(deep(element, '[data-tool=share]')).not.to.equal(null);
  });

  it('that keeps sharing and writing for hosts takes both from a member, in words', async () => {
    await meeting({ self: { role: 'member' }, capabilities: byKeys });
    expect(deep(element, '[data-tool=share]')).not.to.equal(null);
    await click(element, '[data-tool=chat]');
    await until(() => deep(element, 'textarea'));
    session.set({ room: { shareByHosts: true, chatByHosts: true } });
    await until(() => !deep(element, 'textarea') && !deep(element, '[data-tool=share]'));
    expect(text(element)).to.contain('Only hosts write here now.');
    const said = (): string => deep(element, '[role=log]')?.textContent ?? '';
    await until(
      () => said().includes('Only hosts share their screen') && said().includes('Only hosts write in the chat'),
    );
    const live = deep(element, 'secure-meeting-stage') as HTMLElement;
    live.dispatchEvent(new KeyboardEvent('keydown', { key: 's', bubbles: true, composed: true }));
    session.set({ room: { shareByHosts: false, chatByHosts: false } });
    await until(() => deep(element, 'textarea') && deep(element, '[data-tool=share]'));
    expect(session.calls.filter(([name]) => name === 'startScreenShare')).to.deep.equal([]);
  });

  it('asks somebody to unmute, and it is said', async () => {
    await meeting({ capabilities: byKeys });
    await pick('Ben', 'Ask to unmute');
    await until(() => moderated().length === 1);
    expect(moderated()).to.deep.equal([{ type: 'ask-to-unmute', identity: 'ben' }]);
    await until(() => deep(element, '[role=log]')?.textContent?.includes('was asked to unmute'));
  });

  it('writes to somebody from their row', async () => {
    await meeting({ capabilities: byKeys });
    await pick('Ben', 'Write privately');
    const field = await until(() => deep<HTMLTextAreaElement>(element, 'textarea'));
    await until(() => deep(element, '.to .button')?.textContent?.includes('Ben Okafor'));
    field.value = 'a word';
    field.form?.requestSubmit();
    await until(() => session.calls.some(([name]) => name === 'sendChat'));
    expect(session.calls.find(([name]) => name === 'sendChat')).to.deep.equal(['sendChat', 'a word', { to: 'ben' }]);
  });

  it('who asks is shown to the one who is asked: turn it on, or not now', async () => {
    await meeting({ self: { role: 'member', microphone: false }, capabilities: byKeys });
    session.set({ unmuteRequest: { identity: 'ben', name: 'Ben Okafor' } });
    await until(() => text(element).includes('asks you to turn your microphone on'));
    await click(element, '[part=notice] .actions .button');
    await until(() => session.calls.some(([name, on]) => name === 'setMicrophone' && on === true));
    session.set({ self: { microphone: false }, unmuteRequest: { identity: 'ana', name: 'Ana Ferreira' } });
    await until(() => /Ana Ferreira.{0,3}asks you to turn your microphone on/.test(text(element)));
    await click(element, '[part=notice] [aria-label=Dismiss]');
    await until(() => !text(element).includes('asks you to turn your microphone on'));
    expect(session.calls.filter(([name]) => name === 'setMicrophone')).to.have.length(1);
  });

  it('says among the people when the meeting is not end-to-end encrypted', async () => {
    await meeting({ encryption: { state: 'off' } });
    await until(() => text(element).includes('Names are what people typed, and the service could change them.'));
  });
});
