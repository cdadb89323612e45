/** Defaults room: the session wired with LiveKit, the media worker, devices and key providers. */
export { SecureMeetingSession } from './session.js';
export { DEFAULT_PROVIDER, keyProviderNames, registerKeyProvider } from './providers.js';
