/** Types of test-stages.mjs, for the tests. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
export declare function countResults(text: string): Counts;
export declare function failures(text: string): string;
export declare function testRun(): {
  check(title: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<boolean>;
  tests(title: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<boolean>;
  summary(): boolean;
};
