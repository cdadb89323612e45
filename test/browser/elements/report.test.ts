import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { ChatMessage, ReportRequest } from '../../../src/session/types.js';

const message = (id: string, from: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  ...{ id, from, name: from, text: `words of ${id}`, to: null, at: 1, local: false, state: 'sent', missing: 0 },
  ...more,
});

/** Reporting somebody: what is offered where, what goes along, and what is said when it went or did not. */
describe('a report', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  const reports = (): ReportRequest[] =>
    session.calls.filter(([name]) => name === 'report').map(([, report]) => report as ReportRequest);
  beforeEach(async () => {
    session = new FakeSession({
      ...{ phase: 'joined', connection: 'connected', encryption: { state: 'encrypted', epoch: 1 } },
      others: [person('ana', 'Ana Ferreira'), person('ben', 'Ben Okafor', { camera: false })],
      devices: someDevices,
      chat: [message('m1', 'ana'), message('m2', 'ben'), message('m3', 'me', { local: true }), message('m4', 'gone')],
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await until(() => deep(element, '[data-tool=leave]'));
  });
  afterEach(() => element.remove());

  const panel = (): HTMLElement => deep(element, 'secure-meeting-report') as HTMLElement;
  const inPanel = <T extends HTMLElement = HTMLElement>(selector: string): Promise<T> =>
    until(() => panel() && deep<T>(panel(), selector), `no ${selector} in the report`);
  const button = (label: string): Promise<HTMLElement> =>
    until(
      () =>
        [...(panel()?.shadowRoot?.querySelectorAll('button') ?? [])].find((one) => one.textContent?.includes(label)),
      `no button ${label}`,
    );
  async function openMenu(name: string): Promise<HTMLElement> {
    await click(element, '[data-tool=people]');
    await click(element, `[aria-label*="${name}"][aria-haspopup=menu]`);
    return until(() => deep(element, 'secure-meeting-menu'));
  }
  async function reportAna(): Promise<void> {
    const menu = await openMenu('Ana Ferreira');
    (await until(() => [...(menu.shadowRoot?.querySelectorAll<HTMLElement>('.item') ?? [])].at(-1))).click();
    await inPanel('form');
  }
  async function choose(name: string, value: string): Promise<void> {
    const field = await inPanel<HTMLSelectElement>(`select[name=${name}]`);
    field.value = value;
    field.dispatchEvent(new Event('change'));
  }
  const submit = async (): Promise<void> => (await inPanel<HTMLFormElement>('form')).requestSubmit();

  it('is offered in a person’s menu and under privacy; not where the site takes none, or the page wants none', async () => {
    const menu = await openMenu('Ana Ferreira');
    await until(() => text(menu).includes('Report'));
    menu.remove();
    await click(element, '.seal');
    await until(() => text(element).includes('Report someone'));
    session.set({ capabilities: { unavailable: { 'feature-report': { available: false, reason: 'no-api' } } } });
    await until(() => !text(element).includes('Report someone'));
    expect(text(await openMenu('Ana Ferreira')))
      .to.contain('Volume')
      .and.not.to.contain('Report');
    session.set({ capabilities: { unavailable: { 'feature-report': undefined } } as never });
    element.setAttribute('features', 'no-report');
    await click(element, '.seal');
    await until(() => text(element).includes('The service can see') || text(element).includes('Since you joined'));
    expect(text(element)).not.to.contain('Report someone');
  });

  it('sends the reason and whom it is about, and nothing else by itself', async () => {
    await reportAna();
    await choose('reason', 'harassment');
    await submit();
    await until(() => reports().length === 1);
    expect(reports()).to.deep.equal([{ reason: 'harassment', messages: [], roster: false, about: 'ana' }]);
  });

  it('takes along what was ticked: their messages, the signed list, own words', async () => {
    await reportAna();
    const boxes = (): HTMLInputElement[] => [
      ...(panel().shadowRoot?.querySelectorAll<HTMLInputElement>('input[name=message]') ?? []),
    ];
    await until(() => boxes().length > 0);
    expect(boxes().map(({ value, checked }) => [value, checked])).to.deep.equal([['m1', false]]);
    boxes()[0]?.click();
    (await inPanel('input[name=roster]')).click();
    (await inPanel<HTMLTextAreaElement>('textarea')).value = '  It went on and on.  ';
    await choose('reason', 'threat');
    await submit();
    await until(() => reports().length === 1);
    expect(reports()).to.deep.equal([
      { ...{ reason: 'threat', messages: ['m1'], roster: true }, ...{ text: 'It went on and on.', about: 'ana' } },
    ]);
  });

  it('can be about nobody, or about somebody who left; our own messages carry no proof', async () => {
    await click(element, '.seal');
    await until(() => text(element).includes('Report someone'));
    await click(element, '.report');
    const values = (): string[] => [
      ...new Set(
        [...(panel().shadowRoot?.querySelectorAll<HTMLInputElement>('input[name=message]') ?? [])].map((b) => b.value),
      ),
    ];
    await inPanel('form');
    expect(values()).to.deep.equal(['m4', 'm2', 'm1']);
    await choose('about', 'gone');
    await until(() => values().join() === 'm4');
    expect(text(panel())).not.to.contain('words of m3');
  });

  it('takes a picture only when asked, shows it, and can leave it out again', async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 180;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const draw = (): void => context.fillRect(0, 0, 320, 180);
    draw();
    const drawing = setInterval(draw, 50);
    session.paint = (video) => {
      if (video.closest('.look')) video.srcObject = canvas.captureStream(20);
    };
    try {
      await reportAna();
      expect(deep(panel(), 'video')).to.equal(null);
      (await button('A picture of their camera')).click();
      const video = await inPanel<HTMLVideoElement>('.look video');
      await until(() => video.videoWidth > 0);
      (await button('Take the picture')).click();
      await inPanel('[role=img] canvas');
      await until(() => session.attached.size === [...session.attached.keys()].filter((v) => v !== video).length);
      (await button('Leave the picture out')).click();
      await button('A picture of their camera');
      (await button('A picture of their camera')).click();
      const again = await inPanel<HTMLVideoElement>('.look video');
      await until(() => again.videoWidth > 0);
      (await button('Take the picture')).click();
      await choose('reason', 'sexual');
      await submit();
      await until(() => reports().length === 1);
      const picture = reports()[0]?.picture as Blob;
      expect(picture.type).to.equal('image/jpeg');
      const { width, height } = await createImageBitmap(picture);
      expect([width, height]).to.deep.equal([320, 180]);
    } finally {
      clearInterval(drawing);
    }
  });

  it('drops a picture of somebody it is no longer about', async () => {
    await reportAna();
    (await button('A picture of their camera')).click();
    await inPanel('.look video');
    await choose('about', 'ben');
    await until(() => !deep(panel(), '.look'));
    expect(text(panel())).not.to.contain('A picture of their camera');
  });

  it('asks for a reason before it sends', async () => {
    await reportAna();
    await submit();
    await until(() => text(panel()).includes('Please choose what is wrong.'));
    expect((panel().shadowRoot?.activeElement as HTMLElement | null)?.getAttribute('name')).to.equal('reason');
    expect(reports()).to.deep.equal([]);
    await choose('reason', 'other');
    await until(() => !text(panel()).includes('Please choose what is wrong.'));
  });

  it('that failed says so, keeps what was written, and can be sent again', async () => {
    session.failing.set('report', 'token-endpoint-unreachable');
    await reportAna();
    await choose('reason', 'hate');
    (await inPanel<HTMLTextAreaElement>('textarea')).value = 'still here';
    await submit();
    await until(() => deep(panel(), '[role=alert]')?.textContent?.includes('The report was not sent.'));
    expect(deep(panel(), '[role=alert]')?.textContent).to.contain('This website did not take it in.');
    expect((await inPanel<HTMLTextAreaElement>('textarea')).value).to.equal('still here');
    await submit();
    await until(() => text(panel()).includes('The report was sent'));
    expect(text(panel())).to.contain('0123 4567 89ab cdef 0123 4567 89ab cdef');
    await until(() => (panel().shadowRoot?.activeElement as HTMLElement | null)?.classList.contains('heading'));
    expect(reports()).to.have.length(2);
    expect(deep(panel(), '[role=alert]')).to.equal(null);
    (await button('Back to the meeting')).click();
    await until(() => !deep(element, 'secure-meeting-report'));
  });

  it('says before it goes what is sent and what is not', async () => {
    await reportAna();
    expect(text(panel())).to.contain('only the operator of this website can open it');
    expect(text(panel())).to.contain('No sound, no recording, no keys, and no message that you did not tick.');
  });
});
