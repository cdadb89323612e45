/** Types of dependency-table.mjs, for the tests. */
export declare const LARGEST_TREE: number;
export declare function installedTree(): Promise<ReadonlyMap<string, object>>;
export declare function bundledBytes(): Promise<ReadonlyMap<string, number>>;
export declare function compiledBytes(): Promise<ReadonlyMap<string, number>>;
