import { ApiError } from '../http/errors.js';
import type { Services } from '../services.js';
import { useLimit, type Limit } from '../storage/limits.js';
import type { VerificationOptions } from './options.js';

const MINUTE = 60;
const DAY = 24 * 3600;

/** Seconds between two messages to one number. */
export const RESEND_SECONDS = 30;

/** What one sending is counted under. Blocks of 1,000 and 100,000 neighbours are what number pumping rents. */
function sendLimits(address: string, user: string, e164: string): readonly (readonly [readonly string[], Limit])[] {
  return [
    [['sms', 'address', address], { times: 20, seconds: 60 * MINUTE }],
    [['sms', 'user', user], { times: 10, seconds: DAY }],
    [['sms', 'number', e164, 'pause'], { times: 1, seconds: RESEND_SECONDS }],
    [['sms', 'number', e164], { times: 5, seconds: DAY }],
    [['sms', 'thousand', e164.slice(0, -3)], { times: 20, seconds: DAY }],
    [['sms', 'hundred-thousand', e164.slice(0, -5)], { times: 100, seconds: DAY }],
  ];
}

/**
 * Counts one message before it is sent. @throws ApiError `rate-limited`; `sms-unavailable` when the day's messages are
 * used up: somebody must look, so it is an error in the log.
 */
export async function countSend(
  services: Services,
  options: VerificationOptions,
  address: string,
  user: string,
  e164: string,
): Promise<void> {
  const { database, secrets, metrics, log } = services;
  const now = services.now();
  for (const [name, limit] of sendLimits(address, user, e164)) {
    const use = await useLimit(database, secrets, name, limit, now);
    if (use.allowed) continue;
    metrics.count('secure_meeting_sms_refused_total', 'Messages not sent because of a limit.', {
      by: name[1] as string,
    });
    throw new ApiError('rate-limited', { retryAfter: use.retryAfter });
  }
  const spend = await useLimit(
    database,
    secrets,
    ['sms', 'all'],
    { times: options.sendsPerDay ?? 500, seconds: DAY },
    now,
  );
  if (spend.allowed) return;
  metrics.count('secure_meeting_sms_refused_total', 'Messages not sent because of a limit.', { by: 'spend' });
  log({ level: 'error', event: 'sms-spend-limit-reached' });
  throw new ApiError('sms-unavailable', { retryAfter: spend.retryAfter });
}

/** Codes one user may try in a day over all challenges: 20 of 1,000,000. @throws ApiError `rate-limited` */
export async function countCheck(services: Services, user: string): Promise<void> {
  const use = await useLimit(
    services.database,
    services.secrets,
    ['check', user],
    { times: 20, seconds: DAY },
    services.now(),
  );
  if (!use.allowed) throw new ApiError('rate-limited', { retryAfter: use.retryAfter });
}
