/** The examples that mount the backend, run as they stand against the packed package. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { pack, root, type Packed } from './packed.js';

/** What the examples import, beside the package: frameworks, and the backend's optional peers. */
const INSTALLED = [
  'express',
  'fastify',
  '@hono/node-server',
  'hono',
  'valibot',
  'libphonenumber-js',
  'livekit-server-sdk',
  '@electric-sql/pglite',
];

describe('the backend mounted in', () => {
  let packed: Packed;
  before(async () => {
    packed = await pack();
    for (const name of INSTALLED) {
      const link = path.join(packed.project, 'node_modules', name);
      await mkdir(path.dirname(link), { recursive: true });
      await symlink(path.join(root, 'node_modules', name), link);
    }
    await writeFile(path.join(packed.project, 'package.json'), '{"type":"module"}');
  });
  after(() => packed.remove());

  for (const framework of ['express', 'fastify', 'node'])
    it(`${framework} answers, bounds what it reads, leaves the site alone and ends when told to`, async () => {
      const file = path.join(packed.project, `${framework}.js`);
      await copyFile(path.join(root, `examples/mounted-backend-${framework}/server.js`), file);
      const child = spawn(process.execPath, [file], {
        cwd: packed.project,
        env: { PATH: process.env['PATH'], PORT: '0' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      try {
        const site = await Promise.race([
          (async () => {
            for await (const line of createInterface(child.stdout)) if (line.startsWith('http://')) return line;
            throw new Error('it never said where it listens');
          })(),
          ended.then(([code]) => Promise.reject(new Error(`it ended with ${String(code)}`))),
        ]);
        child.stdout.resume();
        expect(await (await fetch(site)).text()).to.equal('The site itself.');
        const keys = (await (await fetch(`${site}meeting/.well-known/secure-meeting.json`)).json()) as object;
        expect(keys).to.have.property('issuer', 'http://localhost:8080/meeting');
        const post = (body: string): Promise<Response> =>
          fetch(`${site}meeting/token`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
        const token = await post(JSON.stringify({ room_name: 'weekly', encryption: 'required' }));
        expect(token.status).to.equal(201);
        expect(await token.json()).to.include.keys('participant_token', 'server_url');
        expect((await post('{"room_name":')).status).to.equal(400);
        expect((await post(JSON.stringify({ room_name: 'x'.repeat(20_000) }))).status).to.equal(413);
        expect((await fetch(`${site}meeting/nothing`)).status).to.equal(404);
      } finally {
        child.kill('SIGTERM');
      }
      const [code] = (await ended) as [number | null];
      expect(code).to.equal(0);
    });
});
