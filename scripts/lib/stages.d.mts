/** Types of stages.mjs, for the tests. */
interface Run {
  check(title: string, args: readonly string[], env?: Readonly<Record<string, string>>): unknown;
}
/** Each function hands its gates to `run.check`, one after the other. */
export declare function gates(run: Run): Readonly<Record<'sources' | 'build' | 'built', () => Promise<unknown>>>;
