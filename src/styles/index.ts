/** What all parts look like: tokens, base sheets, icons, the names of the parts. */
export { base } from './base.js';
export { EXPORTS, PARTS, STATE_TOKENS } from './parts.js';
export { seal } from './seal.js';
export { tokens } from './tokens.js';
