import { deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person } from '../../support/fake-session.js';

const joined = {
  phase: 'joined',
  connection: 'connected',
  encryption: { state: 'encrypted', epoch: 1 },
  others: [person('ana', 'Ana Ferreira')],
} as const;

describe('in other people’s pages', () => {
  afterEach(() => {
    document.querySelectorAll('secure-meeting, style[data-test]').forEach((each) => each.remove());
    document.documentElement.lang = 'en';
  });
  const style = (css: string): void => {
    const sheet = document.head.appendChild(document.createElement('style'));
    sheet.dataset['test'] = '';
    sheet.textContent = css;
  };

  it('speaks two languages on one page, and follows the nearest ancestor', async () => {
    const german = document.body.appendChild(document.createElement('div'));
    german.lang = 'de-AT';
    const first = make({}, (each) => (each.session = new FakeSession({ ...joined })));
    const second = make({}, (each) => (each.session = new FakeSession({ ...joined })));
    german.append(second);
    await until(() => text(first).includes('Encrypted') && text(second).includes('Verschlüsselt'));
    expect(text(second)).not.to.contain('Leave');
    german.lang = 'en';
    await until(() => text(second).includes('Encrypted'));
    first.lang = 'de';
    await until(() => text(first).includes('Verlassen'));
    german.remove();
  });

  it('takes words of the page’s own, key by key', async () => {
    const element = make({}, (each) => (each.session = new FakeSession({ ...joined })));
    element.messages = { leave: 'Hang up', errors: { 'device-in-use': { next: 'Call the help desk.' } } };
    await until(() => text(element).includes('Hang up'));
    element.session?.state.self.toString();
    (element.session as FakeSession).emit('error', { code: 'device-in-use', message: '', fatal: false });
    await until(() => text(element).includes('Another app is using') && text(element).includes('Call the help desk.'));
  });

  it('follows the colour scheme where it stands, or its own theme', async () => {
    const box = document.body.appendChild(document.createElement('div'));
    box.style.colorScheme = 'dark';
    const element = make({}, (each) => (each.session = new FakeSession({ ...joined })));
    box.append(element);
    const colour = (): string => getComputedStyle(deep(element, '.frame') as Element).backgroundColor;
    await until(() => deep(element, '[data-tool=leave]'));
    const dark = colour();
    element.theme = 'light';
    await until(() => colour() !== dark);
    element.theme = 'auto';
    await until(() => colour() === dark);
    box.remove();
  });

  it('is as wide as its place, and 16:10 or as high as the page says', async () => {
    const box = document.body.appendChild(document.createElement('div'));
    box.style.cssText = 'display: flow-root; inline-size: 400px';
    const element = make();
    box.append(element);
    const frame = await until(() => deep(element, '.frame'));
    const sizes = (): number[][] =>
      [element, frame].map((each) => {
        const { width, height } = each.getBoundingClientRect();
        return [Math.round(width), Math.round(height)];
      });
    const both = (width: number, height: number): number[][] => [
      [width, height],
      [width, height],
    ];
    expect(sizes(), 'by itself').to.deep.equal(both(400, 250));
    element.style.blockSize = '600px';
    expect(sizes(), 'with a height').to.deep.equal(both(400, 600));
    element.style.blockSize = '';
    box.style.inlineSize = '300px';
    expect(sizes(), 'narrow').to.deep.equal(both(300, 240));
    for (const display of ['grid', 'flex', 'flow-root']) {
      box.style.cssText = `display: ${display}; inline-size: 320px`;
      element.style.flex = display === 'flex' ? '1' : '';
      expect(sizes(), `at 320 px, ${display}`).to.deep.equal(both(320, 240));
    }
    box.style.cssText = 'display: flex; flex-direction: column; inline-size: 400px; block-size: 500px';
    element.style.flex = '1';
    expect(sizes(), 'filling a column').to.deep.equal(both(400, 500));
    box.remove();
  });

  it('keeps its size and looks under html{font-size:62.5%} and *{all:unset}', async () => {
    style('html { font-size: 62.5% } * { all: unset }');
    const element = make({}, (each) => (each.session = new FakeSession({ ...joined })));
    await until(() => deep(element, '[data-tool=leave]'));
    const leave = deep(element, '[data-tool=leave]') as HTMLElement;
    const frame = (deep(element, '.frame') as HTMLElement).getBoundingClientRect();
    expect(frame.height).to.be.greaterThan(239);
    expect(leave.getBoundingClientRect().height).to.be.greaterThan(35);
    expect(parseFloat(getComputedStyle(leave).fontSize)).to.be.greaterThan(11);
  });

  it('is styled by parts and custom properties, and nothing else leaks in or out', async () => {
    style('button { border: 5px solid red } secure-meeting::part(tool-leave) { color: rgb(1, 2, 3) }');
    style('secure-meeting::part(tile muted) { opacity: 0.5 } secure-meeting { --secure-meeting-accent: rgb(9, 8, 7) }');
    const session = new FakeSession({
      ...joined,
      others: [person('a', 'Ana', { microphone: false }), person('b', 'Ben')],
    });
    const element = make({}, (each) => (each.session = session));
    const leave = await until(() => deep(element, '[data-tool=leave]'));
    await until(() => deep(element, 'secure-meeting-tile'));
    expect(getComputedStyle(leave).borderTopWidth).to.equal('0px');
    expect(getComputedStyle(leave).color).to.equal('rgb(1, 2, 3)');
    const tiles = [...(deep(element, '.grid')?.querySelectorAll('secure-meeting-tile') ?? [])];
    expect(tiles.map((tile) => getComputedStyle(tile).opacity).slice(0, 2)).to.deep.equal(['0.5', '1']);
    session.set({ self: { screen: true } });
    const share = await until(() => deep(element, '[data-tool=share].active'));
    await until(() => getComputedStyle(share).color === 'rgb(9, 8, 7)');
  });

  it('registers all tags or none, and says once that another version was first', async () => {
    const { define } = await import('../../../src/define/index.js');
    const { warn } = console;
    const lines: unknown[] = [];
    console.warn = (...args: unknown[]) => lines.push(args);
    define();
    define();
    console.warn = warn;
    expect(lines).to.deep.equal([]);
  });

  it('leaves nothing behind when it is made and removed a hundred times', async () => {
    const session = new FakeSession({ ...joined });
    const listeners: number[] = [];
    const { subscribe } = session;
    let living = 0;
    session.subscribe = (listener) => {
      living++;
      const stop = subscribe.call(session, listener);
      let stopped = false;
      return () => {
        if (!stopped) living--;
        stopped = true;
        stop();
      };
    };
    for (let round = 0; round < 100; round++) {
      const element = make({}, (each) => (each.session = session));
      if (round % 25 === 0) await until(() => deep(element, '[data-tool=leave]'));
      element.session = undefined;
      element.remove();
      listeners.push(living);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(living, JSON.stringify(listeners)).to.equal(0);
    expect(session.attached.size).to.equal(0);
  });
});
