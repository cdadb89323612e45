/** Attributes that take one of a few words; the first is the default. */
export const CHOICES: Readonly<Record<string, readonly string[]>> = {
  'key-source': ['link', 'prompt', 'property'],
  encryption: ['required', 'off'],
  quality: ['auto', 'saver', 'audio'],
  theme: ['auto', 'light', 'dark'],
  layout: ['auto', 'grid', 'speaker'],
  shortcuts: ['focus', 'off'],
  mode: ['inline', 'iframe'],
};

/** Secrets nobody may write as an attribute. */
export const SECRETS = ['token', 'passphrase'] as const;

/** Features this build doesn't have, with the reason `capabilities` gives. */
export const UNAVAILABLE: Readonly<Record<string, string>> = {
  'mode-iframe': 'not-built',
  'feature-captions': 'server-would-hear',
  // `canBlur` of the session, without bringing a module of it into the first bytes.
  ...('VideoFrame' in globalThis ? {} : { 'feature-blur': 'browser' }),
  ...('documentPictureInPicture' in globalThis ? {} : { 'feature-pip': 'browser' }),
};
