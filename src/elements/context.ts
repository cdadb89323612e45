import type { Context } from '@lit/context';
import type { FirstWords, Words } from '../i18n/index.js';
import type { MeetingSession } from '../session/types.js';

/** What `createContext` of `@lit/context` returns: the key itself. */
const context = <T>(name: string): Context<unknown, T> & { readonly __context__: T } => Symbol.for(name) as never;

/**
 * The meeting's session, for elements of the page's own in any slot: a context request (the community protocol) for
 * this key is answered with the session, and again when it changes. `undefined` while there is none.
 */
export const sessionContext = /* @__PURE__ */ context<MeetingSession | undefined>('secure-meeting/session');

/** The words of the element's language: English for the first screen at once, the complete set when it is loaded. */
export const wordsContext = /* @__PURE__ */ context<FirstWords | Words>('secure-meeting/words');
