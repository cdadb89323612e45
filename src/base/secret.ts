import { wipe } from './bytes.js';

declare const secret: unique symbol;

/**
 * Marks a value as secret for the compiler. A branded value does not fit where a plain string or byte array is logged
 * or put in an event detail, and the lint rule `no-secret-output` refuses it in console and logger calls.
 */
export type Secret<T> = T & { readonly [secret]: true };

/** Marks `value` as secret. Costs nothing at run time. */
export function asSecret<T>(value: T): Secret<T> {
  return value as Secret<T>;
}

/** Overwrites secret bytes with zeros; see {@link wipe} for what that can't promise. */
export function drop(...secrets: readonly (Secret<Uint8Array> | undefined)[]): void {
  for (const value of secrets) if (value) wipe(value);
}
