/** The page of bench/tiles.mjs: the real elements with a session whose state is fed in, and the same tree in plain DOM. */
import { define } from '../src/define/index.js';
import type { Participant } from '../src/session/types.js';
import { FakeSession, person } from '../test/support/fake-session.js';

define();

const JOINED = { phase: 'joined', connection: 'connected', encryption: { state: 'encrypted', epoch: 1 } } as const;
let session = new FakeSession();
let element: HTMLElement | undefined;
const longTasks: number[] = [];
const clicks: number[] = [];
let shift = 0;
/** Not in TypeScript's library. */
type LayoutShift = PerformanceEntry & {
  readonly value: number;
  readonly sources: readonly { readonly node: Node | null }[];
};
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longTasks.push(duration);
}).observe({ type: 'longtask' });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { value, sources } = entry as LayoutShift;
    // Of the host's page: what moves inside a meeting is the meeting's, and what the comparison puts up is ours.
    if (sources.some(({ node }) => node && !document.querySelector('main')?.contains(node))) shift += value;
  }
}).observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => {
  for (const { name, duration } of list.getEntries()) if (name === 'click') clicks.push(duration);
}).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);

const crowd = (count: number, round = 0): Participant[] =>
  Array.from({ length: count }, (_, index) =>
    person(`p${index}`, `Person ${index + 1}${round % 2 ? ' B' : ''}`, {
      hue: index % 12,
      joinedAt: index,
      camera: index % 3 !== 0,
      microphone: (index + round) % 2 === 0,
      speaking: (index + round) % 3 === 0,
    }),
  );

/** After what was begun in microtasks and in this frame's turn. */
const task = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

function deep<T extends Element>(selector: string, root: ParentNode = document): T[] {
  return [
    ...root.querySelectorAll<T>(selector),
    ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? deep<T>(selector, shadowRoot) : [])),
  ];
}

