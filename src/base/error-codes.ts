/**
 * Every machine code an error of this package can carry, in one list. The words and the next step for each live in
 * `i18n/` (typed by this list, so a code without words does not compile) and in the docs' table, which is generated.
 *
 * A code is `area-what`. Areas: config, token, network, browser, device, media, key, worker, load, room.
 */
export const ERROR_CODES = [
  // What the page configured
  'config-invalid',
  'config-locked',
  'config-unavailable',
  'config-room-missing',
  'config-room-invalid',
  'config-name-invalid',
  'config-token-source-missing',
  'config-provider-unknown',
  'config-secret-in-attribute',
  // Getting permission to join
  'token-endpoint-unreachable',
  'token-timeout',
  'token-unauthorised',
  'token-refused',
  'token-endpoint-missing',
  'token-rate-limited',
  'token-endpoint-failed',
  'token-answer-invalid',
  'token-expired',
  // What the site's backend asks for, or says no to
  'token-passcode-required',
  'token-passcode-wrong',
  'token-verification-required',
  'token-not-admitted',
  'token-room-locked',
  'token-room-full',
  'token-encryption-mismatch',
  'token-number-invalid',
  'token-number-unsupported',
  'token-number-in-use',
  'token-already-verified',
  'token-code-wrong',
  'token-code-expired',
  'token-sms-unavailable',
  // Reaching and staying with the SFU
  'network-unreachable',
  'network-lost',
  'network-data-failed',
  // What this browser or page lacks
  'browser-unsupported',
  'browser-insecure-page',
  'browser-storage-unavailable',
  // Cameras, microphones, screens
  'device-denied',
  'device-dismissed',
  'device-missing',
  'device-in-use',
  'device-policy',
  'device-failed',
  'media-publish-failed',
  'media-share-cancelled',
  'media-codec-unprotected',
  'media-blur-failed',
  'media-blur-slow',
  'media-picture-unreadable',
  // Keys
  'key-missing',
  'key-short',
  'key-wrong',
  'key-link-incomplete',
  'key-reused',
  'key-conflict',
  'key-order',
  'key-provider-failed',
  'key-encryption-mismatch',
  'key-code-changed',
  // Our own parts
  'worker-failed',
  'worker-not-found',
  'load-failed',
  // The meeting itself
  'room-not-joined',
  'room-message-invalid',
  'room-message-too-long',
  'room-recipient-unknown',
  'room-file-too-large',
  'room-file-busy',
  'room-file-failed',
  'room-action-refused',
  'room-report-too-large',
] as const;

/** A machine code: `area-what`. */
export type ErrorCode = (typeof ERROR_CODES)[number];
