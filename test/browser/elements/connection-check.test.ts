import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';

/** What stands in the device menus beside devices: quality, and before a meeting the test of the connection. */
describe('the device menus', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  const called = (name: string): unknown[][] => session.asked(name);
  beforeEach(async () => {
    session = new FakeSession();
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await until(() => deep(element, '[part=prejoin-join]'));
  });
  afterEach(() => element.remove());

  const buttons = (): HTMLElement[] => [
    ...((deep(element, 'secure-meeting-prejoin') as HTMLElement).shadowRoot?.querySelectorAll<HTMLElement>(
      '[aria-haspopup=menu]',
    ) ?? []),
  ];
  async function item(kind: 'microphone' | 'camera', label: string): Promise<HTMLElement> {
    if (!deep(element, 'secure-meeting-menu')) (await until(() => buttons()[kind === 'microphone' ? 0 : 1])).click();
    return until(() =>
      [...(deep(element, 'secure-meeting-menu')?.shadowRoot?.querySelectorAll<HTMLElement>('.item') ?? [])].find(
        (each) => each.textContent?.trim() === label,
      ),
    );
  }
  const check = (): HTMLElement => deep(element, 'secure-meeting-check') as HTMLElement;

  it('choose the quality before the join, and show which one is in force', async () => {
    expect((await item('camera', 'Automatic')).getAttribute('aria-checked')).to.equal('true');
    (await item('camera', 'Data saver')).click();
    await until(() => called('setQuality').length === 1);
    expect(called('setQuality')).to.deep.equal([['saver']]);
    await until(() => !deep(element, 'secure-meeting-menu'));
    expect((await item('camera', 'Data saver')).getAttribute('aria-checked')).to.equal('true');
  });

  it('close when their button is pressed again, and open at the next press', async () => {
    for (let round = 0; round < 2; round++) {
      await item('microphone', 'Test the connection');
      // A task later than the menu is there, as every press is: only then the button is the menu's.
      await until(() => (buttons()[0] as HTMLButtonElement).popoverTargetElement);
      buttons()[0]?.click();
      await until(() => !deep(element, 'secure-meeting-menu'));
    }
  });

  it('test the connection: what was found, in words, and the focus goes back', async () => {
    (await item('microphone', 'Test the connection')).click();
    await until(() => text(check()).includes('This connection is good for a meeting.'));
    expect(text(check())).to.contain('Direct, over UDP').and.contain('24 ms').and.contain('Reached');
    await click(check(), '.ghost');
    await until(() => !check());
    expect((buttons()[0]?.getRootNode() as ShadowRoot).activeElement).to.equal(buttons()[0]);
  });

  const cases = [
    [{ service: 'reached', media: 'tcp', roundTripMs: 80 }, 'A meeting works. Picture and sound may lag'],
    [{ service: 'reached', media: 'udp', roundTripMs: 700 }, 'A meeting works. Picture and sound may lag'],
    [{ service: 'reached', media: 'blocked', roundTripMs: null }, 'lets neither picture nor sound through'],
    [{ service: 'unreachable', media: 'untested', roundTripMs: null }, 'can’t be reached'],
    [{ service: 'untested', media: 'untested', roundTripMs: null }, 'allowed no complete test'],
  ] as const;
  for (const [found, words] of cases)
    it(`say what ${found.service} and ${found.media} mean, after ${found.roundTripMs} ms`, async () => {
      session.found = found;
      (await item('microphone', 'Test the connection')).click();
      await until(() => text(check()).includes(words));
      session.found = { service: 'reached', media: 'udp', roundTripMs: 9 };
      await click(check(), '.buttons .button');
      await until(() => text(check()).includes('9 ms'));
      expect(called('testConnection')).to.have.length(2);
    });

  it('end the test when they are closed', async () => {
    session.hanging.add('testConnection');
    (await item('microphone', 'Test the connection')).click();
    await until(() => text(check() ?? document.createElement('i')).includes('Testing …'));
    await until(() => called('testConnection').length === 1);
    const [{ signal }] = called('testConnection')[0] as [{ signal: AbortSignal }];
    await click(check(), '.ghost');
    await until(() => signal.aborted);
  });

  describe('with the tests below them', () => {
    const link = (label: string): Promise<HTMLElement> =>
      until(() =>
        [...(deep(element, 'secure-meeting-tests')?.shadowRoot?.querySelectorAll('button') ?? [])].find(
          (each) => text(each).trim() === label,
        ),
      );
    beforeEach(() => session.set({ self: { microphone: true } }));

    it('say that the connection is good once that was found, and not when it was not', async () => {
      session.found = { service: 'reached', media: 'relay', roundTripMs: 20 };
      (await link('Test the connection')).click();
      await until(() => text(check()).includes('A meeting works.'));
      await click(check(), '.ghost');
      await until(() => !check());
      session.found = { service: 'reached', media: 'udp', roundTripMs: 20 };
      (await link('Test the connection')).click();
      const good = await link('Connection is good');
      await click(check(), '.ghost');
      await until(() => !check());
      session.found = { service: 'unreachable', media: 'untested', roundTripMs: null };
      good.click();
      await until(() => check() && text(check()).includes('can’t be reached'));
      await link('Test the connection');
    });

    it('play two tones through the speakers that were chosen, and say so', async () => {
      const played: unknown[] = [];
      const real = globalThis.AudioContext;
      globalThis.AudioContext = class {
        readonly currentTime = 0;
        readonly destination = {};
        state = 'suspended';
        resume = async (): Promise<void> => void (this.state = 'running');
        setSinkId = async (id: string): Promise<void> => void played.push(id);
        createGain = (): unknown => ({
          gain: { setValueAtTime: () => 0, linearRampToValueAtTime: () => 0, exponentialRampToValueAtTime: () => 0 },
          connect: () => ({}),
        });
        createOscillator = (): unknown => ({
          frequency: {},
          connect: (to: { connect: () => void }) => to,
          start: () => played.push('tone'),
          stop: () => undefined,
        });
      } as unknown as typeof AudioContext;
      try {
        session.set({ devices: { audiooutput: { selected: 'out-1' } } });
        (await link('Test speaker')).click();
        await until(() => text(deep(element, 'secure-meeting-tests') as Node).includes('Two tones were played.'));
        expect(played).to.deep.equal(['out-1', 'tone', 'tone']);
      } finally {
        globalThis.AudioContext = real;
      }
    });
  });

  it('offer no test inside a meeting', async () => {
    session.set({ phase: 'joined', connection: 'connected', encryption: { state: 'encrypted', epoch: 1 } });
    await click(element, '[data-tool=microphone] + button');
    const menu = await until(() => deep(element, 'secure-meeting-menu'));
    await until(() => text(menu).includes('Microphone'));
    expect(text(menu)).not.to.contain('Test the connection');
  });
});
