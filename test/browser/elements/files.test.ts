import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';
import { safeFileName } from '../../../src/elements/chat/file-name.js';
import { nameLies, readPicture } from '../../../src/elements/chat/picture.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { FileTransfer } from '../../../src/session/types.js';

const offered = (more: Partial<FileTransfer> = {}): FileTransfer => ({
  id: 'f1',
  from: 'ana',
  name: 'Ana Ferreira',
  fileName: 'plan.pdf',
  mediaType: 'application/pdf',
  size: 1_234_567,
  to: null,
  at: 1,
  local: false,
  state: 'offered',
  moved: 0,
  ...more,
});

async function picture(type: string, width = 40, height = 20): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.fillStyle = '#c03';
  context.fillRect(0, 0, width, height);
  return canvas.convertToBlob({ type });
}

describe('files in the chat', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  const called = (name: string): unknown[][] => session.asked(name);
  beforeEach(async () => {
    session = new FakeSession({
      phase: 'joined',
      connection: 'connected',
      encryption: { state: 'encrypted', epoch: 1 },
      others: [person('ana', 'Ana Ferreira', { role: 'host' }), person('ben', 'Ben Okafor')],
      devices: someDevices,
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await click(element, '[data-tool=chat]');
    await until(() => deep(element, 'textarea'));
  });
  afterEach(() => element.remove());

  const card = (): HTMLElement => deep(element, 'secure-meeting-file') as HTMLElement;
  const button = (label: string): Promise<HTMLElement> =>
    until(() =>
      [...(card().shadowRoot?.querySelectorAll('button') ?? [])].find((each) => each.textContent?.trim() === label),
    );

  it('are offered by a button, each file by itself', async () => {
    const field = await until(() => deep<HTMLInputElement>(element, 'input[type=file]'));
    const files = new DataTransfer();
    files.items.add(new File(['abc'], 'a.txt'));
    files.items.add(new File(['defg'], 'b.txt'));
    field.files = files.files;
    field.dispatchEvent(new Event('change'));
    await until(() => called('sendFile').length === 2);
    expect(called('sendFile')).to.deep.equal([
      ['a.txt', 3, {}],
      ['b.txt', 4, {}],
    ]);
  });

  it('are refused in words when they are too large', async () => {
    session.failing.set('sendFile', 'room-file-too-large');
    const field = await until(() => deep<HTMLInputElement>(element, 'input[type=file]'));
    const files = new DataTransfer();
    files.items.add(new File(['abc'], 'film.mp4'));
    field.files = files.files;
    field.dispatchEvent(new Event('change'));
    await until(() => text(element).includes('This file is larger than 10 MB, so it was not sent.'));
  });

  it('are accepted, stopped and saved; how far they are is shown', async () => {
    session.set({ files: [offered()] });
    await until(() => card());
    expect(text(card())).to.contain('plan').and.to.contain('1.2');
    (await button('Accept')).click();
    await until(() => called('acceptFile').length === 1);
    session.set({ files: [offered({ state: 'moving', moved: 600_000 })] });
    const bar = await until(() => card().shadowRoot?.querySelector('progress'));
    expect([bar.value, bar.max]).to.deep.equal([600_000, 1_234_567]);
    (await button('Cancel')).click();
    await until(() => called('cancelFile').length === 1);
    session.received.set('f1', new Blob(['%PDF'], { type: 'application/octet-stream' }));
    session.set({ files: [offered({ state: 'done', moved: 1_234_567 })] });
    const saved: string[] = [];
    const catching = (event: Event): void => {
      const link = event.target as HTMLAnchorElement;
      saved.push(`${link.download} ${link.protocol}`);
      event.preventDefault();
    };
    const clicked = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'click') as PropertyDescriptor;
    HTMLAnchorElement.prototype.click = function (): void {
      this.addEventListener('click', catching);
      this.dispatchEvent(new MouseEvent('click', { cancelable: true }));
    };
    try {
      (await button('Save')).click();
    } finally {
      Reflect.deleteProperty(HTMLAnchorElement.prototype, 'click');
      expect(clicked).to.be.an('object');
    }
    expect(saved).to.deep.equal(['plan.pdf blob:']);
  });

  it('that failed say so and can be asked for again', async () => {
    session.set({ files: [offered({ state: 'failed' })] });
    await until(() => card() && text(card()).includes('It didn’t arrive completely.'));
    (await button('Try again')).click();
    await until(() => called('acceptFile').length === 1);
  });

  it('with hostile names and types stay text, keep their ending, and break nothing', async () => {
    const names = [
      '<img src=x onerror=alert(1)>.png',
      'invoice\u202Efdp.exe',
      '../../../etc/passwd',
      `${'x'.repeat(256)}.tar.gz`,
      '\u0000\u200b\u2066',
      'javascript:alert(1)',
      '😀'.repeat(128),
    ];
    session.set({
      files: names.map((fileName, index) => offered({ id: `f${index}`, fileName, mediaType: 'text/html', at: index })),
    });
    const chat = await until(() => deep(element, 'secure-meeting-chat'));
    await until(() => chat.shadowRoot?.querySelectorAll('secure-meeting-file').length === names.length);
    const cards = [...(chat.shadowRoot?.querySelectorAll('secure-meeting-file') ?? [])];
    for (const each of cards) {
      expect(each.shadowRoot?.querySelector('img, a, script, iframe')).to.equal(null);
      expect(each.getBoundingClientRect().right).to.be.at.most(element.getBoundingClientRect().right);
    }
    expect(names.map(safeFileName)).to.deep.equal([
      'img src=x onerror=alert(1) .png',
      'invoice fdp.exe',
      'etc passwd',
      `${'x'.repeat(116)}….gz`,
      'file',
      'javascript alert(1)',
      '😀'.repeat(119) + '…',
    ]);
  });

  for (const type of ['image/png', 'image/jpeg', 'image/webp'])
    it(`show a preview of ${type}, painted, whatever its name says`, async function () {
      const blob = await picture(type);
      // This browser may not write every kind.
      if (blob.type !== type) this.skip();
      session.received.set('f1', new Blob([blob], { type: 'application/octet-stream' }));
      session.set({ files: [offered({ state: 'done', fileName: 'picture.bin' })] });
      const canvas = await until(() => {
        const found = card()?.shadowRoot?.querySelector('canvas');
        return found && !found.hidden ? found : undefined;
      });
      expect([canvas.width, canvas.height]).to.deep.equal([40, 20]);
      const [red = 0] = canvas.getContext('2d')?.getImageData(5, 5, 1, 1).data ?? [];
      expect(red).to.be.greaterThan(150);
    });

  it('show nothing of what is no such picture, and warn when the name lies', async () => {
    session.received.set('f1', new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>']));
    session.set({ files: [offered({ state: 'done', fileName: 'holiday.png', mediaType: 'image/svg+xml' })] });
    await until(() => card() && text(card()).includes('Its content is not what its name says.'));
    expect(card().shadowRoot?.querySelector('canvas')?.hidden).to.equal(true);
  });

  it('never decode a picture that would fill the memory', async () => {
    const bytes = new Uint8Array(await (await picture('image/png')).arrayBuffer());
    expect(readPicture(bytes)).to.deep.equal({ type: 'image/png', width: 40, height: 20 });
    new DataView(bytes.buffer).setUint32(16, 60_000);
    new DataView(bytes.buffer).setUint32(20, 60_000);
    expect(readPicture(bytes)).to.equal(undefined);
    for (let length = 0; length < 40; length++) readPicture(bytes.slice(0, length));
    expect(readPicture(new Uint8Array(100).fill(255))).to.equal(undefined);
    expect(nameLies('a.jpeg', { type: 'image/png', width: 1, height: 1 })).to.equal(true);
    expect(nameLies('a.pdf', undefined)).to.equal(false);
  });

  it('are not there when the page leaves them out', async () => {
    element.features = 'no-files';
    session.set({ files: [offered()] });
    await until(() => !deep(element, 'input[type=file]'));
    expect(card()).to.equal(null);
  });
});
