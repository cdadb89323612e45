import { css } from 'lit';
import type { Words } from '../../i18n/index.js';
import type { MeetingSession, SessionState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { tokens } from '../../styles/tokens.js';
import { ActEvent } from '../act.js';
import { wordsContext } from '../context.js';
import { adoptForeign } from '../foreign-styles.js';
import { outermost } from '../gentle-focus.js';
import { Provider } from '../provider.js';
import type { SecureMeetingPip } from './pip.js';

/** What a page may set: the tokens, and those that have their defaults where they are used. */
const PROPERTIES = new Set([
  ...(tokens.cssText.match(/--secure-meeting-[a-z-]+/g) ?? []),
  ...['--secure-meeting-unit', '--secure-meeting-shadow', '--secure-meeting-font-code'],
]);

const windowStyle = css`
  :host {
    margin: 0;
    background: var(--secure-meeting-canvas);
  }
  .root {
    container: secure-meeting / size;
    display: block;
    block-size: 100vh;
    font-family: var(--secure-meeting-font);
    line-height: 1.4;
    color: var(--secure-meeting-text);
  }
  .frame {
    block-size: 100%;
    font-size: var(--_medium);
  }
`;

export interface PipView {
  readonly session: MeetingSession | undefined;
  readonly meeting: SessionState | undefined;
  readonly words: Words;
  readonly onLeave: ((endForAll: boolean) => void) | undefined;
}

/** A tree of its own in the small window, with styles constructed there, that shows the same session. */
export class PipWindow {
  readonly #window: Window;
  readonly #part: SecureMeetingPip;
  readonly #words: Provider<Words>;

  /**
   * @param from a part of the meeting: what it asks of the session goes the same way, and it looks the same
   * @param closed called once, however the window was closed
   */
  constructor(pip: Window, from: HTMLElement, view: PipView, closed: () => void) {
    this.#window = pip;
    const { body, documentElement } = pip.document;
    this.#words = new Provider(body, wordsContext as never, view.words);
    const root = body.attachShadow({ mode: 'open' });
    adoptForeign(root, [base, tokens, windowStyle]);
    look(from, documentElement, body);
    root.addEventListener('secure-meeting-act', (event) => {
      event.stopPropagation();
      from.dispatchEvent(new ActEvent((event as ActEvent).run));
    });
    const frame = pip.document.createElement('div');
    frame.className = 'frame';
    const box = pip.document.createElement('div');
    box.className = 'root';
    box.append(frame);
    this.#part = document.createElement('secure-meeting-pip') as SecureMeetingPip;
    this.show(view);
    frame.append(this.#part);
    root.append(box);
    pip.addEventListener(
      'pagehide',
      () => {
        this.#part.remove();
        closed();
      },
      { once: true },
    );
  }

  show({ session, meeting, words, onLeave }: PipView): void {
    this.#words.value = words;
    this.#window.document.title = meeting?.room.name ?? '';
    Object.assign(this.#part, { session, meeting, onLeave });
  }

  close(): void {
    this.#window.close();
  }
}

/** The page's language, direction, font, colours and theme, as they are in force where the meeting stands. */
function look(from: HTMLElement, document: HTMLElement, body: HTMLElement): void {
  const { direction, colorScheme, fontFamily } = getComputedStyle(from);
  const { fontSize } = getComputedStyle(outermost(from));
  document.dir = direction;
  document.lang = from.closest('[lang]')?.getAttribute('lang') ?? outermost(from).ownerDocument.documentElement.lang;
  document.style.colorScheme = colorScheme;
  Object.assign(body.style, { fontFamily, fontSize });
  const style = getComputedStyle(from);
  for (const name of PROPERTIES) {
    const value = style.getPropertyValue(name);
    if (value) body.style.setProperty(name, value);
  }
}
