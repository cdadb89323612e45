/**
 * Takes each defence of the media room away, one at a time, and asserts that the tests notice: a test that passes
 * without its defence proves nothing. The sources on disk are not touched.
 */
import { build } from 'esbuild';
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

interface Fault {
  readonly name: string;
  /** Under `src/`. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** Test file under `test/unit/media/` that must fail. */
  readonly caughtBy: 'hostile-frames' | 'key-ring' | 'media-worker' | 'codec' | 'window' | 'header' | 'worker-link';
}

const opener = 'media/frame-opener.ts';
const ring = 'media/key-ring.ts';
const FAULTS: readonly Fault[] = [
  {
    name: 'replay window not asked',
    file: opener,
    find: 'if (!key.window.accept(ctr))',
    put: 'if (false)',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'window left open at its left edge',
    file: 'crypto/sframe-window.ts',
    find: 'ctr <= this.#highest - WINDOW ||',
    put: '',
    caughtBy: 'window',
  },
  {
    name: 'window updated before the tag is checked',
    file: opener,
    find: 'const opened =',
    put: 'key.window.accept(ctr); const opened =',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'stream not checked',
    file: opener,
    find: 'if (STREAMS[kidStream] !== stream)',
    put: 'if (false)',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'retired while it was opened',
    file: opener,
    find: 'if (key.retired)',
    put: 'if (false)',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'trailer not known',
    file: opener,
    find: 'if (this.serverTrailer && ',
    put: 'if (false && ',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'plaintext passed when no key fits',
    file: opener,
    find: "return { reason: 'unknown-key', kid, ctr };\n    const",
    put: 'return { data: data.buffer, key: undefined };\n    const',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'tag ignored',
    file: opener,
    find: "if (!opened) return { reason: 'forged', kid, ctr };",
    put: 'if (!opened) return { data: data.buffer, key };',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'label not authenticated',
    file: 'crypto/sframe-frame.ts',
    find: 'bound.set(label, length + at);',
    put: '',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'clear prefix not authenticated',
    file: 'crypto/sframe-frame.ts',
    find: 'put(bound, length, frame, 0, at);',
    put: '',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'identity not in the label',
    file: 'crypto/sframe-label.ts',
    find: 'utf8(identity)',
    put: "utf8('')",
    caughtBy: 'hostile-frames',
  },
  {
    name: 'binding not in the label',
    file: 'crypto/sframe-label.ts',
    find: ' name, binding,',
    put: ' name,',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'a header longer than it need be is read',
    file: 'crypto/sframe-header.ts',
    find: 'if (bytes[at] === 0) return undefined;',
    put: '',
    caughtBy: 'header',
  },
  {
    name: 'KID shortened to 32 bits',
    file: 'media/stream-key.ts',
    find: 'epoch * STREAMS.length + stream',
    put: '(epoch << 2) + stream',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'counter wraps',
    file: 'media/stream-key.ts',
    find: 'return this.#next < COUNTER_LIMIT ? this.#next++ : undefined;',
    put: 'return this.#next++ % COUNTER_LIMIT;',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'counter taken after an await',
    file: 'media/stream-key.ts',
    find: 'return this.#next < COUNTER_LIMIT ? this.#next++ : undefined;',
    put: 'return 0;',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'AV1 taken for VP9',
    file: 'media/codec.ts',
    find: "['video/vp9', 'vp9'],",
    put: "['video/vp9', 'vp9'], ['video/av1', 'vp9'],",
    caughtBy: 'codec',
  },
  {
    name: 'no emulation prevention',
    file: 'media/h264.ts',
    find: 'if (zeros === 2 && byte <= 3) {\n      added++;',
    put: 'if (false) {\n      added++;',
    caughtBy: 'codec',
  },
  {
    name: 'our own frames open',
    file: ring,
    find: '(this.#self && same(installed.sender, this.#self))',
    put: 'false',
    caughtBy: 'hostile-frames',
  },
  {
    name: 'a second key for a sender',
    file: ring,
    find: "if (before.check !== check) throw new SecureMeetingError('key-conflict');",
    put: '',
    caughtBy: 'key-ring',
  },
  {
    name: 'one key twice',
    file: ring,
    find: "if (this.#everHeld.has(check)) throw new SecureMeetingError('key-reused');",
    put: '',
    caughtBy: 'key-ring',
  },
  {
    name: 'keys forgotten at a new join',
    file: ring,
    find: 'this.#highest = -1;\n    this.#self = self;',
    put: 'this.#highest = -1; this.#everHeld.clear();\n    this.#self = self;',
    caughtBy: 'key-ring',
  },
  {
    name: 'activate goes back',
    file: ring,
    find: "if (epoch < this.#highest) throw new SecureMeetingError('key-order');",
    put: '',
    caughtBy: 'key-ring',
  },
  {
    name: 'keys survive a new join',
    file: ring,
    find: 'for (const key of streams) key.retire();',
    put: '',
    caughtBy: 'key-ring',
  },
  {
    name: 'sending goes on after a pause',
    file: ring,
    find: 'pause(): void {\n    this.#active = undefined;',
    put: 'pause(): void {',
    caughtBy: 'media-worker',
  },
  {
    name: 'frames sealed before a pause leave after it',
    file: 'media/media-worker.ts',
    find: ' || !this.#sealer.mayLeave(verdict.key)',
    put: '',
    caughtBy: 'media-worker',
  },
  {
    name: 'the binding before goes on living',
    file: 'media/media-worker.ts',
    find: 'if (this.#bound.get(transform) !== bound) return this.#unbound();',
    put: '',
    caughtBy: 'media-worker',
  },
  {
    name: 'plaintext passes an unbound transform',
    file: 'media/media-worker.ts',
    find: 'if (!bound) return () => this.#unbound();\n    const { stream } = bound;',
    put: 'if (!bound) return () => true;\n    const { stream } = bound;',
    caughtBy: 'media-worker',
  },
  {
    name: 'a dropped frame is passed',
    file: 'media/pump.ts',
    find: 'if (pass())',
    put: 'pass(); if (true)',
    caughtBy: 'media-worker',
  },
  {
    name: 'frames pass out of order',
    file: 'media/pump.ts',
    find: 'await before;',
    put: '',
    caughtBy: 'media-worker',
  },
  {
    name: 'silence is not noticed',
    file: 'media/worker-link.ts',
    find: '++this.#silentTicks >',
    put: '0 >',
    caughtBy: 'worker-link',
  },
];