async function until(check: () => unknown): Promise<void> {
  for (let time = 0; !check(); time++) {
    if (time > 2_000) throw new Error('never there');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const tiles = (): Element[] => deep('secure-meeting-tile');

/** An equal tree by plain DOM calls: the same tags' inside, attributes, texts and style sheets, and no element of ours. */
function plain(node: Node): Node {
  if (!(node instanceof Element)) return document.createTextNode(node instanceof Text ? node.data : '');
  const tag = node.localName.includes('-') ? `x-${node.localName}` : node.localName;
  const copy = document.createElementNS(node.namespaceURI, tag);
  for (const { name, value } of node.attributes) copy.setAttribute(name, value);
  if (node.shadowRoot) {
    const shadow = copy.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = node.shadowRoot.adoptedStyleSheets;
    for (const child of node.shadowRoot.childNodes)
      if (child.nodeType !== Node.COMMENT_NODE) shadow.append(plain(child));
  }
  for (const child of node.childNodes) if (child.nodeType !== Node.COMMENT_NODE) copy.append(plain(child));
  return copy;
}

const bench = {
  /** A meeting of this many others, in an element of 1280 by 800. */
  async open(count: number): Promise<void> {
    element?.remove();
    session = new FakeSession({ ...JOINED, self: { identity: 'me' }, others: crowd(count) });
    element = document.createElement('secure-meeting');
    Object.assign(element, { room: 'Weekly', session });
    element.style.cssText = 'display:block;width:1280px;height:800px';
    document.querySelector('main')?.append(element);
    await until(() => tiles().length > 1 && deep('[data-tool=leave]').length > 0);
    await frame();
    await frame();
  },
  tiles: () => tiles().length,
  /** Milliseconds of script, style and layout for one snapshot that changes all, `times` over. */
  async snapshots(count: number, times: number): Promise<number[]> {
    const spent: number[] = [];
    for (let round = 1; round <= times; round++) {
      const others = crowd(count, round);
      await frame();
      await task();
      // Looked for before: going through all shadow trees is the bench's own work.
      const [one] = tiles();
      const from = performance.now();
      session.set({ others });
      await task();
      void document.body.offsetHeight;
      one?.getBoundingClientRect();
      spent.push(performance.now() - from);
    }
    const shown = deep('[part~=tile-label]').some((label) => label.textContent?.includes(times % 2 ? ' B' : 'Person'));
    if (!shown) throw new Error('the change is not on the screen');
    return spent;
  },
  /** Milliseconds from nothing to laid out: with our elements, and with an equal tree of plain DOM, in turns. */
  async first(count: number, times: number): Promise<{ ours: number[]; plain: number[]; nodes: number }> {
    await bench.open(count);
    const stage = deep('secure-meeting-stage')[0] as HTMLElement;
    const room = stage.parentNode as ParentNode & Node;
    const place = stage.nextSibling;
    const ours: number[] = [];
    const others: number[] = [];
    let nodes = 0;
    const everybody = session.state.others;
    for (let time = 0; time < times; time++) {
      session.set({ others: [] });
      await frame();
      await task();
      void document.body.offsetHeight;
      let from = performance.now();
      session.set({ others: everybody });
      await task();
      void document.body.offsetHeight;
      ours.push(performance.now() - from);
      await frame();
      await until(() => tiles().length >= count);

      const original = deep('secure-meeting-stage')[0] as HTMLElement;
      original.remove();
      await frame();
      await task();
      void document.body.offsetHeight;
      from = performance.now();
      const copy = plain(original) as HTMLElement;
      copy.style.cssText = 'display:block;width:1280px;height:700px;position:absolute';
      document.querySelector('main')?.append(copy);
      void document.body.offsetHeight;
      others.push(performance.now() - from);
      nodes = deep('*', copy).length;
      copy.remove();
      room.insertBefore(original, place);
      await frame();
    }
    return { ours, plain: others, nodes };
  },
  async openPeople(): Promise<void> {
    deep<HTMLElement>('[data-tool=people]')[0]?.click();
    await until(() => deep('[part~=row]').length > 3);
    await frame();
  },
  rows: () => deep('[part~=row]').length,
  /** Milliseconds between frames, and of script, style and layout in each, while the list is scrolled. */
  async scroll(steps: number): Promise<{ frames: number[]; work: number[]; far: number }> {
    const row = deep<HTMLElement>('[part~=row]')[0] as HTMLElement;
    let box: HTMLElement = row;
    const up = (node: HTMLElement): HTMLElement =>
      (node.assignedSlot ?? node.parentElement ?? (node.getRootNode() as ShadowRoot).host) as HTMLElement;
    while (box.scrollHeight <= box.clientHeight + 1 || getComputedStyle(box).overflowY === 'visible') box = up(box);
    const frames: number[] = [];
    const work: number[] = [];
    let last = await frame();
    for (let step = 0; step < steps; step++) {
      const from = performance.now();
      box.scrollTop += 120;
      await task();
      void box.offsetHeight;
      work.push(performance.now() - from);
      const now = await frame();
      frames.push(now - last);
      last = now;
    }
    return { frames, work, far: box.scrollTop };
  },
  /** Where to click. */
  toolAt(tool: string): { x: number; y: number } {
    const box = deep<HTMLElement>(`[data-tool=${tool}]`)[0]?.getBoundingClientRect();
    if (!box) throw new Error(`no ${tool}`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  },
  clicks: () => clicks.splice(0),
  /** Everybody talks for so long: levels 20 times a second, who speaks 5 times. */
  async talk(count: number, milliseconds: number): Promise<number[]> {
    longTasks.length = 0;
    const until = performance.now() + milliseconds;
    for (let round = 0; performance.now() < until; round++) {
      for (let index = 0; index < count; index++) session.level(`p${index}`, ((index + round) % 10) / 10);
      if (round % 4 === 0)
        session.set({ others: crowd(count).map((one, i) => ({ ...one, speaking: (i + round) % 5 < 4 })) });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return longTasks.splice(0);
  },
  /** So many come and go, a few at a time; some of them share, speak, raise a hand. */
  async churn(times: number): Promise<void> {
    for (let round = 0; round < times; round++) {
      const others = Array.from({ length: 8 + (round % 17) }, (_, index) =>
        person(`r${round % 7}-${index}`, `Person ${index}`, {
          joinedAt: index,
          camera: (index + round) % 2 === 0,
          speaking: index === round % 5,
          hand: index % 6 === 0 ? round + 1 : 0,
          screen: index === 0 && round % 9 === 0,
        }),
      );
      session.set({ others, speakers: others.slice(0, 1).map(({ identity }) => identity) });
      if (round % 10 === 0) await frame();
      else await task();
    }
    session.set({ others: crowd(8) });
    await frame();
    await frame();
  },
  shift: () => shift,
};
export type Bench = typeof bench;
Object.assign(globalThis, { bench });
