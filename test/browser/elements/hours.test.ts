import { deep, expect, make, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';

const plain = (text: string | null | undefined): string => (text ?? '').replace(/[\u2066-\u2069]/g, '').trim();

describe('a meeting with an end and a limit', function () {
  this.timeout(60_000);
  let element: SecureMeeting;
  let session: FakeSession;
  // What the page's clock says; it moves when the test says so.
  const realNow = Date.now;
  let now = realNow();
  beforeEach(() => {
    now = realNow();
    Date.now = () => now;
  });
  afterEach(() => {
    element.remove();
    Date.now = realNow;
  });

  async function join(
    room: { readonly endsAt?: number; readonly limit?: number },
    attributes: Record<string, string> = {},
    size: readonly [number, number] = [900, 600],
  ): Promise<void> {
    session = new FakeSession({
      phase: 'joined',
      connection: 'connected',
      encryption: { state: 'encrypted', epoch: 1 },
      self: { camera: true, microphone: true },
      others: [person('ana', 'Ana Ferreira', { role: 'host' })],
      devices: someDevices,
      room,
    });
    element = make(attributes, (each) => (each.session = session));
    element.style.cssText = `width: ${size[0]}px; height: ${size[1]}px`;
    await until(() => deep(element, '[data-tool=leave]'));
  }
  const left = (): HTMLElement | null => deep(element, '[role=timer]');
  const shows = (text: string): Promise<true> => until(() => plain(left()?.textContent) === text || null, text);
  const said = (): string[] =>
    [...(deep(element, '[role=log]')?.children ?? [])].map((line) => plain(line.textContent));

  it('shows what is left in its two largest units, and seconds at last', async () => {
    await join({ endsAt: now + 26 * 3_600_000 });
    await shows('1 day 2 hr left');
    for (const [seconds, text] of [
      [4780, '1 hr 20 min left'],
      [3600, '1 hr left'],
      [1501, '26 min left'],
      [300, '5 min left'],
      [60, '1 min left'],
      [59, '59 sec left'],
      [0, '0 sec left'],
    ] as const) {
      session.set({ room: { endsAt: now + seconds * 1000 } });
      await shows(text);
    }
  });

  it('counts by itself, and says the last five minutes and the last one, once each', async () => {
    await join({ endsAt: now + 420_000 });
    await shows('7 min left');
    expect(said()).to.deep.equal([]);
    now += 120_000;
    await shows('5 min left');
    await until(() => said().length === 1);
    now += 60_000;
    await shows('4 min left');
    now += 180_000;
    await shows('1 min left');
    await until(() => said().length === 2);
    now += 20_000;
    await shows('40 sec left');
    expect(said()).to.deep.equal(['This meeting ends in 5 minutes', 'This meeting ends in 1 minute']);
    expect(deep(element, '[role=log]')?.getAttribute('aria-live')).to.equal('polite');
    // What is said is no alert, and the number that runs interrupts nobody.
    expect(left()?.closest('[aria-live],[role=status],[role=alert]')).to.equal(null);
  });

  it('tells who comes in the last minutes what is left, once', async () => {
    await join({ endsAt: now + 170_000 });
    await until(() => said().length === 1);
    now += 20_000;
    await shows('3 min left');
    expect(said()).to.deep.equal(['This meeting ends in 3 minutes']);
  });

  it('says it in German, French and Arabic too', async () => {
    for (const [lang, shown, spoken] of [
      ['de', 'noch 5 Min.', 'Diese Besprechung endet in 5 Minuten'],
      ['fr', 'encore 5 min', 'Cette réunion se termine dans 5 minutes'],
      ['ar', 'بقي 5 د', 'المتبقي لهذا الاجتماع: 5 دقائق'],
    ] as const) {
      await join({ endsAt: now + 300_000 }, { lang });
      // Engines part number and unit by different spaces.
      await until(() => plain(left()?.textContent).replace(/\s/g, ' ') === shown, shown);
      await until(() => said().length === 1);
      expect(said().map((line) => line.replace(/\s/g, ' '))).to.deep.equal([spoken]);
      element.remove();
    }
  });

  it('moves nothing while it counts, from the left and from the right', async () => {
    for (const dir of ['ltr', 'rtl']) {
      await join({ endsAt: now + 601_000 }, { dir });
      await shows('11 min left');
      const places = (): string =>
        JSON.stringify(
          ['secure-meeting-seal', '[part=room]', '.end', 'secure-meeting-stage', 'secure-meeting-toolbar'].map(
            (part) => {
              const { left: x, right, top, bottom } = (deep(element, part) as HTMLElement).getBoundingClientRect();
              return [part, x, right, top, bottom];
            },
          ),
        );
      const before = places();
      const end = (deep(element, '.end') as HTMLElement).getBoundingClientRect();
      const timer = (left() as HTMLElement).getBoundingClientRect();
      expect(dir === 'ltr' ? timer.right <= end.left : timer.left >= end.right).to.equal(true);
      for (const [passes, text] of [
        [1_000, '10 min left'],
        [60_000, '9 min left'],
        [260_000, '5 min left'],
        [250_000, '30 sec left'],
      ] as const) {
        now += passes;
        await shows(text);
        expect(places(), text).to.equal(before);
      }
      element.remove();
    }
  });

  it('shows nothing where there is no end, and nothing of the meeting before', async () => {
    await join({});
    expect(left()).to.equal(null);
    session.set({ room: { endsAt: now + 60_000 } });
    await shows('1 min left');
    session.set({ room: { endsAt: undefined } as object });
    await until(() => !left());
  });

  it('keeps the smallest box free until the end is near', async () => {
    await join({ endsAt: now + 600_000 }, {}, [320, 240]);
    await until(() => left());
    expect(left()?.checkVisibility()).to.equal(false);
    now += 400_000;
    await until(() => left()?.checkVisibility());
    const box = element.getBoundingClientRect();
    const { left: from, right } = (left() as HTMLElement).getBoundingClientRect();
    expect(from >= box.left && right <= box.right).to.equal(true);
  });

  it('counts people of how many may come, and says when no more can', async () => {
    await join({ limit: 3 });
    deep(element, '[data-tool=people]')?.click();
    const panel = await until(() => deep(element, 'secure-meeting-people'));
    const heading = (): string => plain(panel.shadowRoot?.querySelector('h3')?.textContent);
    const full = (): boolean => panel.shadowRoot?.textContent.includes('This meeting is full') ?? false;
    await until(() => heading() === 'In the meeting · 2 of 3');
    expect(full()).to.equal(false);
    session.set({ others: [person('ana', 'Ana Ferreira'), person('ben', 'Ben Okafor')] });
    await until(() => heading() === 'In the meeting · 3 of 3');
    await until(full);
    session.set({ others: [person('ana', 'Ana Ferreira')], room: { limit: undefined } as object });
    await until(() => heading() === 'In the meeting · 2');
    expect(full()).to.equal(false);
  });
});
