import * as v from 'valibot';
import { fromBase64Url, type Bytes } from '../../base/index.js';
import { ApiError } from './errors.js';

/** Control characters, lone surrogates, and what turns text around: nothing a name of a room or person needs. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Text of 1 to `longest` UTF-16 code units without control characters. */
export function text(longest: number): v.GenericSchema<string> {
  return v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(longest),
    v.check((value) => !UNPRINTABLE.test(value)),
  );
}

/** Canonical, unpadded base64url of `least` to `most` bytes. */
export function bytes(least: number, most = least): v.GenericSchema<string, Bytes> {
  return v.pipe(
    v.string(),
    v.maxLength(Math.ceil((most * 4) / 3)),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        const decoded = fromBase64Url(dataset.value);
        if (decoded.length >= least && decoded.length <= most) return decoded;
      } catch {
        // Reported below.
      }
      addIssue({ message: 'not base64url of this length' });
      return NEVER;
    }),
  );
}

/** LiveKit room name: 1–128 characters. */
export const room = text(128);

/** LiveKit participant identity: at most 256 bytes. */
export const identity = v.pipe(text(256), v.maxBytes(256));

/** Whole seconds since 1970, until the year 36812. */
export const seconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 40));

/** `value` as `schema` describes it. @throws ApiError `body-invalid` naming the field. */
export function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const path = v.getDotPath(result.issues[0]);
  // Keys of records are the client's; only names of ours go back.
  throw new ApiError('body-invalid', path !== null && /^[a-z_.0-9]{1,60}$/.test(path) ? { field: path } : {});
}
