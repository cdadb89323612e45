/** The element as a guest: what pages do to it, and what it must not do to them. */
import { all, show } from '../../../examples/screens/screen.js';
import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';

const joined = {
  phase: 'joined',
  connection: 'connected',
  encryption: { state: 'encrypted', epoch: 1 },
  self: { camera: true },
  others: [person('ana', 'Ana Ferreira'), person('ben', 'Ben Okafor')],
} as const;
const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** Where everything stands and how it is written, through shadow roots. */
function picture(root: Element): string[] {
  const lines: string[] = [];
  const origin = root.getBoundingClientRect();
  const walk = (each: Element): void => {
    // These come and go by themselves.
    if (each.matches('.toasts, [aria-live]')) return;
    const { left, top, width, height } = each.getBoundingClientRect();
    const style = getComputedStyle(each);
    const place = [left - origin.left, top - origin.top, width, height].map((value) => Math.round(value));
    const look = [style.fontSize, style.fontWeight, style.color, style.textAlign, style.textTransform, style.cursor];
    if (width && height)
      lines.push(`${each.localName}.${each.getAttribute('class') ?? ''} ${place.join(' ')} ${look.join(' ')}`);
    // What a drawing is made of stands where the drawing does, at fractions of pixels.
    if (each instanceof SVGElement) return;
    for (const child of [...(each.shadowRoot?.children ?? []), ...each.children]) walk(child);
  };
  for (const each of root.shadowRoot?.children ?? []) walk(each);
  return lines;
}

