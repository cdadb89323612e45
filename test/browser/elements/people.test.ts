/** *People* with many people: one list, though it comes in groups; rows and the focus stay where they are. */
import { click, deep, expect, make, until } from '../../support/elements.js';
import { FakeSession, person } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { Participant } from '../../../src/session/types.js';

const crowd = (count: number): Participant[] =>
  Array.from({ length: count }, (_, index) => person(`p${index}`, `Person ${index}`, { joinedAt: index }));

describe('a long list of people', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  let panel: HTMLElement;
  const rows = (): HTMLElement[] => [...(panel.shadowRoot?.querySelectorAll<HTMLElement>('[part=row]') ?? [])];
  const names = (): (string | null | undefined)[] => rows().map((row) => row.querySelector('bdi')?.textContent);
  const focused = (): Element | null | undefined => panel.shadowRoot?.activeElement;
  beforeEach(async () => {
    session = new FakeSession({
      phase: 'joined',
      connection: 'connected',
      encryption: { state: 'encrypted', epoch: 1 },
      others: crowd(60),
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await click(element, '[data-tool=people]');
    panel = await until(() => deep(element, 'secure-meeting-people'));
    await until(() => rows().length === 61);
    // Opened, it takes the focus to its heading.
    await until(() => focused()?.localName === 'h2');
  });
  afterEach(() => element.remove());

  it('is one list of all, in their order', () => {
    expect(names()).to.deep.equal(['Jonas Weber', ...crowd(60).map(({ name }) => name)]);
    const list = panel.shadowRoot?.querySelector('[role=list]');
    expect([...(list?.children ?? [])].every((group) => group.getAttribute('role') === 'presentation')).to.equal(true);
    expect(rows().every((row) => row.role === 'listitem' && row.parentElement?.parentElement === list)).to.equal(true);
    expect((list?.childElementCount ?? 0) > 4, 'in groups').to.equal(true);
  });

  it('keeps everybody’s row and the focus while others come and go', async () => {
    const of = (name: string): HTMLElement | undefined => rows()[names().indexOf(name)];
    const kept = ['Person 9', 'Person 17', 'Person 33', 'Person 59'].map((name) => [name, of(name)] as const);
    const more = of('Person 33')?.querySelector<HTMLElement>('.row-end .button');
    more?.focus();
    const stays = (): boolean => focused() === more && kept.every(([name, row]) => !!row && of(name) === row);
    expect(stays()).to.equal(true);
    const [first, ...rest] = crowd(60);
    // One from each group and whole groups go; some come to the end, and one between two others.
    session.set({ others: rest });
    await until(() => rows().length === 60);
    expect(stays()).to.equal(true);
    session.set({ others: rest.filter((_, index) => index % 8 !== 4 && (index < 17 || index > 30)) });
    await until(() => rows().length < 50);
    expect(stays()).to.equal(true);
    const between = rest.flatMap((each) => (each.identity === 'p33' ? [person('new', 'Newcomer'), each] : [each]));
    session.set({ others: [...between, first as Participant, ...crowd(90).slice(60)] });
    await until(() => rows().length === 92);
    expect(stays()).to.equal(true);
    expect(names().slice(32, 35)).to.deep.equal(['Person 32', 'Newcomer', 'Person 33']);
    expect(names().slice(60, 62)).to.deep.equal(['Person 59', 'Person 0']);
  });

  it('keeps them while somebody’s hand goes up and down', async () => {
    const [, , , more] = [...(panel.shadowRoot?.querySelectorAll<HTMLElement>('.row-end .button') ?? [])];
    more?.focus();
    const before = rows();
    session.change('p20', { hand: 1 });
    await until(() => names()[0] === 'Person 20');
    expect(focused() === more).to.equal(true);
    session.change('p20', { hand: 0 });
    await until(() => names()[0] === 'Jonas Weber');
    expect(focused() === more).to.equal(true);
    expect(names()[21]).to.equal('Person 20');
    const after = rows();
    expect(
      before.filter((row) => !after.includes(row)),
      'rows made anew',
    ).to.have.length(1);
  });

  it('finds people without making the others’ rows anew', async () => {
    const before = rows();
    const field = panel.shadowRoot?.querySelector('input') as HTMLInputElement;
    const search = (words: string): void => {
      field.value = words;
      field.dispatchEvent(new InputEvent('input'));
    };
    search('person 3');
    await until(() => rows().length === 11);
    expect(rows().every((row) => before.includes(row))).to.equal(true);
    search('');
    await until(() => rows().length === 61);
    expect(names()).to.deep.equal(['Jonas Weber', ...crowd(60).map(({ name }) => name)]);
  });

  it('is as high before it was ever seen as after it', async () => {
    const body = panel.shadowRoot?.querySelector('.panel-body') as HTMLElement;
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const height = body.scrollHeight;
    while (body.scrollTop + body.clientHeight < body.scrollHeight - 1) {
      body.scrollTop += 200;
      await frame();
      await frame();
    }
    expect(body.scrollHeight).to.equal(height);
  });
});
