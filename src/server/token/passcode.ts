import { equalSecret } from '../../base/index.js';
import { ApiError } from '../http/errors.js';
import type { Call, Services } from '../services.js';
import { refundLimit, useLimit, type Limit } from '../storage/limits.js';

/** Wrong passcodes of one address in one room. */
const BY_ADDRESS: Limit = { times: 5, seconds: 15 * 60 };

/**
 * Wrong passcodes of everybody in one room: with six digits, 100 an hour find it in over a year on average. While it is
 * used up, only people who are already in the meeting, users the site knows as hosts among them, get in.
 */
const BY_ROOM: Limit = { times: 100, seconds: 3600 };

/**
 * Compares the passcode. Each try is counted before it is looked at, so that many at once can't slip through; a right
 * one is taken back. While locked out even the right one gets `passcode-wrong`, with the time left.
 * @throws ApiError `passcode-required`, `passcode-wrong`
 */
export async function checkPasscode(
  services: Services,
  call: Call,
  room: string,
  wanted: string,
  given: string | undefined,
): Promise<void> {
  if (given === undefined) throw new ApiError('passcode-required');
  const { database, secrets } = services;
  const now = services.now();
  const limits = [
    [['passcode', room, call.address], BY_ADDRESS],
    [['passcode', room], BY_ROOM],
  ] as const;
  const taken: (readonly string[])[] = [];
  for (const [name, limit] of limits) {
    const use = await useLimit(database, secrets, name, limit, now);
    if (!use.allowed) {
      services.metrics.count('secure_meeting_lockouts_total', 'Tries refused because of too many before.', {
        what: 'passcode',
      });
      throw new ApiError('passcode-wrong', { retryAfter: use.retryAfter });
    }
    taken.push(name);
  }
  if (!same(services, room, wanted, given)) throw new ApiError('passcode-wrong');
  for (const name of taken) await refundLimit(database, secrets, name);
}

/** Compares keyed hashes, so that the time says nothing about where the passcodes differ. */
function same(services: Services, room: string, wanted: string, given: string): boolean {
  const [a, b] = [wanted, given].map((passcode) =>
    services.secrets.ref('limit', JSON.stringify(['passcode is', room, passcode])),
  );
  return equalSecret(a as Uint8Array, b as Uint8Array);
}
