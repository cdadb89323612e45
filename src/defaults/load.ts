import { SecureMeetingError } from '../base/index.js';

/** @throws SecureMeetingError `load-failed`: a part was not found, mostly after the site was deployed anew. */
export async function load<T>(parts: Promise<T>): Promise<T> {
  try {
    return await parts;
  } catch (cause) {
    throw new SecureMeetingError('load-failed', { cause });
  }
}
