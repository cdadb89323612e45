/** The examples whose meetings are made up, and the self-check: bundled from the sources, so that they need no build and no server. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

const FOLDERS = ['screens', 'designs', 'selfcheck'];
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** Writes the folders with their scripts into `site`. */
export async function buildExamples(site) {
  const { build, transform } = await import('esbuild');
  await build({
    entryPoints: [
      ...['screens/screen', 'designs/design', 'selfcheck/page'].map((name) => ({
        in: path.join(root, 'examples', `${name}.ts`),
        out: name,
      })),
      { in: path.join(root, 'src/media/worker.ts'), out: 'selfcheck/worker' },
    ],
    outdir: site,
    bundle: true,
    splitting: true,
    // One beginning for all that is loaded later, too: the demo knows whose files these are by it.
    chunkNames: 'chunk-[name]-[hash]',
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true, target: 'ES2022' } },
  });
  for (const folder of FOLDERS)
    await cp(path.join(root, 'examples', folder), path.join(site, folder), {
      recursive: true,
      filter: (file) => !file.endsWith('.ts'),
    });
  // The provider of `own-provider` is the guide's, without its types.
  const guide = await readFile(path.join(root, 'docs/write-a-key-provider.md'), 'utf8');
  const [, source] = /^```ts\n([\s\S]*?)^```/m.exec(guide);
  const { code } = await transform(source, { loader: 'ts', target: 'es2022' });
  await mkdir(path.join(site, 'own-provider'), { recursive: true });
  await writeFile(path.join(site, 'own-provider/shared-secret-provider.js'), code);
}

/**
 * Answers below `prefix`, an address ending in a slash. Bundles with the first request, into a folder of its own.
 * @param {string} prefix
 * @returns {{ listener: import('node:http').RequestListener, close(): Promise<void> }}
 */
export function serveExamples(prefix) {
  let built;
  const site = async () => {
    built ??= (async () => {
      const folder = await mkdtemp(path.join(root, 'build/examples-'));
      await buildExamples(folder);
      return folder;
    })();
    return built;
  };
  const listener = async (request, response) => {
    try {
      const { pathname } = new URL(request.url, 'http://host');
      const body = await readFile(path.join(await site(), path.posix.normalize(pathname.slice(prefix.length - 1))));
      response
        .writeHead(200, { 'content-type': TYPES[path.extname(pathname)] ?? 'application/octet-stream' })
        .end(body);
    } catch (error) {
      response.writeHead(error.code === 'ENOENT' ? 404 : 500).end();
    }
  };
  return {
    listener: (request, response) => void listener(request, response),
    async close() {
      const folder = await built?.catch(() => undefined);
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}
