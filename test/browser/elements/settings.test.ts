import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { SecureMeetingToolbar } from '../../../src/elements/toolbar/toolbar.js';

describe('the settings', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  const called = (name: string): unknown[][] => session.asked(name);
  beforeEach(async () => {
    session = new FakeSession({
      ...{ phase: 'joined', connection: 'connected', encryption: { state: 'encrypted', epoch: 1 } },
      others: [person('ana', 'Ana Ferreira')],
      ...{ devices: someDevices, quality: 'saver' },
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    const toolbar = await until(() => deep<SecureMeetingToolbar>(element, 'secure-meeting-toolbar'));
    toolbar.onPanel?.('settings');
    await until(() => deep(element, 'select#quality'));
  });
  afterEach(() => element.remove());

  it('show the quality in force, also when it was chosen elsewhere, and change it', async () => {
    const field = deep<HTMLSelectElement>(element, 'select#quality') as HTMLSelectElement;
    expect(field.value).to.equal('saver');
    field.value = 'audio';
    field.dispatchEvent(new Event('change'));
    await until(() => called('setQuality').length === 1);
    expect(called('setQuality')).to.deep.equal([['audio']]);
    session.set({ quality: 'auto' });
    await until(() => field.value === 'auto');
  });

  it('offer to suppress noise only where the microphone says whether it does, and show what it says', async () => {
    expect(text(element)).not.to.contain('Suppress noise');
    session.set({ noiseSuppression: true });
    const button = await until(() => deep(element, '[aria-labelledby=noise]'));
    expect(button.getAttribute('aria-checked')).to.equal('true');
    session.failing.set('setNoiseSuppression', 'device-failed');
    button.click();
    await until(() => called('setNoiseSuppression').length === 1);
    expect(button.getAttribute('aria-checked'), 'not before the microphone says so').to.equal('true');
    await click(element, '[aria-labelledby=noise]');
    await until(() => button.getAttribute('aria-checked') === 'false');
    expect(called('setNoiseSuppression')).to.deep.equal([[false], [false]]);
  });
});
