/** A failing seed tells what happened, and happens again exactly. */
import { expect } from 'chai';
import { runTrace, summary, type TraceResult } from './support/traces.js';

/** A fault that random meetings find soon: the search is part of what is shown. */
const FAULTS = ['bar-ignored', 'old-binding-kept'] as const;

describe('leader: a seed is a meeting', () => {
  it('random meetings keep every promise here too', async function (this: { timeout?(ms: number): void }) {
    this.timeout?.(120_000);
    for (let seed = 1; seed <= 40; seed++) expect((await runTrace(seed)).violations, `SEED=${seed}`).to.deep.equal([]);
  });

  it('a failing seed prints a readable trace, and replays exactly', async function (this: {
    timeout?(ms: number): void;
  }) {
    this.timeout?.(120_000);
    let found: TraceResult | undefined;
    for (let seed = 1; seed <= 200 && !found; seed++) {
      const result = await runTrace(seed, { faults: FAULTS });
      if (result.violations.length > 0) found = result;
    }
    if (!found) throw new Error('no seed found the planted fault');
    const first = await runTrace(found.seed, { faults: FAULTS, trace: true });
    const second = await runTrace(found.seed, { faults: FAULTS, trace: true });
    expect(first.violations).to.deep.equal(found.violations);
    expect(second.trace).to.deep.equal(first.trace);
    const text = summary(first, 150);
    expect(text).to.include(`SEED=${found.seed}`).and.include('!!!');
    // When, who, what: a line per thing that happened, none longer than a screen.
    for (const line of first.trace) expect(line).to.match(/^ +\d+\.\d{3} {2}\S/);
    expect(text.split('\n').length).to.be.within(10, 160);
  });
});
