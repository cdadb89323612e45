import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { mendRace } from '../../../scripts/livekit/mend-race.mjs';
import { bundleLiveKit } from '../../../scripts/livekit/bundle.mjs';

/** A fault planted in a source file: `find` must occur there exactly once. */
export interface Fault {
  readonly find: string;
  readonly put: string;
}

/** Source files, by their path from the checkout's root, and what takes their place: a file, or the same with faults. */
export type Replacements = Readonly<Record<string, string | Fault | readonly Fault[]>>;

/** The checkout: tests run from its root. */
export const root = process.cwd();

const options = {
  bundle: true,
  write: false,
  target: 'es2022',
  sourcemap: 'inline',
  logLevel: 'warning',
  tsconfigRaw: {
    compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true, target: 'ES2022' },
  },
} as const;

/**
 * Bundles one page script with everything it imports, as served files by name. `import url from 'worker:…'` gives the
 * address of that module bundled as a worker; the product's own worker is made the same way, in place of the build.
 */
export async function bundlePage(
  entry: string,
  replacements: Replacements = {},
): Promise<{ readonly script: string; readonly files: ReadonlyMap<string, Uint8Array> }> {
  const files = new Map<string, Uint8Array>();
  const add = (contents: Uint8Array): string => {
    const name = `${createHash('sha256').update(contents).digest('hex').slice(0, 16)}.js`;
    files.set(name, contents);
    return name;
  };
  const bundle = async (file: string, format: 'esm' | 'iife', plugins: Plugin[]): Promise<string> => {
    const { outputFiles } = await build({ ...options, entryPoints: [file], format, plugins, outdir: '/' });
    return add(outputFiles[0]!.contents);
  };
  const replace = replacing(replacements);
  const workers: Plugin = {
    name: 'workers',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^worker:/ }, async ({ path: wanted, resolveDir }) => {
        const found = await resolve(wanted.slice('worker:'.length), { resolveDir, kind: 'import-statement' });
        return { path: found.path, namespace: 'worker', errors: found.errors };
      });
      onLoad({ filter: /./, namespace: 'worker' }, async ({ path: file }) => ({
        contents: `export default new URL('./${await bundle(file, 'iife', [replace])}', import.meta.url).href;`,
      }));
      onLoad({ filter: /src\/media\/worker-source\.ts$/ }, ({ path: file }) => ({
        resolveDir: path.dirname(file),
        contents: `import address from 'worker:./worker.js';
          export const workerSource = undefined;
          export const workerAddress = () => address;`,
      }));
    },
  };
  // A page that drives livekit-client itself has the published one throughout: two would not know each other's classes.
  const published = (await readFile(path.resolve(root, entry), 'utf8')).includes("from 'livekit-client'");
  const plugins = [replace, workers, published ? publishedLiveKit : slimLiveKit];
  return { script: await bundle(path.resolve(root, entry), 'esm', plugins), files };
}

/** The published one; what it does on a busy machine is no part of any test. */
const publishedLiveKit: Plugin = {
  name: 'published-livekit',
  setup({ onLoad }) {
    onLoad({ filter: /livekit-client\.esm\.mjs$/ }, async ({ path: file }) => ({
      contents: mendRace(await readFile(file, 'utf8')),
    }));
  },
};

let livekit: ReturnType<typeof bundleLiveKit> | undefined;

/** livekit-client as the bundles have it. */
const slimLiveKit: Plugin = {
  name: 'slim-livekit',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^livekit-client$/ }, () => ({ path: 'livekit-client', namespace: 'slim' }));
    onLoad({ filter: /./, namespace: 'slim' }, async () => ({
      contents: (await (livekit ??= bundleLiveKit(root))).code,
    }));
  },
};

/** What a replacement itself imports under the name it replaces is the original. */
function replacing(replacements: Replacements): Plugin {
  const twins = new Map<string, string>();
  const faults = new Map<string, readonly Fault[]>();
  for (const [from, to] of Object.entries(replacements)) {
    const file = path.resolve(root, from);
    if (typeof to === 'string') twins.set(file, path.resolve(root, to));
    else faults.set(file, [to].flat());
  }
  const idle = new Set([...twins.keys(), ...faults.keys()]);
  return {
    name: 'replace',
    setup({ onResolve, onLoad, onEnd, resolve, initialOptions }) {
      if (idle.size === 0) return;
      onResolve({ filter: /^\.{1,2}\// }, async ({ path: wanted, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === 'original') return undefined;
        const found = await resolve(wanted, { importer, resolveDir, kind, pluginData: 'original' });
        const twin = twins.get(found.path);
        if (!twin || importer === twin) return undefined;
        idle.delete(found.path);
        return { path: twin };
      });
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        const planted = faults.get(file);
        if (!planted) return undefined;
        idle.delete(file);
        let contents = await readFile(file, 'utf8');
        for (const { find, put } of planted) {
          const parts = contents.split(find);
          if (parts.length !== 2) throw new Error(`"${find}" is ${parts.length - 1} times in ${file}, not once`);
          contents = parts.join(put);
        }
        return { contents, loader: 'ts' };
      });
      onEnd(() => {
        if (initialOptions.format === 'esm' && idle.size > 0)
          throw new Error(`Replaced, but nowhere imported: ${[...idle].join(', ')}`);
      });
    },
  };
}
