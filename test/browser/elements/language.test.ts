import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';

/** Languages that are not complete: what they say, what stays English, and how they run. */
describe('a language', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  async function meeting(attributes: Record<string, string> = {}): Promise<void> {
    session = new FakeSession({
      ...{ phase: 'joined', connection: 'connected', encryption: { state: 'encrypted', epoch: 1 } },
      others: [person('ana', 'Ana Ferreira')],
      devices: someDevices,
    });
    element = make(attributes, (each) => (each.session = session));
    element.style.cssText = 'width: 1200px; height: 600px';
    await until(() => deep(element, '[data-tool=leave]'));
  }
  afterEach(() => element.remove());
  const leave = (): string => deep(element, '[data-tool=leave]')?.textContent?.trim() ?? '';
  async function settings(): Promise<HTMLSelectElement> {
    await click(element, '[data-tool=more]');
    const menu = await until(() => deep(element, 'secure-meeting-menu'));
    const item = await until(() =>
      [...(menu.shadowRoot?.querySelectorAll<HTMLElement>('.item') ?? [])].find((each) =>
        each.textContent?.includes('Settings'),
      ),
    );
    item.click();
    return until(() => deep<HTMLSelectElement>(element, 'select#language'));
  }

  it('is chosen in the settings: by its own name, and which are not complete', async () => {
    await meeting();
    const field = await settings();
    expect([...field.options].map(({ value, text: name }) => [value, name.replace(/[⁨⁩]/g, '')])).to.deep.equal([
      ['en', 'English'],
      ['de', 'Deutsch'],
      ['fr', 'français (in part)'],
      ['ar', 'العربية (in part)'],
    ]);
    field.value = 'fr';
    field.dispatchEvent(new Event('change'));
    await until(() => leave() === 'Quitter');
    await until(() => text(element).includes('Réglages'));
  });

  it('that runs right to left turns the element around in a page that does not', async () => {
    await meeting();
    const field = await settings();
    field.value = 'ar';
    field.dispatchEvent(new Event('change'));
    await until(() => leave() === 'مغادرة');
    expect([element.lang, element.dir]).to.deep.equal(['ar', 'rtl']);
    const box = element.getBoundingClientRect();
    const button = (await until(() => deep(element, '[data-tool=leave]'))).getBoundingClientRect();
    expect(button.left - box.left, 'the way out is at the end, which is left').to.be.lessThan(100);
    field.value = 'en';
    field.dispatchEvent(new Event('change'));
    await until(() => leave() === 'Leave');
    expect([element.lang, element.dir]).to.deep.equal(['en', 'ltr']);
  });

  it('keeps promises about privacy in English, and says that they are', async () => {
    await meeting({ lang: 'ar' });
    await until(() => leave() === 'مغادرة');
    const seal = await until(() => deep(element, '.seal'));
    expect(seal.textContent?.trim()).to.equal('Encrypted');
    expect(seal.lang).to.equal('en');
    seal.click();
    const panel = await until(() => deep(element, 'secure-meeting-privacy'));
    await until(() => text(panel).includes('Everything shown here was encrypted'));
    expect(panel.lang).to.equal('en');
    element.lang = 'de';
    await until(() => deep(element, '.seal')?.textContent?.trim() === 'Verschlüsselt');
    expect(seal.hasAttribute('lang')).to.equal(false);
    expect(panel.hasAttribute('lang')).to.equal(false);
  });
});
