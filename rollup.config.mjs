/**
 * What the package ships, as Rollup configurations. `scripts/build.mjs` runs them all into one folder:
 *
 * - `esm/…`: for bundlers and Node. Dependencies stay imports, so that a site has one copy of Lit; LiveKit is inside.
 * - `server/…`: the backend for Node; all packages stay imports, and are optional peers.
 * - `bare/…`: the barrel for edge runtimes, which have no DOM and where Lit would look for one.
 * - `secure-meeting.js` and its chunks: for `<script type="module">`. Everything is in it; small before the join.
 * - `secure-meeting.classic.js`: one file for `<script>`, the worker inlined.
 * - `secure-meeting.worker.js`: the media worker, without imports.
 * - `blur/worker.js`: the worker of background blur; `scripts/build.mjs` puts what it loads beside it.
 */
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'rollup-plugin-esbuild';
import { fileURLToPath } from 'node:url';
import { blurFiles } from './scripts/blur/files.mjs';
import { liteRtLoader } from './scripts/blur/loader.mjs';
import { slimLiveKit } from './scripts/livekit/rollup.mjs';
import { minifyTemplates } from './scripts/rollup/minify-templates.mjs';
import {
  blurFolder,
  inlineWorker,
  scriptAddress,
  scriptAddressIntro,
  sourceFiles,
  workerAddress,
} from './scripts/rollup/plugins.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const { version, dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const source = (file) => path.join(root, 'src', file);
/**
 * Compiles the first screen's functions while they are read, beside the main thread: one after the other at their first call
 * takes a slow phone twice as long. What a browser doesn't know of it is a comment.
 */
const eager = '//# allFunctionsCalledOnLoad';
const banner = `/*! secure-meeting ${version} | MIT, THIRD-PARTY-LICENSES.txt */`;

/** Classes of the platform that ours extend: where there are none, nothing is ever made of ours either. */
const bareIntro = 'const { Event = class {}, CustomEvent = class extends Event {} } = globalThis;';

const compile = ({ conditions = ['production'] } = {}) => [
  sourceFiles(),
  esbuild({ target: 'es2022', tsconfig: path.join(root, 'tsconfig.base.json') }),
  minifyTemplates(),
  nodeResolve({ browser: !conditions.includes('node'), exportConditions: conditions }),
];
/** `module: false` keeps what a classic script declares at its top: there it is the global. */
const minify = ({ module = true } = {}) =>
  terser({ module, ecma: 2022, compress: { passes: 2 }, format: { comments: /^!|^# all/ } });

/** A warning here is a broken bundle (an unresolved import, a cycle between chunks), so it ends the build. */
const onwarn = (warning) => {
  // livekit-client's own build carries compiler helpers that read a top-level `this`, and cycles of its own.
  if (warning.code === 'THIS_IS_UNDEFINED' || warning.ids?.every((id) => id.includes('node_modules'))) return;
  if (warning.code === 'EMPTY_BUNDLE') return;
  throw new Error(`${warning.code}: ${warning.message}`);
};

const locales = () =>
  readdirSync(source('i18n'))
    .filter((file) => /^[a-z]{2}(-[A-Z]{2})?\.ts$/.test(file))
    .map((file) => path.basename(file, '.ts'));

/** Every tag's folder has a `tags.ts`, every room an `index.ts`: such a chunk is called after its folder. */
const chunkName = ({ name, facadeModuleId, moduleIds }) => {
  const module = facadeModuleId ?? moduleIds.at(-1);
  return `${['index', 'tags'].includes(name) && module ? path.basename(path.dirname(module)) : name}-[hash].js`;
};

/** Entries that exist so far. */
const present = (entries) => Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)));

const isDependency = (id) => Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`));

/**
 * @param {{ dir: string }} options where the files go
 * @returns {import('rollup').RollupOptions[]} in the order in which they must be built
 */
export default function bundles({ dir = path.join(root, 'dist') } = {}) {
  const workerFile = path.join(dir, 'secure-meeting.worker.js');
  const shared = { onwarn, preserveEntrySignatures: 'strict' };
  const files = { sourcemap: true, generatedCode: 'es2015', hashCharacters: 'base36' };
  return [
    {
      ...shared,
      input: source('media/worker.ts'),
      plugins: [...compile(), minify()],
      output: { ...files, banner, file: workerFile, format: 'iife', inlineDynamicImports: true },
    },
    {
      ...shared,
      input: source('blur/worker.ts'),
      plugins: [liteRtLoader(), ...compile(), minify()],
      output: {
        ...files,
        banner,
        file: path.join(dir, 'blur', blurFiles.worker),
        format: 'iife',
        inlineDynamicImports: true,
      },
    },
    {
      ...shared,
      input: {
        index: source('index.ts'),
        define: source('define/index.ts'),
        react: source('react/index.ts'),
        keys: source('keys/index.ts'),
        testing: source('keys/testing/index.ts'),
        ...Object.fromEntries(locales().map((locale) => [`locales/${locale}`, source(`i18n/${locale}.ts`)])),
      },
      external: (id) => isDependency(id) || id === 'react' || id.startsWith('node:'),
      plugins: [workerAddress('../secure-meeting.worker.js'), blurFolder('../blur'), slimLiveKit(), ...compile()],
      output: { ...files, banner, dir: path.join(dir, 'esm'), format: 'es', chunkFileNames: chunkName },
    },
    {
      ...shared,
      input: { index: source('index.ts'), react: source('react/index.ts') },
      external: (id) => id === 'react' || id.startsWith('node:'),
      plugins: [
        workerAddress('../secure-meeting.worker.js'),
        blurFolder('../blur'),
        slimLiveKit(),
        ...compile({ conditions: ['node', 'production'] }),
      ],
      output: {
        ...files,
        banner,
        intro: bareIntro,
        dir: path.join(dir, 'bare'),
        format: 'es',
        chunkFileNames: chunkName,
      },
    },
    {
      ...shared,
      input: present({ index: source('server/index.ts'), cli: source('server/cli.ts') }),
      external: (id) => !id.startsWith('.') && !path.isAbsolute(id),
      plugins: compile(),
      output: {
        ...files,
        banner,
        dir: path.join(dir, 'server'),
        format: 'es',
        chunkFileNames: '[name]-[hash].js',
        // A command loads what it needs when it needs it.
        hoistTransitiveImports: false,
      },
    },
    {
      ...shared,
      input: { 'secure-meeting': source('bundles/module.ts') },
      plugins: [
        workerAddress('./secure-meeting.worker.js'),
        blurFolder('./blur'),
        slimLiveKit(),
        ...compile(),
        minify(),
      ],
      output: {
        ...files,
        banner: ({ name, isEntry }) => (isEntry ? '' : name === 'module' ? `${eager}\n${banner}` : banner),
        dir,
        format: 'es',
        // Their names are most of what the entry can't pack: six characters of hash tell two releases apart as well.
        chunkFileNames: (chunk) => `secure-meeting.${chunkName(chunk)}`.replace('[hash]', '[hash:6]'),
      },
    },
    {
      ...shared,
      input: source('bundles/classic.ts'),
      plugins: [
        inlineWorker(workerFile),
        blurFolder('./blur'),
        slimLiveKit(),
        ...compile(),
        scriptAddress(),
        minify({ module: false }),
      ],
      output: {
        ...files,
        banner,
        intro: scriptAddressIntro,
        file: path.join(dir, 'secure-meeting.classic.js'),
        format: 'iife',
        name: 'SecureMeeting',
        inlineDynamicImports: true,
      },
    },
  ];
}
