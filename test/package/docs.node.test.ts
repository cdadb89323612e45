/** The documentation, block by block: what it tells a reader to write is compiled, loaded or looked up. */
import { expect } from 'chai';
import { access, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'puppeteer-core';
import { startWebServer, type WebServer } from '../../scripts/lib/web-server.mjs';
import { ERROR_CODES } from '../../src/base/error-codes.js';
import { launch } from '../e2e/support/page-handle.js';
import contract from '../fixtures/contract.json';
import { at, docBlocks, docFiles, type Block } from './doc-blocks.js';
import { pack, root, type Packed } from './packed.js';

/** What blocks of TypeScript may take as given: `call` is the element of the page. */
const GIVEN = `import type { SecureMeeting } from 'secure-meeting';
declare global { const call: SecureMeeting; }
`;
/** Its blocks are one program, which `test/simulation/guide.node.test.ts` compiles and runs. */
const ONE_PROGRAM = 'docs/write-a-key-provider.md';
const CDN = 'https://cdn.example/secure-meeting/';
/** Programs that are not ours. */
const PROGRAMS = ['git', 'npm', 'npx', 'node', 'docker', 'cd', 'openssl', 'tar'];

const exists = (file: string): Promise<boolean> =>
  access(path.join(root, file)).then(
    () => true,
    () => false,
  );

describe('the documentation', () => {
  let packed: Packed;
  let blocks: readonly Block[];
  const inLanguage = (...languages: readonly string[]): readonly Block[] =>
    blocks.filter(({ language }) => languages.includes(language));
  before(async () => {
    blocks = await docBlocks();
    packed = await pack();
    for (const name of ['livekit-server-sdk', 'react', '@types/react', '@types/node', 'csstype', 'undici-types']) {
      const link = path.join(packed.project, 'node_modules', name);
      await mkdir(path.dirname(link), { recursive: true });
      await symlink(path.join(root, 'node_modules', name), link).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      });
    }
    await writeFile(path.join(packed.project, 'package.json'), '{"type":"module"}');
  });
  after(() => packed.remove());

  it('has code in languages that are checked here, and in no other', () => {
    // `text` is a drawing.
    const known = ['ts', 'tsx', 'html', 'css', 'http', 'sh', 'json', 'text'];
    expect(blocks.filter(({ language }) => !known.includes(language)).map(at)).to.deep.equal([]);
    expect(inLanguage('ts', 'tsx').length).to.be.greaterThan(10);
    expect(inLanguage('html').length).to.be.greaterThan(6);
  });

  it('TypeScript compiles against the packed types', async () => {
    const folder = path.join(packed.project, 'blocks');
    await mkdir(folder);
    const typed = inLanguage('ts', 'tsx').filter(({ file }) => file !== ONE_PROGRAM);
    const files = typed.map((block) => `${block.file.replaceAll(/\W/g, '-')}-${block.line}.${block.language}`);
    await Promise.all(
      // As many lines above it as in the document, so that the compiler names its lines.
      typed.map((block, index) =>
        writeFile(path.join(folder, files[index] as string), `export {};${'\n'.repeat(block.line)}${block.code}`),
      ),
    );
    await writeFile(path.join(folder, 'given.d.ts'), GIVEN);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      skipLibCheck: true,
      noEmit: true,
      target: 'ES2022',
      module: 'NodeNext',
      jsx: 'react-jsx',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      types: ['node'],
    };
    await writeFile(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: [...files, 'given.d.ts'] }),
    );
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const output = await packed
      .run(process.execPath, [tsc, '-p', folder])
      .catch((error: { stdout: string }) => error.stdout);
    expect(output.trim()).to.equal('');
  });

  it('styles name parts, states and custom properties that there are', async () => {
    const manifest = JSON.parse(await readFile(path.join(packed.folder, 'dist/custom-elements.json'), 'utf8')) as {
      modules: { declarations: Record<string, { name: string; description: string }[]>[] }[];
    };
    const element = manifest.modules
      .flatMap(({ declarations }) => declarations)
      .find(({ tagName }) => (tagName as unknown) === 'secure-meeting')!;
    const words = (list: readonly { name: string; description: string }[] = []): string[] =>
      list.flatMap(({ name, description }) => [name, ...[...description.matchAll(/`([\w-]+)`/g)].map(([, w]) => w!)]);
    const known = [element['cssParts'], element['cssStates'], element['cssProperties']].flatMap(words);
    for (const block of inLanguage('css', 'html')) {
      const named = [
        ...[...block.code.matchAll(/::part\(([^)]*)\)/g)].flatMap(([, names]) => names!.split(' ')),
        ...[...block.code.matchAll(/:state\(([^)]*)\)/g)].map(([, name]) => name!),
        ...[...block.code.matchAll(/--secure-meeting-[\w-]+/g)].map(([name]) => name),
      ];
      expect(known, at(block)).to.include.members(named);
    }
  });

  it('tags have attributes and slots that there are', () => {
    const known = [...Object.keys(contract.attributes), 'id', 'slot', 'style', 'class', 'integrity'];
    let tags = 0;
    for (const block of inLanguage('html')) {
      for (const [, text] of block.code.matchAll(/<secure-meeting\b([^>]*)>/g)) {
        const attributes = [...text!.replace(/"[^"]*"/g, '""').matchAll(/([\w-]+)/g)].map(([name]) => name);
        expect(known, at(block)).to.include.members(attributes);
        tags++;
      }
      const slots = [...block.code.matchAll(/\bslot="([^"]*)"/g)].map(([, name]) => name!);
      expect(contract.slots, at(block)).to.include.members(slots);
    }
    expect(tags).to.be.greaterThan(6);
  });

  it('codes of errors that are explained exist', async () => {
    const text = await readFile(path.join(root, 'docs/troubleshooting.md'), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => [...row.split(' | ')[0]!.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code!));
    expect(named.length).to.be.greaterThan(20);
    expect([...ERROR_CODES, 'media']).to.include.members(named);
  });

  it('the comparison says of others nothing without a source, and each source has its place and its date', async () => {
    const [claims = '', listed = ''] = (await readFile(path.join(root, 'docs/comparison.md'), 'utf8')).split(
      '## Sources',
    );
    const sources = listed.split(/^(?=\d+\. )/m).filter((text) => /^\d/.test(text));
    const referred = (text: string): number[] =>
      [...text.matchAll(/\[([\d, ]+)\]/g)].flatMap(([, numbers]) => numbers!.split(', ').map(Number));
    const others = /^(?:\| (?!secure-meeting|\*\*secure|---|\|)|- \*\*(?!secure-meeting|Audits|Trust|Zoom))/;
    const bare = claims.split(/\n(?=- |\||\n)/).filter((text) => others.test(text) && referred(text).length === 0);
    expect(bare.map((text) => text.slice(0, 60))).to.deep.equal([]);
    expect([...new Set(referred(claims))].sort((a, b) => a - b)).to.deep.equal(sources.map((_, index) => index + 1));
    const dated = /20\d\d|undated|at\s+that\s+commit|as published/;
    for (const source of sources) {
      expect(source, 'where').to.match(/https:\/\/|bench\/results\//);
      expect(source, 'when').to.match(dated);
    }
  });

  it('JSON is JSON', () => {
    for (const block of inLanguage('json')) expect(() => JSON.parse(block.code) as unknown, at(block)).not.to.throw();
  });

  it('commands exist', async () => {
    const { scripts, bin } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
      bin: Record<string, string>;
    };
    const NPM = ['install', 'ci', 'pack', 'view', 'start', 'test'];
    for (const block of inLanguage('sh'))
      for (const line of block.code.replaceAll('\\\n', ' ').split('\n')) {
        const command = line.replace(/(^|\s)#.*$/, '').replace(/^\s*(?:[A-Z_]+=(?:'[^']*'|\S*)\s+)+/, '');
        const [program, first, second] = command.trim().split(/\s+/);
        if (!program) continue;
        expect(PROGRAMS, `${at(block)}: ${line}`).to.include(program);
        if (program === 'npm')
          expect(first === 'run' ? Object.keys(scripts) : NPM, at(block)).to.include(first === 'run' ? second : first);
        if (program === 'node') expect(await exists(first!), `${at(block)}: ${first}`).to.equal(true);
        if (program === 'npx') expect(Object.keys(bin), at(block)).to.include(first);
      }
  });

  it('links lead to files and headings that there are', async () => {
    const texts = new Map<string, string>();
    for (const file of await docFiles()) texts.set(file, await readFile(path.join(root, file), 'utf8'));
    const anchors = (text: string): Set<string> =>
      new Set(
        [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
          heading!
            .toLowerCase()
            .replace(/[^\p{L}\p{N}\s_-]/gu, '')
            .trim()
            .replaceAll(/\s/g, '-'),
        ),
      );
    const broken: string[] = [];
    for (const [file, text] of texts)
      for (const [, target] of text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target!)) continue;
        const [to = '', anchor] = target!.split('#');
        const found = path.normalize(to === '' ? file : path.join(path.dirname(file), to));
        if (!(await exists(found))) broken.push(`${file}: ${target}`);
        else if (anchor && texts.has(found) && !anchors(texts.get(found)!).has(anchor))
          broken.push(`${file}: ${target}`);
      }
    expect(broken).to.deep.equal([]);
  });

  describe('in a browser', () => {
    let browser: Browser;
    let server: WebServer;
    let site: string;
    const policies = new Map<string, string>();
    before(async () => {
      site = path.join(packed.project, 'site');
      await mkdir(site);
      await writeFile(path.join(site, 'meeting.html'), '<!doctype html><html lang="en"><title>t</title></html>');
      server = await startWebServer({
        folders: { '/': site, '/secure-meeting/': path.join(packed.folder, 'dist') },
        headers: (pathname): Record<string, string> => {
          const policy = policies.get(pathname);
          return policy === undefined ? {} : { 'content-security-policy': policy };
        },
      });
      browser = await launch('chromium');
    });
    after(async () => {
      await browser.close();
      await server.close();
    });

    /** Loads a page; gives what it complained about. */
    async function load(name: string, html: string, run?: string): Promise<{ problems: string[]; result: unknown }> {
      await writeFile(path.join(site, name), html);
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error instanceof Error ? error.message : String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' && !/favicon/.test(message.location().url ?? '')) problems.push(message.text());
      });
      await page.evaluateOnNewDocument(() => {
        const found: string[] = [];
        Object.assign(globalThis, { violations: found });
        document.addEventListener('securitypolicyviolation', (event) => {
          if (!event.blockedURI.endsWith('favicon.ico')) found.push(`${event.violatedDirective} ${event.blockedURI}`);
        });
      });
      try {
        await page.goto(`${server.origin}/${name}`);
        if (html.includes('<secure-meeting'))
          await page.waitForFunction(
            'document.querySelector("secure-meeting").shadowRoot?.querySelector("[part=frame]")?.children.length > 0',
            { timeout: 60_000 },
          );
        const result = run === undefined ? undefined : await page.evaluate(run);
        const violations = (await page.evaluate('violations')) as string[];
        return { problems: [...problems, ...violations], result };
      } finally {
        await page.close();
      }
    }

    it('pages load, and show what they promise without an error', async () => {
      const hashes = JSON.parse(await readFile(path.join(packed.folder, 'dist/integrity.json'), 'utf8')) as Record<
        string,
        string
      >;
      for (const [index, block] of inLanguage('html').entries()) {
        // This one is about the property; the script stands in the block before.
        const ours = block.code.includes('secure-meeting.js') || block.code.includes('secure-meeting.classic.js');
        const script =
          ours || !block.code.includes('<secure-meeting')
            ? ''
            : `<script type="module" src="${CDN}secure-meeting.js"></script>`;
        // The hashes of the day stand where the page shows dots.
        const html = `${script}${block.code}`
          .replaceAll(CDN, '/secure-meeting/')
          .replace(
            /(secure-meeting\/([\w.-]+\.js)"[^…]*?)sha384-…/g,
            (_, before: string, file: string) => before + hashes[file]!,
          );
        const { problems } = await load(`block-${index}.html`, html);
        expect(problems, at(block)).to.deep.equal([]);
      }
    });

    it('the policies let the element start its worker and reach its server, and nothing is refused', async () => {
      const found = inLanguage('http');
      expect(found).to.have.length(4);
      for (const [index, block] of found.entries()) {
        const [, policy] = /^Content-Security-Policy: (.*)$/m.exec(block.code)!;
        const classic = policy!.includes('worker-src blob:');
        const name = `policy-${index}.html`;
        policies.set(`/${name}`, policy!);
        const src = `/secure-meeting/secure-meeting.${classic ? 'classic.js' : 'js'}`;
        const { problems, result } = await load(
          name,
          `<!doctype html><html lang="en"><title>t</title><script ${classic ? '' : 'type="module"'} src="${src}"></script>
           <secure-meeting room="weekly" display-name="Ana" key-provider="passphrase" key-source="property"></secure-meeting></html>`,
          `(async () => {
            const element = document.querySelector('secure-meeting');
            element.tokenSource = async () => ({ serverUrl: 'wss://sfu.example', token: 'a.b.c' });
            element.passphrase = 'a long enough phrase for a test';
            return element.join().then(() => 'joined', (error) => error.code);
          })()`,
        );
        // There is no such server: whoever got as far as asking it had a worker.
        expect(result, at(block)).to.equal('network-unreachable');
        expect(
          problems.filter((text) => !/sfu\.example|ERR_NAME_NOT_RESOLVED/.test(text)),
          at(block),
        ).to.deep.equal([]);
      }
    });
  });
});
