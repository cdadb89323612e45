/** Types of browsers.mjs, for the tests. */
export declare const chromeArgs: readonly string[];
export declare const firefoxPrefs: Readonly<Record<string, string | number | boolean>>;
export declare function chromiumPath(): string | undefined;
export declare function firefoxPath(): string | undefined;
