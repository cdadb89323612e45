/** Attributes that take one of a few words; the first is the default. */
export const CHOICES = {
  'key-source': ['link', 'prompt', 'property'],
  encryption: ['required', 'off'],
  quality: ['auto', 'saver', 'audio'],
  theme: ['auto', 'light', 'dark'],
  layout: ['auto', 'grid', 'speaker'],
  shortcuts: ['focus', 'off'],
  mode: ['inline', 'iframe'],
} as const;

/** Attributes that are read when joining. */
export const AT_JOIN = [
  'room',
  'tokenEndpoint',
  'serverUrl',
  'api',
  'keyProvider',
  'keySource',
  'encryption',
  'startMuted',
  'startCameraOff',
  'workerSrc',
  'assetBase',
] as const;

/** Secrets nobody may write as an attribute. */
export const SECRETS = ['token', 'passphrase'] as const;

export const FEATURES = [
  'chat',
  'files',
  'screen-share',
  'reactions',
  'hand',
  'people',
  'pip',
  'fullscreen',
  'blur',
  'captions',
  'sounds',
  'invite',
  'settings',
  'report',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Features this build doesn't have, with the reason `capabilities` gives. */
export const UNAVAILABLE: Readonly<Record<string, string>> = {
  'mode-iframe': 'not-built',
  'feature-files': 'not-built',
  'feature-reactions': 'not-built',
  'feature-pip': 'not-built',
  'feature-blur': 'not-built',
  'feature-sounds': 'not-built',
  'feature-report': 'not-built',
  'feature-captions': 'server-would-hear',
};

/** What `features` means, and the words in it that mean nothing or nothing yet. */
export function readFeatures(value: string | null | undefined): {
  readonly shown: ReadonlySet<Feature>;
  readonly unknown: readonly string[];
  readonly unavailable: readonly string[];
} {
  const words = (value ?? '').split(/\s+/u).filter(Boolean);
  const name = (word: string): string => (word.startsWith('no-') ? word.slice(3) : word);
  const known = (word: string): word is Feature => FEATURES.includes(word as Feature);
  const asked = words.filter((word) => !word.startsWith('no-'));
  const removed = new Set(words.filter((word) => word.startsWith('no-')).map(name));
  const listed = asked.length > 0 ? asked.filter(known) : FEATURES;
  return {
    shown: new Set(listed.filter((feature) => !removed.has(feature) && !(`feature-${feature}` in UNAVAILABLE))),
    unknown: words.filter((word) => !known(name(word))),
    unavailable: asked.map((word) => `feature-${word}`).filter((name) => name in UNAVAILABLE),
  };
}
