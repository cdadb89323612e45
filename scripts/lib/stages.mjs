/** The stages of `npm test` and the gates of `npm run verify`, each named once. No dependencies. */
const TSC = 'node_modules/typescript/bin/tsc';
const TSC_7 = 'node_modules/typescript-7/bin/tsc';
const WTR = 'node_modules/@web/test-runner/dist/bin.js';
const nodeTests = (...args) => ['scripts/node-tests.mjs', ...args];
/** Entries of the package that are files to fetch or to read, not modules with types. */
const FILES = ['./worker', './place.css', './custom-elements.json', './vscode.html-custom-data.json', './package.json'];
/** Real browsers and a real server: one file after the other, so that a slow machine does not look like a broken one. */
const oneByOne = '--test-concurrency=1';

/**
 * @param {ReturnType<import('./test-stages.mjs').testRun>} run
 * @param {Record<string, string>} [env] for every runner
 */
export function tests(run, env = {}) {
  return {
    types: () => run.check('Types', [TSC, '-b']),
    node: () => run.tests('Units, vectors and simulation in Node', nodeTests(), env),
    server: () => run.tests('The backend on PGlite and PostgreSQL', nodeTests(oneByOne, 'test/server'), env),
    browsers: async () => {
      await run.tests('Units, vectors and elements in Chromium', [WTR], { ...env, BROWSERS: 'chromium' });
      await run.tests('Units, vectors and elements in Firefox', [WTR], { ...env, BROWSERS: 'firefox' });
    },
    build: () => run.check('Build', ['scripts/build.mjs']),
    package: () => run.tests('The packed package and the commands', nodeTests(oneByOne, 'test/package'), env),
    e2e: async () => {
      await run.tests('Calls through a real LiveKit', nodeTests(oneByOne, 'test/e2e'), env);
      await run.tests('Attacks through a real LiveKit', nodeTests(oneByOne, 'test/hostile'), env);
    },
  };
}

/** @param {ReturnType<import('./test-stages.mjs').testRun>} run */
export function gates(run) {
  return {
    async sources() {
      await run.check('Format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']);

      await run.check('Types, TypeScript 7', [TSC_7, '-b', '--force']);
      // Last, since both write to one place and the rest reads what 6 wrote.
      await run.check('Types, TypeScript 6', [TSC, '-b', '--force']);
      await run.check('Lint', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']);
      await run.check('Rooms and cycles', [
        'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
        'src',
        'test',
        'scripts',
      ]);
      await run.check('Unused files, exports and dependencies', ['node_modules/knip/bin/knip.js', '--no-progress']);
      await run.check('Lock file', ['scripts/complete-lockfile.mjs', '--check']);
      await run.check('Lock files of the examples', ['scripts/lock-examples.mjs', '--check']);
      await run.check('Tracked files', ['scripts/checks/tracked-files.mjs']);
      await run.check('Evidence', ['scripts/checks/evidence.mjs']);
      await run.check('Accessibility, row by row', ['scripts/checks/accessibility.mjs']);
      await run.check('Error codes', ['scripts/checks/error-codes.mjs']);
      await run.check('docs/errors.md', ['scripts/docs-errors.mjs', '--check']);
    },
    build: () => run.check('Build', ['scripts/build.mjs']),
    async built() {
      await run.check('API report', ['scripts/api.mjs', '--check']);
      await run.check('docs/contract.md', ['scripts/docs-contract.mjs', '--check']);
      await run.check('Sizes', ['scripts/size.mjs']);
      await run.check('publint', ['node_modules/publint/src/cli.js', '--strict']);
      await run.check('Are the types wrong', [
        'node_modules/@arethetypeswrong/cli/dist/index.js',
        ...['--pack', '.', '--profile', 'esm-only', '--exclude-entrypoints', ...FILES],
      ]);
      await run.check('Other people’s code', ['scripts/dependencies.mjs', '--check']);
    },
  };
}
