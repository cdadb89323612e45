/** Types of table-rows.mjs, for the tests. */
export declare function differences(committed: string, made: string): string[];
