import * as v from 'valibot';
import { MEDIA_SOURCES, type RoomPolicy, type User } from './policy.js';

const USER = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  verified: v.optional(v.boolean()),
});

const POLICY = v.strictObject({
  admit: v.boolean(),
  role: v.optional(v.picklist(['host', 'member'])),
  passcode: v.optional(v.pipe(v.string(), v.minLength(4), v.maxLength(128))),
  verification: v.optional(v.boolean()),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000))),
  duration: v.optional(v.pipe(v.number(), v.integer(), v.minValue(60), v.maxValue(604_800))),
  encryption: v.optional(v.picklist(['required', 'off', 'choice'])),
  sources: v.optional(v.array(v.picklist(MEDIA_SOURCES))),
});

/** A hook of the host site answered with something that is none of the allowed answers: nobody gets in. */
export class HookError extends Error {
  override readonly name = 'HookError';
}

/** @throws HookError naming the field, never its value. */
export function checkUser(answer: User | null | undefined): User | null {
  if (answer === null || answer === undefined) return null;
  return checked('authenticate', USER, answer) as User;
}

/** @throws HookError */
export function checkPolicy(answer: RoomPolicy): RoomPolicy {
  return checked('policy', POLICY, answer) as RoomPolicy;
}

function checked<T>(hook: string, schema: v.GenericSchema<unknown, T>, answer: unknown): T {
  const result = v.safeParse(schema, answer);
  if (result.success) return result.output;
  throw new HookError(`${hook}: ${v.getDotPath(result.issues[0]) ?? 'its answer'} is not allowed`);
}
