/** Bytes of the largest file, of one part, and bounds on what is open at once. */
export const FILE_MAX = 10 * 1024 * 1024;
export const PART = 10_000;
/** Transfers that run at a time, each way. */
export const RUNNING = 3;
/** Files of our own that may be asked for, and offers of one person that wait for an answer. */
export const OFFERED = 20;
/** Files listed; the oldest that are over go first. */
export const LISTED = 100;
/** UTF-16 code units. */
export const FILE_NAME_MAX = 256;
export const FILE_TYPE_MAX = 100;
/** Bytes of a file's id, and its length as hex. */
export const FILE_ID_BYTES = 16;
