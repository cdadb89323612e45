/** What this person chose for meetings on this site: how the meeting looks and sounds here. Nothing of it is sent. */
export interface Preferences {
  readonly hideSelf: boolean;
  /** Which sounds the meeting makes beside voices. */
  readonly sounds: Sounds;
}
export const SOUNDS = ['off', 'knocks', 'all'] as const;
export type Sounds = (typeof SOUNDS)[number];

const NAME = 'secure-meeting:view';

/** The defaults where nothing is stored, storage is blocked, or holds something else. */
export function readPreferences(): Preferences {
  let stored: Record<string, unknown> = {};
  try {
    stored = (JSON.parse(localStorage.getItem(NAME) ?? '{}') ?? {}) as Record<string, unknown>;
  } catch {
    // As if nothing were stored.
  }
  const sounds = SOUNDS.find((each) => each === stored['sounds']);
  return { hideSelf: stored['hideSelf'] === true, sounds: sounds ?? 'knocks' };
}

export function storePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(NAME, JSON.stringify(preferences));
  } catch {
    // Blocked storage: the choice holds for this meeting.
  }
}
