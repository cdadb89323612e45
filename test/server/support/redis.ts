import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnGuarded } from '../../../scripts/lib/guarded-process.mjs';
import { freePort } from './postgres.js';

const PROGRAM = '/usr/bin/redis-server';

/** A Redis of the tests' own: free port, loopback only, nothing on disk. */
export interface Redis {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** One command without spaces in its arguments; its answer as it came. */
  ask(...command: string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startRedis(): Promise<Redis> {
  if (!existsSync(PROGRAM)) throw new Error('this test needs Redis (Debian: apt-get install redis-server)');
  const folder = await mkdtemp(path.join(tmpdir(), 'sm-redis-'));
  const port = await freePort();
  const running = await spawnGuarded(PROGRAM, [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
  ]);
  const ask = (...command: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(`${command.join(' ')}\r\nQUIT\r\n`));
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('close', () => resolve(text)).on('error', reject);
    });
  for (let i = 0; ; i++) {
    const answer = await ask('PING').catch(() => '');
    if (answer.startsWith('+PONG')) break;
    if (i > 200) throw new Error('Redis did not answer');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    address: `127.0.0.1:${port}`,
    ask,
    async stop() {
      running.signal('SIGKILL');
      await running.exited();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
