/** What this person chose last on this site: which devices, whether they were on, and whether blurred. Nothing secret, nothing per room. */
export interface Choices {
  readonly audioinput?: string;
  readonly videoinput?: string;
  readonly audiooutput?: string;
  readonly microphone?: boolean;
  readonly camera?: boolean;
  readonly blur?: boolean;
}

const NAME = 'secure-meeting:devices';

/** Empty where storage is blocked or holds something else. */
export function readChoices(): Choices {
  try {
    const value = JSON.parse(localStorage.getItem(NAME) ?? '{}') as Record<string, unknown>;
    const choices: Record<string, unknown> = {};
    for (const key of ['audioinput', 'videoinput', 'audiooutput'])
      if (typeof value[key] === 'string' && value[key].length <= 256) choices[key] = value[key];
    for (const key of ['microphone', 'camera', 'blur']) if (typeof value[key] === 'boolean') choices[key] = value[key];
    return choices;
  } catch {
    return {};
  }
}

export function rememberChoices(change: Choices): void {
  try {
    localStorage.setItem(NAME, JSON.stringify({ ...readChoices(), ...change }));
  } catch {
    // Blocked storage: the choice holds for this page only.
  }
}
