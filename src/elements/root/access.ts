import { html, type TemplateResult } from 'lit';
import { FactEvent } from '../../events/index.js';
import type { AccessHandler, AccessQuestion } from '../../session/types.js';
import type { SecureMeeting } from './secure-meeting.js';

/** A question on the screen, before the meeting. */
export interface Asked {
  readonly phase: 'passcode' | 'verification';
  /** Made of the parts of the group `screen`. */
  readonly content: () => TemplateResult;
  /** Somebody went back, or the join ended. */
  readonly cancel: () => void;
}

type Show = (asked: Asked | undefined) => void;
type Content<T> = (answer: (value: T | undefined) => void) => TemplateResult;

/** What asks for an element, once it acted: for pages that show the questions without a site. */
export const accessOf = new WeakMap<SecureMeeting, Access>();

/** What is asked of a person before they are let in: one question at a time, in the place of the first screen. */
export class Access {
  readonly #element: SecureMeeting;
  readonly #show: Show;

  constructor(element: SecureMeeting, show: Show) {
    this.#element = element;
    this.#show = show;
    accessOf.set(element, this);
  }

  /** The secret of the keys, which never leaves this device. Undefined: somebody went back. */
  passphrase(wrong: boolean, signal: AbortSignal | undefined): Promise<string | undefined> {
    return this.#ask<string>('passcode', signal, (answer) => {
      return html`<secure-meeting-screen
        kind="passcode"
        .wrong=${wrong}
        .onPasscode=${answer}
      ></secure-meeting-screen>`;
    });
  }

  /** What the site's backend asks; see `SessionOptions.access`. */
  readonly answer: AccessHandler = async (question, { signal }) => {
    if (question.need === 'passcode') {
      const passcode = await this.#ask<string>('passcode', signal, (answer) => passcodeOf(question, answer));
      return passcode === undefined ? undefined : { passcode };
    }
    // The page shows its own: it verifies, and joins again.
    if (!this.#element.dispatchEvent(new FactEvent('verification-required', { purpose: 'join' }))) return undefined;
    const verified = await this.#ask<boolean>('verification', signal, (answer) => {
      const { phone } = question;
      return html`<secure-meeting-verification .phone=${phone} .onAnswer=${answer}></secure-meeting-verification>`;
    });
    return verified ? {} : undefined;
  };

  #ask<T>(phase: Asked['phase'], signal: AbortSignal | undefined, content: Content<T>): Promise<T | undefined> {
    if (signal?.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const answer = (value: T | undefined): void => {
        signal?.removeEventListener('abort', cancel);
        this.#show(undefined);
        resolve(value);
      };
      const cancel = (): void => answer(undefined);
      signal?.addEventListener('abort', cancel, { once: true });
      this.#show({ phase, cancel, content: () => html`<slot name="verification">${content(answer)}</slot>` });
    });
  }
}

function passcodeOf(
  { wrong, retryAfter }: Extract<AccessQuestion, { need: 'passcode' }>,
  answer: (passcode: string | undefined) => void,
): TemplateResult {
  return html`<secure-meeting-passcode
    .wrong=${wrong}
    .retryAfter=${retryAfter}
    .onAnswer=${answer}
  ></secure-meeting-passcode>`;
}
