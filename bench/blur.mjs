/**
 * What background blur costs on this machine, and how near its edges are: the fixed clip of test/fixtures/blur in both
 * browsers. Writes bench/results/blur.{json,md}.
 * Usage: node scripts/build.mjs && node bench/blur.mjs   (on a machine that does nothing else)
 */
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { blurFiles } from '../scripts/blur/files.mjs';
import { withDefaultExport } from '../scripts/blur/loader.mjs';
import { root } from '../scripts/lib/paths.mjs';
import { chromeArgs, chromiumPath, firefoxPath, firefoxPrefs } from '../test/support/browsers.mjs';
import { at, conditions, round, writeResults } from './measured.mjs';

const GOAL = { framesPerSecond: 20, edgePx: 8 };
const SECONDS = 10;

/** The painter runs in the page here, so the page loads what the worker does. */
const inPage = {
  name: 'blur-in-page',
  setup(made) {
    made.onLoad({ filter: /litert_wasm_.*\.js$/ }, async ({ path: file }) => ({
      contents: withDefaultExport(file, await readFile(file, 'utf8')),
    }));
    made.onLoad({ filter: /src[\\/]blur[\\/]files\.ts$/ }, () => ({
      contents: `const at = (file) => () => new URL('/dist/blur/' + file, location.href).href;
        export const addresses = {
          worker: at(${JSON.stringify(blurFiles.worker)}),
          runtime: at(${JSON.stringify(blurFiles.runtime.name)}),
          model: at(${JSON.stringify(blurFiles.model.name)}),
        };`,
    }));
  },
};
const { outputFiles } = await build({
  entryPoints: [path.join(root, 'bench/blur.page.ts')],
  tsconfig: path.join(root, 'tsconfig.base.json'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  external: ['node:*'],
  plugins: [inPage],
  write: false,
  logLevel: 'error',
});

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.jpg': 'image/jpeg' };
const server = http.createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const page = {
    '/': '<!doctype html><title>bench</title><script type="module" src="/test/support/page.js"></script>',
  };
  const made = { ...page, '/test/support/page.js': outputFiles[0].contents }[pathname];
  const body = made ?? (await readFile(path.join(root, pathname)).catch(() => undefined));
  response.statusCode = body === undefined ? 404 : 200;
  response.setHeader('content-type', TYPES[path.extname(pathname)] ?? 'text/html');
  // Isolated pages get the finest clock.
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-embedder-policy', 'require-corp');
  response.end(body);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const LAUNCH = {
  Chromium: { executablePath: chromiumPath(), args: chromeArgs },
  Firefox: { browser: 'firefox', executablePath: firefoxPath(), extraPrefsFirefox: firefoxPrefs },
};
const measured = conditions();
const results = {};
try {
  for (const [name, options] of Object.entries(LAUNCH)) {
    const browser = await puppeteer.launch({ ...options, headless: true });
    try {
      const page = await browser.newPage();
      if (name === 'Chromium') await page.emulateFocusedPage(true);
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.waitForFunction('globalThis.bench !== undefined');
      const ask = (method, ...args) => page.evaluate((what, given) => globalThis.bench[what](...given), method, args);
      const small = await ask('running', 640, 360, SECONDS);
      const large = await ask('running', 1280, 720, SECONDS);
      const { times, edges } = await ask('painting', 100);
      const medians = edges.map(({ median }) => median);
      const p95s = edges.map(({ p95 }) => p95);
      results[name] = {
        framesPerSecond: round(at(small.rates, 0.5)),
        slowestSecond: round(Math.min(...small.rates)),
        framesPerSecond720: round(at(large.rates, 0.5)),
        firstFrameMs: Math.round(small.firstFrame),
        paintMsP50: round(at(times.slice(5), 0.5)),
        paintMsP95: round(at(times.slice(5), 0.95)),
        edgeMedianPx: round(at(medians, 0.5)),
        edgeP95Px: round(at(p95s, 0.5)),
        edgeP95WorstPx: round(at(p95s, 1)),
      };
    } finally {
      await browser.close().catch(() => undefined);
    }
  }
} finally {
  server.close();
}

const where = measured('headless, drawn by the CPU');
const row = (what, of, goal = '', kept = () => '') =>
  `| ${what} | ${Object.values(results)
    .map((one) => `${of(one)}${kept(one)}`)
    .join(' | ')} | ${goal} |`;
const verdict = (good) => (good ? ' (kept)' : ' (**missed**)');
await writeResults('blur', { ...where, goal: GOAL, seconds: SECONDS, results }, [
  '# Background blur',
  '',
  `Measured ${where.date} by \`node bench/blur.mjs\` on ${where.machine}. The machine’s load (average runnable tasks of a minute): ${where.load}.`,
  'The fixed clip of `test/fixtures/blur`: a picture that moves, from a camera that gives 30 frames a second.',
  '',
  `| | ${Object.keys(results).join(' | ')} | goal |`,
  `|---|${Object.keys(results)
    .map(() => '---|')
    .join('')}---|`,
  row(
    `640 × 360: frames a second that come out, median of ${SECONDS} seconds`,
    (one) => one.framesPerSecond,
    GOAL.framesPerSecond,
    (one) => verdict(one.framesPerSecond >= GOAL.framesPerSecond),
  ),
  row('the same: the slowest second', (one) => one.slowestSecond),
  row('1280 × 720: the same median', (one) => one.framesPerSecond720),
  row('from asking to the first blurred frame, ms, files from this machine', (one) => one.firstFrameMs),
  row('one frame of 640 × 360 painted alone, ms: p50 and p95', (one) => `${one.paintMsP50} and ${one.paintMsP95}`),
  row(
    'our edge and the traced one, px at 640 × 360: half of all are nearer (median of 10 frames)',
    (one) => one.edgeMedianPx,
  ),
  row(
    'the same: 95 of 100 are nearer, in the worst of 10 frames',
    (one) => one.edgeP95WorstPx,
    GOAL.edgePx,
    (one) => verdict(one.edgeP95WorstPx <= GOAL.edgePx),
  ),
  '',
]);
console.log(JSON.stringify(results));
