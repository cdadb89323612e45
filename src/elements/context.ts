import { createContext } from '@lit/context';
import type { FirstWords, Words } from '../i18n/index.js';
import type { MeetingSession } from '../session/types.js';

/**
 * The meeting's session, for elements of the page's own in any slot: a context request (the community protocol) for
 * this key is answered with the session, and again when it changes. `undefined` while there is none.
 */
export const sessionContext = createContext<MeetingSession | undefined>(Symbol.for('secure-meeting/session'));

/** The words of the element's language: English for the first screen at once, the complete set when it is loaded. */
export const wordsContext = createContext<FirstWords | Words>(Symbol.for('secure-meeting/words'));
