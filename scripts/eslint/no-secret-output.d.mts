/** Types of no-secret-output.mjs, for the tests. */
import type { Rule } from 'eslint';

export declare const noSecretOutput: Rule.RuleModule;
