/** Runs test runners, lets their output through, and adds up what they themselves counted. No dependencies. */
import { spawn } from 'node:child_process';
import { root } from './paths.mjs';
import { seconds } from './steps.mjs';

/** How the runners say what they counted. node:test: `# pass 3` or `ℹ pass 3`; ours for browsers: `Chromium: 3 passed, …`. */
const NODE_LINE = /^(?:#|ℹ) (pass|fail|cancelled|skipped|todo) (\d+)$/;
const BROWSER_LINE = /^(\w+): (\d+) passed, (\d+) failed, (\d+) skipped$/;
const COLOURS = /\x1b\[[0-9;]*[A-Za-z]/g; // eslint-disable-line no-control-regex -- that is what it removes

/** @param {string} text all output of a runner */
export function countResults(text) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const line of text.replace(COLOURS, '').split(/\r?\n/)) {
    const [, word, number] = NODE_LINE.exec(line) ?? [];
    if (word === 'pass') total.passed += Number(number);
    else if (word === 'fail' || word === 'cancelled') total.failed += Number(number);
    else if (word) total.skipped += Number(number);
    const browser = BROWSER_LINE.exec(line);
    if (browser) {
      total.passed += Number(browser[2]);
      total.failed += Number(browser[3]);
      total.skipped += Number(browser[4]);
    }
  }
  return total;
}

/** Lines of one stage's failures that are repeated at the end. */
const REPEATED = 120;

/** @param {string} text all output of a runner @returns {string} what it says of the tests that failed */
export function failures(text) {
  const lines = text.replace(COLOURS, '').split(/\r?\n/);
  // node:test tells of them together, last; ours for browsers one by one.
  const from = lines.indexOf('✖ failing tests:');
  const told = from >= 0 ? lines.slice(from + 1) : lines.filter((line) => /𐄂|❌|Error:/u.test(line));
  return told
    .filter((line) => line.trim() !== '')
    .slice(0, REPEATED)
    .join('\n');
}

/** Collects stages; `summary` prints the table and returns whether all is well. */
export function testRun() {
  const rows = [];
  const record = (row) => rows.push(row);

  /** @returns {Promise<{ code: number, text: string, took: number }>} */
  function execute(args, env) {
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, {
        cwd: root,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const chunks = [];
      for (const [stream, target] of [
        [child.stdout, process.stdout],
        [child.stderr, process.stderr],
      ])
        stream.on('data', (chunk) => {
          chunks.push(chunk);
          target.write(chunk);
        });
      child.once('error', reject);
      child.once('close', (code) =>
        resolve({ code: code ?? 1, text: Buffer.concat(chunks).toString('utf8'), took: performance.now() - started }),
      );
    });
  }
  const announce = (title) => console.log(`\n── ${title} ${'─'.repeat(Math.max(3, 74 - title.length))}`);

  return {
    /** A stage that must succeed and counts nothing, like a type check. Resolves to whether it did. */
    async check(title, args, env = {}) {
      announce(title);
      const { code, took } = await execute(args, env);
      record({ title, took, ok: code === 0 });
      return code === 0;
    },
    /** A stage that counts tests. It fails when a test fails, when it ran none, or when its runner fails. */
    async tests(title, args, env = {}) {
      announce(title);
      const { code, text, took } = await execute(args, env);
      const counts = countResults(text);
      const none = counts.passed + counts.failed === 0;
      if (none) console.error(`${title}: no test ran`);
      // A runner that fails without naming a failed test counts as one failure: it must not vanish from the total.
      if ((none || code !== 0) && counts.failed === 0) counts.failed = 1;
      const ok = code === 0 && counts.failed === 0;
      record({ title, took, ok, counts, failed: ok ? '' : failures(text) });
      return code === 0 && !none;
    },
    /** The closing lines. @returns {boolean} whether everything passed */
    summary() {
      if (rows.some(({ failed }) => failed)) announce('What failed');
      for (const { title, failed } of rows) if (failed) console.log(`${title}\n${failed}\n`);
      announce('Summary');
      const total = { passed: 0, failed: 0, skipped: 0 };
      for (const { title, took, ok, counts } of rows) {
        if (counts) for (const key of Object.keys(total)) total[key] += counts[key];
        else if (!ok) total.failed++;
        const result = counts
          ? `${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}`
          : ok
            ? 'ok'
            : 'failed';
        console.log(`${ok ? 'ok    ' : 'FAILED'} ${title.padEnd(44)} ${seconds(took).padStart(8)}   ${result}`);
      }
      if (total.skipped) console.log(`${total.skipped} skipped: their reasons are printed beside them`);
      console.log(`${total.passed} passed, ${total.failed} failed`);
      // A run of checks alone counts no tests; a stage of tests that ran none has failed already.
      return rows.length > 0 && rows.every(({ ok }) => ok) && total.failed === 0;
    },
  };
}
