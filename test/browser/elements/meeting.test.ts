import { sendMouse } from '@web/test-runner-commands';
import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { ChatMessage, SecurityCodeDetail } from '../../../src/session/types.js';

const code = (leader: string, first = '11111'): SecurityCodeDetail => ({
  code: [first, '22222', '33333', '44444', '55555', '66666'],
  leader: { identity: leader, name: 'Ana Ferreira' },
  reason: 'first',
});
const joined = {
  phase: 'joined',
  connection: 'connected',
  encryption: { state: 'encrypted', epoch: 1 },
  self: { camera: true, microphone: true },
  others: [person('ana', 'Ana Ferreira', { role: 'host' }), person('ben', 'Ben Okafor')],
  devices: someDevices,
} as const;
const message = (id: string, words: string): ChatMessage => ({
  id,
  from: 'ana',
  name: 'Ana',
  text: words,
  to: null,
  at: 1,
  local: false,
  state: 'sent',
  missing: 0,
});
const press = (target: Element, key: string): boolean =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }));

describe('the joined meeting', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  const called = (name: string): unknown[][] => session.asked(name);
  beforeEach(async () => {
    session = new FakeSession({ ...joined });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await until(() => deep(element, '[data-tool=leave]'));
  });
  afterEach(() => element.remove());

  describe('devices', () => {
    it('turns the microphone off by its button; the button follows the state, not the click', async () => {
      const button = await until(() => deep(element, '[data-tool=microphone]'));
      button.click();
      expect(button.getAttribute('aria-label')).to.equal('Microphone');
      await until(() => button.getAttribute('aria-label') === 'Microphone: muted');
      expect(called('setMicrophone')).to.deep.equal([[false]]);
    });

    it('says in words when a device does not start, and goes on', async () => {
      session.change('me', { camera: false });
      session.failing.set('setCamera', 'device-in-use');
      await click(element, '[data-tool=camera]');
      await until(() => text(element).includes('Another app is using your camera or microphone.'));
      expect(deep(element, '[data-tool=camera]')?.getAttribute('aria-label')).to.equal('Camera: off');
    });

    it('chooses a microphone from its menu, and gives the focus back', async () => {
      const button = await until(() => deep(element, '[data-tool=microphone] + button'));
      button.focus();
      button.click();
      const menu = await until(() => deep(element, 'secure-meeting-menu'));
      await until(() => menu.matches(':popover-open'));
      press(deep(menu, '.item') as Element, 'ArrowDown');
      (menu.shadowRoot?.activeElement as HTMLElement).click();
      expect(called('selectDevice')).to.deep.equal([['audioinput', 'mic-2']]);
      await until(() => !menu.isConnected);
      expect((button.getRootNode() as ShadowRoot).activeElement).to.equal(button);
    });
  });

  it('opens a menu by a real press, which stays, and closes it by the next', async () => {
    element.style.cssText = 'position: fixed; inset: 0 auto auto 0; width: 780px; height: 560px';
    for (const tool of ['[data-tool=reactions]', '[data-tool=microphone] + button', '[data-tool=more]']) {
      const button = await until(() => deep(element, tool));
      const press = (): Promise<void> => {
        const { left, top, width, height } = button.getBoundingClientRect();
        return sendMouse({ type: 'click', position: [Math.round(left + width / 2), Math.round(top + height / 2)] });
      };
      await press();
      const menu = await until(() => deep(element, 'secure-meeting-menu:popover-open'), `${tool} opened nothing`);
      await until(() => menu.shadowRoot?.activeElement);
      expect(button.getAttribute('aria-expanded'), tool).to.equal('true');
      await press();
      await until(() => !menu.isConnected, `${tool} did not close`);
      expect(deep(element, 'secure-meeting-menu') === null, tool).to.equal(true);
      expect(button.getAttribute('aria-expanded'), tool).to.equal('false');
    }
  });

  describe('keys', () => {
    it('work while the focus is inside', async () => {
      const button = await until(() => deep(element, '[data-tool=more]'));
      button.focus();
      press(button, 'm');
      await until(() => called('setMicrophone').length === 1);
      press(button, 'h');
      await until(() => called('setHand').length === 1);
    });

    it('do nothing outside, in a text field, with a modifier, or when turned off', async () => {
      press(document.body, 'm');
      await click(element, '[data-tool=chat]');
      press(await until(() => deep(element, 'textarea')), 'm');
      const button = await until(() => deep(element, '[data-tool=more]'));
      button.dispatchEvent(new KeyboardEvent('keydown', { key: 'm', ctrlKey: true, bubbles: true, composed: true }));
      element.shortcuts = 'off';
      await element.updateComplete;
      await new Promise((resolve) => setTimeout(resolve, 20));
      press(button, 'm');
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(called('setMicrophone')).to.deep.equal([]);
    });

    it('are listed', async () => {
      const button = await until(() => deep(element, '[data-tool=more]'));
      button.focus();
      press(button, '?');
      await until(() => text(element).includes('Raise or lower your hand'));
    });
  });

  describe('panels', () => {
    it('close by Escape and give the focus back to their button', async () => {
      await click(element, '[data-tool=chat]');
      const field = await until(() => deep(element, 'textarea'));
      await until(() => (field.getRootNode() as ShadowRoot).activeElement === field);
      press(field, 'Escape');
      await until(() => !deep(element, 'textarea'));
      const button = deep(element, '[data-tool=chat]') as HTMLElement;
      await until(() => (button.getRootNode() as ShadowRoot).activeElement === button);
    });
  });

  describe('chat', () => {
    it('counts what came while it was closed', async () => {
      session.set({ chat: [message('1', 'a'), message('2', 'b')] });
      await until(() => deep(element, '[data-tool=chat]')?.getAttribute('aria-label') === 'Chat, 2 unread');
      await click(element, '[data-tool=chat]');
      await until(() => deep(element, '[data-tool=chat]')?.getAttribute('aria-label') === 'Chat');
    });

    it('sends to all, and to one', async () => {
      await click(element, '[data-tool=chat]');
      const field = await until(() => deep<HTMLTextAreaElement>(element, 'textarea'));
      field.value = 'Hello';
      press(field, 'Enter');
      await until(() => called('sendChat').length === 1);
      await click(element, '.to .button');
      const menu = await until(() => deep(element, 'secure-meeting-menu'));
      await until(() => menu.matches(':popover-open'));
      menu.shadowRoot?.querySelectorAll<HTMLElement>('.item')[2]?.click();
      await until(() => text(element).includes('Ben Okafor'));
      field.value = 'Only you';
      await until(() => deep(element, '.to .button')?.getAttribute('aria-label') === 'To: Ben Okafor');
      press(field, 'Enter');
      await until(() => called('sendChat').length === 2);
      expect(called('sendChat')).to.deep.equal([
        ['Hello', {}],
        ['Only you', { to: 'ben' }],
      ]);
    });

    it('links only web addresses, says where they go, and runs nothing', async () => {
      session.set({
        chat: [
          message('1', 'see https://example.org/a. or javascript:alert(1) or data:text/html,x'),
          message('2', '<img src=x onerror=alert(1)> https://paypal.com@evil.example/'),
          message('3', 'https://xn--80ak6aa92e.com/ and http://аррӏе.com/'),
        ],
      });
      await click(element, '[data-tool=chat]');
      const chat = await until(() => deep(element, 'secure-meeting-chat'));
      await until(() => chat.shadowRoot?.querySelectorAll('.message').length === 3);
      const links = [...(chat.shadowRoot?.querySelectorAll('a') ?? [])];
      expect(links.map((link) => link.getAttribute('href'))).to.deep.equal([
        'https://example.org/a',
        'https://xn--80ak6aa92e.com/',
        'http://xn--80ak6aa92e.com/',
      ]);
      expect(links.at(-1)?.textContent).to.contain('xn--80ak6aa92e');
      expect(links.every((link) => link.rel.includes('noopener') && link.target === '_blank')).to.equal(true);
      expect(chat.shadowRoot?.querySelector('img')).to.equal(null);
    });
  });

  describe('names', () => {
    it('stay in their place whatever they hold', async () => {
      session.set({
        others: [
          person('a', '<img src=x onerror=alert(1)>'),
          person('b', '\u202eevil\u202c\u2066x'),
          person('c', 'x'.repeat(256)),
        ],
      });
      const stage = await until(() => deep(element, 'secure-meeting-stage'));
      await until(() => stage.shadowRoot?.querySelectorAll('secure-meeting-tile').length === 4);
      const tiles = [...(stage.shadowRoot?.querySelectorAll('secure-meeting-tile') ?? [])];
      await until(() => deep(tiles[0] as Element, 'bdi'));
      expect(deep(element, 'img')).to.equal(null);
      const names = tiles.map((tile) => tile.shadowRoot?.querySelector('.label bdi')?.textContent ?? '');
      expect(names[0]).to.equal('<img src=x onerror=alert(1)>');
      expect(names[1]).not.to.match(/[\u202a-\u202e\u2066-\u2069]/);
      expect(names[2]?.length).to.equal(128);
    });
  });

  describe('the seal', () => {
    it('says each state in words and shape', async () => {
      const chip = await until(() => deep(element, '.seal'));
      expect(chip.dataset['seal']).to.equal('encrypted');
      session.change('ben', { encryption: 'stale' });
      session.set({ encryption: { state: 'degraded' } });
      await until(() => text(chip).includes('Not confirmed: Ben'));
      expect(chip.getAttribute('aria-description')).to.contain('so they stay off');
      const tile = await until(() => deep(element, '.chip[data-seal=degraded]'));
      expect(text(tile)).to.contain('Not confirmed');
    });

    it('raises one bar when something was blocked, and only then', async () => {
      expect(deep(element, '[role=alert]')).to.equal(null);
      session.emit('encryption-violation', {
        code: 'plaintext',
        identity: 'ben',
        source: 'camera',
        count: 1,
        epoch: 1,
      });
      session.change('ben', { encryption: 'refused' });
      session.set({ encryption: { state: 'violated' } });
      const alert = await until(() => deep(element, '[role=alert]'));
      expect(text(alert)).to.contain('Something sent as');
      expect(document.querySelector('dialog')).to.equal(null);
      await click(element, '.alert .actions .button:last-child');
      await until(() => !deep(element, '.alert'));
      expect(deep(element, '.seal')?.dataset['seal']).to.equal('violated');
    });
  });

  describe('comparing the code', () => {
    beforeEach(async () => {
      session.set({ securityCode: code('ana') });
      await click(element, '.seal');
      await click(element, 'button.compare');
      await until(() => deep(element, '.code-group'));
    });

    it('rests the focus on the heading, and offers both answers alike', async () => {
      const panel = await until(() => deep(element, 'secure-meeting-compare'));
      const heading = await until(() => deep(panel, 'h2'));
      await until(() => (heading.getRootNode() as ShadowRoot).activeElement === heading);
      const [match, differ] = [...(heading.getRootNode() as ShadowRoot).querySelectorAll('.answers .button')];
      expect(match?.className).to.equal(differ?.className);
      expect(match?.getBoundingClientRect().width).to.equal(differ?.getBoundingClientRect().width);
    });

    it('confirms the very code that was shown', async () => {
      await click(element, '.answers .button:first-child');
      await until(() => called('confirmSecurityCode').length === 1);
      expect(called('confirmSecurityCode')[0]).to.deep.equal([code('ana').code]);
      await until(() => deep(element, '.seal')?.dataset['seal'] === 'verified');
      await until(() => deep(element, '[role=log]')?.textContent?.includes('Verified with'));
    });

    it('confirms nothing when the code changes meanwhile: the grid clears and says why', async () => {
      session.set({ securityCode: { ...code('ben', '99999'), reason: 'leader-changed' } });
      await until(() => text(element).includes('The code has changed'));
      expect(deep(element, '.code-group')).to.equal(null);
      expect(called('confirmSecurityCode')).to.deep.equal([]);
    });

    it('confirms nothing when the session says the code was another', async () => {
      session.failing.set('confirmSecurityCode', 'key-code-changed');
      await click(element, '.answers .button:first-child');
      await until(() => text(element).includes('The code has changed'));
      expect(deep(element, '.seal')?.dataset['seal']).to.equal('encrypted');
    });

    it('stops sending when the codes differ, and offers to leave first', async () => {
      await click(element, '.answers .button:last-child');
      await until(() => text(element).includes('Somebody may be in between'));
      expect(called('rejectSecurityCode')).to.deep.equal([[code('ana').code]]);
      await click(element, '.answers .alarm');
      await until(() => called('leave').length === 1);
    });
  });

  describe('announcements', () => {
    it('make one sentence of fifty people who join', async () => {
      for (let index = 0; index < 50; index++)
        session.emit('participant-joined', { identity: `p${index}`, name: `Person ${index}`, role: 'member' });
      const log = await until(() => deep(element, '[role=log]'));
      await until(() => log.childElementCount > 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const plain = [...log.children].map((line) => line.textContent?.replace(/[\u2068\u2069]/g, ''));
      expect(plain).to.deep.equal(['Person 0, Person 1, and 48 others joined']);
    });
  });

  describe('hosting', () => {
    beforeEach(async () => {
      session.set({
        self: { role: 'host' },
        room: { knocking: [{ identity: 'k', claimedName: 'Вen Okafor' }] },
        capabilities: { keys: { locks: true, waitingRoom: true } },
      });
      await click(element, '[data-tool=people]');
      await until(() => deep(element, '.knock'));
    });

    it('admits and denies who knocks, and warns of a double name in other letters', async () => {
      expect(text(deep(element, '.knock') as Element)).to.contain('Same name as a member');
      await click(element, '.knock .actions .button:last-child');
      await click(element, '.knock .actions .button:first-child');
      await until(() => called('moderate').length === 2);
      expect(called('moderate')).to.deep.equal([[{ type: 'admit', identity: 'k' }], [{ type: 'deny', identity: 'k' }]]);
    });

    it('locks, and removes only after asking', async () => {
      await click(element, '.disclosure');
      await click(element, '[aria-labelledby=lock]');
      await until(() => called('moderate').length === 1);
      await click(element, 'li .row-end .button');
      const menu = await until(() => deep(element, 'secure-meeting-menu'));
      await until(() => menu.matches(':popover-open'));
      menu.shadowRoot?.querySelector<HTMLElement>('.item.alarm')?.click();
      await until(() => deep(element, '[role=alertdialog]'));
      expect(called('moderate')).to.deep.equal([[{ type: 'lock' }]]);
      await click(element, '[role=alertdialog] .alarm');
      await until(() => called('moderate').length === 2);
      expect(called('moderate')[1]).to.deep.equal([{ type: 'remove', identity: 'ana' }]);
    });
  });

  describe('size', () => {
    it('keeps the seal, and folds tools into the menu, down to 320 × 240', async () => {
      element.style.cssText = 'width: 320px; height: 240px';
      await until(() => !deep(element, '[data-tool=chat]'));
      const seal = (deep(element, '.seal') as HTMLElement).getBoundingClientRect();
      const box = element.getBoundingClientRect();
      expect(seal.left >= box.left && seal.right <= box.right && seal.top >= box.top).to.equal(true);
      await click(element, '[data-tool=more]');
      await until(() => text(element).includes('Chat'));
      const toolbar = (deep(element, '.toolbar') as HTMLElement).getBoundingClientRect();
      expect(toolbar.right <= box.right && toolbar.bottom <= box.bottom + 1).to.equal(true);
    });
  });
});
