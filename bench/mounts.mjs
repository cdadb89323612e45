/**
 * A thousand elements mounted, shown and removed again: what is left of them? Writes bench/results/mounts.{json,md}.
 * Usage: node scripts/build.mjs && node bench/mounts.mjs [mounts]
 */
import os from 'node:os';
import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import puppeteer from 'puppeteer-core';
import { root } from '../scripts/lib/paths.mjs';
import { startWebServer } from '../scripts/lib/web-server.mjs';
import { chromeArgs, chromiumPath } from '../test/support/browsers.mjs';

const MOUNTS = Number(process.argv[2] ?? 1000);
const server = await startWebServer({ folders: { '/sm/': path.join(root, 'dist') } });
const browser = await puppeteer.launch({ executablePath: chromiumPath(), args: chromeArgs, headless: true });
try {
  const page = await browser.newPage();
  await page.goto(`${server.origin}/sm/place.css`);
  await page.setContent(
    `<!doctype html><html lang="en"><title>bench</title><script type="module" src="${server.origin}/sm/secure-meeting.js"></script></html>`,
  );
  await page.waitForFunction('customElements.get("secure-meeting") !== undefined', { timeout: 60_000 });
  const client = await page.createCDPSession();
  await client.send('Performance.enable');
  /** What is alive once everything that can be collected is. */
  const alive = async () => {
    // An element that was removed is given 250 ms to come back.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
    for (let time = 0; time < 3; time++) await client.send('HeapProfiler.collectGarbage');
    const { metrics } = await client.send('Performance.getMetrics');
    const of = (wanted) => metrics.find(({ name }) => name === wanted).value;
    return {
      nodes: of('Nodes'),
      listeners: of('JSEventListeners'),
      heap: of('JSHeapUsedSize'),
      elements: await page.evaluate(() => (globalThis.refs ?? []).filter((ref) => ref.deref()).length),
    };
  };
  const mount = (count) =>
    page.evaluate(async (mounts) => {
      globalThis.refs ??= [];
      for (let each = 0; each < mounts; each++) {
        const element = document.createElement('secure-meeting');
        element.room = `room ${each}`;
        element.tokenEndpoint = '/none';
        document.body.append(element);
        await element.updateComplete;
        await element.shadowRoot.querySelector('secure-meeting-prejoin').updateComplete;
        element.remove();
        globalThis.refs.push(new WeakRef(element));
      }
    }, count);

  // What is made once: styles, templates, compiled code.
  await mount(50);
  await page.evaluate('globalThis.refs = []');
  const before = await alive();
  const started = Date.now();
  await mount(MOUNTS);
  const ms = Date.now() - started;
  const after = await alive();
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${os.cpus().length} cores of ${os.cpus()[0]?.model ?? 'unknown'}, ${await browser.version()}`;
  const result = { date, machine, mounts: MOUNTS, before, after, msPerMount: Math.round((10 * ms) / MOUNTS) / 10 };
  await writeFile(path.join(root, 'bench/results/mounts.json'), `${JSON.stringify(result, null, 2)}\n`);
  const row = (name, key) =>
    `| ${name} | ${before[key].toLocaleString('en')} | ${after[key].toLocaleString('en')} | ${(after[key] - before[key]).toLocaleString('en')} |`;
  await writeFile(
    path.join(root, 'bench/results/mounts.md'),
    [
      '# Mounted and removed',
      '',
      `Measured ${date} by \`node bench/mounts.mjs\` on ${machine}. ${MOUNTS.toLocaleString('en')} elements, one after the other, each shown with its`,
      `first screen and removed; after 50 to warm up, each time once everything that can be collected was. ${result.msPerMount} ms each.`,
      '',
      '| alive | before | after | more |',
      '|---|---|---|---|',
      row('elements of those', 'elements'),
      row('DOM nodes', 'nodes'),
      row('event listeners', 'listeners'),
      row('bytes of heap', 'heap'),
      '',
    ].join('\n'),
  );
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
  await server.close();
}
