/** Argon2id (RFC 9106), the slow hash for what people can type or compare. Loaded on first use. */
import { owned, type Bytes } from '../base/index.js';

/** KiB of memory, passes, lanes. Fixed by the protocol: both ends must agree. */
export const SLOW_HASH_COST = { m: 19 * 1024, t: 2, p: 1 } as const;

/** Of the Prioritized Task Scheduling API; Safari has none. */
interface Scheduler {
  postTask<T>(task: () => Promise<T>, options: { readonly signal: unknown; readonly delay: number }): Promise<T>;
}
interface TaskController {
  readonly signal: unknown;
  setPriority(priority: 'user-visible'): void;
}

/** Milliseconds that whatever made us hash gets for itself first. */
const PATIENCE = 500;
/** Milliseconds after which it no longer comes last: a page that is never idle would wait for ever. */
const BACKGROUND_AT_MOST = 3_000;

/**
 * As {@link slowHash}, after everything else the page has to do. The turns that one gives go to the page's own tasks
 * last, so that messages and media set-up would stand still behind it.
 */
export async function slowHashInBackground(secret: Uint8Array, salt: Uint8Array): Promise<Bytes> {
  const { scheduler, TaskController } = globalThis as {
    scheduler?: Partial<Scheduler>;
    TaskController?: new (options: { readonly priority: 'background' }) => TaskController;
  };
  const work = (): Promise<Bytes> => slowHash(secret, salt);
  if (scheduler?.postTask && TaskController) {
    const task = new TaskController({ priority: 'background' });
    const limit = setTimeout(() => task.setPriority('user-visible'), BACKGROUND_AT_MOST);
    // What is yielded inside a task goes on with its priority.
    return scheduler.postTask(work, { signal: task.signal, delay: PATIENCE }).finally(() => clearTimeout(limit));
  }
  await new Promise((resolve) => setTimeout(resolve, PATIENCE));
  return work();
}

/**
 * 32 bytes; takes a few hundred milliseconds, and lets the page paint at least every 10 ms.
 * @param salt 32 bytes: a purposed hash, so that this hash is bound to its purpose too
 */
export async function slowHash(secret: Uint8Array, salt: Uint8Array): Promise<Bytes> {
  const { argon2idAsync } = await import('@noble/hashes/argon2.js');
  return owned(await argon2idAsync(secret, salt, { ...SLOW_HASH_COST, dkLen: 32, asyncTick: 10 }));
}
