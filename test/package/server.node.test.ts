/** `npx secure-meeting-server` from the packed package, with no configuration at all. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { pack, root, type Packed } from './packed.js';

/** What docs/operations.md says to install beside it for development. */
const INSTALLED = [
  '@hono/node-server',
  'hono',
  'valibot',
  'libphonenumber-js',
  'livekit-server-sdk',
  '@electric-sql/pglite',
];

interface Running {
  readonly address: string;
  /** What it wrote on standard error. */
  readonly lines: readonly string[];
  post(path: string, body: object, user?: string): Promise<{ status: number; body: Record<string, unknown> }>;
  end(): Promise<number | null>;
}

describe('npx secure-meeting-server', () => {
  let packed: Packed;
  before(async () => {
    packed = await pack();
    const link = async (from: string, to: string): Promise<void> => {
      await mkdir(path.dirname(to), { recursive: true });
      await symlink(from, to);
    };
    for (const name of INSTALLED)
      await link(path.join(root, 'node_modules', name), path.join(packed.project, 'node_modules', name));
    // As npm links what `bin` names.
    const { 'secure-meeting-server': bin = '' } = packed.manifest['bin'] as Record<string, string>;
    await chmod(path.join(packed.folder, bin), 0o755);
    await link(path.join(packed.folder, bin), path.join(packed.project, 'node_modules/.bin/secure-meeting-server'));
  });
  after(() => packed.remove());

  const run = (command: string, args: readonly string[], env: Record<string, string>) =>
    spawn(command, args, {
      cwd: packed.project,
      env: { PATH: process.env['PATH'], HOME: packed.project, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  async function start(env: Record<string, string> = {}): Promise<Running> {
    // What npx runs: it would stand between us and the process that is to be told to end.
    const bin = path.join(packed.project, 'node_modules/.bin/secure-meeting-server');
    const child = run(bin, [], { SECURE_MEETING_PORT: '0', ...env });
    const lines: string[] = [];
    child.stdout.resume();
    const ended = once(child, 'exit');
    const address = await new Promise<string>((resolve, reject) => {
      createInterface(child.stderr).on('line', (line) => {
        lines.push(line);
        const where = /listens on (\S+)/.exec(line)?.[1];
        if (where) resolve(`http://${where}`);
      });
      void ended.then(() => reject(new Error(`it ended: ${lines.join('\n')}`)));
    });
    return {
      ...{ address, lines },
      async post(where, body, user) {
        const response = await fetch(`${address}${where}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(user && { authorization: `Demo ${user}` }) },
          body: JSON.stringify(body),
        });
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
      },
      async end() {
        child.kill('SIGTERM');
        return (await ended)[0] as number | null;
      },
    };
  }
  async function words(env: Record<string, string>, ...args: string[]): Promise<{ code: number | null; text: string }> {
    const child = run('npx', ['--no-install', 'secure-meeting-server', ...args], env);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, text };
  }

  it('runs with no configuration: a database in a folder, text messages on the terminal, a development key', async () => {
    const first = await start();
    expect(first.lines.join('\n')).to.contain('Development mode').and.contain('Not for production');
    expect((await first.post('/token', { room_name: 'weekly' })).body).to.deep.include({
      server_url: 'ws://127.0.0.1:7880',
    });
    expect((await first.post('/token', { room_name: 'weekly' }, 'new-ann')).body['code']).to.equal(
      'verification-required',
    );
    const started = await first.post('/verification/start', { number: '+49 151 23456789' }, 'new-ann');
    expect(started.status).to.equal(201);
    const code = /SMS to \+4915123456789: (\d{6})/.exec(first.lines.join('\n'))![1];
    const check = { challenge: started.body['challenge'], code };
    expect((await first.post('/verification/check', check, 'new-ann')).body).to.deep.equal({ verified: true });
    expect(await first.end()).to.equal(0);

    const second = await start();
    expect((await second.post('/token', { room_name: 'weekly' }, 'new-ann')).status, 'never asked again').to.equal(201);
    expect(await second.end()).to.equal(0);
  });

  it('refuses all of that in production, and says what is missing', async () => {
    const { code, text } = await words({ NODE_ENV: 'production' });
    expect(code).to.equal(1);
    expect(text).to.contain('settings are missing').and.contain('NODE_ENV is "production"');
  });

  it('names the package that is missing beside it, and the setting that is misspelt', async () => {
    const needs = await words({ SECURE_MEETING_DATABASE_URL: 'postgres://x@127.0.0.1:1/x' }, 'migrate');
    expect(needs.code).to.equal(1);
    expect(needs.text).to.contain('a package is missing').and.contain("'pg'");
    const misspelt = await words({ SECURE_MEETING_ISSUR: 'https://meet.example' });
    expect(misspelt.code).to.equal(1);
    expect(misspelt.text).to.contain('SECURE_MEETING_ISSUR: is not a setting');
  });
});
