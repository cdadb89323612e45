/** The page of the benches of many people, in a browser: what it is asked, and what it holds. */
import { build } from 'esbuild';
import http from 'node:http';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { root } from '../scripts/lib/paths.mjs';
import { chromeArgs, chromiumPath } from '../test/support/browsers.mjs';

/** Builds it, serves it, opens it. `client` is of the browser's own protocol; `close` ends all. */
export async function openTiles() {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, 'bench/tiles.page.ts')],
    tsconfig: path.join(root, 'tsconfig.base.json'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    conditions: ['production'],
    write: false,
    logLevel: 'error',
  });
  const server = http.createServer((request, response) => {
    const script = request.url === '/page.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    // Isolated pages get the finest clock.
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    response.end(
      script
        ? outputFiles[0].contents
        : '<!doctype html><html lang="en"><title>bench</title><style>main{display:block;block-size:800px}</style><main></main><p>Below</p><script type="module" src="/page.js"></script>',
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await puppeteer.launch({ executablePath: chromiumPath(), headless: true, args: chromeArgs });
  const close = async () => {
    await browser.close().catch(() => undefined);
    server.close();
  };
  try {
    const page = await browser.newPage();
    await page.emulateFocusedPage(true);
    await page.setViewport({ width: 1400, height: 1000 });
    await page.goto(`http://127.0.0.1:${server.address().port}`);
    await page.waitForFunction('globalThis.bench !== undefined');
    const ask = (name, ...args) => page.evaluate((method, given) => globalThis.bench[method](...given), name, args);
    const client = await page.createCDPSession();
    await client.send('Performance.enable');
    /** After everything that can go has gone. */
    const heap = async () => {
      for (let time = 0; time < 3; time++) await client.send('HeapProfiler.collectGarbage');
      const { metrics } = await client.send('Performance.getMetrics');
      const of = (wanted) => metrics.find(({ name }) => name === wanted).value;
      return { bytes: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
    };
    return { page, client, ask, heap, close };
  } catch (error) {
    await close();
    throw error;
  }
}
