import type { CountryCode } from 'libphonenumber-js/max';
import { ApiError } from '../http/errors.js';

export interface Number {
  /** `+` and at most 15 digits. */
  readonly e164: string;
  /** ISO 3166. */
  readonly country: string;
}

/** Kinds of numbers that take a text message at the sender's usual price. */
const TEXTABLE: ReadonlySet<string> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

/** What is known about the world's numbers: read where a backend asks for numbers, beside the rest of its start. */
export const numberLibrary = (): Promise<typeof import('libphonenumber-js/max')> => import('libphonenumber-js/max');

/**
 * The number somebody typed, in its one form. What is refused depends on the input and the settings alone, so it tells
 * nothing about who is known here. @throws ApiError `number-invalid`, `number-unsupported`
 */
export async function normaliseNumber(
  typed: string,
  country: string | undefined,
  allowed: readonly string[],
): Promise<Number> {
  const { parsePhoneNumberFromString } = await numberLibrary();
  const parsed = parsePhoneNumberFromString(typed, {
    ...(country && { defaultCountry: country as CountryCode }),
    extract: false,
  });
  if (!parsed?.isValid() || parsed.ext !== undefined) throw new ApiError('number-invalid', { field: 'number' });
  if (parsed.country === undefined || !allowed.includes(parsed.country) || !TEXTABLE.has(parsed.getType() ?? ''))
    throw new ApiError('number-unsupported', { field: 'number' });
  return { e164: parsed.number, country: parsed.country };
}
