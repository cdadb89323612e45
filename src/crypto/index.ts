/**
 * Crypto room: bytes in, bytes out. No DOM, no LiveKit, no clock, no policy.
 * `xwing.js` is not exported here: who needs it imports it by its path, so that it loads with them.
 */
export * from './backend-requests.js';
export * from './binding.js';
export { bool, bytes, decode, encode, list, record, text, uint, variant } from './cbor.js';
export type { Kind } from './cbor.js';
export * from './certificate.js';
export * from './hash.js';
export * from './identity-key.js';
export * from './kdf.js';
export * from './key-chain.js';
export * from './purpose.js';
export * from './sealed-box.js';
export * from './security-code.js';
export * from './signature.js';
export * from './slow-hash.js';
export * from './x25519.js';
