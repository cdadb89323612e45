/** Types of framework-examples.mjs, for the tests. */
export declare function frameworkExamples(): Promise<readonly string[]>;
export declare function installExample(
  name: string,
  options: { readonly tarball: string; readonly folder: string },
): Promise<void>;
export declare function runExample(script: string, options: { readonly folder: string }): Promise<string>;
