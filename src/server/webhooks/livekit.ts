import { ApiError } from '../http/errors.js';
import { readText } from '../http/body.js';
import type { Call, Services } from '../services.js';
import type { Queries } from '../storage/database.js';

/** Seconds an event may be old or ahead. LiveKit's tokens for it live five minutes. */
const FRESH = 600;

/** Longest event. */
const LIMIT = 256 * 1024;

/** LiveKit's ids of events and connections. */
const ID = /^[\x21-\x7e]{1,128}$/;

/** What is used of an event. */
interface Event {
  readonly id: string;
  readonly event: string;
  readonly createdAt: bigint;
  readonly room?: { readonly name: string };
  readonly participant?: { readonly identity: string; readonly sid: string };
}

/**
 * `POST /webhooks/livekit`. The body is signed with LiveKit's secret; each event counts once, whatever order and however
 * often it comes, and an event about a meeting that is over says nothing about the next one in the room.
 * @throws ApiError `unauthorised`
 */
export async function receiveWebhook(services: Services, call: Call): Promise<{ received: true }> {
  const { apiKey, apiSecret } = services.options.livekit;
  const body = await readText(call.request, LIMIT);
  const { WebhookReceiver } = await import('livekit-server-sdk');
  let event: Event;
  try {
    // The times of LiveKit's token are not asked, since the library would ask this machine's clock: the body it signs
    // says when it was made, and that is judged below by the clock all copies share.
    const authorization = call.request.headers.get('authorization') ?? '';
    event = await new WebhookReceiver(apiKey, apiSecret).receive(body, authorization, false, Number.MAX_SAFE_INTEGER);
  } catch (error) {
    services.metrics.count('secure_meeting_webhooks_refused_total', 'Webhooks refused.', { why: 'signature' });
    throw new ApiError('unauthorised', { cause: error });
  }
  const now = services.now();
  const at = new Date(Number(event.createdAt) * 1000);
  if (!ID.test(event.id) || !(Math.abs(now.getTime() - at.getTime()) <= FRESH * 1000)) {
    services.metrics.count('secure_meeting_webhooks_refused_total', 'Webhooks refused.', { why: 'stale' });
    throw new ApiError('unauthorised');
  }
  await services.database.transaction(async (tx) => {
    const fresh = await tx.query(
      'insert into webhook_events (id, received_at) values ($1, $2) on conflict do nothing returning id',
      [event.id, now],
    );
    if (fresh.length > 0) await apply(tx, event, at);
  });
  return { received: true };
}

async function apply(tx: Queries, event: Event, at: Date): Promise<void> {
  const { room, participant } = event;
  if (!room || room.name.includes('\0')) return;
  if (event.event === 'room_finished') {
    await tx.query(
      `update meetings m set ended_at = $2 where m.room = $1 and m.ended_at is null and m.started_at <= $2
       and not exists (select 1 from admissions a where a.meeting_id = m.id and a.issued_at > $2)`,
      [room.name, at],
    );
    return;
  }
  // An identity that the database could not even store is none that we gave out.
  if (!participant || !ID.test(participant.sid) || participant.identity.includes('\0')) return;
  const left = event.event === 'participant_left' || event.event === 'participant_connection_aborted';
  if (!left && event.event !== 'participant_joined') return;
  // A row that says "left" stays so: the event of the joining may come later.
  await tx.query(
    `insert into presences as p (sid, meeting_id, identity, since, left_at)
     select $2, m.id, $3, $4, $5 from meetings m where m.room = $1 and m.ended_at is null
     on conflict (sid) do update set left_at = coalesce(p.left_at, excluded.left_at)`,
    [room.name, participant.sid, participant.identity, at, left ? at : null],
  );
}
