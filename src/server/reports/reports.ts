import * as v from 'valibot';
import { toHex } from '../../base/index.js';
import { REPORT_OVERHEAD } from '../../crypto/lengths.js';
import { reportProofContent } from '../../crypto/index.js';
import { ApiError } from '../http/errors.js';
import * as field from '../http/fields.js';
import { whoSigned } from '../moderation/host.js';
import type { Services } from '../services.js';
import { useLimit } from '../storage/limits.js';

/** Longest sealed report in bytes: a picture and some messages. */
export const REPORT_LIMIT = 1024 * 1024;

/** Longest request: base64url and the fields around. */
export const REPORT_BODY_LIMIT = Math.ceil((REPORT_LIMIT * 4) / 3) + 8192;

/** Reports of one person in one meeting. */
const BY_PERSON = { times: 5, seconds: 3600 };

/** Seconds after its end in which a certificate still lets its holder report. */
const GRACE = 24 * 3600;

const REPORT_REQUEST = v.object({
  certificate: field.bytes(1, 2048),
  id: field.bytes(16),
  time: field.seconds,
  signature: field.bytes(64),
  sealed: field.bytes(REPORT_OVERHEAD, REPORT_LIMIT),
});

/**
 * `POST /reports`: keeps a report that only the operator can open. Who was let into a meeting may report; nothing about
 * the reporter is kept beside it, what they want to say about themselves is inside. @throws ApiError
 */
export async function receiveReport(services: Services, body: unknown): Promise<{ id: string }> {
  const request = field.parse(REPORT_REQUEST, body);
  const reporter = await whoSigned(
    services,
    request,
    'report sent',
    ({ issuer, meeting }) =>
      reportProofContent({ issuer, meeting, id: request.id, time: request.time, sealed: request.sealed }),
    GRACE,
  );
  const { database, secrets, metrics } = services;
  const now = services.now();
  const use = await useLimit(database, secrets, ['report', toHex(reporter.meeting), reporter.identity], BY_PERSON, now);
  if (!use.allowed) throw new ApiError('rate-limited', { retryAfter: use.retryAfter });
  await database.query(
    'insert into reports (id, sealed, received_at) values ($1, $2, $3) on conflict (id) do nothing',
    [request.id, request.sealed, now],
  );
  metrics.count('secure_meeting_reports_total', 'Reports received.');
  return { id: toHex(request.id) };
}
