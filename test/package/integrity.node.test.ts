/** What a site pins and a reviewer rebuilds: hashes that browsers enforce, and the same bytes from another path. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'puppeteer-core';
import { startWebServer, type WebServer } from '../../scripts/lib/web-server.mjs';
import { launch } from '../e2e/support/page-handle.js';
import { pack, root, type Packed } from './packed.js';

const run = promisify(execFile);
/** What the build reads from a checkout, beside the packages. */
const SOURCES = [
  'src',
  'scripts',
  'package.json',
  'package-lock.json',
  'rollup.config.mjs',
  'custom-elements-manifest.config.mjs',
  'tsconfig.base.json',
  'tsconfig.json',
];

describe('hashes and rebuilding', () => {
  let packed: Packed;
  let hashes: Readonly<Record<string, string>>;
  before(async () => {
    packed = await pack();
    hashes = JSON.parse(await readFile(path.join(packed.folder, 'dist/integrity.json'), 'utf8')) as typeof hashes;
  });
  after(() => packed.remove());

  /** Runs a script of a checkout; gives how it ended and what it said. */
  const script = (folder: string, ...args: readonly string[]): Promise<{ code: number; text: string }> =>
    run(process.execPath, [...args], { cwd: folder, maxBuffer: 16 * 1024 * 1024 }).then(
      ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        text: error.stdout + error.stderr,
      }),
    );

  it('integrity.json has the hash of every file that a page loads', async () => {
    const dist = path.join(packed.folder, 'dist');
    const blur = (await readdir(path.join(dist, 'blur'))).map((file) => `blur/${file}`);
    const files = [...(await readdir(dist)), ...blur].filter((file) => /\.(js|css|wasm|tflite)$/.test(file));
    expect(files).to.include.members(['secure-meeting.js', 'secure-meeting.classic.js', 'secure-meeting.worker.js']);
    expect(blur.filter((file) => files.includes(file))).to.have.lengthOf(3);
    const expected = files.map(async (file) => {
      const hash = createHash('sha384').update(await readFile(path.join(packed.folder, 'dist', file)));
      return [file, `sha384-${hash.digest('base64')}`];
    });
    expect(hashes).to.deep.equal(Object.fromEntries(await Promise.all(expected)));
  });

  it('the release notes get the hashes of the bundles', async () => {
    const { code, text } = await script(root, 'scripts/integrity.mjs', path.join(packed.folder, 'dist'));
    expect(code).to.equal(0);
    for (const file of ['secure-meeting.js', 'secure-meeting.classic.js', 'secure-meeting.worker.js', 'place.css'])
      expect(text).to.contain(`| \`${file}\` | \`${hashes[file]}\` |`);
  });

  describe('in a browser', () => {
    let browser: Browser;
    let server: WebServer;
    let site: string;
    before(async () => {
      site = path.join(packed.project, 'site');
      await mkdir(site);
      for (const folder of ['genuine', 'changed'])
        await cp(path.join(packed.folder, 'dist'), path.join(site, folder), { recursive: true });
      server = await startWebServer({ folders: { '/': site } });
      browser = await launch('chromium');
    });
    after(async () => {
      await browser.close();
      await server.close();
    });

    /** One more line at the end of a file: it would run all the same. */
    const change = async (file: string): Promise<void> =>
      writeFile(path.join(site, 'changed', file), `${await readFile(path.join(site, 'genuine', file), 'utf8')}\n;0;`);
    /** Whether a page shows the first screen; waits until the browser has loaded or refused everything. */
    async function shows(html: string, withRest = false): Promise<boolean> {
      await writeFile(
        path.join(site, 'page.html'),
        `<!doctype html><html lang="en"><title>t</title>${html}<secure-meeting room="weekly" token-endpoint="/none"></secure-meeting></html>`,
      );
      const page = await browser.newPage();
      try {
        await page.goto(`${server.origin}/page.html`, { waitUntil: 'networkidle0', timeout: 60_000 });
        if (!withRest) return await page.$eval('secure-meeting', (element) => element.shadowRoot !== null);
        // An invitation is made by a part that is loaded on use.
        return await page.$eval('secure-meeting', (element) =>
          (element as unknown as { createInvitation(url: string): Promise<string> })
            .createInvitation('https://www.example/')
            .then(
              () => true,
              () => false,
            ),
        );
      } finally {
        await page.close();
      }
    }

    it('a pinned classic file runs, and one that was changed does not', async () => {
      const pinned = (folder: string): string =>
        `<script src="/${folder}/secure-meeting.classic.js" integrity="${hashes['secure-meeting.classic.js']}"></script>`;
      await change('secure-meeting.classic.js');
      expect(await shows(pinned('genuine'))).to.equal(true);
      expect(await shows(pinned('changed'))).to.equal(false);
      expect(await shows(pinned('changed').replace(/ integrity="[^"]*"/, ''))).to.equal(true);
    });

    it('an import map pins the module and what it loads on use', async () => {
      const pinned = (folder: string): string => {
        const integrity = Object.fromEntries(
          Object.entries(hashes).map(([file, hash]) => [`/${folder}/${file}`, hash]),
        );
        return `<script type="importmap">${JSON.stringify({ integrity })}</script><script type="module" src="/${folder}/secure-meeting.js"></script>`;
      };
      for (const file of Object.keys(hashes).filter((name) => name.includes('.engine-'))) await change(file);
      expect(await shows(pinned('genuine'), true)).to.equal(true);
      expect(await shows(pinned('changed'))).to.equal(true);
      expect(await shows(pinned('changed'), true)).to.equal(false);
      expect(await shows('<script type="module" src="/changed/secure-meeting.js"></script>', true)).to.equal(true);
    });
  });

  it('a build on another path is the same, byte by byte', async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'secure-meeting-elsewhere-'));
    try {
      for (const file of SOURCES) await cp(path.join(root, file), path.join(elsewhere, file), { recursive: true });
      const packages = [path.join(root, 'node_modules'), path.join(elsewhere, 'node_modules')];
      // Hard links where the two are on one disk, so that no package is resolved to its place in the first checkout.
      await run('cp', ['-al', ...packages]).catch(async () => {
        await rm(packages[1] as string, { recursive: true, force: true });
        await run('cp', ['-a', ...packages]);
      });
      const { code, text } = await script(elsewhere, 'scripts/compare-build.mjs', packed.folder);
      expect(text).to.match(/(\d{2,}) files are the same, 0 are not/);
      expect(code).to.equal(0);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  it('a package that is not what the sources give is told, file by file', async () => {
    const built = path.join(packed.project, 'built');
    await cp(path.join(packed.folder, 'dist'), built, { recursive: true });
    await rm(path.join(built, 'place.css'));
    await writeFile(path.join(built, 'more.js'), '');
    const file = 'secure-meeting.worker.js';
    const bytes = await readFile(path.join(built, file));
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(path.join(built, file), bytes);
    const { code, text } = await script(root, 'scripts/compare-build.mjs', packed.folder, '--built', built);
    expect(code).to.equal(1);
    expect(text).to.contain('only in the package: dist/place.css');
    expect(text).to.contain('only in the build: dist/more.js');
    expect(text).to.contain(`differs: dist/${file}`);
    expect(text).to.contain('3 are not');
  });
});
