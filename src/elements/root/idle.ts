import type { Capabilities, EncryptionStateDetail } from '../../session/types.js';
import { UNAVAILABLE } from './options.js';

/** What `encryptionState` is while there is no meeting. */
export const IDLE: EncryptionStateDetail = Object.freeze({
  state: 'idle',
  previous: 'idle',
  epoch: null,
  provider: '',
  verified: false,
  participants: Object.freeze([]),
});

/** The session's report with what the element itself can't do. */
export function capabilitiesOf(own: Capabilities | undefined): Capabilities {
  const unavailable = Object.fromEntries(
    Object.entries(UNAVAILABLE).map(([name, reason]) => [name, Object.freeze({ available: false, reason })]),
  );
  return Object.freeze({
    protected: Object.freeze({}),
    visibleToServer: Object.freeze([]),
    keys: Object.freeze({}),
    ...own,
    unavailable: Object.freeze({ ...own?.unavailable, ...unavailable }),
  });
}
