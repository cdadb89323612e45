import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Runs between us and the child, as the child's parent, in a session of its own (a Ctrl-C on the terminal does not
 * reach it). Its standard input is our life line: when we die, however we die, it ends, and the child is killed.
 * Being the parent, it never signals a process id that was given to somebody else meanwhile.
 */
const GUARD = `
import { spawn } from 'node:child_process';
const [command, ...args] = process.argv.slice(1);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => { process.send({ error: error.message }); process.exitCode = 127; process.disconnect(); process.stdin.destroy(); });
child.on('spawn', () => process.send({ pid: child.pid }));
child.on('exit', (code, signal) => (process.connected ? process.send({ code, signal }, () => process.exit(0)) : process.exit(0)));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('message', ({ signal }) => child.kill(signal));
process.stdin.on('end', () => child.kill('SIGKILL')).on('error', () => child.kill('SIGKILL')).resume();
process.on('disconnect', () => child.kill('SIGKILL'));
`;

/** @typedef {{ code: number | null, signal: string | null }} Exit */

/**
 * Starts a program that ends with us, even if we are killed with SIGKILL or the child is stopped (SIGSTOP).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, onExit?: (how: Exit) => void }} [options] `onLine` gets each
 *   line of its output.
 * @returns {Promise<{ pid: number, exited(): Promise<Exit>, signal(name: string): void }>}
 *   `signal` does nothing once the child has ended.
 */
export async function spawnGuarded(command, args, { env = process.env, onLine = () => {}, onExit = () => {} } = {}) {
  const guard = spawn(process.execPath, ['--input-type=module', '-e', GUARD, '--', command, ...args], {
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
  guard.stdin.on('error', () => {});
  for (const stream of [guard.stdout, guard.stderr]) createInterface({ input: stream }).on('line', onLine);
  let ended = false;
  let started;
  const pid = new Promise((resolve, reject) => (started = { resolve, reject }));
  const exited = new Promise((resolve) => {
    const end = (result) => {
      if (ended) return;
      ended = true;
      onExit(result);
      started.reject(new Error(`${command} ended before it ran`));
      resolve(result);
    };
    guard.on('message', (message) => {
      if ('pid' in message) started.resolve(message.pid);
      else if ('error' in message) started.reject(new Error(message.error));
      else end(message);
    });
    guard.on('error', (error) => started.reject(error));
    guard.on('exit', (code, signal) => end({ code, signal }));
  });
  const running = { pid: await pid };
  // A program that forgets to stop its child can still end, and takes it along; one that waits for the end waits.
  for (const handle of [guard, guard.stdin, guard.stdout, guard.stderr, guard.channel]) handle?.unref?.();
  return {
    ...running,
    exited: () => {
      guard.ref();
      return exited;
    },
    signal: (name) => {
      if (!ended && guard.connected) guard.send({ signal: name });
    },
  };
}
