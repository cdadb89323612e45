import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { all, deep, show } from '../../../examples/screens/screen.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import { nameOf, pressable } from '../../support/keyboard.js';
import { expect, trees, until } from '../../support/elements.js';

/** Criteria of WCAG 2.2 that no rule of axe looks at: see docs/accessibility.md. */
describe('criteria', () => {
  let box: HTMLElement;
  beforeEach(() => {
    box = document.body.appendChild(document.createElement('main'));
  });
  afterEach(() => box.remove());
  const screen = (name: string, lang = 'en') => {
    const found = all.find((each) => each.name === name);
    if (!found) throw new Error(`no screen ${name}`);
    const [width = 900, height = 600] = found.size;
    return show(found, box, { theme: 'light', lang, size: [width, height] });
  };

  it('1.2.4: offers no captions and says why; a page’s own stand over the pictures, read as they change', async () => {
    const { element } = await screen('meeting');
    const { unavailable } = (element as SecureMeeting).capabilities;
    expect(unavailable['feature-captions']?.reason, 'whoever made them would').to.equal('server-would-hear');
    const captions = document.createElement('p');
    captions.slot = 'stage-overlay';
    captions.setAttribute('aria-live', 'polite');
    captions.style.cssText = 'position: absolute; inset: auto 1rem 1rem; margin: 0';
    captions.textContent = 'Ana: the numbers are in.';
    element.append(captions);
    const stage = await until(() => deep(element as never, 'secure-meeting-stage'));
    await until(() => captions.assignedSlot);
    captions.scrollIntoView({ block: 'center', inline: 'center' });
    const [line, pictures] = [captions, stage].map((each) => each.getBoundingClientRect());
    expect(line!.height).to.be.above(0);
    expect(line!.top >= pictures!.top && line!.bottom <= pictures!.bottom, 'within the stage').to.equal(true);
    const { left, top, width, height } = line!;
    expect(document.elementFromPoint(left + width / 2, top + height / 2) === captions, 'over the tiles').to.equal(true);
  });

  for (const [name, field, purpose] of [
    ['prejoin', 'name', 'name'],
    ['phone-number', 'number', 'tel'],
    ['phone-code', 'code', 'one-time-code'],
  ] as const)
    it(`1.3.5: the ${field} of ${name} says to the browser what it is for`, async () => {
      const { element } = await screen(name);
      expect(deep(element as never, `input[name=${field}]`)?.getAttribute('autocomplete')).to.equal(purpose);
    });

  for (const lang of ['en', 'de', 'ar'])
    it(`3.1.1: says that its words are ${lang}, whatever the page is in`, async () => {
      document.documentElement.lang = 'fr';
      const { element } = await screen('meeting', lang);
      const spoken = await until(() => deep(element as never, '.frame')?.getAttribute('lang'));
      expect(spoken).to.equal(lang);
      document.documentElement.lang = 'en';
    });

  for (const name of ['prejoin', 'meeting', 'people', 'settings', 'chat'])
    it(`3.2.1: the focus changes nothing, wherever it is on ${name}`, async () => {
      const { element, session } = await screen(name);
      const before = session.calls.length;
      const looks = (): string =>
        [...document.querySelectorAll(':popover-open, dialog[open]')].map(({ localName }) => localName).join();
      const open = looks();
      for (const each of pressable(element)) {
        each.focus();
        expect([session.calls.length, looks()], each.outerHTML.slice(0, 80)).to.deep.equal([before, open]);
      }
    });

  it('1.4.13: the button that keeps a tile large comes with the pointer, stays under it, and goes with it', async () => {
    const { element } = await screen('meeting');
    const pin = await until(() => deep(element as never, '.pin'));
    const tile = (pin.getRootNode() as ShadowRoot).host;
    tile.scrollIntoView({ block: 'center' });
    const at = (each: Element, part: number): [number, number] => {
      const { left, top, width, height } = each.getBoundingClientRect();
      return [Math.round(left + width * part), Math.round(top + height * part)];
    };
    const seen = (): boolean => getComputedStyle(pin).opacity === '1';
    expect(seen()).to.equal(false);
    // Where nothing hovers, as in a browser without a screen, a tap on what is not seen goes to the tile.
    if (matchMedia('(hover: none)').matches) expect(getComputedStyle(pin).pointerEvents).to.equal('none');
    await sendMouse({ type: 'move', position: at(tile, 0.5) });
    await until(seen);
    await sendMouse({ type: 'move', position: at(pin, 0.5) });
    await until(() => pin.matches(':hover') && seen(), 'it is under the pointer, and seen');
    await sendMouse({ type: 'move', position: [1, 1] });
    await until(() => !seen());
  });

  it('2.3.1: nothing of ours flashes: what goes on for ever takes its time', async () => {
    const fast: string[] = [];
    let found = 0;
    for (const name of ['network', 'reconnecting', 'prejoin-joining', 'meeting', 'violated', 'check-testing']) {
      const { element } = await screen(name);
      for (const tree of trees(element.shadowRoot as ShadowRoot))
        for (const motion of tree.getAnimations()) {
          const { iterations = 1, duration = 0 } = motion.effect?.getComputedTiming() ?? {};
          if (iterations < 2) continue;
          found++;
          if (Number(duration) < 334)
            fast.push(`${name}: ${(motion as CSSAnimation).animationName} ${String(duration)}`);
        }
      element.remove();
    }
    expect(fast).to.deep.equal([]);
    expect(found, 'motions that go on').to.be.greaterThan(0);
  });

  for (const size of [
    [390, 780],
    [800, 600],
  ] as const)
    it(`2.4.11: Escape shows what has the focus under a panel, at ${size[0]} px`, async () => {
      const found = all.find(({ name }) => name === 'people')!;
      const { element } = await show(found, box, { theme: 'light', lang: 'en', size: [...size] });
      const side = (): Element | null => deep(element as never, '.side');
      const panel = (await until(side)).getBoundingClientRect();
      const own = new Set(pressable(side()!));
      const covered = pressable(element).filter((each) => {
        const { left, right, top, bottom } = each.getBoundingClientRect();
        const inside = left >= panel.left && right <= panel.right && top >= panel.top && bottom <= panel.bottom;
        return inside && !own.has(each);
      });
      expect(covered.length, 'buttons under the panel').to.be.greaterThan(0);
      const [button] = covered as [HTMLElement];
      button.focus();
      await sendKeys({ press: 'Escape' });
      await until(() => !side());
      expect((button.getRootNode() as ShadowRoot).activeElement).to.equal(button);
    });

  it('2.5.2: nothing happens before the pointer is lifted, nor when its press is taken back', async () => {
    const { element, session } = await screen('meeting');
    const before = session.calls.length;
    for (const each of pressable(element)) {
      for (const type of ['pointerdown', 'mousedown', 'pointercancel', 'touchstart', 'touchcancel'])
        each.dispatchEvent(new Event(type, { bubbles: true, composed: true, cancelable: true }));
      expect(session.calls.length, nameOf(each)).to.equal(before);
      expect(document.querySelectorAll(':popover-open').length).to.equal(0);
    }
  });

  for (const name of ['room-passcode', 'passcode', 'phone-code'])
    it(`3.3.8: what ${name} asks for can be pasted, and is seen while it is typed`, async () => {
      const { element } = await screen(name);
      const field = deep(element as never, '.screen input') as HTMLInputElement;
      const paste = new ClipboardEvent('paste', { bubbles: true, composed: true, cancelable: true });
      expect(field.dispatchEvent(paste), 'the paste goes through').to.equal(true);
      if (field.type === 'password') (deep(element as never, '.screen [aria-pressed]') as HTMLElement).click();
      await until(() => (deep(element as never, '.screen input') as HTMLInputElement).type !== 'password');
    });
});
