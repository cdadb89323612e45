/**
 * Thousands of random meetings on the simulated network, on all cores. `TRACES=100000 node scripts/node-tests.mjs
 * test/simulation/traces.node.test.ts` runs as many as you have time for (`FIRST`: the first seed); `SEED=17` replays
 * one, with its trace.
 */
import { expect } from 'chai';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { runTrace, summary } from './support/traces.js';

/** One task: seeds are taken in turns, so that no thread gets all the slow ones. */
interface Share {
  readonly first: number;
  readonly step: number;
  readonly end: number;
}

const FAILURES_MAX = 5;
/** Lines of a failing seed's trace that are shown; `SEED=…` prints all. */
const SHOWN = 150;

async function work({ first, step, end }: Share): Promise<void> {
  let failures = 0;
  for (let seed = first; seed < end && failures < FAILURES_MAX; seed += step) {
    const { violations } = await runTrace(seed);
    if (violations.length > 0) failures++;
    if (violations.length > 0) parentPort?.postMessage(seed);
  }
}

function runAll(count: number, first: number): Promise<number[]> {
  const threads = Math.min(availableParallelism(), count);
  const failed: number[] = [];
  const all = Array.from({ length: threads }, (_, i) => {
    const share: Share = { first: first + i, step: threads, end: first + count };
    return new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: share });
      worker.on('message', (seed: number) => failed.push(seed));
      worker.on('error', reject);
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a thread ended with ${code}`))));
    });
  });
  return Promise.all(all).then(() => failed.sort((a, b) => a - b));
}

if (isMainThread) {
  const { TRACES, FIRST, SEED } = process.env;
  const count = Number(TRACES ?? 2_000);
  describe('leader: random meetings keep every promise', () => {
    it(SEED ? `seed ${SEED}` : `${count} seeds`, async () => {
      if (SEED) {
        const result = await runTrace(SEED, { trace: true });
        console.log(result.trace.join('\n'));
        expect(result.violations).to.deep.equal([]);
        return;
      }
      const failed = await runAll(count, Number(FIRST ?? 1));
      const told: string[] = [];
      for (const seed of failed.slice(0, 2)) told.push(summary(await runTrace(seed, { trace: true }), SHOWN));
      expect(failed, told.join('\n\n')).to.deep.equal([]);
    });
  });
} else await work(workerData as Share);
