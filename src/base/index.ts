/** Base room: what every other room may use. No DOM, no cryptography, no LiveKit. */
export * from './bytes.js';
export * from './clock.js';
export * from './emitter.js';
export * from './error-codes.js';
export * from './errors.js';
export * from './scope.js';
export * from './secret.js';
export * from './serial-queue.js';