describe('a page around it', function () {
  this.timeout(60_000);
  const added: Element[] = [];
  afterEach(() => {
    added.splice(0).forEach((each) => each.remove());
    document.querySelectorAll('secure-meeting').forEach((each) => each.remove());
    document.documentElement.removeAttribute('dir');
  });
  const put = <T extends Element>(element: T): T => {
    added.push(element);
    document.body.append(element);
    return element;
  };
  const sheet = async (css: string): Promise<HTMLStyleElement> => {
    const text = css.startsWith('/') ? await (await fetch(css)).text() : css;
    return put(Object.assign(document.createElement('style'), { textContent: text }));
  };

  const RESETS = {
    'Tailwind’s preflight': '/test/fixtures/resets/tailwind-preflight.css',
    'Bootstrap’s reboot': '/test/fixtures/resets/bootstrap-reboot.css',
    'html{font-size:62.5%}': 'html { font-size: 62.5% }',
    '*{all:unset}': '* { all: unset }',
    'a page in capitals, centred, bold and spaced': `body { text-align: center; text-transform: uppercase; font-weight: 900;
      letter-spacing: 0.3em; word-spacing: 1em; white-space: pre; font-style: italic; text-indent: 3em; line-height: 3;
      cursor: wait; text-shadow: 2px 2px red; list-style: square; text-wrap: nowrap; hyphens: auto }
      div, span, p, button, input, h1, h2 { padding: 9px; border: 3px solid red; margin: 5px; float: left }`,
  };
  for (const name of ['prejoin', 'meeting', 'people', 'chat', 'left'])
    it(`leaves ${name} as it is, whatever styles the page has`, async () => {
      // What is left to the page: the font, its size, and the size of the tag.
      const box = put(document.createElement('div'));
      box.style.cssText = 'display: block; width: 1040px; font: 16px/1.4 sans-serif; padding: 0; border: 0; margin: 0';
      const screen = all.find((each) => each.name === name) ?? expect.fail('no such screen');
      const { element } = await show(screen, box, { theme: 'light', lang: 'en', size: [1040, 640] });
      element.style.display = 'block';
      const before = picture(element);
      expect(before.length).to.be.greaterThan(5);
      for (const [title, css] of Object.entries(RESETS)) {
        const style = await sheet(css);
        await frame();
        const after = picture(element);
        expect(
          after.filter((line) => !before.includes(line)),
          title,
        ).to.deep.equal([]);
        style.remove();
      }
    });

  it('in two themes on one page: each has its own colours', async () => {
    const session = new FakeSession({ ...joined });
    const light = make({ theme: 'light' }, (each) => (each.session = session));
    const dark = make({ theme: 'dark' }, (each) => (each.session = new FakeSession({ ...joined })));
    await until(() => deep(light, '[data-tool=leave]') && deep(dark, '[data-tool=leave]'));
    const lightness = (element: SecureMeeting, selector: string): number => {
      const colour = getComputedStyle(deep(element, selector) as Element).backgroundColor;
      return Number(/oklch\(([\d.]+)/.exec(colour)?.[1]);
    };
    expect(lightness(light, '.frame')).to.be.greaterThan(0.9);
    expect(lightness(dark, '.frame')).to.be.lessThan(0.3);
    // One who leaves does not take the other along.
    light.remove();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(dark.phase).to.equal('joined');
  });

  it('from right to left: the seal stands at the right, leaving at the left, arrows move the other way', async () => {
    document.documentElement.dir = 'rtl';
    const element = make({}, (each) => (each.session = new FakeSession({ ...joined, others: [person('ana', 'Ana')] })));
    element.style.cssText = 'width: 900px; height: 600px';
    const leave = await until(() => deep(element, '[data-tool=leave]'));
    const middle = (each: Element): number => {
      const { left, width } = each.getBoundingClientRect();
      return left + width / 2;
    };
    const centre = middle(element);
    expect(middle(deep(element, '.seal') as Element)).to.be.greaterThan(centre);
    expect(middle(leave)).to.be.lessThan(centre);
    const self = await until(() => deep(element, '.float'));
    await until(() => middle(self) < centre);
    self.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }));
    await until(() => middle(self) > centre);
  });

  it('of 320 × 240: everything can be reached, and nothing sticks out', async () => {
    for (const name of ['prejoin', 'meeting', 'people', 'chat', 'privacy', 'compare', 'violated', 'left', 'waiting']) {
      const screen = all.find((each) => each.name === name) ?? expect.fail('no such screen');
      const box = put(document.createElement('div'));
      const { element } = await show(screen, box, { theme: 'light', lang: 'de', size: [320, 240] });
      const edge = element.getBoundingClientRect();
      const hidden: string[] = [];
      const walk = (root: ParentNode): void => {
        for (const each of root.querySelectorAll<HTMLElement>('*')) {
          if (each.shadowRoot) walk(each.shadowRoot);
          if (!each.matches('button, input, textarea, a') || !each.checkVisibility() || each.closest('[popover]'))
            continue;
          // Whatever scrolls brings it into sight; what can't be scrolled to is lost.
          each.scrollIntoView({ block: 'nearest', inline: 'nearest' });
          const { left, right, top, bottom } = each.getBoundingClientRect();
          const now = element.getBoundingClientRect();
          const inside =
            left >= now.left - 1 && right <= now.right + 1 && top >= now.top - 1 && bottom <= now.bottom + 1;
          if (right > left && !inside && !each.matches('.link, [type=file]'))
            hidden.push(`${name}: ${each.outerHTML.slice(0, 120)}`);
        }
      };
      walk(element.shadowRoot as ShadowRoot);
      expect(hidden).to.deep.equal([]);
      expect([edge.width, edge.height]).to.deep.equal([320, 240]);
      box.remove();
    }
  });

  it('keeps its focus, its scroll position and its keys, whatever happens in the meeting', async () => {
    const above = put(document.createElement('div'));
    above.style.height = '3000px';
    const field = put(document.createElement('input'));
    const session = new FakeSession({ phase: 'idle' });
    const element = make({ 'token-endpoint': '/t', 'skip-prejoin': '' }, (each) => (each.session = session));
    field.focus({ preventScroll: true });
    window.scrollTo(0, 500);
    const keys: string[] = [];
    const hear = (event: KeyboardEvent): void => void keys.push(`${event.key} ${String(event.defaultPrevented)}`);
    document.addEventListener('keydown', hear);
    const states = [
      { phase: 'knocking' },
      { phase: 'joined', encryption: { state: 'encrypted', epoch: 1 }, others: joined.others },
      { encryption: { state: 'violated' } },
      { phase: 'reconnecting' },
      { phase: 'joined', audioBlocked: true, room: { knocking: [{ identity: 'k', claimedName: 'K' }] } },
      { phase: 'left', left: { reason: 'removed', canRejoin: false } },
      { phase: 'failed', error: { code: 'network-unreachable', message: '', fatal: true } },
    ] as const;
    try {
      for (const state of states) {
        session.set(state as never);
        await element.updateComplete;
        await new Promise((resolve) => setTimeout(resolve, 60));
        expect(document.activeElement === field, JSON.stringify(state)).to.equal(true);
        expect(window.scrollY, JSON.stringify(state)).to.equal(500);
        for (const key of ['m', ' ', 'Escape', 'Tab'])
          field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, composed: true }));
      }
      expect(keys).to.have.length(states.length * 4);
      expect(keys.filter((key) => key.endsWith('true'))).to.deep.equal([]);
      expect(session.calls.filter(([name]) => name === 'setMicrophone')).to.deep.equal([]);
    } finally {
      document.removeEventListener('keydown', hear);
    }
  });

  it('stays usable beside every panel and dialog of the meeting', async () => {
    const button = put(document.createElement('button'));
    const session = new FakeSession({ ...joined, self: { role: 'host' } });
    const element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    for (const opens of ['[data-tool=chat]', '[data-tool=people]', '.seal', '[data-tool=more]']) {
      await click(element, opens);
      await frame();
      button.focus();
      expect(document.activeElement === button, opens).to.equal(true);
      expect(document.querySelectorAll('[inert], [aria-hidden=true]').length, opens).to.equal(0);
      const { left, top } = button.getBoundingClientRect();
      expect(document.elementFromPoint(left + 1, top + 1) === button, opens).to.equal(true);
    }
    expect(getComputedStyle(document.body).overflow).to.equal('visible');
  });

  it('which moves the tag during a meeting: pictures, panel, history and what was typed stay', async () => {
    const session = new FakeSession({ ...joined });
    const element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await until(() => session.attached.size === 3);
    session.emit('participant-joined', { identity: 'eve', name: 'Eve Adams', role: 'member' });
    await click(element, '[data-tool=chat]');
    const field = await until(() => deep<HTMLTextAreaElement>(element, 'textarea'));
    field.value = 'half a sente';
    const videos = [...session.attached.keys()];
    const box = put(document.createElement('div'));
    box.append(element);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([...session.attached.keys()].filter((video) => videos.includes(video)).length).to.equal(3);
    expect(deep(element, 'textarea') === field).to.equal(true);
    expect(field.value).to.equal('half a sente');
    session.emit('participant-left', { identity: 'eve', name: 'Eve Adams', role: 'member', reason: 'left' });
    await click(element, '.seal');
    await until(() => text(element).includes('Eve joined') && text(element).includes('Eve left'));
    expect(session.calls).to.deep.equal([]);
  });

  it('which moves it by moveBefore: no picture is let go for a moment', async function () {
    const box = put(document.createElement('div'));
    const { moveBefore } = box as { moveBefore?: (node: Node, before: Node | null) => void };
    if (!moveBefore) return this.skip(); // Not in this browser.
    const session = new FakeSession({ ...joined });
    const element = make({}, (each) => (each.session = session));
    await until(() => session.attached.size === 3);
    const { attach } = session;
    let again = 0;
    session.attach = (...args) => {
      again++;
      return attach.apply(session, args);
    };
    moveBefore.call(box, element, null);
    expect(session.attached.size).to.equal(3);
    session.change('ana', { microphone: false });
    await until(() => text(element).includes('Ana'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([session.attached.size, again]).to.deep.equal([3, 0]);
    expect(element.phase).to.equal('joined');
  });

  it('which gives one session to a second element: both show it, and it goes on when the first goes', async () => {
    const session = new FakeSession({ ...joined });
    const first = make({}, (each) => (each.session = session));
    await until(() => session.attached.size === 3);
    const second = make({}, (each) => (each.session = session));
    await until(() => session.attached.size === 6);
    first.remove();
    await until(() => session.attached.size === 3);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(session.calls).to.deep.equal([]);
    expect(second.phase).to.equal('joined');
    expect([...session.attached.values()].map(({ identity }) => identity).sort()).to.deep.equal(['ana', 'ben', 'me']);
  });

  it('is not shifted from the first screen to the last', async function () {
    if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return this.skip(); // Not in this browser.
    type Shift = PerformanceEntry & { readonly sources: readonly { readonly node: Node | null }[] };
    const moved: string[] = [];
    const note = (entries: PerformanceEntryList): void => {
      for (const { sources } of entries as Shift[])
        for (const { node } of sources)
          if (node?.isConnected && node.getRootNode() === document) moved.push(node.nodeName);
    };
    await sheet('/src/styles/place.css');
    const above = put(document.createElement('p'));
    above.textContent = 'Above';
    const box = put(document.createElement('div'));
    const below = put(document.createElement('p'));
    below.textContent = 'Below';
    const session = new FakeSession();
    const element = document.createElement('secure-meeting');
    element.session = session;
    element.setAttribute('room', 'Weekly');
    box.append(element);
    await until(() => deep(element, '[part=prejoin-join]'));
    await frame();
    const { top } = below.getBoundingClientRect();
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: 'layout-shift' });
    for (const state of [
      { ...joined },
      { encryption: { state: 'violated' } },
      { phase: 'reconnecting' },
      { phase: 'left', left: { reason: 'left', canRejoin: true } },
    ] as const) {
      session.set(state as never);
      await element.updateComplete;
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(below.getBoundingClientRect().top).to.equal(top);
    }
    note(observer.takeRecords());
    observer.disconnect();
    expect(moved).to.deep.equal([]);
  });
});

