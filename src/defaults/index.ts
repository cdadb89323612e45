/** Defaults room: the session wired with LiveKit, the media worker, devices and key providers. */
export { SecureMeetingSession } from './session.js';
export { registerKeyProvider } from './providers.js';
