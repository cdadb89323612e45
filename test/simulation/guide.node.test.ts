/** `docs/write-a-key-provider.md`: its code compiles against the contract, and passes the kit. */
import { expect } from 'chai';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { ConformanceReport } from '../../src/keys/testing/index.js';

const root = process.cwd();
const run = promisify(execFile);
const ROOMS: Readonly<Record<string, string>> = {
  'secure-meeting/keys': path.join(root, 'src/keys/index.ts'),
  'secure-meeting/testing': path.join(root, 'src/keys/testing/index.ts'),
};

describe('the guide to writing a key provider', () => {
  let folder: string;
  let code: string;
  before(async () => {
    await mkdir(path.join(root, 'build'), { recursive: true });
    folder = await mkdtemp(path.join(root, 'build/guide-'));
    const guide = await readFile(path.join(root, 'docs/write-a-key-provider.md'), 'utf8');
    code = [...guide.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((block) => block[1]).join('\n');
    await writeFile(path.join(folder, 'guide.ts'), code);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('compiles under the strictest settings of this project', async () => {
    const paths = Object.fromEntries(Object.entries(ROOMS).map(([name, file]) => [name, [file]]));
    const compilerOptions = {
      noEmit: true,
      composite: false,
      incremental: false,
      types: [],
      paths,
      module: 'nodenext',
    };
    const config = { extends: path.join(root, 'tsconfig.base.json'), compilerOptions, files: ['guide.ts'] };
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = path.join(root, 'node_modules/typescript-7/bin/tsc');
    const said = await run(process.execPath, [tsc, '-p', folder]).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    expect(said).to.equal('');
  });

  it('its provider passes the kit, and a report says so', async () => {
    const outfile = path.join(folder, 'guide.mjs');
    const options = { bundle: true, format: 'esm', platform: 'node', packages: 'external', alias: ROOMS } as const;
    await build({ entryPoints: [path.join(folder, 'guide.ts')], outfile, logLevel: 'silent', ...options });
    const log = console.log;
    console.log = () => undefined;
    try {
      const { report } = (await import(pathToFileURL(outfile).href)) as { report: ConformanceReport };
      const problems = report.findings.flatMap((finding) => finding.problems);
      expect(problems).to.deep.equal([]);
      expect([report.provider, report.passed]).to.deep.equal(['shared-secret', true]);
      expect(report.findings.filter((finding) => finding.kept).length).to.be.at.least(8);
    } finally {
      console.log = log;
    }
  });
});
