/**
 * Every screen as it is for those whose browser changes it: text of twice the size, wider spacing, forced colours, less
 * motion, fingers instead of a mouse. In Chromium, which can be told to be any of these.
 */
import { expect } from 'chai';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, CDPSession, Page } from 'puppeteer-core';
import { startWebServer, type WebServer } from '../../scripts/lib/web-server.mjs';
import { launch } from '../e2e/support/page-handle.js';
import { root } from './packed.js';
import { script } from './site.js';

/** With VERIFY=1 all of them. */
const SOME = new Set([
  ...['prejoin', 'check-good', 'room-passcode', 'phone-number', 'waiting', 'meeting', 'meeting-many', 'chat-files'],
  ...['people-full', 'privacy-violated', 'settings', 'compare', 'report', 'reactions', 'menu-microphone', 'left'],
  ...['failed', 'violated', 'tiny', 'reconnecting', 'share', 'network'],
]);

interface Screen {
  readonly name: string;
  readonly size: readonly [number, number];
}

/** What a page answers about its meeting. Installed before its scripts; may use nothing from outside itself. */
interface Look {
  /** Makes every shadow tree look like this, as a reader's own style sheet would. */
  restyle(css: string): void;
  /** Text that is cut off, and not by dots in one line; controls that stick out of what they are in. */
  lost(): string[];
  /** Controls smaller than this, in CSS pixels. */
  small(least: number): string[];
  /** Controls of which nothing is seen, and those that show no focus. */
  invisible(): string[];
  /** Motions that are under way, but for those that take no time. */
  motions(): string[];
}

