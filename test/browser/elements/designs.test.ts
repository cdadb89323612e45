import { deep as found, expect, until } from '../../support/elements.js';
import { designs } from '../../../examples/designs.json';
import type { SecureMeeting } from '../../../src/elements/index.js';

/** Finds also what is of another document, whose classes are not ours. */
const deep = (root: Element, selector: string): HTMLElement | null => found(root, selector);

describe('a designer’s pages', function () {
  this.timeout(120_000);
  let frame: HTMLIFrameElement;
  let meeting: SecureMeeting;
  const styleOf = (element: Element): CSSStyleDeclaration => (frame.contentWindow as Window).getComputedStyle(element);

  /** The page as it stands in the file, with its script where the test server has it. */
  async function open(name: string, width = 1000): Promise<void> {
    const source = await (await fetch(`/examples/designs/${name}.html`)).text();
    frame = document.createElement('iframe');
    frame.style.cssText = `width: ${width}px; height: 760px; border: 0`;
    frame.srcdoc = source.replace('./design.js', new URL('/examples/designs/design.ts', location.href).href);
    document.body.append(frame);
    meeting = await until(() => {
      const element = frame.contentDocument?.querySelector('secure-meeting');
      return element?.shadowRoot ? element : undefined;
    }, `${name} shows no meeting`);
    const first = meeting.dataset['screen'] === 'prejoin' ? '.prejoin, slot[name=prejoin]' : '[data-tool=leave]';
    await until(() => deep(meeting, first), `${name} shows no screen`);
  }
  afterEach(() => frame.remove());

  it('are ten, and each shows its meeting', async () => {
    expect(designs).to.have.length(10);
    for (const { name } of designs) {
      await open(name);
      frame.remove();
    }
  });

  it('take the colour of a brand', async () => {
    await open('brand-colour');
    const join = await until(() => deep(meeting, '[part=prejoin-join]'));
    expect(styleOf(join).backgroundColor).to.equal('oklch(0.48 0.16 330)');
  });

  it('take a font', async () => {
    await open('font');
    expect(styleOf(deep(meeting, '.room') as Element).fontFamily).to.contain('Georgia');
  });

  it('have square corners everywhere', async () => {
    await open('square-corners');
    for (const selector of ['.frame', '[data-tool=camera]', '.tile'])
      expect(styleOf(await until(() => deep(meeting, selector))).borderTopLeftRadius, selector).to.equal('0px');
  });

  it('are denser', async () => {
    await open('denser');
    const height = (deep(meeting, '[data-tool=leave]') as Element).getBoundingClientRect().height;
    expect(height).to.be.lessThan(36).and.at.least(24);
  });

  it('have the toolbar on top', async () => {
    await open('toolbar-on-top');
    const toolbar = (deep(meeting, '.toolbar') as Element).getBoundingClientRect();
    const stage = (deep(meeting, 'secure-meeting-stage') as Element).getBoundingClientRect();
    expect(toolbar.bottom).to.be.at.most(stage.top + 1);
  });

  it('go without chat and reactions', async () => {
    await open('without-chat');
    expect(deep(meeting, '[data-tool=chat]')).to.equal(null);
    expect(deep(meeting, '[data-tool=reactions]')).to.equal(null);
    expect(deep(meeting, '[data-tool=people]')).not.to.equal(null);
  });

  it('put a button of their own into the toolbar', async () => {
    await open('own-button');
    const button = meeting.querySelector('button') as HTMLElement;
    const toolbar = (deep(meeting, '.toolbar') as Element).getBoundingClientRect();
    const box = button.getBoundingClientRect();
    expect(box.top >= toolbar.top && box.bottom <= toolbar.bottom && box.width > 0).to.equal(true);
    await until(() => {
      button.click();
      return !meeting.querySelector<HTMLElement>('#agenda')?.hidden;
    });
  });

  it('show tiles of their own', async () => {
    await open('own-tile');
    const tile = await until(() => deep(meeting, 'round-tile'));
    expect(deep(meeting, 'secure-meeting-tile')).to.equal(null);
    await until(() => tile.textContent?.includes('Ana Ferreira'));
  });

  it('join from a first screen of their own', async () => {
    await open('own-prejoin');
    expect(deep(meeting, '[part=prejoin-join]')?.checkVisibility() ?? false).to.equal(false);
    const join = meeting.querySelector('button') as HTMLElement;
    await until(() => {
      join.click();
      return deep(meeting, '[data-tool=leave]');
    });
  });

  it('say things in words of their own', async () => {
    await open('own-words');
    await until(() => deep(meeting, '[data-tool=leave]')?.getAttribute('aria-label') === 'Hang up');
    expect(deep(meeting, '[data-tool=people]')?.getAttribute('aria-label')).to.equal('4 of the council');
  });
});
