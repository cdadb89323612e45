import { SecureMeetingError } from '../base/index.js';
import { whenIdle } from './warm-up.js';

/** @throws SecureMeetingError `load-failed`: a part was not found, mostly after the site was deployed anew. */
export async function load<T>(parts: Promise<T>): Promise<T> {
  try {
    return await parts;
  } catch (cause) {
    throw new SecureMeetingError('load-failed', { cause });
  }
}

/** The `leader` provider, and what of it is worth running once. @throws SecureMeetingError `load-failed` */
export async function loadLeader(): Promise<typeof import('../keys/leader/index.js')> {
  const leader = await load(import('../keys/leader/index.js'));
  whenIdle(leader.WARM_UPS);
  return leader;
}
