import { ContextConsumer } from '@lit/context';
import { LitElement, nothing } from 'lit';
import { firstWords, type Words } from '../i18n/index.js';
import type { MeetingSession } from '../session/types.js';
import { EXPORTS } from '../styles/parts.js';
import { ActEvent } from './act.js';
import { wordsContext } from './context.js';
import { adoptForeign, stylesOf } from './foreign-styles.js';
import { promisesIn } from './names.js';

/** A visible piece of the meeting. It speaks the element's language, asks upwards, and forwards its parts. */
export class Part extends LitElement {
  readonly #words = new ContextConsumer(this, { context: wordsContext, subscribe: true });

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('exportparts', EXPORTS);
  }

  /** In a window beside the page's, too. */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    if (this.ownerDocument === document) return super.createRenderRoot();
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    adoptForeign(root, stylesOf(this));
    return root;
  }

  /** A move by `moveBefore` takes nothing down and builds nothing up: pictures go on. */
  connectedMoveCallback(): void {}

  /** All words: parts beyond the first screen are made only once these are loaded. */
  protected get words(): Words {
    return (this.#words.value ?? firstWords) as Words;
  }

  /** The language of what the one in force does not say itself, for `lang`; nothing where it says all. */
  protected get fallback(): string | typeof nothing {
    return promisesIn(this.words) ?? nothing;
  }

  /** Asks for something; it has happened only when the state says so. */
  protected act(run: (session: MeetingSession) => unknown): void {
    this.dispatchEvent(new ActEvent(run));
  }
}
