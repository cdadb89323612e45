/** Runs a command of this project as a shell would: in a process group of its own, which a Ctrl-C reaches as a whole. */
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { until } from '../e2e/support/until.js';

export interface Command {
  readonly pid: number;
  /** Everything it has written so far, both streams. */
  output(): string;
  /** Waits until its output matches. @throws Error with all output when it ends before, or after `within` ms */
  says(pattern: RegExp, within?: number): Promise<RegExpExecArray>;
  /** What a terminal does with Ctrl-C (SIGINT): every process of the group gets the signal. */
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
  /** Its exit code, or the signal that ended it, once its output is closed. */
  readonly ended: Promise<number | string>;
  /** Ends the group, whatever state it is in. */
  close(): Promise<void>;
}

export function startCommand(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Command {
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  let result: number | string | undefined;
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve((result = code ?? signal ?? 'unknown')));
  });
  const output = (): string => Buffer.concat(chunks).toString('utf8');
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  return {
    pid: child.pid ?? 0,
    output,
    ended,
    signal,
    async says(pattern, within = 180_000) {
      const found = await until(
        `the command says ${String(pattern)}`,
        () => pattern.exec(output()) ?? (result === undefined ? undefined : 'ended'),
        { within },
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${output()}`);
      });
      if (found === 'ended') throw new Error(`It ended with ${result} and never said ${String(pattern)}:\n${output()}`);
      return found as RegExpExecArray;
    },
    async close() {
      if (result === undefined) signal('SIGINT');
      const force = setTimeout(() => signal('SIGKILL'), 15_000);
      await ended.catch(() => undefined);
      clearTimeout(force);
    },
  };
}

/**
 * The running processes that have this variable in their environment, and what each runs: a command that was given it,
 * and all it started.
 */
export async function processesWith(variable: string): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const name of await readdir('/proc'))
    if (/^\d+$/.test(name)) {
      // Processes end while we look, and a dead one that nobody has buried yet has no environment.
      const read = (file: string): Promise<string[]> =>
        readFile(`/proc/${name}/${file}`, 'utf8').then(
          (text) => text.split('\0'),
          () => [],
        );
      if ((await read('environ')).includes(variable)) found.set(Number(name), (await read('cmdline')).join(' '));
    }
  return found;
}
