/**
 * What a screen reader says during a meeting, from the first to the last sentence, as one text that people can read:
 * `test/fixtures/announcements.txt`. The live regions are read, not the code that fills them.
 */
import { deep, expect, make, until } from '../../support/elements.js';
import { FakeSession, person, someDevices } from '../../support/fake-session.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { ChatMessage } from '../../../src/session/types.js';

const message = (id: string, name: string, to: string | null = null): ChatMessage => ({
  ...{ id, from: name.toLowerCase(), name, text: 'Hello', to, at: 1, local: false, state: 'sent', missing: 0 },
});
const ana = person('ana', 'Ana Ferreira', { role: 'host', joinedAt: 1 });
const ben = person('ben', 'Ben Okafor');

describe('the announcements of a meeting', function () {
  this.timeout(60_000);
  let element: SecureMeeting;
  afterEach(() => element.remove());

  /** Plays the meeting; each step's new sentences stand under its title. */
  async function play(lang: string): Promise<string> {
    const session = new FakeSession({
      phase: 'joined',
      connection: 'connected',
      encryption: { state: 'waiting' },
      self: { camera: true, microphone: true, joinedAt: 2 },
      devices: someDevices,
    });
    element = make({ lang }, (each) => (each.session = session));
    element.style.cssText = 'width: 900px; height: 600px';
    const log = await until(() => deep(element, '[role=log]'));
    expect(log.getAttribute('aria-live')).to.equal('polite');
    const lines: string[] = [];
    const step = async (title: string, happens: () => void, sentences: number): Promise<void> => {
      const before = log.childElementCount;
      happens();
      await until(() => log.childElementCount >= before + sentences, `${title}: nothing was said`);
      // One too many would come within the second in which things are gathered.
      await new Promise((resolve) => setTimeout(resolve, sentences ? 100 : 1200));
      const said = [...log.children].slice(before).map((each) => each.textContent ?? '');
      lines.push(`[${title}]`, ...said.map((each) => `  ${each.replace(/[\u2066-\u2069]/g, '')}`));
    };
    const joins = (identity: string, name: string): void =>
      session.emit('participant-joined', { identity, name, role: 'member' });

    await step(
      'somebody joins',
      () => {
        session.set({ others: [ana], encryption: { state: 'encrypted', epoch: 1 } });
        joins('ana', ana.name);
      },
      1,
    );
    await step(
      'fifty people join within a second',
      () => {
        for (let index = 1; index <= 50; index++) joins(`p${index}`, `Person ${index}`);
      },
      1,
    );
    await step(
      'fifty people leave within a second',
      () => {
        for (let index = 1; index <= 50; index++)
          session.emit('participant-left', {
            identity: `p${index}`,
            name: `Person ${index}`,
            role: 'member',
            reason: 'left',
          });
      },
      1,
    );
    await step(
      'somebody raises a hand',
      () => {
        session.set({ others: [ana, { ...ben, hand: 0 }] });
        setTimeout(() => session.change('ben', { hand: 5 }));
      },
      1,
    );
    await step(
      'two people knock',
      () => {
        session.set({
          room: {
            knocking: [
              { identity: 'k', claimedName: 'Karl' },
              { identity: 'l', claimedName: 'Lena' },
            ],
          },
        });
      },
      1,
    );
    await step('a message comes', () => session.set({ chat: [message('1', 'Ana')] }), 1);
    await step(
      'three messages come within a second',
      () => {
        session.set({ chat: ['1', '2', '3', '4'].map((id) => message(id, 'Ana')) });
      },
      1,
    );
    await step(
      'a file is offered',
      () => {
        session.set({
          files: [
            {
              ...{ id: 'f', from: 'ana', name: 'Ana Ferreira', fileName: 'plan.pdf', mediaType: '', size: 9, to: null },
              ...{ at: 2, local: false, state: 'offered', moved: 0 },
            },
          ],
        });
      },
      1,
    );
    await step(
      'a thousand reactions come within a second',
      () => {
        session.set({
          reactions: Array.from({ length: 1000 }, (_, at) => ({ id: `r${at}`, identity: 'ben', emoji: '🎉', at })),
        });
      },
      1,
    );
    await step('somebody shares a screen', () => session.change('ana', { screen: true }), 1);
    await step('and stops', () => session.change('ana', { screen: false }), 1);
    await step(
      'people speak',
      () => {
        for (let turn = 0; turn < 20; turn++) session.set({ speakers: [turn % 2 ? 'ana' : 'ben'] });
      },
      0,
    );
    await step(
      'the connection goes and comes back',
      () => {
        session.set({ phase: 'reconnecting' });
        setTimeout(() => session.set({ phase: 'joined' }), 50);
      },
      1,
    );
    return lines.join('\n');
  }

  it('are few, whole sentences, as the committed text has them', async () => {
    const text = `English\n\n${await play('en')}`;
    element.remove();
    const all = `${text}\n\nDeutsch\n\n${await play('de')}\n`;
    expect(all).to.equal(await (await fetch('/test/fixtures/announcements.txt')).text());
  });

  it('interrupt for a violation alone: the alert is the only assertive region', async () => {
    const session = new FakeSession({ phase: 'joined', encryption: { state: 'encrypted', epoch: 1 }, others: [ana] });
    element = make({}, (each) => (each.session = session));
    await until(() => deep(element, '[data-tool=leave]'));
    const assertive = (): Element[] => {
      const found: Element[] = [];
      const walk = (root: ParentNode): void => {
        for (const each of root.querySelectorAll('*')) {
          if (each.matches('[role=alert], [aria-live=assertive]')) found.push(each);
          if (each.shadowRoot) walk(each.shadowRoot);
        }
      };
      walk(element.shadowRoot as ShadowRoot);
      return found;
    };
    expect(assertive().length).to.equal(0);
    session.emit('encryption-violation', { code: 'plaintext', identity: 'ana', source: 'camera', count: 1, epoch: 1 });
    session.change('ana', { encryption: 'refused' });
    session.set({ encryption: { state: 'violated' } });
    await until(() => assertive().length === 1);
  });
});
