/**
 * Builds what the package ships, into a fresh folder that replaces the old one only when everything worked.
 * Usage: node scripts/build.mjs [--out DIR] [--no-types]
 */
import { rollup } from 'rollup';
import { rmSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import bundles from '../rollup.config.mjs';
import { copyBlurFiles } from './blur/copy.mjs';
import { atExit, SIGNALS } from './lib/at-exit.mjs';
import { copyDeclarations } from './lib/declarations.mjs';
import { markFresh, sourcesHash } from './lib/fresh.mjs';
import { integrityOf } from './lib/integrity.mjs';
import { bundledPackages, licenceText } from './lib/licences.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { vscodeData } from './lib/vscode-data.mjs';
import { filesBehind } from './livekit/rollup.mjs';

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: path.join(root, 'dist') },
    'no-types': { type: 'boolean', default: false },
  },
});
const out = path.resolve(options.out);
const fresh = `${out}.new-${process.pid}`;
const old = `${out}.old-${process.pid}`;
const started = Date.now();
atExit(() => {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
});
for (const [signal, code] of SIGNALS) process.on(signal, () => process.exit(code));
const hash = await sourcesHash();
await mkdir(fresh, { recursive: true });
if (!options['no-types']) await run(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...(await rooms())]);

const modules = new Set();
for (const configuration of bundles({ dir: fresh })) {
  const bundle = await rollup(configuration);
  const { output } = await bundle.write(configuration.output);
  await bundle.close();
  for (const id of output.flatMap((chunk) => Object.keys(chunk.modules ?? {})))
    for (const file of await filesBehind(id)) modules.add(file);
}
for (const file of await copyBlurFiles(path.join(fresh, 'blur'))) modules.add(file);
await copyFile(path.join(root, 'src/styles/place.css'), path.join(fresh, 'place.css'));
await writeFile(path.join(fresh, 'THIRD-PARTY-LICENSES.txt'), await licenceText(bundledPackages(modules)));
await writeFile(path.join(fresh, 'integrity.json'), `${JSON.stringify(await integrityOf(fresh), null, 2)}\n`);
if (!options['no-types']) {
  await copyDeclarations(fresh);
  const analyzer = 'node_modules/@custom-elements-manifest/analyzer/cem.js';
  await run(process.execPath, [analyzer, 'analyze', '--quiet', '--outdir', path.relative(root, fresh)]);
  const manifest = JSON.parse(await readFile(path.join(fresh, 'custom-elements.json'), 'utf8'));
  await writeFile(path.join(fresh, 'vscode.html-custom-data.json'), JSON.stringify(vscodeData(manifest)));
}

await rename(out, old).catch((error) => {
  if (error.code !== 'ENOENT') throw error;
});
await rename(fresh, out);
if (out === path.join(root, 'dist') && !options['no-types']) await markFresh(hash);
console.log(`Built ${path.relative(root, out) || out} in ${((Date.now() - started) / 1000).toFixed(1)} s`);

/** Every room that is compiled: on a fresh clone none of them is yet, whatever the others import. */
async function rooms() {
  const { references } = JSON.parse(await readFile(path.join(root, 'tsconfig.json'), 'utf8'));
  return references.map((reference) => reference.path).filter((room) => /^src(\/|$)/.test(room));
}
