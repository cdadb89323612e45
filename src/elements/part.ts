import { ContextConsumer } from '@lit/context';
import { LitElement } from 'lit';
import { firstWords, type FirstWords, type Words } from '../i18n/index.js';
import type { MeetingSession } from '../session/types.js';
import { wordsContext } from './context.js';

/** Something a part asks of the session. It never leaves our own shadow root; whoever owns the session runs it. */
export class ActEvent extends Event {
  readonly run: (session: MeetingSession) => unknown;

  constructor(run: (session: MeetingSession) => unknown) {
    super('secure-meeting-act', { bubbles: true, composed: true });
    this.run = run;
  }
}

/** A visible piece of the meeting. It speaks the element's language and asks upwards. */
export class Part extends LitElement {
  readonly #words = new ContextConsumer(this, { context: wordsContext, subscribe: true });

  /** The words of the first screen: always there. */
  protected get firstWords(): FirstWords {
    return this.#words.value ?? firstWords;
  }

  /** All words. Parts beyond the first screen are made only once these are loaded. */
  protected get words(): Words {
    return this.firstWords as Words;
  }

  /** Asks for something; it has happened only when the state says so. */
  protected act(run: (session: MeetingSession) => unknown): void {
    this.dispatchEvent(new ActEvent(run));
  }
}
