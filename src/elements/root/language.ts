import type { ReactiveController, ReactiveControllerHost } from 'lit';
import {
  firstWords,
  languageOf,
  loadWords,
  merged,
  wordsNow,
  type FirstWords,
  type Messages,
  type Words,
} from '../../i18n/index.js';

/**
 * The element's language: its own `lang`, else the nearest ancestor's, across shadow roots. Words are loaded when they
 * are first needed; until then the first screen speaks English only if the language is English.
 */
export class Language implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #failed: (error: unknown) => void;
  readonly #refused: (key: string) => void;
  #observer: MutationObserver | undefined;
  #tag = 'en';
  #messages: Messages | undefined;
  #words: FirstWords | Words | undefined;
  #from: unknown;

  /** @param refused gets the key of each word of the page's that is of another kind than ours */
  constructor(
    host: ReactiveControllerHost & HTMLElement,
    failed: (error: unknown) => void,
    refused: (key: string) => void,
  ) {
    this.#host = host;
    this.#failed = failed;
    this.#refused = refused;
    host.addController(this);
  }

  hostConnected(): void {
    this.read();
    // An ancestor's language may change while we stand here.
    this.#observer ??= new MutationObserver(() => this.read());
    this.#observer.observe(document, { attributes: true, attributeFilter: ['lang'], subtree: true });
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }

  /** The BCP 47 tag in force. */
  get tag(): string {
    return this.#tag;
  }

  /** The language of the words, which is not always the one that was asked for. */
  get shown(): string {
    return languageOf(this.#tag);
  }

  /** What there is now; undefined while the language of the first screen is still on its way. */
  get words(): FirstWords | Words | undefined {
    const language = languageOf(this.#tag);
    const all = wordsNow(language) ?? (language === 'en' ? firstWords : undefined);
    if (all !== this.#from) {
      this.#from = all;
      this.#words = all && merged(all, this.#messages, this.#refused);
    }
    return this.#words;
  }

  /** All words of the language; English when it can't be loaded. */
  async complete(): Promise<void> {
    const language = languageOf(this.#tag);
    if (wordsNow(language)) return;
    try {
      await loadWords(language);
    } catch (error) {
      this.#failed(error);
      if (language === 'en') throw error;
      this.#tag = 'en';
      await this.complete();
    }
    this.#host.requestUpdate();
  }

  set messages(messages: Messages | undefined) {
    this.#messages = messages;
    this.#from = undefined;
    this.#host.requestUpdate();
  }

  get messages(): Messages | undefined {
    return this.#messages;
  }

  /** Looks again where we stand. */
  read(): void {
    const tag = nearestLanguage(this.#host);
    if (tag === this.#tag && this.#words) return;
    this.#tag = tag;
    this.#from = undefined;
    if (languageOf(tag) !== 'en') void this.complete();
    this.#host.requestUpdate();
  }
}

function nearestLanguage(element: Element): string {
  for (let at: Element | null = element; at;) {
    const found: Element | null = at.closest('[lang]');
    if (found?.getAttribute('lang')) return found.getAttribute('lang') as string;
    const root = (found ?? at).getRootNode();
    at = root instanceof ShadowRoot ? root.host : (found?.parentElement ?? null);
  }
  return 'en';
}
