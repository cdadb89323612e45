/** See server.mjs. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { startBackend, type Backend } from '../test/server/support/backend.js';
import { startCluster } from '../test/server/support/postgres.js';

/** Goals: milliseconds, and the share by which memory may grow. */
const GOALS = { token: 20, check: 100, emptyStart: 5000, existingStart: 1000, growth: 0.1 };
const RATE = 500;
const CHECKS = 50;
/** Seconds of the same rate before the measured ones. */
const WARM_UP = 5;

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
const load1 = (): number => round(os.loadavg()[0] as number);
const machine = `${os.cpus().length} cores (${os.cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`;

/** Keeps a process, all threads of it and what it starts from now on, on these cores. */
function pin(pid: number, cores: string): void {
  execFileSync('taskset', ['-apc', cores, String(pid)], { stdio: 'ignore' });
}
const [BACKENDS, OTHERS] = ['0', os.cpus().length > 1 ? `1-${os.cpus().length - 1}` : '0'];

function client(port: number): {
  ask(path: string, user: string, body: object, address: string): Promise<{ status: number; text: string; ms: number }>;
  close(): void;
} {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  return {
    ask: (where, user, body, address) =>
      new Promise((resolve, reject) => {
        const began = performance.now();
        const headers = {
          'content-type': 'application/json',
          authorization: `Demo ${user}`,
          'x-forwarded-for': address,
        };
        const options = { agent, port, host: '127.0.0.1', path: where, method: 'POST', headers };
        const request = http.request(options, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - began }));
        });
        request.on('error', reject);
        request.end(JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}

const addressOf = (n: number): string => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

/** Asks at a steady rate, whatever the answers take. */
async function steadily(rate: number, total: number, ask: (n: number) => Promise<unknown>): Promise<void> {
  const began = performance.now();
  const running: Promise<unknown>[] = [];
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate));
    while (sent < due) running.push(ask(sent++));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(running);
}

