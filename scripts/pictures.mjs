/**
 * Takes a picture of every design, and of every screen in light, dark, tiny, wide and right-to-left German, into build/pictures.
 * Usage: node scripts/pictures.mjs [screen or design …] [--only=light,dark,tiny,wide,rtl,forced]
 */
import { createServer } from 'node:http';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { buildExamples } from './lib/examples.mjs';
import { chromeArgs, chromiumPath } from '../test/support/browsers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = path.join(root, 'build/pictures');
const site = path.join(root, `build/screens-${process.pid}`);
const args = process.argv.slice(2);
const only = args
  .find((arg) => arg.startsWith('--only='))
  ?.slice(7)
  .split(',');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const data = async (file) => JSON.parse(await readFile(path.join(root, 'examples', file), 'utf8'));
const { screens } = await data('screens.json');
const { designs } = await data('designs.json');

const KINDS = {
  light: { query: 'theme=light' },
  dark: { query: 'theme=dark' },
  tiny: { query: 'theme=light&width=320&height=240', size: [320, 240] },
  wide: { query: 'theme=light&width=1440&height=900', size: [1440, 900] },
  rtl: { query: 'theme=dark&dir=rtl&lang=de' },
  forced: { query: 'theme=light', forced: true },
};
const kinds = Object.entries(KINDS).filter(([kind]) => (only ? only.includes(kind) : kind !== 'forced'));

await buildExamples(site);

const types = { '.html': 'text/html', '.js': 'text/javascript' };
const server = createServer(async (request, response) => {
  const file = path.join(site, path.normalize(new URL(request.url, 'http://localhost').pathname));
  try {
    const body = await readFile(file);
    response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await puppeteer.launch({ executablePath: chromiumPath(), headless: true, args: chromeArgs });
let failed = 0;
try {
  await mkdir(out, { recursive: true });
  const page = await browser.newPage();
  for (const screen of screens.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    for (const [kind, { query, size = screen.size, forced }] of kinds) {
      await page.setViewport({ width: size[0] + 48, height: size[1] + 48, deviceScaleFactor: 1 });
      const features = [{ name: 'prefers-reduced-motion', value: 'reduce' }];
      await page.emulateMediaFeatures(features);
      const client = await page.createCDPSession();
      await client.send('Emulation.setEmulatedMedia', {
        features: [...features, { name: 'forced-colors', value: forced ? 'active' : 'none' }],
      });
      try {
        const response = await page.goto(`${origin}/screens/${screen.name}.html?${query}`);
        if (!response.ok()) throw new Error('has no page');
        await page.evaluate('window.ready');
        await page.screenshot({ path: path.join(out, `${screen.name}-${kind}.png`) });
      } catch (error) {
        failed++;
        console.error(`${screen.name} ${kind}: ${error.message}`);
      }
    }
    console.log(screen.name);
  }
  for (const { name } of designs.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    await page.setViewport({ width: 1048, height: 820, deviceScaleFactor: 1 });
    await page.goto(`${origin}/designs/${name}.html`);
    await page.evaluate('window.ready');
    await page.waitForNetworkIdle({ idleTime: 300 });
    await page.screenshot({ path: path.join(out, `design-${name}.png`) });
    console.log(name);
  }
} finally {
  await browser.close();
  server.close();
  await rm(site, { recursive: true, force: true });
}
console.log(`Pictures are in ${path.relative(process.cwd(), out) || '.'}`);
process.exitCode = failed ? 1 : 0;
