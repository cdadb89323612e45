/**
 * Shows one screen of `screens.json` with the real elements and a session whose state is fed in: no server, no worker,
 * no devices. The page names its screen in `data-screen`; `?theme=`, `?lang=`, `?dir=`, `?width=` and `?height=` change
 * the rest. `window.ready` resolves when the screen stands still.
 */
import screens from '../screens.json';
import { define } from '../../src/define/index.js';
import type { SecureMeeting } from '../../src/elements/index.js';
import { SecureMeetingError, type ErrorCode } from '../../src/base/index.js';
import { accessOf, type Access } from '../../src/elements/root/access.js';
import type { AccessHandler, AccessQuestion, ConnectionTest } from '../../src/session/types.js';
import { FakeSession, person, someDevices, type StatePatch } from '../../test/support/fake-session.js';
import { paint } from './pictures.js';

// A bundler may drop an import that is only there for its side effects.
define();

type Json = Record<string, unknown>;
type Deep = { readonly shadowRoot: ShadowRoot | null; querySelector(selector: string): Element | null };

export interface Screen {
  readonly name: string;
  readonly title: string;
  readonly size: readonly number[];
  readonly state: Json;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly do?: readonly string[];
  readonly level?: number;
  readonly error?: string;
  readonly chat?: readonly unknown[];
  readonly unread?: readonly unknown[];
  readonly violation?: unknown;
  /** Wishes that fail, with their codes, and those that are never answered. */
  readonly fail?: Readonly<Record<string, ErrorCode>>;
  readonly hang?: readonly string[];
  /** What the test of the connection finds. */
  readonly found?: ConnectionTest;
  /** What the site's backend asks before it lets somebody in, and how its answers fail. */
  readonly ask?: {
    readonly need: 'passcode' | 'verification';
    readonly wrong?: boolean;
    readonly retryAfter?: number;
    readonly fail?: ErrorCode;
    readonly failStart?: ErrorCode;
  };
}
export const all = screens.screens as unknown as readonly Screen[];

const people = screens.people as Record<string, Json>;
const named = (value: unknown): Json => {
  const { use, ...more } = (typeof value === 'string' ? { use: value } : value) as Json;
  return person(use as string, '', { ...people[use as string], ...more }) as unknown as Json;
};
const many = (): Json[] =>
  Array.from({ length: 39 }, (_, index) =>
    person(`p${index}`, `Person ${index + 1}`, {
      hue: index % 12,
      joinedAt: index,
      camera: index % 3 !== 0,
      microphone: index % 4 === 0,
      speaking: index === 3,
      encryption: index === 20 ? 'stale' : 'encrypted',
    }),
  ) as unknown as Json[];

function stateOf(screen: Screen): StatePatch {
  const { self, others, devices, room, ...rest } = screen.state;
  // Seconds from now, whenever that is.
  const { endsIn, ...settings } = (room ?? {}) as Json;
  const denied = { videoinput: { permission: 'denied', error: 'device-denied', list: [], selected: '' } };
  return {
    ...rest,
    room: { ...settings, ...(typeof endsIn === 'number' && { endsAt: Date.now() + endsIn * 1000 }) },
    ...(self ? { self: named(self) } : {}),
    ...(others ? { others: others === 'many' ? many() : (others as unknown[]).map(named) } : {}),
    ...(devices ? { devices: devices === 'some' ? someDevices : denied } : {}),
    ...(screen.chat ? { chat: screen.chat } : {}),
  } as unknown as StatePatch;
}

/** Finds through open shadow roots. */
export function deep(root: Deep | Document, selector: string): HTMLElement | null {
  const found = root.querySelector(selector);
  if (found) return found as HTMLElement;
  const scope = 'shadowRoot' in root && root.shadowRoot ? root.shadowRoot : root;
  for (const each of (scope as ParentNode).querySelectorAll('*')) {
    const inner = each.shadowRoot && (deep(each.shadowRoot as unknown as Deep, selector) as HTMLElement | null);
    if (inner) return inner;
  }
  return (scope as ParentNode).querySelector(selector);
}

const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve())));

async function found(root: Deep, selector: string): Promise<HTMLElement> {
  for (let tries = 0; tries < 300; tries++) {
    const element = deep(root, selector);
    if (element) return element;
    await frame();
  }
  throw new Error(`nothing matches ${selector}`);
}

