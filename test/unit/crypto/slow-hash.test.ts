import { expect } from 'chai';
import { slowHash, slowHashInBackground } from '../../../src/crypto/slow-hash.js';

interface Scheduler {
  postTask(task: () => void, options: { readonly priority: string }): Promise<void>;
}

describe('the slow hash in the background', () => {
  it('comes last, and is done all the same when the page is never idle', async () => {
    const { scheduler } = globalThis as { scheduler?: Partial<Scheduler> };
    let over = false;
    // One task after another, each of them before any background task.
    const busy = (): void => {
      const end = performance.now() + 15;
      while (performance.now() < end);
      if (over) return;
      if (scheduler?.postTask) void scheduler.postTask(busy, { priority: 'user-visible' });
      else setTimeout(busy);
    };
    const [secret, salt] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    busy();
    const hashed = await slowHashInBackground(secret, salt);
    over = true;
    expect(hashed).to.deep.equal(await slowHash(secret, salt));
  });
});
