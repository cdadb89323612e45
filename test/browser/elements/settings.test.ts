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

  it('offer to blur the background only where the browser can, and say while it loads', async () => {
    expect(text(element)).not.to.contain('Blur my background');
    session.set({ blur: 'off' });
    const button = await until(() => deep(element, '[aria-labelledby=blur]'));
    await click(element, '[aria-labelledby=blur]');
    await until(() => button.getAttribute('aria-checked') === 'true');
    session.set({ blur: 'loading' });
    await until(() => button.getAttribute('aria-busy') === 'true');
    expect(text(element)).to.contain('Loading blur …');
    await click(element, '[aria-labelledby=blur]');
    await until(() => called('setBlur').length === 2);
    expect(called('setBlur'), 'loading can be given up').to.deep.equal([[true], [false]]);
    session.failing.set('setBlur', 'media-blur-failed');
    await click(element, '[aria-labelledby=blur]');
    await until(() => text(element).includes('Your background can’t be blurred, so your camera is off.'));
    element.features = 'no-blur';
    await until(() => !deep(element, '[aria-labelledby=blur]'));
  });

  it('put a picture behind one, and take it away again', async () => {
    session.set({ blur: 'off' });
    const input = await until(() => deep<HTMLInputElement>(element, 'input[type=file]'));
    expect(input.accept).to.equal('image/*');
    const choose = (): void => {
      const chosen = new DataTransfer();
      chosen.items.add(new File(['x'], 'beach.jpg', { type: 'image/jpeg' }));
      input.files = chosen.files;
      input.dispatchEvent(new Event('change'));
    };
    choose();
    await until(() => called('setBlur').length === 1);
    expect((called('setBackground')[0]?.[0] as File).name).to.equal('beach.jpg');
    expect(called('setBlur'), 'whoever chooses one wants to be seen before it').to.deep.equal([[true]]);
    const button = (label: string): HTMLElement | undefined =>
      [...(deep(element, 'secure-meeting-settings')?.shadowRoot?.querySelectorAll('button') ?? [])].find(
        ({ textContent }) => textContent?.trim() === label,
      );
    (await until(() => button('Remove the picture'))).click();
    await until(() => !button('Remove the picture'));
    expect(called('setBackground')[1]).to.deep.equal([null]);
    session.failing.set('setBackground', 'media-picture-unreadable');
    choose();
    await until(() => text(element).includes('That file can’t be shown as a picture.'));
    expect(called('setBlur').length, 'blur is as it was').to.equal(1);
  });

  it('have the camera’s menu blur, too, and its button say while it loads', async () => {
    session.set({ blur: 'off' });
    const pick = async (): Promise<HTMLElement> => {
      await click(element, '[aria-label="Choose a camera"]');
      return until(() => deep<HTMLElement>(element, '[role=menuitemcheckbox]'));
    };
    const item = await pick();
    expect([item.textContent?.trim(), item.getAttribute('aria-checked')]).to.deep.equal([
      'Blur my background',
      'false',
    ]);
    item.click();
    await until(() => called('setBlur').length === 1);
    session.set({ blur: 'loading', self: { camera: false } });
    const camera = await until(() => deep<HTMLElement>(element, '[data-tool=camera][aria-busy=true]'));
    expect(camera.getAttribute('aria-label')).to.equal('Loading blur …');
    camera.click();
    await until(() => called('setCamera').length === 1);
    expect(called('setCamera'), 'not wanted any more').to.deep.equal([[false]]);
    session.set({ blur: 'on' });
    const again = await pick();
    expect(again.getAttribute('aria-checked')).to.equal('true');
    session.failing.set('setBlur', 'media-blur-failed');
    again.click();
    await until(() => text(element).includes('Your background can’t be blurred, so your camera is off.'));
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

describe('the first screen', () => {
  it('says below the devices while blur loads', async () => {
    const session = new FakeSession({ devices: someDevices, self: { microphone: true }, blur: 'on' });
    const element = make({}, (each) => (each.session = session));
    const tests = await until(() => deep(element, 'secure-meeting-tests'));
    await until(() => text(tests).includes('Test the connection'));
    expect(text(tests)).not.to.contain('Loading blur');
    session.set({ blur: 'loading' });
    await until(() => text(tests).includes('Loading blur …'));
    session.set({ blur: 'on' });
    await until(() => !text(tests).includes('Loading blur …'));
    element.remove();
  });
});
