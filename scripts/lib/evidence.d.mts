/** Types of evidence.mjs, for the tests. */
export declare function checkEvidence(
  markdown: string,
  read: (file: string) => Promise<string | undefined>,
  options?: { readonly unless?: RegExp },
): Promise<{ readonly rows: number; readonly open: number; readonly problems: readonly string[] }>;
