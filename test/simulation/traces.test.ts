/**
 * Thousands of random meetings on the simulated network. `TRACES=100000 node scripts/node-tests.mjs
 * test/simulation/traces.test.ts` runs as many as you have time for; `SEED=17` replays one, with its trace.
 */
import { expect } from 'chai';
import { runTrace } from './support/traces.js';

const environment = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
const count = Number(environment.TRACES ?? 400);
const only = environment.SEED;

describe('leader: random meetings keep every promise', () => {
  it(only ? `seed ${only}` : `${count} seeds`, async function (this: { timeout?(ms: number): void }) {
    this.timeout?.(3_600_000);
    const seeds = only ? [only] : Array.from({ length: count }, (_, i) => i + Number(environment.FIRST ?? 1));
    const failed: string[] = [];
    for (const seed of seeds) {
      const result = await runTrace(seed, { trace: only !== undefined });
      if (only) console.log(result.trace.join('\n'));
      if (result.violations.length === 0) continue;
      failed.push(`SEED=${seed}: ${result.violations.join(' | ')}`);
      if (failed.length >= 10) break;
    }
    expect(failed.join('\n')).to.equal('');
  });
});