const root = process.cwd();
const out = path.join(root, 'build', `planted-${process.pid}`);

/** Bundles the test file with the fault in it. @throws Error when the place to break is not there, once. */
async function plant(fault: Fault, index: number): Promise<string> {
  const file = path.join(root, 'src', fault.file);
  const source = await readFile(file, 'utf8');
  if (source.split(fault.find).length !== 2)
    throw new Error(`${fault.name}: "${fault.find}" is not in ${fault.file} once`);
  const broken = source.replace(fault.find, () => fault.put);
  const outfile = path.join(out, `${index}.mjs`);
  await build({
    entryPoints: [path.join(root, 'test/unit/media', `${fault.caughtBy}.test.ts`)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    plugins: [
      {
        name: 'fault',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\.ts$/ }, ({ path: loaded }) =>
            loaded === file ? { contents: broken, loader: 'ts' } : undefined,
          );
        },
      },
    ],
  });
  return outfile;
}

function failed(file: string): Promise<{ failed: boolean; report: string }> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['--import', './test/support/node-globals.mjs', '--test-reporter=tap', file],
      {
        cwd: root,
        // Else the child takes itself for a part of this run and reports in its private format.
        env: { ...process.env, NODE_TEST_CONTEXT: '' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let report = '';
    child.stdout.on('data', (data: Buffer) => (report += data.toString()));
    child.on('close', (code) => resolve({ failed: code !== 0, report }));
  });
}

describe('media: planted faults', () => {
  before(() => mkdir(out, { recursive: true }));
  after(() => rm(out, { recursive: true, force: true }));

  for (const [index, fault] of FAULTS.entries())
    it(`${fault.name}: ${fault.caughtBy} fails`, async () => {
      const result = await failed(await plant(fault, index));
      // A file that could not even run would fail for the wrong reason.
      expect(/^ {4}(?:not )?ok /m.test(result.report), 'the tests ran').to.equal(true);
      expect(/^ {4}not ok /m.test(result.report), 'a test failed').to.equal(true);
      expect(result.failed).to.equal(true);
    });
});
