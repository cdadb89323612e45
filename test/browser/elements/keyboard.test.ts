/** Everything without a pointer: by real presses of keys, in the order of reading, and one sees where one is. */
import { sendKeys } from '@web/test-runner-commands';
import { deep, expect, make, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';
import { active, nameOf, outOfOrder, pressable, tabThrough, unseen } from '../../support/keyboard.js';
import type { SecureMeeting } from '../../../src/elements/index.js';

const press = (...keys: string[]): Promise<void> =>
  keys.reduce((before, key) => before.then(() => sendKeys({ press: key })), Promise.resolve());

describe('the keyboard', function () {
  // Each press is a way to the browser's process and back.
  this.timeout(180_000);
  let before: HTMLElement;
  let after: HTMLElement;
  let element: SecureMeeting;
  let session: FakeSession;
  const called = (name: string): unknown[][] => session.asked(name);

  beforeEach(async () => {
    localStorage.clear();
    before = document.body.appendChild(Object.assign(document.createElement('button'), { textContent: 'before' }));
    session = new FakeSession({
      phase: 'joined',
      connection: 'connected',
      encryption: { state: 'encrypted', epoch: 1 },
      self: { camera: true, microphone: true, role: 'host' },
      others: [person('ana', 'Ana Ferreira'), person('ben', 'Ben Okafor')],
      devices: someDevices,
      room: { knocking: [{ identity: 'k', claimedName: 'Kim' }] },
      capabilities: { keys: { locks: true, waitingRoom: true } },
      securityCode: {
        code: ['11111', '22222', '33333', '44444', '55555', '66666'],
        leader: { identity: 'ana', name: 'Ana Ferreira' },
        reason: 'first',
      },
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 780px; height: 560px';
    after = document.body.appendChild(Object.assign(document.createElement('button'), { textContent: 'after' }));
    await until(() => deep(element, '[data-tool=leave]') && session.attached.size === 3);
  });
  afterEach(() => {
    for (const each of [before, element, after]) each.remove();
    localStorage.clear();
  });

  const focusOn = async (selector: string): Promise<HTMLElement> => {
    const found = await until(() => deep(element, selector), `nothing matches ${selector}`);
    found.focus();
    expect(active() === found, selector).to.equal(true);
    return found;
  };
  /** Opens a panel by the key on its button; the focus is in it when this resolves. */
  const openPanel = async (tag: string, button: string): Promise<HTMLElement> => {
    await focusOn(button);
    await press('Enter');
    const panel = await until(() => deep(element, tag));
    await until(() => panel.shadowRoot?.activeElement, `the focus never came into ${tag}`);
    return panel;
  };
  /** From a button to an entry of its menu. The names of all entries, as the arrow walks over them. */
  const walkMenu = async (key = 'Enter'): Promise<string[]> => {
    await press(key);
    const menu = await until(() => deep(element, 'secure-meeting-menu:popover-open'));
    const items = [...(menu.shadowRoot?.querySelectorAll<HTMLElement>('.item') ?? [])];
    await until(() => items.includes(active()));
    await press('Home');
    const names: string[] = [];
    for (let index = 0; index < items.length; index++) {
      expect(unseen(active()), nameOf(active())).to.equal('');
      names.push(nameOf(active()));
      await press('ArrowDown');
    }
    expect(active() === items[0], 'after the last comes the first').to.equal(true);
    await press('End');
    expect(active() === items.at(-1)).to.equal(true);
    return names;
  };
  /** Moves to an entry and chooses it. */
  const choose = async (entry: string): Promise<void> => {
    await press('Home');
    for (let tries = 0; nameOf(active()) !== entry; tries++) {
      if (tries > 20) throw new Error(`no entry ${entry}`);
      await press('ArrowDown');
    }
    await press('Enter');
  };

  it('comes to everything that can be pressed, in the order of reading, and shows where it is', async () => {
    const invisible: string[] = [];
    const stops = await tabThrough(before, after, (stop) => {
      const why = unseen(stop);
      if (why) invisible.push(`${nameOf(stop)}: ${why}`);
    });
    expect(invisible).to.deep.equal([]);
    const shares = 'getDisplayMedia' in navigator.mediaDevices;
    expect(stops.map(nameOf)).to.deep.equal([
      ...[nameOf(stops[0] as HTMLElement), 'Layout'],
      ...('documentPictureInPicture' in window ? ['Small window on top'] : []),
      ...(document.fullscreenEnabled ? ['Full screen'] : []),
      ...['Keep Ana Ferreira large', 'Keep Ben Okafor large'],
      ...['Microphone', 'Choose a microphone', 'Camera', 'Choose a camera'],
      ...(shares ? ['Share your screen'] : []),
      ...['Raise your hand', 'React', 'Chat', 'People, 3, 1 is waiting to join', 'More', 'Leave'],
    ]);
    expect(stops[0]?.matches('.seal')).to.equal(true);
    const missed = pressable(element).filter((each) => !stops.includes(each));
    expect(missed.map((each) => each.outerHTML.slice(0, 80))).to.deep.equal([]);
    expect(outOfOrder(stops)).to.deep.equal([]);
  });

  it('uses every tool', async () => {
    for (const [tool, key, call, argument] of [
      ['microphone', 'Enter', 'setMicrophone', false],
      ['camera', ' ', 'setCamera', false],
      ['hand', 'Enter', 'setHand', true],
    ] as const) {
      await focusOn(`[data-tool=${tool}]`);
      await press(key);
      await until(() => called(call).length > 0, `${tool} did nothing`);
      expect(called(call)).to.deep.equal([[argument]]);
      expect(active().dataset['tool'], 'the focus stays').to.equal(tool);
    }
    if ('getDisplayMedia' in navigator.mediaDevices) {
      await focusOn('[data-tool=share]');
      await press('Enter');
      await until(() => called('startScreenShare').length === 1);
    }
    await focusOn('.pin[aria-label*=Ben]');
    await press('Enter');
    await until(() => deep(element, '.pin[aria-pressed=true]'));
    expect(nameOf(await until(() => deep(element, '.pin[aria-pressed=true]')))).to.equal(
      'No longer keep Ben Okafor large',
    );
  });

  for (const [title, button, entries, choice, call, args] of [
    [
      'microphones',
      '[data-tool=microphone] + button',
      ['MacBook Pro Microphone', 'Jabra Evolve2 65 (Bluetooth)', 'MacBook Pro Speakers'],
      'Jabra Evolve2 65 (Bluetooth)',
      'selectDevice',
      ['audioinput', 'mic-2'],
    ],
    [
      'cameras',
      '[data-tool=camera] + button',
      ['FaceTime HD Camera', 'Logitech Brio'],
      'Logitech Brio',
      'selectDevice',
      ['videoinput', 'cam-2'],
    ],
    [
      'reactions',
      '[data-tool=reactions]',
      ['👍', '👏', '❤️', '😂', '😮', '🎉'].map((emoji) => `React with ${emoji}`),
      'React with 😂',
      'react',
      ['😂'],
    ],
    [
      'ways to leave',
      '[data-tool=leave]',
      ['Leave the meeting', 'End for everyone'],
      'End for everyone',
      'leave',
      [{ endForAll: true }],
    ],
  ] as const)
    it(`walks through the ${title}, goes back by Escape, and chooses`, async () => {
      const opener = await focusOn(button);
      expect(await walkMenu()).to.include.members([...entries]);
      await press('Escape');
      await until(() => !deep(element, 'secure-meeting-menu'));
      await until(() => active() === opener, 'the focus did not come back');
      await walkMenu(' ');
      await choose(choice);
      await until(() => called(call).length > 0);
      expect(called(call)).to.deep.equal([args]);
    });

  it('opens settings and the list of keys from More, and they give the focus back', async () => {
    for (const [entry, tag] of [
      ['Settings', 'secure-meeting-settings'],
      ['Keyboard shortcuts', 'secure-meeting-shortcuts'],
    ] as const) {
      await focusOn('[data-tool=more]');
      await walkMenu();
      await choose(entry);
      const panel = await until(() => deep(element, tag));
      await until(() => panel.shadowRoot?.activeElement, `the focus never came into ${tag}`);
      await press('Escape');
      await until(() => !deep(element, tag));
      await until(() => active().dataset['tool'] === 'more');
    }
  });

  for (const [tag, button] of [
    ['secure-meeting-chat', '[data-tool=chat]'],
    ['secure-meeting-people', '[data-tool=people]'],
    ['secure-meeting-privacy', '.seal'],
  ] as const)
    it(`comes to everything in ${tag}, in the order of reading, and back by Escape`, async () => {
      // So high that nothing scrolls: what is seen below is below.
      element.style.height = '1600px';
      const panel = await openPanel(tag, button);
      const disclosure = deep(panel, '.disclosure');
      disclosure?.focus();
      if (disclosure) await press('Enter');
      if (disclosure) await until(() => deep(panel, '[aria-labelledby=lock]'));
      const invisible: string[] = [];
      const stops = (
        await tabThrough(before, after, (stop) => {
          const why = unseen(stop);
          if (why) invisible.push(`${nameOf(stop)}: ${why}`);
        })
      ).filter((stop) => stop.getRootNode() === panel.shadowRoot);
      expect(invisible).to.deep.equal([]);
      const all = pressable(panel);
      expect(all.length, 'something to press').to.be.greaterThan(1);
      expect(all.filter((each) => !stops.includes(each)).map((each) => each.outerHTML.slice(0, 80))).to.deep.equal([]);
      expect(outOfOrder(stops)).to.deep.equal([]);
      all[0]?.focus();
      await press('Escape');
      await until(() => !deep(element, tag));
      await until(() => active().matches(button), 'the focus did not come back');
    });

  it('writes and sends in the chat, and chooses to whom', async () => {
    const panel = await openPanel('secure-meeting-chat', '[data-tool=chat]');
    await until(() => active().localName === 'textarea');
    await sendKeys({ type: 'Hello' });
    await press('Enter');
    await until(() => called('sendChat').length === 1);
    deep(panel, '.to .button')?.focus();
    await walkMenu();
    await choose('Ben Okafor');
    await until(() => deep(panel, '.to .button')?.getAttribute('aria-label') === 'To: Ben Okafor');
    deep(panel, 'textarea')?.focus();
    await sendKeys({ type: 'Only you' });
    await press('Enter');
    await until(() => called('sendChat').length === 2);
    expect(called('sendChat')).to.deep.equal([
      ['Hello', {}],
      ['Only you', { to: 'ben' }],
    ]);
  });

  it('admits, denies, locks and removes', async () => {
    const panel = await openPanel('secure-meeting-people', '[data-tool=people]');
    await focusOn('.knock .actions .button:last-child');
    await press('Enter');
    await focusOn('.knock .actions .button:first-child');
    await press(' ');
    await focusOn('.disclosure');
    await press('Enter');
    await until(() => deep(panel, '[aria-labelledby=lock]'));
    await focusOn('[aria-labelledby=lock]');
    await press(' ');
    await until(() => called('moderate').length === 3);
    await focusOn('li .row-end .button');
    const entries = await walkMenu();
    expect(entries).to.include.members(['Mute', 'Make host', 'Remove from the meeting', '100 %', '0 %']);
    await choose('Remove from the meeting');
    await until(() => deep(panel, '[role=alertdialog]'));
    await until(() => nameOf(active()) === 'Cancel');
    await press('Tab', 'Enter');
    await until(() => called('moderate').length === 4);
    expect(called('moderate').map(([action]) => action)).to.deep.equal([
      { type: 'admit', identity: 'k' },
      { type: 'deny', identity: 'k' },
      { type: 'lock' },
      { type: 'remove', identity: 'ana' },
    ]);
  });

  it('compares the code, from the seal to the answer', async () => {
    await openPanel('secure-meeting-privacy', '.seal');
    await until(() => active().matches('.compare'));
    await press('Enter');
    const panel = await until(() => deep(element, 'secure-meeting-compare'));
    await until(() => panel.shadowRoot?.activeElement);
    for (let presses = 0; !active().matches('.answers .button'); presses++) {
      if (presses > 12) throw new Error('never came to the answers');
      await press('Tab');
      expect(unseen(active()), nameOf(active())).to.equal('');
    }
    await press('Enter');
    await until(() => called('confirmSecurityCode').length === 1);
    await until(() => session.state.encryption.state === 'verified');
  });
});
