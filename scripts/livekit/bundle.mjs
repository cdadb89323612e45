/** livekit-client, compiled from the sources it publishes, without what a meeting never uses: see `cuts.mjs`. */
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../lib/paths.mjs';
import { names, replacements, version } from './cuts.mjs';
import { mendRace } from './mend-race.mjs';
import { WAITING, mendWaits } from './mend-waits.mjs';
import { removeLogging } from './remove-logging.mjs';

/** LiveKit compiles for ES2015, where a field that is only declared does not exist: anything else changes its classes. */
const compilerOptions = { target: 'ES2022', useDefineForClassFields: false, experimentalDecorators: true };

/** By module: what changes its code. */
const mends = new Map([
  ['livekit-client/src/room/PCTransport.ts', mendRace],
  ...WAITING.map((name) => /** @type {const} */ ([name, mendWaits])),
]);

/**
 * @param {string} [checkout] the folder that has `node_modules`
 * @returns {Promise<{ code: string, map: object, modules: string[], bytes: Map<string, number> }>} an ES module that
 *   exports `names`, the files whose code is in it, and how much of each
 * @throws Error when a cut fits no longer
 */
export async function bundleLiveKit(checkout = root) {
  const packages = path.join(checkout, 'node_modules');
  const manifest = JSON.parse(await readFile(path.join(packages, 'livekit-client/package.json'), 'utf8'));
  if (manifest.version !== version)
    throw new Error(`scripts/livekit/cuts.mjs is for livekit-client ${version}, not ${manifest.version}: see there`);
  const unused = new Set(Object.keys(replacements));
  let calls = 0;
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `export { ${names.join(', ')} } from './livekit-client/src/index.ts';`,
      resolveDir: packages,
      sourcefile: 'livekit.js',
    },
    bundle: true,
    write: false,
    outdir: checkout,
    absWorkingDir: checkout,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['production'],
    sourcemap: 'external',
    tsconfigRaw: { compilerOptions },
    logLevel: 'warning',
    plugins: [
      {
        name: 'cuts',
        setup({ onResolve, onLoad, resolve }) {
          // All of it declares, and acts when it is called: a module nobody uses can go.
          onResolve({ filter: /./ }, async ({ path: wanted, pluginData, ...rest }) => {
            if (pluginData === 'again') return undefined;
            const found = await resolve(wanted, { ...rest, pluginData: 'again' });
            return found.errors.length > 0 ? { errors: found.errors } : { path: found.path, sideEffects: false };
          });
          onLoad({ filter: /\.(?:ts|js|mjs)$/ }, async ({ path: file }) => {
            const name = path.relative(packages, file).split(path.sep).join('/');
            const replacement = replacements[name];
            if (replacement !== undefined) {
              unused.delete(name);
              return { contents: replacement };
            }
            if (!name.startsWith('livekit-client/')) return undefined;
            const published = await readFile(file, 'utf8');
            const mend = mends.get(name);
            const silent = removeLogging(mend ? mend(published) : published, name);
            calls += silent.removed;
            return { contents: silent.code, loader: 'ts', resolveDir: path.dirname(file) };
          });
        },
      },
    ],
  });
  if (unused.size > 0) throw new Error(`livekit-client has no part any more called ${[...unused].join(', ')}`);
  if (calls < 100) throw new Error(`livekit-client logs in another way: ${calls} calls found`);
  const [code, map] = ['.js', '.js.map'].map((end) => outputFiles.find((file) => file.path.endsWith(end)).text);
  const parts = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const bytes = new Map(parts.map(([file, { bytesInOutput }]) => [path.resolve(checkout, file), bytesInOutput]));
  const modules = [...bytes.keys()].filter((file) => bytes.get(file) > 0);
  return { code, map: JSON.parse(map), modules, bytes };
}
