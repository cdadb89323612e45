/**
 * Builds this checkout and compares the result with a published package, file by file and byte by byte.
 * Usage: node scripts/compare-build.mjs PACKAGE.tgz|FOLDER [--built DIST]
 *   PACKAGE.tgz  what `npm pack secure-meeting@VERSION` fetched; or the folder of an unpacked package
 *   --built      a build that is there already
 * Ends with 1 when any file differs, is missing, or is there too much.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareFolders } from './lib/compare-folders.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const { values, positionals } = parseArgs({ options: { built: { type: 'string' } }, allowPositionals: true });
const [given] = positionals;
if (!given) {
  console.error('Usage: node scripts/compare-build.mjs PACKAGE.tgz|FOLDER [--built DIST]');
  process.exit(2);
}
const compared = path.join(root, `dist.new-compare-${process.pid}`);
const temporary = await mkdtemp(path.join(tmpdir(), 'secure-meeting-compare-'));
try {
  let published = path.resolve(given);
  if ((await stat(published)).isFile()) {
    await run('tar', ['-xzf', published, '-C', temporary]);
    published = path.join(temporary, 'package');
  }
  let built = values.built && path.resolve(values.built);
  if (!built) {
    // As deep as `dist`: source maps name the sources from where the bundle is.
    built = compared;
    await run(process.execPath, ['scripts/build.mjs', '--out', built], { cwd: root });
  }
  const { same, different } = await compareFolders(path.join(published, 'dist'), built);
  for (const { file, what } of different) console.error(`${what}: dist/${file}`);
  console.log(`${same} files are the same, ${different.length} are not`);
  if (different.length > 0 || same === 0) process.exitCode = 1;
} finally {
  for (const folder of [temporary, compared]) await rm(folder, { recursive: true, force: true });
}
