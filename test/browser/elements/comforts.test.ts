import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';

const key = (type: 'keydown' | 'keyup', init: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent(type, { key: ' ', bubbles: true, composed: true, cancelable: true, ...init });
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

describe('what makes a meeting comfortable', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  const called = (name: string): unknown[][] => session.asked(name);
  beforeEach(async () => {
    localStorage.clear();
    session = new FakeSession({
      phase: 'joined',
      connection: 'connected',
      encryption: { state: 'encrypted', epoch: 1 },
      self: { camera: true, microphone: true },
      others: [person('ana', 'Ana Ferreira', { role: 'host' }), person('ben', 'Ben Okafor')],
      devices: someDevices,
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await until(() => deep(element, '[data-tool=leave]'));
  });
  afterEach(() => {
    element.remove();
    localStorage.clear();
  });

  describe('reactions', () => {
    it('are chosen from a row, by keyboard too, and sent', async () => {
      await click(element, '[data-tool=reactions]');
      const menu = await until(() => deep(element, 'secure-meeting-menu'));
      await until(() => menu.matches(':popover-open'));
      const [first, second] = menu.shadowRoot?.querySelectorAll<HTMLElement>('.item') ?? [];
      await until(() => menu.shadowRoot?.activeElement === first);
      first?.dispatchEvent(key('keydown', { key: 'ArrowRight' }));
      expect(menu.shadowRoot?.activeElement).to.equal(second);
      expect(second?.getAttribute('aria-label')).to.equal('React with 👏');
      second?.click();
      await until(() => called('react').length === 1);
      expect(called('react')).to.deep.equal([['👏']]);
    });

    it('of a flood show six at most, with who sent them, and are one sentence', async () => {
      session.set({
        reactions: Array.from({ length: 900 }, (_, index) => ({
          id: `r${index}`,
          identity: index % 2 ? 'ana' : 'ben',
          emoji: '🎉',
          at: index,
        })),
      });
      await until(() => deep(element, '.reactions'));
      expect(deep(element, '.reactions')?.childElementCount).to.equal(6);
      expect(text(deep(element, '.reactions') as Element)).to.contain('Ana');
      const log = deep(element, '[role=log]') as HTMLElement;
      await until(() => log.childElementCount > 0);
      const said = [...log.children].map((line) => line.textContent?.replace(/[\u2068\u2069]/g, ''));
      expect(said).to.deep.equal(['Ben Okafor and Ana Ferreira reacted with 🎉']);
    });

    it('are not there when the page leaves them out', async () => {
      element.features = 'no-reactions';
      session.set({ reactions: [{ id: 'r', identity: 'ana', emoji: '🎉', at: 1 }] });
      await until(() => !deep(element, '[data-tool=reactions]'));
      expect(deep(element, '.reactions')).to.equal(null);
    });
  });

  it('lists raised hands first, in their order', async () => {
    session.set({
      others: [
        person('ana', 'Ana Ferreira'),
        person('ben', 'Ben Okafor', { hand: 2000 }),
        person('eve', 'Eve Adams', { hand: 1000 }),
      ],
    });
    await click(element, '[data-tool=people]');
    const list = await until(() => deep(element, 'secure-meeting-people')?.shadowRoot?.querySelector('[role=list]'));
    const names = [...list.querySelectorAll('.row-main bdi')].map((each) => each.textContent);
    expect(names).to.deep.equal(['Eve Adams', 'Ben Okafor', 'Jonas Weber', 'Ana Ferreira']);
    expect([...list.querySelectorAll('.place')].map((each) => each.textContent)).to.deep.equal(['1', '2']);
  });

  describe('the space bar', () => {
    beforeEach(async () => {
      session.set({ self: { microphone: false } });
      await until(() => deep(element, '[data-tool=microphone]')?.getAttribute('aria-label') === 'Microphone: muted');
    });

    it('talks while it is held, and mutes again', async () => {
      const stage = deep(element, 'secure-meeting-stage') as HTMLElement;
      stage.focus();
      const down = key('keydown');
      stage.dispatchEvent(down);
      expect(down.defaultPrevented).to.equal(true);
      await until(() => session.state.self.microphone);
      stage.dispatchEvent(key('keydown', { repeat: true }));
      stage.dispatchEvent(key('keyup'));
      await until(() => !session.state.self.microphone);
      expect(called('setMicrophone')).to.deep.equal([[true], [false]]);
    });

    it('presses a button when it is short, and talks when it is held on one', async () => {
      const button = deep(element, '[data-tool=hand]') as HTMLElement;
      button.focus();
      const short = [key('keydown'), key('keyup')];
      for (const event of short) button.dispatchEvent(event);
      expect(short.some((event) => event.defaultPrevented)).to.equal(false);
      const held = [key('keydown', { repeat: true }), key('keyup')];
      for (const event of held) button.dispatchEvent(event);
      expect(held.every((event) => event.defaultPrevented)).to.equal(true);
      await until(() => called('setMicrophone').length === 2);
      expect(called('setMicrophone')).to.deep.equal([[true], [false]]);
    });

    it('writes in a text field, and mutes again when the focus leaves the meeting', async () => {
      await click(element, '[data-tool=chat]');
      const field = await until(() => deep<HTMLTextAreaElement>(element, 'textarea'));
      field.dispatchEvent(key('keydown'));
      field.dispatchEvent(key('keydown', { repeat: true }));
      await pause();
      expect(called('setMicrophone')).to.deep.equal([]);
      const stage = deep(element, 'secure-meeting-stage') as HTMLElement;
      stage.focus();
      stage.dispatchEvent(key('keydown'));
      (stage.shadowRoot?.activeElement as HTMLElement).blur();
      await until(() => called('setMicrophone').length === 2);
      expect(called('setMicrophone')).to.deep.equal([[true], [false]]);
    });
  });

  it('says that nobody hears somebody who talks while muted, and unmutes by a button', async () => {
    session.set({ self: { microphone: false } });
    await until(() => deep(element, '[data-tool=microphone]')?.getAttribute('aria-label') === 'Microphone: muted');
    // A cough is not talking.
    for (let i = 0; i < 30; i++) session.level('me', i % 5 ? 0 : 0.5);
    await pause();
    expect(text(element)).not.to.contain('Nobody hears you');
    for (let i = 0; i < 20; i++) session.level('me', 0.5);
    await until(() => text(element).includes('Your microphone is off. Nobody hears you.'));
    await click(element, '.hint .button');
    await until(() => session.state.self.microphone && !text(element).includes('Nobody hears you'));
  });

  it('measures nothing while the microphone is on', async () => {
    for (let i = 0; i < 50; i++) session.level('me', 0.9);
    await pause();
    expect(text(element)).not.to.contain('Nobody hears you');
  });

  it('keeps the screen awake from joining to leaving', async () => {
    const asked: string[] = [];
    const wakeLock = {
      request: async () => {
        asked.push('lock');
        return { released: false, release: async () => void asked.push('release') };
      },
    };
    const before = Object.getOwnPropertyDescriptor(navigator, 'wakeLock');
    Object.defineProperty(navigator, 'wakeLock', { value: wakeLock, configurable: true });
    try {
      session.set({ phase: 'left', left: { reason: 'left', canRejoin: true } });
      await until(() => !deep(element, '[data-tool=leave]'));
      session.set({ phase: 'joined' });
      await until(() => asked.length === 1);
      await session.leave();
      await until(() => asked.length === 2);
      expect(asked).to.deep.equal(['lock', 'release']);
    } finally {
      if (before) Object.defineProperty(navigator, 'wakeLock', before);
      else Reflect.deleteProperty(navigator, 'wakeLock');
    }
  });

  it('remembers which sounds are wanted, and that one’s own picture is hidden', async () => {
    const open = async (): Promise<HTMLElement> => {
      await click(element, '[data-tool=more]');
      const menu = await until(() => deep(element, 'secure-meeting-menu'));
      await until(() => menu.matches(':popover-open'));
      [...(menu.shadowRoot?.querySelectorAll<HTMLElement>('.item') ?? [])]
        .find((item) => item.textContent?.includes('Settings'))
        ?.click();
      return until(() => deep(element, '#sounds'));
    };
    const sounds = (await open()) as HTMLSelectElement;
    expect(sounds.value).to.equal('knocks');
    sounds.value = 'all';
    sounds.dispatchEvent(new Event('change'));
    await click(element, '[aria-labelledby=hide-self]');
    await until(() => deep(element, '[aria-labelledby=hide-self]')?.getAttribute('aria-checked') === 'true');
    element.remove();
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await until(() => deep(element, '[data-tool=leave]'));
    expect(((await open()) as HTMLSelectElement).value).to.equal('all');
    expect(deep(element, '[aria-labelledby=hide-self]')?.getAttribute('aria-checked')).to.equal('true');
  });

  it('keeps each person’s volume while the panel is closed', async () => {
    const choose = async (level: string): Promise<HTMLElement> => {
      await click(element, 'li .row-end .button');
      const menu = await until(() => deep(element, 'secure-meeting-menu'));
      await until(() => menu.matches(':popover-open'));
      return until(() =>
        [...(menu.shadowRoot?.querySelectorAll<HTMLElement>('.item') ?? [])].find((item) =>
          item.textContent?.includes(level),
        ),
      );
    };
    await click(element, '[data-tool=people]');
    (await choose('25')).click();
    await until(() => called('setVolume').length === 1);
    expect(called('setVolume')).to.deep.equal([['ana', 0.25]]);
    await click(element, '[data-tool=people]');
    await until(() => !deep(element, 'secure-meeting-people'));
    await click(element, '[data-tool=people]');
    expect((await choose('25')).getAttribute('aria-checked')).to.equal('true');
  });

  it('offers the name somebody joined with last, unless the page gives one', async () => {
    localStorage.setItem('secure-meeting:name', 'Jonas Weber');
    element.remove();
    element = make({ 'token-endpoint': '/token' });
    const field = await until(() => deep<HTMLInputElement>(element, 'input[name=name]'));
    expect(field.value).to.equal('Jonas Weber');
    element.displayName = 'Given by the page';
    await until(() => deep<HTMLInputElement>(element, 'input[name=name]')?.value === 'Given by the page');
  });
});
