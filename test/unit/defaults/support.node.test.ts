import { expect } from 'chai';
import type { SecureMeetingError } from '../../../src/base/index.js';
import { SecureMeetingSession } from '../../../src/defaults/index.js';

// Node is a place without encoded transforms: what an old browser lacks, it lacks too.
describe('where frames cannot be encrypted', () => {
  it('support() says what is missing', async () => {
    const { ok, missing } = await SecureMeetingSession.support();
    expect(ok).to.equal(false);
    expect(missing).to.include('browser-unsupported');
  });

  it('join() refuses, and nothing was sent to the server', async () => {
    const session = new SecureMeetingSession({
      room: 'weekly',
      passphrase: 'a long enough passphrase',
      // Never answers: the join must not wait for a token it has no use for.
      tokenSource: () => new Promise(() => undefined),
    });
    const code = await session.join().then(
      () => undefined,
      (error: unknown) => (error as SecureMeetingError).code,
    );
    expect(code).to.equal('browser-unsupported');
    await session.dispose();
  });
});
