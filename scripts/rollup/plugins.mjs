/** The small steps that make our sources fit each bundle. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { blurFiles } from '../blur/files.mjs';

const WORKER_SOURCE = /src\/media\/worker-source\.ts$/;
const BLUR_FILES = /src\/blur\/files\.ts$/;

/** Our specifiers end in `.js`, as they will in the browser; the files end in `.ts`. */
export function sourceFiles() {
  return {
    name: 'source-files',
    resolveId(specifier, importer) {
      if (!importer || !specifier.startsWith('.') || !specifier.endsWith('.js')) return null;
      const file = path.resolve(path.dirname(importer), specifier.replace(/\.js$/, '.ts'));
      return existsSync(file) ? file : null;
    },
  };
}

/** Bundles with a worker file: `src/media/worker-source.ts` names it. @param {string} address as seen from the bundle */
export function workerAddress(address) {
  return replace(
    WORKER_SOURCE,
    `export const workerSource = undefined;
     export const workerAddress = () => new URL(${JSON.stringify(address)}, import.meta.url).href;`,
  );
}

/** The one-file bundle: `src/media/worker-source.ts` holds the worker itself. @param {string} file built before */
export function inlineWorker(file) {
  return replace(WORKER_SOURCE, () => {
    const code = readFileSync(file, 'utf8').replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n');
    return `export const workerSource = ${JSON.stringify(code)};
            export const workerAddress = () => { throw new Error('the worker is inlined'); };`;
  });
}

/** Where the files of blur are: `src/blur/files.ts` names them. @param {string} folder as seen from the bundle */
export function blurFolder(folder) {
  const names = { worker: blurFiles.worker, runtime: blurFiles.runtime.name, model: blurFiles.model.name };
  const addresses = Object.entries(names).map(
    ([part, name]) => `${part}: () => new URL(${JSON.stringify(`${folder}/${name}`)}, import.meta.url).href`,
  );
  return replace(
    BLUR_FILES,
    `export const names = ${JSON.stringify(names)};
     export const addresses = { ${addresses.join(', ')} };`,
  );
}

function replace(module, code) {
  return {
    name: 'replace',
    load(id) {
      if (!module.test(id.split(path.sep).join('/'))) return null;
      return { code: typeof code === 'function' ? code() : code, moduleSideEffects: false };
    },
  };
}

/** A classic script has no `import.meta`: its address is that of the `<script>` that runs it. See {@link scriptAddressIntro}. */
export function scriptAddress() {
  return {
    name: 'script-address',
    resolveImportMeta: (property) => (property === 'url' ? 'scriptAddress' : null),
  };
}

/** Inside the bundle's function, so that loading the script twice does not clash. */
export const scriptAddressIntro =
  'const scriptAddress=typeof document<"u"&&document.currentScript?.src||(typeof location<"u"?location.href:"about:blank");';
