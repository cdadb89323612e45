import { expect } from 'chai';
import { countResults, failures, testRun } from '../../../scripts/lib/test-stages.mjs';

/** A runner that writes `text` and ends with `code`. */
const runner = (text: string, code = 0): string[] => [
  '-e',
  `process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${code};`,
];

/** Runs the stages with their printing caught. */
async function caught(
  stages: (run: ReturnType<typeof testRun>) => Promise<unknown>,
): Promise<{ ok: boolean; last: string; all: string }> {
  const { log, error } = console;
  const write = process.stdout.write.bind(process.stdout);
  const lines: string[] = [];
  console.log = (line: string) => lines.push(line);
  console.error = (line: string) => lines.push(line);
  process.stdout.write = () => true;
  try {
    const run = testRun();
    await stages(run);
    return { ok: run.summary(), last: lines.at(-1) ?? '', all: lines.join('\n') };
  } finally {
    Object.assign(console, { log, error });
    process.stdout.write = write;
  }
}

describe('the total of npm test', () => {
  it('reads the closing lines of node:test, TAP and spec, with colours', () => {
    expect(countResults('# tests 7\n# pass 5\n# fail 1\n# cancelled 1\n# skipped 0\n')).to.deep.equal({
      passed: 5,
      failed: 2,
      skipped: 0,
    });
    expect(countResults('\u001b[34mℹ pass 3\u001b[39m\nℹ fail 0\nℹ skipped 2\nℹ todo 1\n')).to.deep.equal({
      passed: 3,
      failed: 0,
      skipped: 3,
    });
  });

  it('reads a closing line behind the cursor movements of a progress bar', () => {
    expect(countResults('\u001b[2K\u001b[1A\u001b[2K\u001b[GFirefox: 792 passed, 3 failed, 1 skipped\n')).to.deep.equal(
      {
        passed: 792,
        failed: 3,
        skipped: 1,
      },
    );
  });

  it('reads the closing lines of the browsers and adds them up', () => {
    expect(
      countResults('Chromium: 10 passed, 0 failed, 1 skipped\nFirefox: 9 passed, 1 failed, 1 skipped\n'),
    ).to.deep.equal({
      passed: 19,
      failed: 1,
      skipped: 2,
    });
  });

  it('does not take a test’s own words for a count', () => {
    expect(
      countResults('  ✔ says "# pass 9" (1ms)\n x # pass 9\nnote: Chromium: 4 passed, 0 failed, 0 skipped!\n').passed,
    ).to.equal(0);
  });

  it('adds the stages up and succeeds when all passed', async () => {
    const { ok, last } = await caught(async (run) => {
      await run.check('types', runner(''));
      await run.tests('a', runner('ℹ pass 2\nℹ fail 0\n'));
      await run.tests('b', runner('Firefox: 3 passed, 0 failed, 0 skipped\n'));
    });
    expect(last).to.equal('5 passed, 0 failed');
    expect(ok).to.be.true;
  });

  it('succeeds with checks alone, which count no tests', async () => {
    const { ok, last } = await caught((run) => run.check('types', runner('')));
    expect(last).to.equal('0 passed, 0 failed');
    expect(ok).to.be.true;
  });

  it('fails when a check failed', async () => {
    const { ok } = await caught((run) => run.check('types', runner('', 1)));
    expect(ok).to.be.false;
  });

  it('fails when a test failed', async () => {
    const { ok, last } = await caught((run) => run.tests('a', runner('ℹ pass 2\nℹ fail 1\n', 1)));
    expect(last).to.equal('2 passed, 1 failed');
    expect(ok).to.be.false;
  });

  it('fails when a stage ran no test, although its runner was content', async () => {
    const { ok, last } = await caught(async (run) => {
      await run.tests('a', runner('ℹ pass 2\nℹ fail 0\n'));
      await run.tests('b', runner('ℹ pass 0\nℹ fail 0\n'));
    });
    expect(last).to.equal('2 passed, 1 failed');
    expect(ok).to.be.false;
  });

  it('fails when a runner failed without naming a test, and when a check failed', async () => {
    const crashed = await caught((run) => run.tests('a', runner('ℹ pass 2\nℹ fail 0\n', 3)));
    expect([crashed.ok, crashed.last]).to.deep.equal([false, '2 passed, 1 failed']);
    const check = await caught(async (run) => {
      await run.check('types', runner('', 2));
      await run.tests('a', runner('ℹ pass 2\nℹ fail 0\n'));
    });
    expect([check.ok, check.last]).to.deep.equal([false, '2 passed, 1 failed']);
  });

  it('says at the end again what failed, with its reason, and of a stage that passed nothing', async () => {
    const said =
      '✔ one\n✖ two\nℹ pass 1\nℹ fail 1\n\n✖ failing tests:\n\ntest at a.ts:1:1\n✖ two (3ms)\n  Error: because\n';
    expect(failures(said)).to.equal('test at a.ts:1:1\n✖ two (3ms)\n  Error: because');
    expect(failures('x\n 𐄂 three\n   AssertionError: so\nFirefox: 1 passed, 1 failed, 0 skipped')).to.equal(
      ' 𐄂 three\n   AssertionError: so',
    );
    const { all } = await caught(async (run) => {
      await run.tests('Good', runner('ℹ pass 1\nℹ fail 0\n'));
      await run.tests('Bad', runner(said, 1));
    });
    expect(all).to.match(/What failed[^]+Bad\ntest at a\.ts[^]+because[^]+Summary/);
    expect(all).not.to.match(/Good\n/);
  });
});
