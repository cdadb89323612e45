/** The same random meetings with the real cryptography: fewer, because it takes its time. */
import { expect } from 'chai';
import { createIdentityKey } from '../../src/crypto/index.js';
import { realPrimitives } from '../../src/keys/leader/real.js';
import { runTrace } from './support/traces.js';

describe('leader: random meetings with real keys', () => {
  for (const seed of [1, 2, 3]) {
    it(`seed ${seed}`, async function (this: { timeout?(ms: number): void }) {
      this.timeout?.(120_000);
      const primitives = { ...realPrimitives(), securityCode: async () => ['0', '0', '0', '0', '0', '0'] as const };
      const identityKey = (bytes: Uint8Array): ReturnType<typeof createIdentityKey> =>
        createIdentityKey({ seed: bytes });
      const { violations } = await runTrace(seed, { primitives, identityKey });
      expect(violations).to.deep.equal([]);
    });
  }
});
