/**
 * The gates of `npm run verify`, each on a small copy of the project: without a fault it passes, with one it fails. The
 * commands are those that `verify` runs.
 */
import { expect } from 'chai';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gates } from '../../../scripts/lib/stages.mjs';
import { startCommand } from '../../support/command.js';

/** The checkout: tests run from its root. */
const root = process.cwd();

describe('the gates', () => {
  const commands = new Map<string, readonly string[]>();
  let folder: string;
  before(async () => {
    const all = gates({ check: (title, args) => commands.set(title, args) });
    for (const part of Object.values(all)) await part();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'secure-meeting-gates-'));
    for (const file of ['scripts', 'package.json', 'tsconfig.base.json', '.dependency-cruiser.cjs', 'knip.json'])
      await cp(path.join(root, file), path.join(folder, file), { recursive: true });
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    // What scripts import from elsewhere.
    for (const file of ['rollup.config.mjs', 'test/support/browsers.mjs', 'examples/site-keys.js'])
      await cp(path.join(root, file), path.join(folder, file));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  async function run(title: string): Promise<{ readonly code: number | string; readonly text: string }> {
    const args = commands.get(title);
    if (!args) throw new Error(`verify has no gate called "${title}"`);
    return node(...args);
  }
  async function node(...args: readonly string[]): Promise<{ readonly code: number | string; readonly text: string }> {
    const command = startCommand(process.execPath, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
    return { code: await command.ended, text: command.output() };
  }

  describe('types', () => {
    beforeEach(async () => {
      await cp(path.join(root, 'src'), path.join(folder, 'src'), { recursive: true });
    });

    for (const [room, above] of [
      ['base', 'crypto'],
      ['crypto', 'keys'],
      ['media', 'session'],
      ['keys', 'session'],
      ['server', 'session'],
    ] as const)
      it(`an import of ${above} in ${room} fails the build`, async () => {
        await write('tsconfig.json', JSON.stringify({ files: [], references: [{ path: `src/${room}` }] }));
        expect(await run('Types, TypeScript 7')).to.deep.equal({ code: 0, text: '' });
        await write(`src/${room}/up.ts`, `export * from '../${above}/index.js';`);
        const { code, text } = await run('Types, TypeScript 7');
        expect(code).not.to.equal(0);
        expect(text).to.match(new RegExp(`src/${room}/up\\.ts.*error TS6307: File '.*/src/${above}/index\\.ts'`));
      });
  });

  it('rooms: a cycle fails, and so does livekit-client outside its room', async () => {
    await write('src/session/one.ts', "export { two } from './two.js';");
    await write('src/session/two.ts', 'export const two = 2;');
    expect((await run('Rooms and cycles')).text).to.contain('no dependency violations found');
    await write('src/session/two.ts', "export { two as one } from './one.js';");
    await write('src/session/vendor.ts', "export { Room } from 'livekit-client';");
    const { code, text } = await run('Rooms and cycles');
    expect(code).not.to.equal(0);
    expect(text).to.match(/error no-cycle: src\/session\/one\.ts/);
    expect(text).to.match(/error livekit-behind-its-wall: src\/session\/vendor\.ts/);
  });

  it('unused: an export that nobody imports fails, and so does a file', async () => {
    const gate = 'Unused files, exports and dependencies';
    await write('src/index.ts', "export { used } from './things.js';");
    await write('src/things.ts', 'export const used = 1;');
    expect((await run(gate)).text).not.to.contain('src/things.ts');
    await write('src/things.ts', 'export const used = 1;\nexport const idle = 2;');
    await write('src/nobody.ts', 'export const nobody = 1;');
    const { code, text } = await run(gate);
    expect(code).not.to.equal(0);
    expect(text).to.match(/idle\s+src\/things\.ts/);
    expect(text).to.contain('src/nobody.ts');
  });

  it('docs/contract.md: a name that the code gained or lost fails', async () => {
    for (const folderOf of ['src', 'api'])
      await cp(path.join(root, folderOf), path.join(folder, folderOf), { recursive: true });
    const manifest = (slot: string): string => {
      const slots = [{ name: slot, description: 'somewhere' }];
      const rest = { attributes: [], members: [], events: [], cssParts: [], cssProperties: [], cssStates: [] };
      return JSON.stringify({ modules: [{ declarations: [{ tagName: 'secure-meeting', slots, ...rest }] }] });
    };
    await write('docs/contract.md', '');
    await write('dist/custom-elements.json', manifest('toolbar'));
    expect((await node('scripts/docs-contract.mjs')).code).to.equal(0);
    expect((await run('docs/contract.md')).code).to.equal(0);
    await write('dist/custom-elements.json', manifest('tools'));
    const { code, text } = await run('docs/contract.md');
    expect(code).to.equal(1);
    expect(text).to.contain('docs/contract.md is out of date: run node scripts/docs-contract.mjs');
  });

  it('API report: a change of a public type that the report does not have fails', async () => {
    // One entry instead of all: each takes seconds.
    await write('scripts/lib/declarations.mjs', "export const TYPE_ENTRIES = ['index'];");
    await write('build/types/index.d.ts', 'export declare const one: string;\n');
    expect((await node('scripts/api.mjs')).code).to.equal(0);
    expect((await run('API report')).code).to.equal(0);
    await write('build/types/index.d.ts', 'export declare const one: number;\n');
    const { code, text } = await run('API report');
    expect(code).to.equal(1);
    expect(text).to.contain('api/secure-meeting.api.md is out of date: run node scripts/api.mjs');
  });
});
