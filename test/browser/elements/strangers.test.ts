import type { SecureMeeting } from '../../../src/elements/index.js';
import { click, deep, expect, make, text, trees, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';

const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

const NAMES: readonly (readonly [string, string, string])[] = [
  ['markup', '<img src=x onerror=alert(1)><b>Bold</b>', '<img src=x onerror=alert(1)><b>Bold</b>'],
  ['controls that turn the direction', '\u202Egnp.eliforp\u202C Eve\u2066', 'gnp.eliforp Eve'],
  ['letters nobody sees', 'E\u{E0041}\u{E0042}ve\u{E007F}', 'E ve'],
  ['lines', 'Eve\n\r\u2028\u2029\u0000Host', 'Eve Host'],
  ['emoji', '👩‍👩‍👧‍👦🏳️‍🌈 Eve 🎉', '👩‍👩‍👧‍👦🏳️‍🌈 Eve 🎉'],
  ['256 characters', 'W'.repeat(256), `${'W'.repeat(127)}…`],
  ['256 wide characters of two units', '𐍈'.repeat(256), `${'𐍈'.repeat(127)}…`],
  ['stacked accents', `Z${'\u0301\u0323\u0338'.repeat(40)}algo`, 'Z\u0301\u0323\u0338\u0301algo'],
  ['right-to-left letters', 'שלום (Eve) 123', 'שלום (Eve) 123'],
];
const isMarked = (part: string): boolean => !BIDI.test(part.replace(/\u2068[^\u2068\u2069]*\u2069/gu, ''));

describe('what strangers write', () => {
  let element: SecureMeeting;
  let session: FakeSession;
  const put = async (name: string): Promise<void> => {
    session = new FakeSession({
      ...{ phase: 'joined', connection: 'connected', encryption: { state: 'encrypted', epoch: 1 } },
      self: { role: 'host' },
      devices: someDevices,
      others: [person('ana', 'Ana Ferreira'), person('eve', name, { hand: 5, camera: false, encryption: 'stale' })],
      room: { knocking: [{ identity: 'k', claimedName: name }], waitingRoom: true },
      capabilities: { keys: { waitingRoom: true, locks: true } },
      reactions: [{ id: 'r', identity: 'eve', emoji: '🎉', at: 1 }],
      chat: [
        {
          ...{ id: 'c', from: 'eve', name, text: 'Hello', to: null, at: 1_700_000_000_000 },
          ...{ local: false, state: 'sent', missing: 0 },
        },
      ],
    } as never);
    element = make({}, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    await until(() => deep(element, '[data-tool=leave]'));
    session.emit('encryption-violation', {
      ...{ code: 'plaintext', identity: 'eve', source: 'camera', count: 3, epoch: 1 },
    } as never);
  };
  afterEach(() => element.remove());

  const all = (selector: string): HTMLElement[] =>
    trees(element.shadowRoot as ShadowRoot).flatMap((tree) => [...tree.querySelectorAll<HTMLElement>(selector)]);
  /** Everything that shows is inside the element, and nothing scrolls sideways. */
  const keepsItsPlace = (): void => {
    const frame = (deep(element, '.frame') as HTMLElement).getBoundingClientRect();
    for (const each of all('bdi, .row, .tile, .reaction, .toast, .text, .facts, .button, .by')) {
      if (!each.checkVisibility()) continue;
      const { left, right, height } = each.getBoundingClientRect();
      const what = `${each.localName}.${each.className} “${each.textContent.slice(0, 30)}”`;
      expect(left, what).to.be.greaterThan(frame.left - 1.5);
      expect(right, what).to.be.lessThan(frame.right + 1.5);
      if (each.matches('.truncate, .reaction bdi')) expect(height, what).to.be.lessThan(40);
    }
    for (const each of all('.panel-body, .messages, .panel, .stage'))
      expect(each.scrollWidth, each.className).to.be.most(each.clientWidth + 1);
  };

  for (const [what, name, shown] of NAMES)
    it(`a name of ${what} stays text in its place, wherever a name stands`, async () => {
      await put(name);
      const places: string[] = [];
      const look = (place: string): void => {
        expect(all('img, b b, script').length, place).to.equal(0);
        keepsItsPlace();
        // Beside the marks that isolate a name in a sentence, no direction is changed.
        for (const each of all('[aria-label], [title]'))
          for (const value of [each.getAttribute('aria-label'), each.getAttribute('title')])
            expect(isMarked(value ?? ''), `${place}: ${value ?? ''}`).to.equal(true);
        const words = text(element.shadowRoot as ShadowRoot);
        expect(isMarked(words), place).to.equal(true);
        if (words.includes(shown) || words.includes(shown.slice(0, 60))) places.push(place);
      };
      await until(() => deep(element, '.reaction'));
      look('stage');
      for (const [tool, content] of [
        ['people', 'secure-meeting-people'],
        ['chat', 'secure-meeting-chat'],
      ] as const) {
        await click(element, `[data-tool=${tool}]`);
        await until(() => deep(element, content)?.shadowRoot?.querySelector('bdi'));
        look(tool);
      }
      await click(element, '.seal');
      await until(() => deep(element, 'secure-meeting-privacy')?.shadowRoot?.querySelector('.facts'));
      look('privacy');
      expect(places).to.deep.equal(['stage', 'people', 'chat', 'privacy']);
    });

  it('a name that reads like another’s is said to', async () => {
    await put('Аnа Ferreirа');
    await click(element, '[data-tool=people]');
    const panel = await until(() => deep(element, 'secure-meeting-people'));
    const row = await until(() => panel.shadowRoot?.querySelector('.knock'));
    expect(text(row)).to.contain('Same name');
  });

  it('a message of 100 KB without a space stays in its panel; so does a reply to it', async () => {
    await put('Eve');
    const long = { ...session.state.chat[0]!, id: 'long', text: 'x'.repeat(100_000) };
    session.set({ chat: [...session.state.chat, long] });
    await click(element, '[data-tool=chat]');
    await until(() => all('.text').some((each) => each.textContent.length >= 100_000));
    keepsItsPlace();
    const field = await until(() => deep<HTMLTextAreaElement>(element, 'textarea'));
    field.value = 'y'.repeat(20_000);
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    keepsItsPlace();
    expect(field.getBoundingClientRect().height).to.be.lessThan(200);
  });

  it('addresses that would run something are no links', async () => {
    const sentences = [
      'javascript:alert(1)',
      'JaVaScRiPt://example.org/%0aalert(1)',
      'data:text/html,<script>alert(1)</script>',
      'vbscript:msgbox(1) file:///etc/passwd blob:https://example.org/1',
      'https://javascript:alert(1)@example.org',
      '<a href="javascript:alert(1)">here</a>',
    ];
    await put('Eve');
    session.set({
      chat: sentences.map((sentence, index) => ({ ...session.state.chat[0]!, id: `s${index}`, text: sentence })),
    });
    await click(element, '[data-tool=chat]');
    await until(() => all('.text').length === sentences.length);
    expect(all('.text').map((each) => each.textContent.trim())).to.deep.equal(sentences);
    const links = all('.text a') as HTMLAnchorElement[];
    expect(links.filter(({ protocol }) => !/^https?:$/.test(protocol)).map(({ href }) => href)).to.deep.equal([]);
    expect(links.filter(({ rel }) => !rel.includes('noopener')).length).to.equal(0);
  });

  it('a thousand reactions a second are six on the screen and few sentences, and every click still counts', async () => {
    await put('Eve');
    const until1s = performance.now() + 1_000;
    let sent = 0;
    while (performance.now() < until1s && sent < 1_000) {
      sent += 10;
      const reactions = Array.from({ length: 10 }, (_, i) => ({
        id: `f${sent + i}`,
        identity: 'eve',
        emoji: '🎉',
        at: i,
      }));
      session.set({ reactions: [...(session.state.reactions ?? []), ...reactions].slice(-100) });
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(all('.reaction').length).to.be.most(6);
    }
    keepsItsPlace();
    await click(element, '[data-tool=chat]');
    await until(() => deep(element, 'secure-meeting-chat'));
    expect((deep(element, '[role=log]') as HTMLElement).childElementCount).to.be.lessThan(10);
  });
});
