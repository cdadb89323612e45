import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import vm from 'node:vm';
import { build } from 'esbuild';
import { pack, root, targets, type Packed } from './packed.js';

/** Entries that a program imports, as written there. */
const MODULES = ['secure-meeting', 'secure-meeting/define', 'secure-meeting/keys', 'secure-meeting/testing'];

describe('the packed package', () => {
  let packed: Packed;
  before(async () => {
    packed = await pack();
  });
  after(() => packed.remove());

  it('contains what is needed and nothing else', () => {
    const places = new Set(packed.files.map((file) => file.split('/')[0]));
    expect([...places].sort()).to.deep.equal(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json', 'src']);
    expect(packed.files.filter((file) => /(^|\/)(test|bench|scripts)\/|\.test\.|tsbuildinfo|tsconfig/.test(file))).to.be
      .empty;
    expect(packed.files).to.include.members([
      'dist/secure-meeting.js',
      'dist/secure-meeting.classic.js',
      'dist/secure-meeting.worker.js',
      'dist/place.css',
      'dist/custom-elements.json',
      'dist/vscode.html-custom-data.json',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/blur/worker.js',
    ]);
    const blur = packed.files.filter((file) => file.startsWith('dist/blur/')).map((file) => path.extname(file));
    expect(blur.sort(), 'the worker of blur, and what it loads').to.deep.equal(['.js', '.map', '.tflite', '.wasm']);
  });

  it('runs nothing when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
    expect(Object.keys(packed.manifest.scripts ?? {}).filter((name) => hooks.includes(name))).to.be.empty;
  });

  it('tells editors the tag, each of its attributes in words, and the values that they take', async () => {
    const file = path.join(packed.folder, 'dist/vscode.html-custom-data.json');
    const { version, tags } = JSON.parse(await readFile(file, 'utf8')) as {
      version: number;
      tags: { name: string; attributes: { name: string; description?: string; values?: { name: string }[] }[] }[];
    };
    expect([version, tags.map(({ name }) => name)]).to.deep.equal([1.1, ['secure-meeting']]);
    const { attributes } = tags[0]!;
    expect(attributes.map(({ name }) => name)).to.include.members(['room', 'token-endpoint', 'key-provider', 'theme']);
    // `lang` is HTML's own.
    expect(attributes.filter(({ name, description }) => name !== 'lang' && !description)).to.deep.equal([]);
    const theme = attributes.find(({ name }) => name === 'theme');
    expect(theme?.values?.map(({ name }) => name)).to.deep.equal(['auto', 'light', 'dark']);
    expect(attributes.filter(({ name }) => ['token', 'passphrase'].includes(name))).to.deep.equal([]);
  });

  it('has a file behind every entry', () => {
    const missing = targets(packed.manifest).filter(([, file]) => {
      const [start, end] = file.replace('./', '').split('*') as [string, string?];
      return !packed.files.some((name) =>
        end === undefined ? name === start : name.startsWith(start) && name.endsWith(end),
      );
    });
    expect(missing).to.deep.equal([]);
  });

  it('has source maps that name no folder of the machine that built it', async () => {
    for (const file of packed.files.filter((name) => name.endsWith('.map'))) {
      const map = JSON.parse(await readFile(path.join(packed.folder, file), 'utf8')) as { sources?: string[] };
      for (const source of map.sources ?? []) {
        expect(path.isAbsolute(source), `${file}: ${source}`).to.be.false;
        expect(source).not.to.include('file:');
      }
    }
  });

  for (const name of MODULES) {
    it(`${name}: imports in Node, does nothing there, and lets the process end`, async () => {
      const script = `
        const before = new Set(Object.keys(globalThis));
        const module = await import(${JSON.stringify(name)});
        console.log(JSON.stringify({ names: Object.keys(module), added: Object.keys(globalThis).filter((name) => !before.has(name)) }));`;
      const result = JSON.parse(await packed.run(process.execPath, ['--input-type=module', '-e', script])) as {
        names: string[];
        added: string[];
      };
      // Lit notes its versions, to warn of a second copy, and gives servers a registry of elements.
      expect(result.added.filter((name) => !/^(lit|reactiveElement|customElements$)/.test(name))).to.deep.equal([]);
      if (name === 'secure-meeting')
        expect(result.names).to.include.members([
          'SecureMeeting',
          'SecureMeetingSession',
          'SecureMeetingError',
          'ERROR_CODES',
        ]);
    });
  }

  for (const condition of ['workerd', 'edge-light', 'default'])
    for (const entry of ['secure-meeting', 'secure-meeting/react'])
      it(`${entry} runs under the condition ${condition}, where there is the language, an encoder of text, and nothing else`, async () => {
        const code = await bundle(entry, { platform: 'neutral', conditions: [condition] });
        const world = vm.createContext({ TextEncoder, TextDecoder });
        const before = new Set(vm.runInContext('Object.getOwnPropertyNames(globalThis)', world) as string[]);
        vm.runInContext(code, world, { timeout: 5_000 });
        const names = vm.runInContext('Object.keys(bundled)', world) as string[];
        expect(names).to.include(entry === 'secure-meeting' ? 'SecureMeetingError' : 'SecureMeeting');
        // `bundled` is the test's; Lit notes its versions, and gives servers what they lack of three classes.
        const after = vm.runInContext('Object.getOwnPropertyNames(globalThis)', world) as string[];
        expect(
          after.filter(
            (name) =>
              !before.has(name) && !/^(bundled$|lit|reactiveElement|customElements$|(Custom)?Event$)/.test(name),
          ),
        ).to.deep.equal([]);
      });

  it('bundles with esbuild for browsers, with nothing but its dependencies', async () => {
    expect((await bundle('secure-meeting', { conditions: ['browser'] })).length).to.be.greaterThan(1_000);
  });

  it('marks only the entries that register tags as having side effects', async () => {
    const entry = path.join(packed.project, 'unused.js');
    await writeFile(entry, "import 'secure-meeting'; import 'secure-meeting/keys';");
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'esm',
      logLevel: 'silent',
    });
    expect(outputFiles[0]!.text.trim()).not.to.match(/class |function /);
  });

  /** An entry as one script that puts its exports on the global `bundled`. */
  async function bundle(
    from: string,
    options: { platform?: 'neutral' | 'browser'; conditions: string[] },
  ): Promise<string> {
    const entry = path.join(packed.project, 'barrel.js');
    await writeFile(entry, `export * from '${from}';`);
    const { outputFiles, warnings } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'bundled',
      target: 'es2022',
      mainFields: ['module', 'main'],
      logLevel: 'silent',
      platform: 'browser',
      supported: { 'import-meta': true },
      define: { 'process.env.NODE_ENV': '"production"' },
      alias: { react: path.join(root, 'node_modules/react') },
      ...options,
    });
    expect(warnings.filter(({ id }) => id !== 'empty-import-meta').map(({ text }) => text)).to.deep.equal([]);
    return outputFiles[0]!.text.replaceAll('import.meta', '({})');
  }
});
