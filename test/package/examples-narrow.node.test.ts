/** Every example as it is on the narrowest screen, and as axe sees it there and on a wide one. */
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './packed.js';
import { startSite, type Site } from './site.js';

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
}

describe('every example', () => {
  let site: Site;
  let axe: string;
  let names: string[];
  before(async () => {
    site = await startSite();
    axe = await readFile(createRequire(path.join(root, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');
    const lists = JSON.parse(await readFile(path.join(root, 'examples/examples.json'), 'utf8')) as {
      examples: { name: string }[];
    };
    names = ['', ...lists.examples.map(({ name }) => `${name}/`)];
  });
  after(() => site.close());
  afterEach(() => site.closePages());

  it('fits 320 px, and axe finds nothing in it, there and at 1280 px', async () => {
    const found: string[] = [];
    for (const name of names) {
      const { page } = await site.visit(`/examples/${name}`);
      for (const width of [320, 1280]) {
        await page.setViewport({ width, height: 800 });
        if (name !== '') await page.waitForNetworkIdle({ idleTime: 300 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) found.push(`${name || 'gallery'} is ${wide} px wide at ${width}`);
        // By the debugger, which no policy of a page keeps out.
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: Axe }).axe.run());
        for (const { id, nodes } of violations)
          for (const { html } of nodes) found.push(`${name || 'gallery'} at ${width}: ${id} ${html.slice(0, 160)}`);
      }
      await site.closePages();
    }
    expect(found.join('\n')).to.equal('');
  });
});
