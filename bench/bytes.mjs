/**
 * What a page loads, compressed: our entries, lit and livekit-client alone, and the published packages of others. Writes
 * bench/results/bytes.{json,md}. The packages of others come from the registry into a temporary folder; they are measured
 * as they are and then deleted. Sizes don't depend on the machine or on what else it does.
 * Usage: node scripts/build.mjs && node bench/bytes.mjs
 */
import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from '../scripts/lib/paths.mjs';
import { measure } from '../scripts/lib/sizes.mjs';

/** Package, version, file of it, and what is in that file. */
const OTHERS = [
  ['@daily-co/daily-js', '0.92.2', 'dist/daily.js', 'the library; the meeting itself is loaded from Daily’s servers'],
  [
    '@whereby.com/browser-sdk',
    '3.30.3',
    'dist/cdn/v3-embed.js',
    'a tag around an iframe; the meeting is Whereby’s page',
  ],
  ['@whereby.com/browser-sdk', '3.30.3', 'dist/cdn/v3-react.js', 'hooks and their client, without a UI'],
  ['openvidu-browser', '2.32.2', 'static/js/openvidu-browser-2.32.2.min.js', 'OpenVidu 2: the client, without a UI'],
  [
    'openvidu-components-angular',
    '3.4.0',
    'fesm2022/openvidu-components-angular.mjs',
    'the UI, minified here; without Angular and livekit-client, which it needs',
  ],
];

const of = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length,
});
const json = async (file) => JSON.parse(await readFile(path.join(root, file), 'utf8'));
const rows = [];

const { version, dependencies } = await json('package.json');
const { budgets } = await json('size-budget.json');
for (const budget of budgets) {
  const files = await measure(path.join(root, 'dist'), budget);
  const sum = (key) => files.reduce((total, file) => total + file[key], 0);
  rows.push({
    who: `secure-meeting ${version}`,
    what: budget.name,
    files: files.length,
    raw: sum('raw'),
    gzip: sum('gzip'),
    brotli: sum('brotli'),
  });
}

/** Bundled and minified by esbuild, with everything that is exported. */
async function alone(...names) {
  const contents = names.map((name, index) => `export * as p${index} from '${name}';`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}
const lit = `lit ${dependencies.lit}`;
const livekit = `livekit-client ${dependencies['livekit-client']}`;
rows.push({ who: lit, what: 'alone, all of it', files: 1, ...of(await alone('lit')) });
rows.push({ who: livekit, what: 'alone, all of it', files: 1, ...of(await alone('livekit-client')) });
rows.push({
  who: `${lit} + ${livekit}`,
  what: 'together, all of both',
  files: 1,
  ...of(await alone('lit', 'livekit-client')),
});
const worker = await readFile(path.join(root, 'node_modules/livekit-client/dist/livekit-client.e2ee.worker.js'));
rows.push({ who: livekit, what: 'its worker for E2EE, as published', files: 1, ...of(worker) });

const temporary = await mkdtemp(path.join(tmpdir(), 'secure-meeting-bytes-'));
try {
  for (const [name, wanted, file, what] of OTHERS) {
    const folder = path.join(temporary, `${name.replaceAll('/', '-')}-${wanted}`);
    await mkdir(folder, { recursive: true });
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', `${name}@${wanted}`], {
      cwd: folder,
      encoding: 'utf8',
    });
    execFileSync('tar', ['-xzf', packed.trim().split('\n').at(-1)], { cwd: folder });
    const source = await readFile(path.join(folder, 'package', file));
    const bytes = file.endsWith('.mjs')
      ? await import('esbuild')
          .then(({ transform }) => transform(source, { minify: true, format: 'esm' }))
          .then(({ code }) => Buffer.from(code))
      : source;
    rows.push({ who: `${name} ${wanted}`, what: `\`${file}\`: ${what}`, files: 1, ...of(bytes) });
  }
} finally {
  await rm(temporary, { recursive: true, force: true });
}

const number = (value) => value.toLocaleString('en');
await writeFile(
  path.join(root, 'bench/results/bytes.json'),
  `${JSON.stringify({ measured: new Date().toISOString().slice(0, 10), rows }, null, 2)}\n`,
);
await writeFile(
  path.join(root, 'bench/results/bytes.md'),
  [
    '# Bytes',
    '',
    `Measured ${new Date().toISOString().slice(0, 10)} by \`node bench/bytes.mjs\`. Bytes; brotli quality 11, gzip level 9, each file by itself.`,
    'Ours carry the whole meeting: interface, session, keys, media encryption and LiveKit’s client without the parts that nobody',
    'uses. The files of others are what they publish, and do different things, as the second column says.',
    '',
    '| | what | files | brotli | gzip | raw |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.who} | ${row.what} | ${row.files} | ${number(row.brotli)} | ${number(row.gzip)} | ${number(row.raw)} |`,
    ),
    '',
  ].join('\n'),
);
for (const { who, what, brotli } of rows) console.log(number(brotli).padStart(9), who, '-', what);
