/** Who is shown where: pages, who is large, oneself, shares, the small window and full screen. */
import { sendMouse } from '@web/test-runner-commands';
import { settled } from '../../../examples/screens/screen.js';
import { click, deep, expect, make, text, until } from '../../support/elements.js';
import { FakeSession, person } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { Participant } from '../../../src/session/types.js';

const crowd = (count: number): Participant[] =>
  Array.from({ length: count }, (_, index) => person(`p${index}`, `Person ${index}`, { joinedAt: index }));
const press = (target: Element, key: string): boolean =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }));
const middle = (each: Element): { x: number; y: number } => {
  const { left, top, width, height } = each.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
};

describe('the stage', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  const meet = async (others: readonly Participant[], size = '700px; height: 440px'): Promise<void> => {
    session = new FakeSession({
      phase: 'joined',
      connection: 'connected',
      encryption: { state: 'encrypted', epoch: 1 },
      self: { camera: true, microphone: true },
      others,
    });
    element = make({}, (each) => (each.session = session));
    element.style.cssText = `position: fixed; inset: 0 auto auto 0; width: ${size}`;
    await until(() => deep(element, '[data-tool=leave]'));
  };
  afterEach(() => element.remove());

  /** Whose pictures the session is asked for, in the order of the names. */
  const wanted = (): string[] => [...session.attached.values()].map(({ identity }) => identity).sort();
  const names = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, index) => `p${from + index}`);
  const large = (): string | undefined => {
    const first = deep(element, '.sharing > secure-meeting-tile, .solo > secure-meeting-tile');
    return (first as (HTMLElement & { participant?: Participant }) | null)?.participant?.identity;
  };

  describe('pages', () => {
    for (const [title, size, perPage] of [
      ['25 tiles', '800px; height: 560px', 25],
      ['49 tiles where it is wide', '1200px; height: 760px', 49],
    ] as const)
      it(`hold ${title}; whoever is on another one is not asked for`, async () => {
        const count = perPage * 2 + 3;
        await meet(crowd(count), size);
        const status = await until(() => deep(element, '.pages [role=status]'));
        const shown = async (from: number, to: number, page: string, own = false): Promise<void> => {
          const here = [...names(from, to), ...(own ? ['me'] : [])].sort();
          await until(() => wanted().join() === here.join(), `never asked for page ${page} alone`);
          expect(status.textContent).to.equal(page);
          expect(deep(element, '.grid')?.childElementCount).to.equal(here.length);
        };
        await shown(0, perPage, 'Page 1 of 3');
        await click(element, '.pages [aria-label="Next page"]');
        await shown(perPage, perPage * 2, 'Page 2 of 3');
        await click(element, '.pages [aria-label="Next page"]');
        await shown(perPage * 2, count, 'Page 3 of 3', true);
        await click(element, '.pages [aria-label="Next page"]');
        await shown(0, perPage, 'Page 1 of 3');
        await click(element, '.pages [aria-label="Previous page"]');
        await shown(perPage * 2, count, 'Page 3 of 3', true);
        // With those who left, the page that nobody is on any more goes too.
        session.set({ others: crowd(perPage - 1) });
        await until(() => !deep(element, '.pages'));
        await until(() => wanted().length === perPage);
      });

    it('show tiles that do not overlap and stay on the stage', async () => {
      await meet(crowd(60), '800px; height: 560px');
      const grid = await until(() => deep(element, '.grid'));
      await until(() => (grid.firstElementChild?.getBoundingClientRect().width ?? 0) > 0);
      const boxes = [...grid.children].map((tile) => tile.getBoundingClientRect());
      expect(boxes).to.have.length(25);
      const stage = (deep(element, 'secure-meeting-stage') as HTMLElement).getBoundingClientRect();
      const outside = boxes.filter(
        ({ left, right, top, bottom }) =>
          left < stage.left - 1 || right > stage.right + 1 || top < stage.top - 1 || bottom > stage.bottom + 1,
      );
      expect(outside).to.deep.equal([]);
      const overlaps = boxes.filter((a, index) =>
        boxes
          .slice(index + 1)
          .some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
      );
      expect(overlaps).to.deep.equal([]);
    });
  });

  describe('somebody large', () => {
    const three = [person('ana', 'Ana Ferreira'), person('ben', 'Ben Okafor'), person('eve', 'Eve Adams')];
    const pin = (name: string): Promise<HTMLElement> =>
      until(() => deep(element, `.pin[aria-label*="${name}"]`), `nothing keeps ${name} large`);

    it('is whom one keeps large, whoever speaks, until it is taken back', async () => {
      await meet(three);
      const button = await pin('Ben');
      expect(button.getAttribute('aria-pressed')).to.equal('false');
      button.click();
      await until(() => large() === 'ben');
      session.set({ speakers: ['eve'] });
      session.change('eve', { speaking: true });
      await until(() => deep(element, 'secure-meeting-tile[part~=speaking]'));
      expect(large()).to.equal('ben');
      const tile = deep(element, '.sharing > secure-meeting-tile') as HTMLElement;
      expect(tile.shadowRoot?.querySelector('article')?.getAttribute('aria-label')).to.contain('kept large');
      const [mine, other] = [tile, deep(element, '.strip secure-meeting-tile') as HTMLElement].map((each) => {
        const { width, height } = each.getBoundingClientRect();
        return width * height;
      });
      expect(mine).to.be.greaterThan((other as number) * 2);
      const off = await pin('Ben');
      expect(off.getAttribute('aria-pressed')).to.equal('true');
      off.click();
      await until(() => deep(element, '.grid') && large() === undefined);
    });

    it('goes back to the grid when whoever was kept large leaves', async () => {
      await meet(three);
      (await pin('Ben')).click();
      await until(() => large() === 'ben');
      session.set({ others: three.filter(({ identity }) => identity !== 'ben') });
      await until(() => deep(element, '.grid') && wanted().join() === 'ana,eve,me');
    });

    it('is whoever speaks, and stays until somebody else speaks', async () => {
      await meet(three);
      element.layout = 'speaker';
      await until(() => large() === 'ana');
      session.set({ speakers: ['eve'] });
      await until(() => large() === 'eve');
      session.set({ speakers: [] });
      session.change('ana', { microphone: false });
      await until(() => deep(element, 'secure-meeting-tile[part~=muted]'));
      expect(large()).to.equal('eve');
      session.set({ speakers: ['ben', 'eve'] });
      await until(() => large() === 'ben');
      // One's own voice makes nobody small.
      session.set({ speakers: ['me'] });
      session.change('ana', { microphone: true });
      await until(() => !deep(element, 'secure-meeting-tile[part~=muted]'));
      expect(large()).to.equal('ben');
      session.set({ others: three.filter(({ identity }) => identity !== 'ben') });
      await until(() => large() === 'ana');
    });

    it('is chosen from the menu of layouts', async () => {
      await meet(three);
      await click(element, '[aria-label=Layout]');
      const menu = await until(() => deep(element, 'secure-meeting-menu'));
      await until(() => menu.matches(':popover-open'));
      const items = [...(menu.shadowRoot?.querySelectorAll<HTMLElement>('.item') ?? [])];
      expect(items.map((item) => item.getAttribute('aria-checked'))).to.deep.equal(['true', 'false', 'false']);
      items[2]?.click();
      await until(() => large() === 'ana');
    });
  });

  describe('one’s own picture', () => {
    /** The corner it stands in, by where it is seen. */
    const corner = (): string => {
      const [box, stage] = ['.float', 'secure-meeting-stage'].map((each) => middle(deep(element, each) as Element));
      if (!box || !stage) return '';
      return `${box.y < stage.y ? 'top' : 'bottom'} ${box.x < stage.x ? 'left' : 'right'}`;
    };

    it('moves from corner to corner by arrow keys, and keeps the focus', async () => {
      await meet([person('ana', 'Ana Ferreira')]);
      const float = await until(() => deep(element, '.float'));
      expect(float.tabIndex).to.equal(0);
      expect(float.getAttribute('aria-label')).to.equal('You');
      expect((float.getRootNode() as ShadowRoot).querySelector('#move-self')?.textContent).to.contain('Arrow keys');
      float.focus();
      await until(() => corner() === 'bottom right');
      for (const [key, wanted] of [
        ['ArrowUp', 'top right'],
        ['ArrowLeft', 'top left'],
        ['ArrowLeft', 'top left'],
        ['ArrowDown', 'bottom left'],
        ['ArrowRight', 'bottom right'],
      ] as const) {
        expect(press(float, key), key).to.equal(false);
        await until(() => corner() === wanted, `${key}: in ${corner()}, not ${wanted}`);
        expect((float.getRootNode() as ShadowRoot).activeElement === float, key).to.equal(true);
      }
      // Other keys are the page's.
      expect(press(float, 'a')).to.equal(true);
    });

    it('moves by the pointer into the corner it is dropped nearest to, and back from a press that is no drag', async () => {
      await meet([person('ana', 'Ana Ferreira')]);
      const float = await until(() => deep(element, '.float'));
      await until(() => corner() === 'bottom right');
      const at = (fraction: number): [number, number] => {
        const { left, top, width, height } = (
          deep(element, 'secure-meeting-stage') as HTMLElement
        ).getBoundingClientRect();
        return [Math.round(left + width * fraction), Math.round(top + height * fraction)];
      };
      const { x, y } = middle(float);
      await sendMouse({ type: 'move', position: [Math.round(x), Math.round(y)] });
      await sendMouse({ type: 'down' });
      await sendMouse({ type: 'move', position: at(0.5) });
      await until(() => float.style.translate !== '');
      await sendMouse({ type: 'move', position: at(0.3) });
      await sendMouse({ type: 'up' });
      await until(() => corner() === 'top left');
      expect(float.style.translate).to.equal('');
      const back = middle(float);
      await sendMouse({ type: 'click', position: [Math.round(back.x), Math.round(back.y)] });
      expect(corner()).to.equal('top left');
    });
  });

  describe('a share', () => {
    it('of one’s own screen, which may contain this page, is told in words', async () => {
      await meet([person('ana', 'Ana Ferreira')]);
      session.set({ self: { screen: true } });
      const own = await until(() => deep(element, '.own'));
      expect(text(own)).to.contain('You are sharing your screen');
      expect(text(own)).to.contain('It is not repeated here');
      const video = (own.getRootNode() as ShadowRoot).querySelector('video') as HTMLVideoElement;
      const { x, y } = middle(video);
      const seen = (own.getRootNode() as ShadowRoot).elementFromPoint(x, y);
      expect(own.contains(seen), 'the picture is covered').to.equal(true);
      own.querySelector('button')?.click();
      await until(() => !session.state.self.screen && !deep(element, '.own'));
      expect(session.calls.filter(([name]) => name === 'stopScreenShare')).to.have.length(1);
    });

    it('of another tab, which can not, is shown', async () => {
      await meet([person('ana', 'Ana Ferreira')]);
      const canvas = document.createElement('canvas');
      canvas.getContext('2d')?.fillRect(0, 0, 10, 10);
      const stream = canvas.captureStream(10);
      const [track] = stream.getVideoTracks();
      const settings = track?.getSettings.bind(track);
      Object.assign(track as object, { getSettings: () => ({ ...settings?.(), displaySurface: 'browser' }) });
      session.paint = (video, { source }) => {
        if (source === 'screen') video.srcObject = stream;
      };
      session.set({ self: { screen: true } });
      const tile = await until(() => deep(element, 'secure-meeting-tile[source=screen]'));
      await until(() => {
        canvas.getContext('2d')?.fillRect(0, 0, 10, 10);
        return tile.shadowRoot?.querySelector('video')?.videoWidth;
      });
      await until(() => tile.shadowRoot && !tile.shadowRoot.querySelector('.own'));
      for (const each of stream.getTracks()) each.stop();
    });

    it('of somebody else is the large one, with who shares it in the header, and the others beside it', async () => {
      await meet([person('ana', 'Ana Ferreira', { screen: true }), person('ben', 'Ben Okafor')]);
      const screen = await until(() => deep(element, 'secure-meeting-tile[source=screen]'));
      await until(() => text(deep(element, '.room') as Element).includes('Ana'));
      expect(screen.shadowRoot?.querySelector('article')?.getAttribute('aria-label')).to.contain('Ana Ferreira');
      // Pictures are attached tile by tile, as each one is drawn.
      const sources = (): string =>
        [...session.attached.values()]
          .map(({ identity, source }) => `${identity} ${source}`)
          .sort()
          .join();
      await until(() => sources() === 'ana camera,ana screen,ben camera,me camera');
      expect(deep(element, '.own') === null).to.equal(true);
    });
  });

  describe('windows', () => {
    it('full screen is entered and left by its button, and hides nothing', async function () {
      if (!document.fullscreenEnabled) return this.skip(); // Not where the browser has no screen.
      await meet([person('ana', 'Ana Ferreira')]);
      const button = await until(() => deep(element, '[aria-label="Full screen"]'));
      await settled(element);
      const { x, y } = middle(button);
      let asked: { readonly given: Promise<boolean> } | undefined;
      const request = element.requestFullscreen.bind(element);
      element.requestFullscreen = (options) => {
        const answer = request(options);
        const given = answer.then(
          () => true,
          () => false,
        );
        asked = { given };
        return answer;
      };
      await sendMouse({ type: 'click', position: [Math.round(x), Math.round(y)] });
      const { given: answer } = await until(() => asked, 'full screen was not asked for');
      const given = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 10_000, false))]);
      // Tests run in two pages of one browser, which gives the whole screen to the one in front only.
      if (!given) return this.skip();
      await until(() => document.fullscreenElement === element);
      const leave = await until(() => deep(element, '[aria-label="Leave full screen"]'));
      const box = element.getBoundingClientRect();
      expect([Math.round(box.width), Math.round(box.height)]).to.deep.equal([innerWidth, innerHeight]);
      leave.click();
      await until(() => !document.fullscreenElement && deep(element, '[aria-label="Full screen"]'));
    });

    it('the small window on top shows the same session, and closes with the meeting', async function () {
      if (!('documentPictureInPicture' in window)) return this.skip(); // Not in this browser.
      await meet([person('ana', 'Ana Ferreira')]);
      const button = await until(() => deep(element, '[aria-label="Small window on top"]'));
      const { x, y } = middle(button);
      await sendMouse({ type: 'click', position: [Math.round(x), Math.round(y)] });
      const pip = window as { documentPictureInPicture?: { readonly window: Window | null } };
      const small = await until(() => pip.documentPictureInPicture?.window);
      const part = await until(() => small.document.body.shadowRoot?.querySelector('secure-meeting-pip'));
      await until(() => text(part).includes('Encrypted'));
      expect(small.document.title).to.equal('Weekly');
      const microphone = await until(() => deep(part, '[aria-label=Microphone]'));
      microphone.click();
      await until(() => !session.state.self.microphone);
      await until(() => microphone.getAttribute('aria-pressed') === 'false');
      session.set({ encryption: { state: 'violated' } });
      await until(() => text(part).includes('Blocked'));
      session.set({ phase: 'left', left: { reason: 'left', canRejoin: true } });
      await until(() => !pip.documentPictureInPicture?.window);
    });
  });
});
