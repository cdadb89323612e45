import { SecureMeetingError } from '../base/index.js';
import type { KeyProvider, Sender } from '../keys/index.js';
import { hostAction } from './host-actions.js';
import type { ModerationAction } from './types.js';

export interface Moderators {
  readonly provider: KeyProvider | undefined;
  /** The site's backend: what it has no part in resolves at once. Undefined without an `api`. */
  readonly site: ((action: ModerationAction) => Promise<boolean>) | undefined;
  /** Whom a wish about this identity means: a member, or who knocks. */
  readonly target: (identity: string) => Sender | undefined;
  /** Asks somebody in private; undefined where nobody could tell that it comes from a host. */
  readonly ask: ((identity: string) => Promise<void>) | undefined;
  /** Whose microphones are on. */
  readonly heard: () => readonly string[];
}

/**
 * A host's wish, in step at everybody who has a part in it. Keys first: whom the meeting's chain cuts off can open
 * nothing from then on, whatever becomes of the request to the site, which ends the connection and bars new
 * certificates. The site is asked even when the keys could not be changed.
 * @throws SecureMeetingError of the first that refused; `room-action-refused` when nobody could do anything
 */
export async function moderate(action: ModerationAction, by: Moderators): Promise<void> {
  if (action.type === 'mute-all') {
    await Promise.all(by.heard().map((identity) => moderate({ type: 'mute', identity }, by)));
    return;
  }
  if (action.type === 'ask-to-unmute') {
    if (!by.ask) throw new SecureMeetingError('room-action-refused');
    return by.ask(action.identity);
  }
  const wish = hostAction(action, 'identity' in action ? by.target(action.identity) : undefined);
  const act = wish && by.provider?.act && (() => (by.provider as Required<KeyProvider>).act(wish));
  const parts = [act && (() => act().then(() => true)), by.site && (() => by.site?.(action))];
  const failures: SecureMeetingError[] = [];
  let done = 0;
  const run = async (part: (typeof parts)[number], i: number): Promise<void> => {
    try {
      if (await part?.()) done++;
    } catch (error) {
      failures[i] = SecureMeetingError.from(error, 'room-action-refused');
    }
  };
  // An end reaches us too, and takes away what the other request would need.
  if (action.type === 'end') await Promise.all(parts.map(run));
  else for (const [i, part] of parts.entries()) await run(part, i);
  const failure = failures.find(Boolean);
  if (failure && (action.type !== 'end' || done === 0)) throw failure;
  if (done === 0) throw new SecureMeetingError('room-action-refused');
}
