/** Types of guarded-process.mjs, for the tests. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export declare function spawnGuarded(
  command: string,
  args: readonly string[],
  options?: {
    readonly env?: NodeJS.ProcessEnv;
    readonly onLine?: (line: string) => void;
    readonly onExit?: (how: Exit) => void;
  },
): Promise<{ readonly pid: number; exited(): Promise<Exit>; signal(name: string): void }>;
