/** What must not outlive this process, however a command ends that was asked to end. */

/** Signals that ask a command to end, and the exit code that says so. */
export const SIGNALS = Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 });

/**
 * Runs `clean` when this process exits, unless it was taken back before.
 * @param {() => void} clean synchronous
 * @returns {() => void} takes it back
 */
export function atExit(clean) {
  process.once('exit', clean);
  return () => process.off('exit', clean);
}

/** Ends a program that runs for a step when we exit. @template {import('node:child_process').ChildProcess} T @param {T} child */
export function endsWithUs(child) {
  const stay = atExit(() => child.kill('SIGTERM'));
  child.once('exit', stay);
  return child;
}