function installLook(): void {
  const trees = (from: ParentNode = document): ParentNode[] => [
    from,
    ...[...from.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? trees(shadowRoot) : [])),
  ];
  const meeting = (): ParentNode[] => trees(document.querySelector('secure-meeting')!.shadowRoot!);
  const all = (selector: string): HTMLElement[] =>
    meeting().flatMap((tree) => [...tree.querySelectorAll<HTMLElement>(selector)]);
  const seen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) &&
    element.getBoundingClientRect().width > 1;
  const parent = (node: Node): Element | null =>
    (node as Element).assignedSlot ??
    node.parentElement ??
    ((node.getRootNode() as ShadowRoot).host as Element) ??
    null;
  const name = (element: Element): string =>
    `${element.localName}.${element.className} “${(element.getAttribute('aria-label') ?? (element.textContent || element.getAttribute('name')) ?? '').replace(/\s+/g, ' ').trim().slice(0, 40)}”`;
  const controls = (): HTMLElement[] =>
    all('button, a[href], input, select, textarea, summary, [tabindex="0"]').filter(
      (element) => seen(element) && !(element as HTMLButtonElement).disabled,
    );
  /** The box that hides what goes beyond it, or nothing where one can scroll there. */
  const clip = (element: Element): Element | 'scrolls' | null => {
    for (let box = parent(element); box; box = parent(box)) {
      const { overflowX, overflowY } = getComputedStyle(box);
      if (/auto|scroll/.test(overflowX + overflowY)) return 'scrolls';
      if (/hidden|clip/.test(overflowX + overflowY)) return box;
      if (box.localName === 'secure-meeting') return box;
    }
    return null;
  };
  const beyond = (inner: DOMRect, outer: DOMRect): boolean =>
    inner.left < outer.left - 1.5 ||
    inner.right > outer.right + 1.5 ||
    inner.top < outer.top - 1.5 ||
    inner.bottom > outer.bottom + 1.5;
  const hidden = (element: Element): boolean => {
    for (let box: Element | null = element; box && box.localName !== 'secure-meeting'; box = parent(box))
      if (getComputedStyle(box).clipPath.startsWith('inset')) return true;
    return false;
  };
  const inSentence = (control: Element): boolean =>
    control.matches('.link') &&
    [...control.parentElement!.childNodes].some((node) => node instanceof Text && node.data.trim() !== '');
  const look: Look = {
    restyle(css) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      for (const tree of meeting()) (tree as ShadowRoot).adoptedStyleSheets?.push(sheet);
    },
    lost() {
      const found: string[] = [];
      for (const tree of meeting()) {
        const texts = document.createTreeWalker(tree, NodeFilter.SHOW_TEXT);
        for (let node = texts.nextNode(); node; node = texts.nextNode()) {
          const element = node.parentElement;
          if (
            !element ||
            /^(?:style|option|title)$/i.test(element.localName) ||
            !node.textContent?.trim() ||
            !seen(element)
          )
            continue;
          // For screen readers only.
          if (hidden(element)) continue;
          // One line that ends in dots: its whole text is in a name or a list beside it.
          if (element.closest('.truncate, .name, [aria-hidden=true]')) continue;
          const range = document.createRange();
          range.selectNodeContents(node);
          const box = clip(element);
          const own = getComputedStyle(element);
          const hides = /hidden|clip/.test(own.overflowX + own.overflowY) ? element : box;
          if (hides instanceof Element && beyond(range.getBoundingClientRect(), hides.getBoundingClientRect()))
            found.push(
              `text “${node.textContent.trim().slice(0, 40)}” of ${name(element)} in ${hides.localName}.${hides.className}`,
            );
        }
      }
      for (const control of controls()) {
        const box = clip(control);
        if (box instanceof Element && beyond(control.getBoundingClientRect(), box.getBoundingClientRect()))
          found.push(`${name(control)} in ${box.localName}.${box.className}`);
      }
      return [...new Set(found)];
    },
    small(least) {
      return controls()
        .filter((control) => {
          // A link within a sentence is as high as its line, and a box is pressed by its label.
          if (getComputedStyle(control).display === 'inline' || inSentence(control)) return false;
          const target = control.closest('label') ?? control;
          const { width, height } = target.getBoundingClientRect();
          return Math.round(width) < least || Math.round(height) < least;
        })
        .map((control) => {
          const { width, height } = control.getBoundingClientRect();
          return `${name(control)} ${Math.round(width)}×${Math.round(height)}`;
        });
    },
    invisible() {
      const found: string[] = [];
      for (const control of controls()) {
        const style = getComputedStyle(control);
        const text =
          control.textContent?.trim() ||
          (control as HTMLInputElement).value ||
          (control as HTMLInputElement).placeholder;
        const icon = control.querySelector('svg');
        const edge = [style, getComputedStyle(control, '::before')].some(
          (box) => box.borderTopStyle !== 'none' && parseFloat(box.borderTopWidth) > 0,
        );
        if (!text && !icon && !edge && control.localName === 'button')
          found.push(`${name(control)} has nothing to see`);
        if (icon && getComputedStyle(icon).stroke === style.backgroundColor)
          found.push(`${name(control)}: icon as its ground`);
        control.focus({ focusVisible: true } as FocusOptions);
        const focused = getComputedStyle(control);
        if (
          control.matches(':focus-visible') &&
          (focused.outlineStyle === 'none' || parseFloat(focused.outlineWidth) < 2)
        ) {
          // The ring may be of what the control stands in.
          const ringed = [control.closest('label, .field, .line, .tile'), parent(control)].some(
            (around) => around && getComputedStyle(around).outlineStyle !== 'none',
          );
          if (!ringed) found.push(`${name(control)} shows no focus`);
        }
      }
      return found;
    },
    motions() {
      return meeting().flatMap((tree) =>
        (tree as ShadowRoot)
          .getAnimations()
          .filter((motion) => {
            const { duration = 0, iterations = 1 } = motion.effect?.getComputedTiming() ?? {};
            return motion.playState === 'running' && Number(duration) * iterations > 10;
          })
          .map(
            (motion) =>
              `${(motion as CSSAnimation).animationName ?? (motion as CSSTransition).transitionProperty} of ${name((motion.effect as KeyframeEffect).target!)}`,
          ),
      );
    },
  };
  Object.assign(globalThis, { look });
}