const CLICKS: Record<string, string> = {
  join: '[part=prejoin-join]',
  chat: '[data-tool=chat]',
  people: '[data-tool=people]',
  'host-controls': '.disclosure',
  privacy: '.seal',
  compare: '.compare.button',
  tick: '.code-group[aria-pressed=false]',
  differ: '.answers .button:last-child',
  'prejoin-microphone': '.split [aria-haspopup=menu]',
  'prejoin-camera': '.split + .split [aria-haspopup=menu]',
  'test-connection': '.menu > [role=group]:last-child .item',
  report: '.report',
  'report-look': 'form .buttons .button',
  'report-take': '.look + .buttons .button',
  reactions: '[data-tool=reactions]',
  'menu-microphone': '[data-tool=microphone] + button',
};

/** What shows the questions of a site's backend; it comes with the first thing somebody does. */
export async function askerOf(element: SecureMeeting): Promise<AccessHandler> {
  await element.createInvitation('https://example.org/');
  return (accessOf.get(element) as Access).answer;
}

/** A site that sends no message and knows one code. */
function question({ need, wrong = false, retryAfter, fail, failStart }: NonNullable<Screen['ask']>): AccessQuestion {
  const wait = retryAfter === undefined ? {} : { retryAfter };
  if (need === 'passcode') return { need, wrong, ...wait };
  const sent = { expiresIn: 300, resendIn: 30 };
  return {
    need,
    phone: {
      async start() {
        if (failStart) throw new SecureMeetingError(failStart, wait);
        return sent;
      },
      resend: async () => sent,
      async check() {
        if (fail) throw new SecureMeetingError(fail, wait);
      },
    },
  };
}

const TYPED: Record<string, string> = { number: '+49 30 901820', code: '123456' };

/** Fills in the form there is and sends it. */
async function submit(element: SecureMeeting, name: string): Promise<void> {
  const field = (await found(element as unknown as Deep, `input[name=${name}]`)) as HTMLInputElement;
  field.value = TYPED[name] as string;
  field.form?.requestSubmit();
  for (let i = 0; i < 4; i++) await frame();
}

/** Fills in a report about Ana, and ticks what she wrote. */
async function fillReport(element: SecureMeeting): Promise<void> {
  const about = (await found(element as unknown as Deep, 'select[name=about]')) as HTMLSelectElement;
  about.value = 'ana';
  about.dispatchEvent(new Event('change'));
  const reason = (await found(element as unknown as Deep, 'select[name=reason]')) as HTMLSelectElement;
  reason.value = 'harassment';
  reason.dispatchEvent(new Event('change'));
  const text = (await found(element as unknown as Deep, 'textarea[name=text]')) as HTMLTextAreaElement;
  text.value = 'It began after ten minutes.';
  await frame();
  (await found(element as unknown as Deep, 'input[name=message]')).click();
}

/** Waits until the video of a report shows a picture. */
async function painted(element: SecureMeeting): Promise<void> {
  const video = (await found(element as unknown as Deep, '.look video')) as HTMLVideoElement;
  for (let tries = 0; tries < 300 && video.videoWidth === 0; tries++) await frame();
}

async function act(element: SecureMeeting, session: FakeSession, what: string): Promise<void> {
  if (what === 'send') return submit(element, 'number');
  if (what === 'check') return submit(element, 'code');
  if (what === 'report-fill') return fillReport(element);
  if (what === 'report-send') {
    const field = (await found(element as unknown as Deep, 'select[name=reason]')) as HTMLSelectElement;
    field.form?.requestSubmit();
    return;
  }
  if (what === 'report-end') {
    const body = (await found(element as unknown as Deep, 'form')).parentElement as HTMLElement;
    body.scrollTop = body.scrollHeight;
    return;
  }
  if (what === 'report-take') await painted(element);
  if (what === 'change-code') {
    session.set({
      securityCode: {
        code: ['10001', '20002', '30003', '40004', '50005', '60006'],
        leader: { identity: 'mira', name: 'Mira Castellanos-Brandstetter' },
        reason: 'leader-changed',
      },
    });
    return;
  }
  const tools = ['chat', 'people', 'settings', 'shortcuts'].includes(what)
    ? await found(element as unknown as Deep, 'secure-meeting-toolbar')
    : undefined;
  // What has no button of its own, or is folded into the menu where it is narrow.
  if (tools && !deep(tools as unknown as Deep, CLICKS[what] ?? 'none')) {
    (tools as unknown as { onPanel: (panel: string) => void }).onPanel(what);
    return;
  }
  // How wide the meeting is decides what the toolbar shows: asked once that is known.
  if (what === 'reactions') {
    await settled(element);
    const button = deep(element as unknown as Deep, CLICKS[what] as string);
    (button ?? (await found(element as unknown as Deep, '[data-tool=more]'))).click();
    return;
  }
  (await found(element as unknown as Deep, CLICKS[what] as string)).click();
  if (what === 'join') await found(element as unknown as Deep, 'input[name=passphrase]');
  if (what === 'differ') await found(element as unknown as Deep, '.answers .alarm');
}

