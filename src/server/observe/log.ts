/**
 * One thing that happened. Only what is listed here can be logged, so that no number, code, token, name or address
 * gets there by accident. `request` is a random id that is in the answer's `X-Request-Id` too.
 */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  /** What happened, for example `request` or `database-unavailable`. */
  readonly event: string;
  readonly request?: string;
  readonly route?: string;
  readonly method?: string;
  readonly status?: number;
  readonly code?: string;
  readonly ms?: number;
  readonly count?: number;
  readonly version?: string;
  /** Class and place of an error: its name and the stack's lines, without the message, which could quote data. */
  readonly error?: string;
}

export type Log = (entry: LogEntry) => void;

/** JSON lines, one entry each, with the time. */
export function jsonLog(write: (line: string) => void, now: () => number = Date.now): Log {
  return (entry) => write(`${JSON.stringify({ time: new Date(now()).toISOString(), ...entry })}\n`);
}

/** What of an error may be logged: names and code positions along the chain of causes, never messages. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (let next = error, depth = 0; next !== undefined && depth < 4; depth++) {
    if (!(next instanceof Error)) {
      parts.push(typeof next);
      break;
    }
    const code = (next as { code?: unknown }).code;
    const frames = (next.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
    parts.push(
      [
        next.name + (typeof code === 'string' && /^[\w-]{1,40}$/.test(code) ? ` ${code}` : ''),
        ...frames.slice(0, 6).map((line) => line.trim()),
      ].join(' | '),
    );
    next = next.cause;
  }
  return parts.join(' <- ');
}