describe('every screen', () => {
  let server: WebServer;
  let browser: Browser;
  let page: Page;
  let client: CDPSession;
  let screens: readonly Screen[];
  const site = path.join(root, `build/access-modes-${process.pid}`);

  before(async () => {
    const { buildExamples } = await script<{ buildExamples(site: string): Promise<void> }>('scripts/lib/examples.mjs');
    await mkdir(site, { recursive: true });
    await buildExamples(site);
    ({ screens } = JSON.parse(await readFile(path.join(root, 'examples/screens.json'), 'utf8')) as {
      screens: Screen[];
    });
    if (!process.env['VERIFY']) screens = screens.filter(({ name }) => SOME.has(name));
    server = await startWebServer({ folders: { '/': site } });
    browser = await launch('chromium');
    page = await browser.newPage();
    await page.emulateFocusedPage(true);
    await page.evaluateOnNewDocument(installLook);
    client = await page.createCDPSession();
  });
  after(async () => {
    await browser.close();
    await server.close();
    await rm(site, { recursive: true, force: true });
  });

  interface Mode {
    readonly features?: Readonly<Record<string, string>>;
    readonly touch?: boolean;
    readonly css?: string;
    readonly restyle?: string;
    readonly size?: readonly [number, number];
  }
  /** What `ask` finds on each screen, named by it. */
  async function found(ask: (look: Look) => string[], mode: Mode): Promise<string[]> {
    const features = { 'prefers-reduced-motion': 'reduce', 'forced-colors': 'none', ...mode.features };
    await client.send('Emulation.setEmulatedMedia', {
      features: Object.entries(features).map(([name, value]) => ({ name, value })),
    });
    const all: string[] = [];
    for (const { name, size } of screens) {
      const [width, height] = mode.size ?? size;
      const viewport = {
        width: width + 48,
        height: height + 48,
        ...(mode.touch && { hasTouch: true, isMobile: true }),
      };
      await page.setViewport(viewport);
      const query = mode.size ? `theme=light&width=${width}&height=${height}` : 'theme=light';
      await page.goto(`${server.origin}/screens/${name}.html?${query}`);
      if (mode.css) await page.addStyleTag({ content: mode.css });
      await page.evaluate('window.ready');
      if (mode.restyle)
        await page.evaluate((css) => (globalThis as unknown as { look: Look }).look.restyle(css), mode.restyle);
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      const seen = (await page.evaluate(`(${String(ask)})(globalThis.look)`)) as string[];
      all.push(...seen.map((one) => `${name}: ${one}`));
    }
    return all;
  }

  it('with text of twice the size: nothing is cut off', async () => {
    expect((await found((look) => look.lost(), { css: 'body { font-size: 200% }' })).join('\n')).to.equal('');
  });

  it('with the text spacing of WCAG 1.4.12: nothing is cut off', async () => {
    const restyle =
      '* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important; line-height: 1.5 !important }';
    expect((await found((look) => look.lost(), { restyle })).join('\n')).to.equal('');
  });

  it('in forced colours: every control and its focus is seen', async () => {
    expect((await found((look) => look.invisible(), { features: { 'forced-colors': 'active' } })).join('\n')).to.equal(
      '',
    );
  });

  it('with less motion: nothing moves; without, things do', async () => {
    expect((await found((look) => look.motions(), {})).join('\n')).to.equal('');
    const moving = await found((look) => look.motions(), { features: { 'prefers-reduced-motion': 'no-preference' } });
    expect(moving.length).to.be.greaterThan(0);
  });

  it('under a finger: every target is 44 px wide and high', async () => {
    expect((await found((look) => look.small(44), { touch: true })).join('\n')).to.equal('');
  });

  it('under a mouse: every target is 24 px wide and high', async () => {
    expect((await found((look) => look.small(24), {})).join('\n')).to.equal('');
  });
});
