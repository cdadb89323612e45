/** Session room: a meeting without UI or vendor. */
export * from './types.js';
