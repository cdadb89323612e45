import { ContextConsumer } from '@lit/context';
import { LitElement } from 'lit';
import { firstWords, type Words } from '../i18n/index.js';
import type { MeetingSession } from '../session/types.js';
import { EXPORTS } from '../styles/parts.js';
import { ActEvent } from './act.js';
import { wordsContext } from './context.js';

/** A visible piece of the meeting. It speaks the element's language, asks upwards, and forwards its parts. */
export class Part extends LitElement {
  readonly #words = new ContextConsumer(this, { context: wordsContext, subscribe: true });

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('exportparts', EXPORTS);
  }

  /** All words: parts beyond the first screen are made only once these are loaded. */
  protected get words(): Words {
    return (this.#words.value ?? firstWords) as Words;
  }

  /** Asks for something; it has happened only when the state says so. */
  protected act(run: (session: MeetingSession) => unknown): void {
    this.dispatchEvent(new ActEvent(run));
  }
}
