import { sendKeys } from '@web/test-runner-commands';
import type { SecureMeeting } from '../../../src/elements/index.js';
import { active } from '../../support/keyboard.js';
import { click, deep, expect, make, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';

describe('in the host page’s own dialog', () => {
  let dialog: HTMLDialogElement;
  let element: SecureMeeting;
  beforeEach(async () => {
    dialog = document.body.appendChild(document.createElement('dialog'));
    dialog.style.cssText = 'width: 900px; height: 640px';
    const session = new FakeSession({
      ...{ phase: 'joined', connection: 'connected', encryption: { state: 'encrypted', epoch: 1 } },
      others: [person('ana', 'Ana Ferreira')],
      devices: someDevices,
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 100%; height: 560px';
    dialog.append(element, Object.assign(document.createElement('button'), { textContent: 'Close the dialog' }));
    dialog.showModal();
    await until(() => deep(element, '[data-tool=leave]'));
  });
  afterEach(() => dialog.remove());

  /** What a pointer would hit in the middle of an element, through open shadow roots. */
  const hit = (each: Element): Element | null => {
    const { left, top, width, height } = each.getBoundingClientRect();
    let found = document.elementFromPoint(left + width / 2, top + height / 2);
    while (found?.shadowRoot) {
      const inner = found.shadowRoot.elementFromPoint(left + width / 2, top + height / 2);
      if (!inner || inner === found) break;
      found = inner;
    }
    return found;
  };

  it('its menus lie above the dialog and can be used; Escape closes the menu, and the dialog stays', async () => {
    // By the keyboard: a browser closes at once, together, whatever was opened without a person's doing.
    (deep(element, '[data-tool=microphone] + button') as HTMLElement).focus();
    await sendKeys({ press: 'Enter' });
    const menu = await until(() => deep(element, 'secure-meeting-menu'));
    const item = await until(() => menu.matches(':popover-open') && menu.shadowRoot?.querySelector('.item'));
    expect(item.contains(hit(item)), 'the pointer reaches the menu').to.equal(true);
    await until(() => active().matches('.item'));
    await sendKeys({ press: 'Escape' });
    await until(() => !deep(element, 'secure-meeting-menu:popover-open'));
    expect(dialog.open).to.equal(true);
  });

  it('Escape closes a panel, then the dialog', async () => {
    await click(element, '[data-tool=chat]');
    await until(() => deep(element, 'secure-meeting-chat'));
    await until(() => active().closest('secure-meeting-chat') ?? active().matches('textarea, h2, button'));
    await sendKeys({ press: 'Escape' });
    await until(() => !deep(element, 'secure-meeting-chat'));
    expect(dialog.open, 'the dialog after the first Escape').to.equal(true);
    await sendKeys({ press: 'Escape' });
    await until(() => !dialog.open);
    expect(element.phase).to.equal('joined');
  });

  it('Tab comes to what the page has beside it', async () => {
    (deep(element, '[data-tool=leave]') as HTMLElement).focus();
    for (let press = 0; press < 12 && active().textContent !== 'Close the dialog'; press++)
      await sendKeys({ press: 'Tab' });
    expect(active().textContent).to.equal('Close the dialog');
  });
});