/** Builds a screen into `parent`. Resolves when all its parts are there. */
export async function show(
  screen: Screen,
  parent: Element,
  options: { readonly theme?: string; readonly lang?: string; readonly size?: readonly [number, number] } = {},
): Promise<{ readonly element: SecureMeeting; readonly session: FakeSession }> {
  const session = new FakeSession(stateOf(screen));
  session.paint = paint;
  for (const [wish, code] of Object.entries(screen.fail ?? {})) session.failing.set(wish, code);
  if (screen.found) session.found = screen.found;
  for (const wish of screen.hang ?? []) session.hanging.add(wish);
  const element = document.createElement('secure-meeting');
  const [width, height] = options.size ?? screen.size;
  Object.assign(element.style, { width: `${width}px`, height: `${height}px`, maxWidth: '100%' });
  element.setAttribute('room', 'Weekly');
  element.setAttribute('token-endpoint', '/token');
  for (const [name, value] of Object.entries(screen.attributes ?? {})) element.setAttribute(name, value);
  if (options.theme) element.setAttribute('theme', options.theme);
  if (options.lang) element.setAttribute('lang', options.lang);
  // The prompt is the element's own business, before there is a session.
  if (screen.attributes?.['key-source'] !== 'prompt') element.session = session;
  parent.append(element);
  await element.updateComplete;
  await frame();
  if (screen.error) session.emit('error', { code: screen.error as ErrorCode, message: screen.error, fatal: false });
  if (screen.unread) {
    await found(element as unknown as Deep, '[data-tool=leave]');
    session.set({ chat: screen.unread as never });
  }
  if (screen.violation) {
    await found(element as unknown as Deep, '[data-tool=leave]');
    session.emit('encryption-violation', screen.violation as never);
  }
  if (screen.ask) {
    void (await askerOf(element))(question(screen.ask), { signal: new AbortController().signal });
    await found(element as unknown as Deep, 'secure-meeting-passcode, secure-meeting-verification');
  }
  for (const what of screen.do ?? []) {
    await act(element, session, what);
    await frame();
    await frame();
  }
  await settled(element);
  if (screen.level) {
    await found(element as unknown as Deep, 'i[part=meter]');
    session.level('me', screen.level);
  }
  return { element, session };
}

/** Waits until no part is loading or updating any more. */
export async function settled(element: Element): Promise<void> {
  for (let quiet = 0; quiet < 4;) {
    await frame();
    const moving = document.getAnimations().some(({ effect }) => effect?.getTiming().iterations !== Infinity);
    quiet = moving || deep(element as unknown as Deep, '.wait, .loading') ? 0 : quiet + 1;
  }
}

declare global {
  interface Window {
    ready?: Promise<unknown>;
  }
}

const wanted = document.querySelector<HTMLScriptElement>('script[data-screen]')?.dataset['screen'];
const screen = all.find(({ name }) => name === wanted);
if (screen) {
  const query = new URLSearchParams(location.search);
  const theme = query.get('theme') ?? 'light';
  const lang = query.get('lang');
  const [width, height] = [Number(query.get('width')) || undefined, Number(query.get('height')) || undefined];
  document.documentElement.style.cssText = `margin:0;background:${theme === 'dark' ? '#06070b' : '#fff'};color-scheme:${theme};font:16px/1.4 Inter,system-ui,"Noto Sans",sans-serif`;
  document.body.style.cssText = 'margin:24px';
  if (query.get('dir')) document.documentElement.dir = query.get('dir') as string;
  window.ready = show(screen, document.querySelector('main') as Element, {
    ...(lang && { lang }),
    size: [width ?? (screen.size[0] as number), height ?? (screen.size[1] as number)],
  });
}
