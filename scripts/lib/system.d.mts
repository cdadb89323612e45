/** Types of system.mjs, for the tests. */
export interface Program {
  readonly name: string;
  /** Any of them will do. */
  readonly paths: readonly string[];
  /** Of the environment: names the program's file. */
  readonly variable?: string;
  /** Debian's package. */
  readonly apt: string;
  /** What happens without it; none for what nothing works without. */
  readonly without?: string;
}
export declare function ensurePrograms(
  log: (line: string) => void,
  options?: { readonly programs?: readonly Program[]; readonly env?: NodeJS.ProcessEnv; readonly isRoot?: boolean },
): Promise<void>;
