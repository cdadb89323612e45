import type { KeyProviderCapabilities } from '../keys/index.js';
import type { Capabilities, Capability } from './types.js';

/** What nobody can honour yet, whatever the browser: listed so that nothing is silently ignored. */
const NOT_BUILT = ['mode-iframe', 'media-format-livekit', 'signed-digests'] as const;

/** The machine-readable report of what is protected and what is not. */
export function capabilities(options: {
  readonly encrypted: boolean;
  readonly provider: KeyProviderCapabilities | undefined;
  /** Whether the site has a backend. */
  readonly site: boolean;
  /** Whether that backend takes reports; undefined before it said. */
  readonly reports: boolean | undefined;
  /** Whether the provider can show a signed list of members. */
  readonly signedRoster: boolean;
  /** Whether this browser can blur what is behind a person. */
  readonly blur: boolean;
  readonly unavailable: Readonly<Record<string, Capability>>;
}): Capabilities {
  const { encrypted, provider, site, reports } = options;
  const missing = (reason: string): Capability => ({ available: false, reason });
  const by = encrypted ? (provider?.authentication === 'sender' ? 'sender' : 'group') : 'none';
  const item = (authenticated: 'sender' | 'group' | 'none') => ({ encrypted, authenticated });
  // Chat, names and offers of files are signed by each member's own key; media carries a key that every member holds.
  const signed = encrypted ? 'sender' : 'none';
  return {
    protected: {
      camera: item(by),
      microphone: item(by),
      screen: item(by),
      chat: item(signed),
      files: item(signed),
      names: item(signed),
      reactions: item(encrypted ? 'group' : 'none'),
      hands: item(encrypted ? 'group' : 'none'),
      settings: item(provider?.locks ? 'sender' : 'none'),
    },
    visibleToServer: [
      'identities',
      'addresses',
      'timing',
      'sizes',
      'who-receives-whom',
      'what-is-on',
      'audio-levels',
      ...(encrypted ? [] : ['pictures', 'sound', 'chat', 'names']),
    ],
    unavailable: {
      ...Object.fromEntries(NOT_BUILT.map((name) => [name, { available: false, reason: 'not-built' }])),
      // Only who hears the meeting could write along.
      'feature-captions': missing('server-would-hear'),
      ...(!options.blur && { 'feature-blur': missing('browser') }),
      // Muting others and ending their connections go through the host site's backend.
      ...(!site && { 'moderation-server': missing('no-api') }),
      // Reports are sealed to a key that the operator publishes there.
      ...(!reports && {
        'feature-report': missing(!site ? 'no-api' : reports === undefined ? 'not-joined' : 'api-without-reports'),
      }),
      ...(reports && !options.signedRoster && { 'report-roster': missing('provider') }),
      ...(site && encrypted && provider && !provider.certificates && { certificates: missing('provider') }),
      ...options.unavailable,
    },
    keys: provider ? { ...provider } : {},
  };
}
