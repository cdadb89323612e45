/** A tile's look at its size: in a grid, where the stage knows it, as on its own, where its box is asked. */
import { deep, expect, make, until } from '../../support/elements.js';
import { FakeSession, person } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { Participant } from '../../../src/session/types.js';

type Tile = HTMLElement & { participant?: Participant; proved?: unknown; pin?: string };

describe('a tile', () => {
  let element: SecureMeeting;
  const meet = async (count: number, size: string, more: Partial<Participant>): Promise<FakeSession> => {
    const session = new FakeSession({
      phase: 'joined',
      connection: 'connected',
      encryption: { state: 'encrypted', epoch: 1 },
      self: { camera: true, microphone: true },
      others: Array.from({ length: count }, (_, index) => person(`p${index}`, `Person ${index}`, more)),
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = `position: fixed; inset: 0 auto auto 0; width: ${size}`;
    await until(() => (deep(element, '.grid > .one')?.getBoundingClientRect().width ?? 0) > 0);
    await until(() => deep(element, '.grid > .one')?.shadowRoot?.querySelector('.label'));
    return session;
  };
  afterEach(() => element.remove());

  /** Where each thing of a tile stands within it, and how large it is. */
  const looks = (tile: Element): string[] => {
    const { left, top } = tile.getBoundingClientRect();
    const things = tile.shadowRoot?.querySelectorAll(
      '.still, .still p, .avatar, .bottom, .label, .role, .chip, .truncate',
    );
    return [...(things ?? [])].map((each) => {
      const box = each.getBoundingClientRect();
      const place = box.width ? [box.left - left, box.top - top, box.width, box.height].map(Math.round) : ['not shown'];
      return `${each.className} ${place.join(' ')}`;
    });
  };

  for (const [count, size] of [
    [2, '900px; height: 700px'],
    [8, '900px; height: 500px'],
    [24, '800px; height: 560px'],
    [48, '1200px; height: 760px'],
    [24, '641px; height: 290px'],
  ] as const)
    for (const [title, more] of [
      ['with an avatar', { camera: false, role: 'host', microphone: false }],
      ['that is blank', { encryption: 'stale' }],
    ] as const)
      it(`${title} looks the same beside ${count} others in ${size} as on its own`, async () => {
        const session = await meet(count, size, more);
        const tile = deep(element, '.grid > .one') as Tile;
        const { width, height } = tile.getBoundingClientRect();
        const own = document.createElement('secure-meeting-tile') as Tile;
        own.style.cssText = `position: absolute; inset: 0 auto auto 0; width: ${width}px; height: ${height}px`;
        Object.assign(own, { participant: tile.participant, proved: tile.proved, pin: tile.pin, session });
        deep(element, '.here')?.append(own);
        await until(() => own.shadowRoot?.querySelector('.label'));
        await until(() => looks(own).join() === looks(tile).join(), `${looks(own).join()}\n${looks(tile).join()}`);
        own.remove();
      });

  it('gives the sign of a muted microphone no room while it is not shown', async () => {
    const session = await meet(3, '800px; height: 560px', { microphone: false });
    const label = (): HTMLElement => deep(element, '.grid > .one')?.shadowRoot?.querySelector('.label') as HTMLElement;
    const [sign, name] = ['.icon', 'bdi'].map((each) => label().querySelector(each) as Element);
    const room = (): number => label().getBoundingClientRect().width - (name as Element).getBoundingClientRect().width;
    const muted = room();
    expect((sign as Element).getBoundingClientRect().width).to.be.greaterThan(8);
    session.change('p0', { microphone: true });
    await until(() => (sign as Element).getBoundingClientRect().width === 0);
    const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(label());
    expect(room()).to.be.closeTo(parseFloat(paddingInlineStart) + parseFloat(paddingInlineEnd), 0.5);
    expect(muted).to.be.greaterThan(room() + 8);
  });
});
