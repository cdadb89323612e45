/**
 * The framework examples, each installed from its lock file with the packed package, type-checked and built by its own
 * tool, and used in a browser. Runs with VERIFY=1: five installations take minutes, and need the package registry;
 * without it the tests fail and say so.
 */
import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SecureMeeting } from '../../src/elements/index.js';
import { until } from '../e2e/support/until.js';
import { pack, type Packed } from './packed.js';
import { script, startSite, type Site, type Visitor } from './site.js';

const { installExample, runExample } = await script<typeof import('../../scripts/lib/framework-examples.mjs')>(
  'scripts/lib/framework-examples.mjs',
);

/** Where each one handles the event. */
const HANDLERS = {
  'react-19': 'src/app.tsx',
  'react-18': 'src/app.tsx',
  vue: 'src/app.vue',
  svelte: 'src/app.svelte',
  angular: 'src/app.ts',
} as const;

const verify = Boolean(process.env['VERIFY']);

(verify ? describe : describe.skip)(
  `frameworks${verify ? '' : ': they take minutes and need the registry, so only with VERIFY=1'}`,
  () => {
    let packed: Packed;
    let site: Site;
    let built: string;
    before(async () => {
      packed = await pack();
      built = path.join(packed.project, 'examples');
      site = await startSite({ built });
    });
    after(async () => {
      await site.close();
      await packed.remove();
    });
    afterEach(() => site.closePages());

    for (const [name, handler] of Object.entries(HANDLERS))
      describe(name, () => {
        const folder = (): string => path.join(built, name);

        it('is installed from its lock file, checked and built by its own tool', async () => {
          await installExample(name, { tarball: packed.tarball, folder: folder() });
          await runExample('build', { folder: folder() });
        });

        it('has the event typed: what its detail has not is an error', async () => {
          const file = path.join(folder(), handler);
          const text = await readFile(file, 'utf8');
          expect(text.split('event.detail.state')).to.have.lengthOf(2);
          await writeFile(file, text.replace('event.detail.state', 'event.detail.secret'));
          try {
            const said = await runExample('types', { folder: folder() }).then(
              () => 'no complaint',
              (error: unknown) => String(error),
            );
            expect(said).to.match(/Property 'secret' does not exist on type '.*EncryptionStateDetail'/);
          } finally {
            await writeFile(file, text);
          }
        });

        it('mounts the element, sets properties, gets its events, and of six that were mounted and unmounted at most one is still held', async () => {
          const visitor = await site.visit(`/examples/${name}/`);
          const { page } = visitor;
          await prejoin(visitor);
          const properties = (): Promise<unknown> =>
            page.$eval('secure-meeting', (element) => {
              const { displayName, startMuted, attributes } = element as SecureMeeting;
              return {
                displayName,
                startMuted,
                secrets: [...attributes].map(({ name: one }) => one).filter((one) => /token$|pass/.test(one)),
              };
            });
          expect(await properties()).to.deep.equal({ displayName: 'Ana', startMuted: true, secrets: [] });
          await page.type('input', ' Maria');
          await until(
            'the property follows',
            async () => ((await properties()) as SecureMeeting).displayName === 'Ana Maria',
          );

          await page.click('secure-meeting >>> [part~="prejoin-join"]');
          await visitor.untilReads('#state', 'waiting');
          await page.click('#leave');
          await until('it has left', () =>
            page.$eval('secure-meeting', (element) => (element as SecureMeeting).phase === 'left'),
          );

          for (let round = 0; round < 5; round++) {
            await page.click('#toggle');
            await page.waitForSelector('secure-meeting', { hidden: true });
            await page.click('#toggle');
            await prejoin(visitor);
          }
          await page.click('#toggle');
          await page.waitForSelector('secure-meeting', { hidden: true });
          // A leak would keep all six.
          let kept = NaN;
          await until('they are let go', async () => (kept = await alive(visitor)) <= 1, {
            within: 30_000,
            every: 500,
          }).catch((error: unknown) => {
            throw new Error(`${String(error)} ${kept} are kept.`);
          });
          expect(visitor.problems).to.deep.equal([]);
        });
      });

    it('react-19: two people hold a call in it, see each other, and unmounting ends it', async () => {
      const visitors = [await site.visit('/examples/react-19/'), await site.visit('/examples/react-19/')] as const;
      await Promise.all(visitors.map((visitor, index) => visitor.join(['Ann', 'Ben'][index]!, { devices: true })));
      for (const visitor of visitors) await visitor.untilReads('#state', 'encrypted');
      for (const visitor of visitors) await visitor.untilPicture();
      const [ann, ben] = visitors;
      await ann.page.click('#toggle');
      await until('Ben is alone', () =>
        ben.page.$eval('secure-meeting', (element) => (element as SecureMeeting).session!.state.others.length === 0),
      );
      expect([ann.problems, ben.problems]).to.deep.equal([[], []]);
    });

    it('react-19, rendered on a server: the HTML has the bare tag, and the browser takes it over', async () => {
      const html = await (await fetch(`${site.origin}/examples/react-19/rendered.html`)).text();
      expect(/<secure-meeting[^>]*>/.exec(html)?.[0]).to.equal('<secure-meeting>');
      const visitor = await site.visit('/examples/react-19/rendered.html');
      const { page, problems } = visitor;
      await prejoin(visitor);
      expect(await page.$eval('secure-meeting', (element) => (element as SecureMeeting).displayName)).to.equal('Ana');
      expect((await page.$$('secure-meeting')).length).to.equal(1);
      expect(problems).to.deep.equal([]);
    });
  },
);

/** Waits for the first screen. A handle that is kept would keep the element. */
async function prejoin({ page }: Visitor): Promise<void> {
  const found = await page.waitForSelector('secure-meeting >>> [part~="prejoin-join"]', {
    visible: true,
    timeout: 60_000,
  });
  await found?.dispose();
}

/** How many of our elements the page still holds, after the garbage was collected. */
async function alive({ page }: Visitor): Promise<number> {
  const prototype = await page.evaluateHandle(() => customElements.get('secure-meeting')!.prototype as object);
  const objects = await page.queryObjects(prototype);
  const count = await objects.evaluate((list) => (list as unknown as unknown[]).length);
  await Promise.all([objects.dispose(), prototype.dispose()]);
  return count;
}