interface Times {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}
function timesOf(times: number[], failed: number): Times {
  times.sort((a, b) => a - b);
  const at = (share: number): number => round(times[Math.floor(times.length * share)] ?? Number.NaN);
  return { requests: times.length, failed, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

async function tokens(backend: Backend, seconds: number): Promise<Times> {
  const { ask, close } = client(backend.port);
  const times: number[] = [];
  let failed = 0;
  const one = async (n: number): Promise<void> => {
    const device_key = Buffer.alloc(32, n & 255).toString('base64url');
    const { status, ms } = await ask(
      '/token',
      `user-${n % 2000}`,
      { room_name: `room-${n % 100}`, device_key },
      addressOf(n % 2000),
    );
    times.push(ms);
    if (status !== 201) failed++;
  };
  // Every user once at least, and everything compiled: how it answers when it has run for a while.
  await steadily(RATE, RATE * WARM_UP, one);
  times.length = 0;
  failed = 0;
  await steadily(RATE, RATE * seconds, one);
  close();
  return timesOf(times, failed);
}

async function checks(backend: Backend, seconds: number): Promise<Times> {
  const { ask, close } = client(backend.port);
  const total = CHECKS * seconds;
  const challenges: string[] = [];
  // Numbers far apart: neighbours are limited.
  const numberOf = (n: number): string => `+4915${String(100_000_007 + n * 100_003).slice(0, 9)}`;
  for (let n = 0; n < total; n++) {
    const { text } = await ask('/verification/start', `new-${n}`, { number: numberOf(n) }, addressOf(n));
    challenges.push((JSON.parse(text) as { challenge?: string }).challenge ?? '');
  }
  const codes = new Map(backend.sms.map(({ to, code }) => [to, code]));
  const times: number[] = [];
  let failed = 0;
  await steadily(CHECKS, total, async (n) => {
    const body = { challenge: challenges[n], code: codes.get(numberOf(n)) };
    const { status, ms } = await ask('/verification/check', `new-${n}`, body, addressOf(n));
    times.push(ms);
    if (status !== 200) failed++;
  });
  close();
  return timesOf(times, failed);
}

/**
 * From starting `secure-meeting-server` to its listening, and of a process that does nothing but open the folder with
 * PGlite, which is what of the start is not ours: milliseconds, the median of seven, in turns.
 */
async function starts(): Promise<{ empty: number; existing: number; pglite: number }> {
  const took: Record<'empty' | 'existing' | 'pglite', number[]> = { empty: [], existing: [], pglite: [] };
  for (let i = 0; i < 7; i++) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sm-bench-'));
    for (const what of ['empty', 'existing'] as const) took[what].push(await program(folder));
    took.pglite.push(pgliteAlone(path.join(folder, 'database')));
    await rm(folder, { recursive: true, force: true });
  }
  const median = (all: number[]): number => Math.round(all.sort((a, b) => a - b)[3] as number);
  return { empty: median(took.empty), existing: median(took.existing), pglite: median(took.pglite) };
}

/** The program as it ships, without any configuration: milliseconds until it says that it listens. */
async function program(folder: string): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, ['dist/server/cli.js'], {
    env: { ...process.env, SECURE_MEETING_FOLDER: folder, SECURE_MEETING_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  for await (const some of child.stderr) if ((said += String(some)).includes('listens on')) break;
  const took = performance.now() - began;
  if (!said.includes('listens on')) throw new Error(`the program did not start: ${said}`);
  child.kill('SIGTERM');
  await ended;
  return took;
}

/** Milliseconds. */
function pgliteAlone(folder: string): number {
  const open = `const { PGlite } = await import('@electric-sql/pglite');
    await PGlite.create(${JSON.stringify(folder)});
    process.exit(0);`;
  const began = performance.now();
  execFileSync(process.execPath, ['--input-type=module', '--eval', open]);
  return performance.now() - began;
}

async function write(name: string, json: object, lines: readonly string[]): Promise<void> {
  await mkdir('bench/results', { recursive: true });
  await writeFile(`bench/results/${name}.json`, `${JSON.stringify(json, null, 2)}\n`);
  await writeFile(`bench/results/${name}.md`, `${lines.join('\n')}\n`);
  console.log(lines.join('\n'));
}

export async function load(seconds: number): Promise<boolean> {
  const before = load1();
  const start = await starts();
  pin(process.pid, OTHERS);
  const cluster = await startCluster();
  const backend = await startBackend({ url: cluster.createDatabase() });
  pin(backend.pid, BACKENDS);
  const token = await tokens(backend, seconds);
  const check = await checks(backend, seconds);
  await backend.end();
  await cluster.stop();
  const after = load1();
  const row = (what: string, { requests, failed, p50, p95, p99 }: Times, goal: number): string =>
    `| ${what} | ${requests} | ${failed} | ${p50} | ${p95} | ${p99} | ${goal} |`;
  await write(
    'server',
    {
      machine,
      load: [before, after],
      seconds,
      rate: { token: RATE, check: CHECKS },
      goals: GOALS,
      token,
      check,
      start,
    },
    [
      '# The backend under load',
      '',
      `By \`node bench/server.mjs ${seconds}\` on ${machine}; the backend on one core, PostgreSQL and the client on what is`,
      `left, after ${WARM_UP} seconds at the same rate. Load of the machine (average runnable tasks of a minute): ${before} before,`,
      `${after} after.`,
      '',
      '| | requests | failed | p50 ms | p95 ms | p99 ms | goal p99 |',
      '|---|---|---|---|---|---|---|',
      row(`tokens with certificates, ${RATE} a second`, token, GOALS.token),
      row(`checks of codes, ${CHECKS} a second`, check, GOALS.check),
      '',
      '| start of the process, PGlite | ms | goal |',
      '|---|---|---|',
      `| in an empty folder, median of 7 | ${start.empty} | ${GOALS.emptyStart} |`,
      `| in an existing one | ${start.existing} | ${GOALS.existingStart} |`,
      `| PGlite alone in an existing one | ${start.pglite} | |`,
    ],
  );
  return (
    token.failed + check.failed === 0 &&
    token.p99 <= GOALS.token &&
    check.p99 <= GOALS.check &&
    start.empty <= GOALS.emptyStart &&
    start.existing <= GOALS.existingStart
  );
}

/** Resident memory of a process in megabytes. */
async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

export async function memory(requests: number): Promise<boolean> {
  const before = load1();
  const cluster = await startCluster();
  const backend = await startBackend({ url: cluster.createDatabase() });
  const { ask, close } = client(backend.port);
  const samples: number[] = [];
  const began = performance.now();
  const step = Math.max(1, Math.floor(requests / 40));
  let next = 0;
  let failed = 0;
  const worker = async (): Promise<void> => {
    while (next < requests) {
      const n = next++;
      // New rooms, users, addresses and mistakes all the time.
      const body = n % 10 === 0 ? { room_name: 5 } : { room_name: `room-${n % 5000}`, participant_name: `name-${n}` };
      const { status } = await ask('/token', `user-${n % 50_000}`, body, addressOf(n));
      if (status !== (n % 10 === 0 ? 400 : 201)) failed++;
      if (n % step === 0) samples.push(round(await resident(backend.pid)));
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const seconds = (performance.now() - began) / 1000;
  close();
  await backend.end();
  await cluster.stop();
  const mean = (part: number[]): number => part.reduce((sum, value) => sum + value, 0) / part.length;
  const half = Math.floor(samples.length / 2);
  // The first half is for what fills once: caches, statements, the table of addresses.
  const middle = mean(samples.slice(half, half + half / 2));
  const last = mean(samples.slice(half + half / 2));
  const growth = round(last / middle - 1, 3);
  await write(
    'server-memory',
    { machine, load: [before, load1()], requests, failed, perSecond: Math.round(requests / seconds), samples, growth },
    [
      '# The backend’s memory',
      '',
      `${requests} requests, ${failed} answered otherwise than they should, by \`node bench/server.mjs memory ${requests}\` on`,
      `${machine}; load ${before} before, ${load1()} after. Resident memory in MB, ${samples.length} samples:`,
      '',
      samples.join(' '),
      '',
      `From the third quarter to the last: ${round(growth * 100)} % (goal: at most ${GOALS.growth * 100} %).`,
    ],
  );
  return failed === 0 && growth <= GOALS.growth;
}
