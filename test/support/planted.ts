/**
 * Takes defences away, one at a time, and asserts that the tests notice: a test that passes without its defence proves
 * nothing. The sources on disk are not touched. Node only.
 */
import { build } from 'esbuild';
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

export interface Fault {
  readonly name: string;
  /** Under `src/`. */
  readonly file: string;
  /** Occurs in the file once. */
  readonly find: string;
  readonly put: string;
  /** Test file under `test/unit/` (or beside it: `../server/…`), without `.test.ts`, that must fail. */
  readonly caughtBy: string;
  /** Beginning of the title of the one test that must fail, so that only it runs; else the whole file does. */
  readonly test?: string;
}

const root = process.cwd();

/** One test for each fault. */
export function plantFaults(title: string, faults: readonly Fault[]): void {
  const out = path.join(root, 'build', `planted-${title.replaceAll(/\W+/g, '-')}-${process.pid}`);
  describe(`${title}: planted faults`, () => {
    after(() => rm(out, { recursive: true, force: true }));
    for (const [index, fault] of faults.entries())
      it(`${fault.name}: ${fault.caughtBy} fails`, async () => {
        const report = await run(await plant(fault, path.join(out, String(index))), fault.test);
        // A file that could not even run would fail for the wrong reason.
        expect(/^ {4}(?:not )?ok /m.test(report.text), 'the tests ran').to.equal(true);
        expect(/^ {4}not ok /m.test(report.text), 'a test failed').to.equal(true);
        expect(report.code).not.to.equal(0);
      });
  });
}

/** Bundles the test file with the fault in it. @throws Error when the place to break is not there, once. */
async function plant(fault: Fault, outdir: string): Promise<string> {
  const file = path.join(root, 'src', fault.file);
  const source = await readFile(file, 'utf8');
  if (source.split(fault.find).length !== 2)
    throw new Error(`${fault.name}: "${fault.find}" is not in ${fault.file} once`);
  const broken = source.replace(fault.find, () => fault.put);
  await build({
    entryPoints: [{ in: path.join(root, 'test/unit', `${fault.caughtBy}.test.ts`), out: 'planted' }],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    plugins: [
      {
        name: 'fault',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\.ts$/ }, ({ path: loaded }) =>
            loaded === file ? { contents: broken, loader: 'ts' } : undefined,
          );
        },
      },
    ],
  });
  return path.join(outdir, 'planted.mjs');
}

function run(file: string, test: string | undefined): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        '--import',
        './test/support/node-globals.mjs',
        '--test-reporter=tap',
        ...(test ? [`--test-name-pattern=${test}`] : []),
        file,
      ],
      {
        cwd: root,
        // Else the child takes itself for a part of this run and reports in its private format.
        env: { ...process.env, NODE_TEST_CONTEXT: '', PLANTED: '1' },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    child.on('close', (code) => resolve({ code, text }));
  });
}
