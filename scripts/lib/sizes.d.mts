/** Types of sizes.mjs, for the tests. */
export interface Budget {
  readonly entry: string;
  readonly follow: 'static' | 'all';
  readonly with?: readonly string[];
  readonly without?: readonly string[];
}
export declare function measure(
  dist: string,
  budget: Budget,
): Promise<readonly { readonly file: string; readonly raw: number; readonly gzip: number; readonly brotli: number }[]>;
