/**
 * From the request of the script to the visible first screen on a slow phone: 4x slower CPU, 1.6 Mbit/s, 150 ms, nothing
 * cached, everything served with brotli; with layout shifts and long tasks. Writes bench/results/first-screen.{json,md}.
 * Usage: node scripts/build.mjs && node bench/first-screen.mjs [rounds]   (on a machine that does nothing else)
 */
import http from 'node:http';
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import puppeteer from 'puppeteer-core';
import { root } from '../scripts/lib/paths.mjs';
import { chromeArgs, chromiumPath } from '../test/support/browsers.mjs';
import { conditions, writeResults } from './measured.mjs';

const ROUNDS = Number(process.argv[2] ?? 15);
const LIMITS = { module: 1200, classic: 2500 };
/** `bare` is the same page without us, for what the browser and the page themselves take. */
const SCRIPTS = {
  bare: '<script type="module" src="/bare.js"></script>',
  module: '<script type="module" src="/sm/secure-meeting.js"></script>',
  classic: '<script src="/sm/secure-meeting.classic.js" defer></script>',
};
/** What the bench looks for, drawn by nobody's code. */
const BARE = `document.querySelector('secure-meeting').innerHTML = '<button part="prejoin-join">Join</button>';`;
const TYPES = { '.js': 'text/javascript', '.css': 'text/css' };
const page = (script) => `<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>bench</title>
<meta name="viewport" content="width=device-width, initial-scale=1" /><link rel="icon" href="data:," />
<link rel="stylesheet" href="/sm/place.css" />${script}</head>
<body><h1>Weekly</h1><secure-meeting room="weekly" token-endpoint="/none"></secure-meeting><p>Below the meeting.</p></body></html>`;

const compressed = new Map();
const server = http.createServer((request, response) => {
  void (async () => {
    const { pathname } = new URL(request.url, 'http://host');
    const kind = SCRIPTS[pathname.slice(1)];
    if (pathname === '/bare.js')
      return response.writeHead(200, { 'content-type': TYPES['.js'], 'cache-control': 'no-store' }).end(BARE);
    const type = kind ? 'text/html; charset=utf-8' : TYPES[path.extname(pathname)];
    if (!type) return response.writeHead(404).end();
    if (!compressed.has(pathname)) {
      const body = kind ? Buffer.from(page(kind)) : await readFile(path.join(root, 'dist', path.basename(pathname)));
      compressed.set(pathname, brotliCompressSync(body));
    }
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'br', 'cache-control': 'no-store' });
    response.end(compressed.get(pathname));
  })().catch(() => response.destroy());
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

/** Runs in the page before anything else. */
function watch() {
  const seen = { shift: 0, long: [], visible: undefined };
  seen.ended = new Promise((resolve) => (seen.end = resolve));
  globalThis.seen = seen;
  const join = (scope) => {
    for (const element of scope.querySelectorAll('*')) {
      if (element.matches('[part~="prejoin-join"]')) return element;
      const inner = element.shadowRoot && join(element.shadowRoot);
      if (inner) return inner;
    }
    return undefined;
  };
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) seen.shift += value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      seen.long.push([Math.round(startTime), Math.round(duration)]);
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    const button = document.body && join(document);
    // The frame after the one in which it has a size has shown it; what moves or blocks right after it is part of it.
    if (button?.getBoundingClientRect().height > 0)
      requestAnimationFrame(() => {
        seen.visible = performance.now();
        setTimeout(seen.end, 1000);
      });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function visit(browser, kind) {
  const context = await browser.createBrowserContext();
  try {
    const tab = await context.newPage();
    // A new window loads pages of the browser's own, which would share the processor with ours.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await tab.setViewport({ width: 390, height: 844, deviceScaleFactor: 3, isMobile: true, hasTouch: true });
    const client = await tab.createCDPSession();
    await client.send('Network.enable');
    await client.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 150,
      downloadThroughput: 1.6e6 / 8,
      uploadThroughput: 750e3 / 8,
    });
    await client.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await tab.evaluateOnNewDocument(watch);
    await tab.goto(`${origin}/${kind}`, { waitUntil: 'domcontentloaded' });
    await tab.evaluate('seen.ended');
    return await tab.evaluate((name) => {
      const scripts = performance.getEntriesByType('resource').filter((each) => each.initiatorType !== 'link');
      const entry = scripts.find((each) => each.name.includes(name));
      return {
        ms: Math.round(globalThis.seen.visible - entry.startTime),
        shift: globalThis.seen.shift,
        // Before the first byte of ours has come, the page is being built: `bare` has the same.
        long: globalThis.seen.long.filter(([start, duration]) => start + duration > entry.responseEnd && duration > 50),
      };
    }, { module: '/secure-meeting.js', classic: '/secure-meeting.classic.js', bare: '/bare.js' }[kind]);
  } finally {
    await context.close();
  }
}