describe('focus', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  beforeEach(async () => {
    session = new FakeSession({ ...joined, self: { role: 'host' } });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await until(() => deep(element, '[data-tool=leave]'));
  });
  afterEach(() => element.remove());
  const active = (): Element | null => {
    let found: Element | null = document.activeElement;
    while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
    return found;
  };

  it('goes to the stage when the tile it was on goes', async () => {
    const pin = await until(() => deep(element, '.pin'));
    pin.focus();
    expect(active() === pin).to.equal(true);
    session.set({ others: [person('ben', 'Ben Okafor')] });
    await until(() => (active()?.getRootNode() as ShadowRoot).host.localName === 'secure-meeting-stage');
  });

  it('stays in the panel when the person it was on goes', async () => {
    await click(element, '[data-tool=people]');
    const more = await until(() => deep(element, 'li .row-end .button'));
    more.focus();
    session.set({ others: [person('ben', 'Ben Okafor')] });
    await until(() => active()?.localName === 'h2' && active()?.textContent === 'People');
  });

  it('stays where it is when something else goes', async () => {
    const button = deep(element, '[data-tool=chat]') as HTMLElement;
    button.focus();
    session.set({ others: [] });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(active() === button).to.equal(true);
  });

  it('goes back to the person whom one did not remove after all', async () => {
    await click(element, '[data-tool=people]');
    await click(element, 'li .row-end .button');
    const menu = await until(() => deep(element, 'secure-meeting-menu'));
    await until(() => menu.matches(':popover-open'));
    menu.shadowRoot?.querySelector<HTMLElement>('.item.alarm')?.click();
    const cancel = await until(() => deep(element, '[role=alertdialog] .button'));
    await until(() => active() === cancel);
    cancel.click();
    await until(() => active()?.getAttribute('aria-label')?.includes('Ana Ferreira'));
  });
});
