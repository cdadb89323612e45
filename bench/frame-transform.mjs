/**
 * Runs bench/frame-transform.worker.ts in Chromium and Firefox and writes bench/results/frame-transform.{json,md}.
 * Usage: node bench/frame-transform.mjs [rounds]
 */
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { chromeArgs, chromiumPath, firefoxPath, firefoxPrefs } from '../test/support/browsers.mjs';

const SIZES = [160, 1_200, 8_192, 61_440];
/** `--quick`: a look, nothing is written. */
const quick = process.argv.includes('--quick');
const ROUNDS = Number(process.argv.slice(2).find((arg) => /^\d+$/.test(arg)) ?? 301);
const BATCH = 16;
const root = fileURLToPath(new URL('..', import.meta.url));

const { outputFiles } = await build({
  entryPoints: [`${root}bench/frame-transform.worker.ts`],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  write: false,
});
const server = http.createServer((request, response) => {
  const worker = request.url === '/worker.js';
  response.setHeader('content-type', worker ? 'text/javascript' : 'text/html');
  // Isolated pages get the finest clock a browser gives.
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-embedder-policy', 'require-corp');
  response.end(worker ? outputFiles[0].contents : '<!doctype html><title>bench</title>');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const launches = {
  Chromium: { executablePath: chromiumPath(), args: chromeArgs },
  Firefox: { browser: 'firefox', executablePath: firefoxPath(), extraPrefsFirefox: firefoxPrefs },
};
const browsers = {};
try {
  for (const [name, launch] of Object.entries(launches)) {
    const browser = await puppeteer.launch({ ...launch, headless: true, protocolTimeout: 200_000 });
    try {
      const page = await browser.newPage();
      await page.goto(origin);
      const ask = (job) =>
        page.evaluate(
          (message) =>
            new Promise((resolve, reject) => {
              const worker = new globalThis.Worker('/worker.js', { type: 'module' });
              worker.onmessage = ({ data }) => {
                if (!data.row && !data.error) return;
                worker.terminate();
                data.row ? resolve(data.row) : reject(new Error(data.error));
              };
              worker.onerror = (event) => reject(new Error(event.message));
              worker.postMessage(message);
            }),
          job,
        );
      const sizes = {};
      for (const size of SIZES) {
        sizes[size] = await ask({ size, rounds: quick ? 101 : ROUNDS, length: BATCH });
        console.log(name, size, sizes[size]);
      }
      browsers[name] = { version: await browser.version(), sizes, flood: quick ? {} : await ask({ size: 0 }) };
      console.log(name, browsers[name].flood);
    } finally {
      await browser.close();
    }
  }
} finally {
  server.close();
}

if (quick) process.exit(0);
const livekit = JSON.parse(readFileSync(`${root}node_modules/livekit-client/package.json`, 'utf8')).version;
const machine = {
  cpu: os.cpus()[0].model.trim(),
  cores: os.cpus().length,
  system: `${os.type()} ${os.release()} ${os.arch()}`,
  node: process.version,
  load: Number(os.loadavg()[0].toFixed(1)),
};
const result = { measured: new Date().toISOString().slice(0, 10), machine, livekit, rounds: ROUNDS, browsers };

const ratio = (a, b) => (a / b).toFixed(2);
const lines = [
  '# Frame transform',
  '',
  `Measured ${result.measured} by \`node bench/frame-transform.mjs\` on ${machine.cores} cores of ${machine.cpu}, ${machine.system}, with ${machine.load} runnable tasks on average.`,
  `Microseconds per frame, median of ${ROUNDS} batches of ${BATCH}, all columns in turns in one run. AES-256-GCM everywhere; VP8 delta frames.`,
  '',
  '- **bare**: `crypto.subtle.encrypt` or `decrypt` of as many frames, each its own buffer, awaited.',
  '- **copied**: the same, and the result copied once into a new buffer. WebCrypto returns its own buffer, and a prefix and a header have to stand in front of it, so no transform can do less. On this virtual machine a new 60 KB buffer costs up to 80 µs of page faults in Chromium.',
  '- **ours**: the whole transform (codec, header, key, seal or open, replay window, counts) without the streams around it. **×** is ours / bare; the limit is 1.5.',
  `- **ours, streams** and **livekit**: the same and livekit-client ${livekit}'s own worker, each between a ReadableStream and a WritableStream. livekit checks no replay and binds no stream.`,
  '- **together**: the whole batch is there at once (bare and ours keep 16 in flight, ours in order; livekit takes one at a time).',
];
for (const [name, { version, sizes, flood }] of Object.entries(browsers)) {
  for (const together of ['', ' together']) {
    lines.push('', `## ${name}${together ? ', together' : ', one after another'}`, '', version, '');
    lines.push(
      '| bytes | | bare | copied | ours | × | ours, streams | livekit, streams |',
      '|---|---|---|---|---|---|---|---|',
    );
    for (const [size, row] of Object.entries(sizes))
      for (const what of ['seal', 'open']) {
        const of = (who) => row[`${who} ${what}${together}`];
        lines.push(
          `| ${size} | ${what} | ${of('bare')} | ${of('bare copied')} | ${of('ours')} | ${ratio(of('ours'), of('bare'))} | ${of('ours over streams')} | ${of('livekit over streams')} |`,
        );
      }
  }
  lines.push(
    '',
    `Flood: ${flood.forged.toLocaleString('en')} forged frames of 1,200 bytes in 10 s beside 30 honest frames a second, in one transform. All ${flood.honest} honest frames were passed; median ${flood['median ms'].toFixed(1)} ms, longest ${flood['longest ms'].toFixed(1)} ms after they came in (limit 100 ms); the machine kept the bench itself waiting for up to ${flood['stall ms'].toFixed(1)} ms.`,
  );
}
lines.push(
  '',
  '## Overhead',
  '',
  "Bytes a sealed frame is longer than the encoder's: header and tag. H.264 adds emulation prevention, on average 1 byte in 21,845.",
  '',
  '| epoch below | KID | CTR below 8 | 256 | 65,536 | 2²⁴ | 2³² |',
  '|---|---|---|---|---|---|---|',
);
for (const [label, kid] of [
  ['2', 0],
  ['64', 1],
  ['16,384', 2],
  ['2²² (4.2 million)', 3],
  ['2³⁰', 4],
  ['2³²', 5],
])
  lines.push(`| ${label} | 1 + ${kid} | ${[0, 1, 2, 3, 4].map((ctr) => 1 + kid + ctr + 16).join(' | ')} |`);
lines.push('');
await mkdir(`${root}bench/results`, { recursive: true });
await writeFile(`${root}bench/results/frame-transform.json`, `${JSON.stringify(result, null, 2)}\n`);
await writeFile(`${root}bench/results/frame-transform.md`, lines.join('\n'));
console.log(lines.join('\n'));