const measured = conditions();
const results = { bare: [], module: [], classic: [] };
const browser = await puppeteer.launch({
  executablePath: chromiumPath(),
  args: [...chromeArgs, 'about:blank'],
  headless: true,
});
const version = await browser.version();
try {
  // The first round of each fills the operating system's caches.
  for (let round = 0; round <= ROUNDS; round++)
    for (const kind of Object.keys(SCRIPTS)) {
      const result = await visit(browser, kind);
      if (round > 0) results[kind].push(result);
    }
} finally {
  await browser.close();
  server.close();
}
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const rows = Object.entries(results).map(([kind, runs]) => ({
  kind,
  median: median(runs.map(({ ms }) => ms)),
  limit: LIMITS[kind],
  all: runs.map(({ ms }) => ms),
  shift: Math.max(...runs.map(({ shift }) => shift)),
  long: runs.map(({ long }) => long.map(([, duration]) => duration)),
}));
const where = measured(version);
const kept = (good) => (good ? 'kept' : '**missed**');
const longest = ({ long }) => Math.max(0, ...long.flat());
const usual = ({ long }) => median(long.map((each) => Math.max(0, ...each)));
const [, module, classic] = rows;
await writeResults('first-screen', { ...where, rounds: ROUNDS, rows }, [
  '# The first screen on a slow phone',
  '',
  `Measured ${where.date} by \`node bench/first-screen.mjs\` on ${where.machine}. 4× slower CPU, 1.6 Mbit/s, 150 ms by Chromium’s`,
  'own throttling; nothing cached, brotli. Milliseconds from the request of the script to the frame that shows the button to',
  `join; median of ${ROUNDS} cold visits. The machine’s load (average runnable tasks of a minute): ${where.load}. The throttled CPU`,
  'is a quarter of what the machine has left.',
  '',
  '| entry | median | limit | | layout shift, worst | longest task, median | worst | visits with one over 50 | all |',
  '|---|---|---|---|---|---|---|---|---|',
  ...rows.map(
    (row) =>
      `| ${row.kind} | ${row.median} | ${row.limit ?? ''} | ${row.limit ? kept(row.median <= row.limit) : ''} | ${row.shift} | ${usual(row) || 'none over 50'} | ${longest(row) || 'none over 50'} | ${row.long.filter((each) => each.length > 0).length} of ${ROUNDS} | ${row.all.join(' ')} |`,
  ),
  '',
  'Tasks are counted from the first byte of the script on. `bare` is the same page with a script that only puts a button there:',
  'what of its long tasks is left is the machine.',
  '',
  `No task over 50 ms before the join with the module, in the median visit: ${kept(usual(module) === 0)}.`,
  `No layout shift: ${kept(module.shift === 0 && classic.shift === 0)}.`,
  '',
]);
for (const row of rows)
  console.log(row.kind, row.median, 'ms, shift', row.shift, 'longest task', longest(row), JSON.stringify(row.all));
