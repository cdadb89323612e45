import { build } from 'esbuild';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { LogEntry, SmsMessage } from '../../../src/server/index.js';
import { keyOf, LIVEKIT } from './site.js';
import type { Saying, StandaloneSettings } from './standalone.js';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A backend in a process of its own. */
export interface Backend {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  readonly log: readonly LogEntry[];
  /** Text messages, oldest first. */
  readonly sms: readonly SmsMessage[];
  /** Rejects when the backend is gone before it answered. `user`: as whom. */
  post(path: string, body: unknown, user?: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** Resolves once it is dead. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with its exit code. */
  end(): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Ends what a failed test left running. */
export async function killBackends(): Promise<void> {
  await Promise.all([...running].map((child) => ended(child, 'SIGKILL')));
}

let bundled: Promise<string> | undefined;

/** Starts one. @throws Error with its last words when it does not come up */
export async function startBackend(settings: Partial<StandaloneSettings>): Promise<Backend> {
  const full: StandaloneSettings = {
    livekit: LIVEKIT,
    issuer: 'https://meet.example',
    signingKeys: [keyOf(1)],
    secrets: [keyOf(2)],
    origins: [],
    ...settings,
  };
  const child = fork(await (bundled ??= bundle()), {
    env: { ...process.env, NODE_ENV: 'test', SETTINGS: JSON.stringify(full) },
    execArgv: [],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const log: LogEntry[] = [];
  const sms: SmsMessage[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (said: Saying) => {
      if ('port' in said) resolve(said.port);
      else if ('sms' in said) sms.push(said.sms);
      else if ('log' in said) log.push(said.log);
      else reject(new Error(said.failed));
    });
    child.once('exit', () => reject(new Error('the backend ended before it listened')));
  });
  const address = `http://127.0.0.1:${port}`;
  return {
    ...{ address, port, log, sms },
    pid: child.pid as number,
    post: (where, body, user, headers = {}) =>
      ask(`${address}${where}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(user !== undefined && { authorization: `Demo ${user}` }),
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: (where) => ask(`${address}${where}`, {}),
    kill: async () => void (await ended(child, 'SIGKILL')),
    end: () => ended(child, 'SIGTERM'),
  };
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
  return child.exitCode;
}

/** Inside the checkout, so that bare imports resolve from node_modules. */
async function bundle(): Promise<string> {
  const outdir = path.join(process.cwd(), 'build', `backend-${process.pid}`);
  await build({
    entryPoints: ['test/server/support/standalone.ts'],
    ...{ outdir, outExtension: { '.js': '.mjs' }, bundle: true, splitting: true, packages: 'external' },
    ...{ platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' },
  });
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  return path.join(outdir, 'standalone.mjs');
}
