import type { Bytes } from '../../base/index.js';
import type { Certificate } from '../../crypto/index.js';
import type { Secrets } from '../keys/secrets.js';
import type { Queries } from '../storage/database.js';

/** Locks the meeting's row until the transaction ends. False when it is over, or the host was removed from it. */
export async function lockMeeting(
  queries: Queries,
  meeting: Uint8Array,
  secrets: Secrets,
  host: Certificate,
): Promise<boolean> {
  const rows = await queries.query<{ barred: boolean }>(
    `select exists (select 1 from bars b where b.meeting_id = m.id and b.kind = 'identity' and b.ref = $2) as barred
     from meetings m where m.id = $1 and m.ended_at is null for update of m`,
    [meeting, secrets.ref('identity', host.identity)],
  );
  return rows[0]?.barred === false;
}

/** Writes the request down once. `done`: it was done before. An id of another request is refused as done. */
export async function note(
  queries: Queries,
  request: {
    readonly id: Uint8Array;
    readonly meeting: Uint8Array;
    readonly action: string;
    readonly host: string;
    readonly target: string;
  },
  now: Date,
): Promise<'done' | 'open'> {
  await queries.query(
    `insert into moderation_requests (id, meeting_id, action, host, target, requested_at)
     values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing`,
    [request.id, request.meeting, request.action, request.host, request.target, now],
  );
  const rows = await queries.query<{ done: boolean }>(
    `select (done_at is not null or meeting_id <> $2 or action <> $3 or host <> $4 or target <> $5) as done
     from moderation_requests where id = $1`,
    [request.id, request.meeting, request.action, request.host, request.target],
  );
  return rows[0]?.done ? 'done' : 'open';
}

export async function done(queries: Queries, id: Uint8Array, now: Date): Promise<void> {
  await queries.query('update moderation_requests set done_at = $2 where id = $1 and done_at is null', [id, now]);
}

export interface Pending {
  readonly id: Bytes;
  readonly action: 'remove' | 'end';
  readonly room: string;
  readonly target: string;
}

/**
 * What LiveKit has still to do. A removal counts only while it is in force and its meeting goes on; an ended room is
 * left alone when the next meeting has begun in it.
 */
export async function pending(queries: Queries, since: Date): Promise<readonly Pending[]> {
  return queries.query<Pending>(
    `select r.id, r.action, m.room, r.target from moderation_requests r join meetings m on m.id = r.meeting_id
     where r.done_at is null and r.requested_at > $1 and (
       (r.action = 'remove' and m.ended_at is null)
       or (r.action = 'end' and not exists (select 1 from meetings n where n.room = m.room and n.ended_at is null)))
     order by r.requested_at limit 100`,
    [since],
  );
}

/** No certificate and no token in this meeting any more, under the identity, device key, user and verified number. */
export async function bar(
  queries: Queries,
  secrets: Secrets,
  meeting: Uint8Array,
  identity: string,
  now: Date,
): Promise<void> {
  for (const [kind, ref] of await references(queries, secrets, meeting, identity))
    await queries.query(
      `insert into bars (meeting_id, kind, ref, barred_at) values ($1, $2, $3, $4) on conflict do nothing`,
      [meeting, kind, ref, now],
    );
}

/** A host lifts a removal. */
export async function unbar(queries: Queries, secrets: Secrets, meeting: Uint8Array, identity: string): Promise<void> {
  for (const [kind, ref] of await references(queries, secrets, meeting, identity))
    await queries.query('delete from bars where meeting_id = $1 and kind = $2 and ref = $3', [meeting, kind, ref]);
}

type Reference = readonly [kind: 'identity' | 'device-key' | 'user' | 'number', ref: Bytes];

async function references(
  queries: Queries,
  secrets: Secrets,
  meeting: Uint8Array,
  identity: string,
): Promise<readonly Reference[]> {
  const rows = await queries.query<{ user_ref: Bytes | null; device_key: Bytes | null; number_ref: Bytes | null }>(
    `select a.user_ref, a.device_key, v.number_ref from admissions a
     left join verifications v on v.user_ref = a.user_ref where a.meeting_id = $1 and a.identity = $2`,
    [meeting, identity],
  );
  const found: Reference[] = [['identity', secrets.ref('identity', identity)]];
  for (const { user_ref, device_key, number_ref } of rows) {
    if (user_ref) found.push(['user', user_ref]);
    if (number_ref) found.push(['number', number_ref]);
    if (device_key) found.push(['device-key', secrets.ref('device-key', device_key)]);
  }
  return found;
}

export async function setLocked(queries: Queries, meeting: Uint8Array, locked: boolean): Promise<void> {
  await queries.query('update meetings set locked = $2 where id = $1', [meeting, locked]);
}

/**
 * Ends meetings whose time is up, and asks for their rooms to be closed: one request each, however many copies do this
 * at once.
 */
export async function endOverdue(queries: Queries, now: Date): Promise<void> {
  await queries.query(
    `with over as (update meetings set ended_at = $1 where ended_at is null and ends_at <= $1 returning id)
     insert into moderation_requests (id, meeting_id, action, host, target, requested_at)
     select substr(sha256(id), 1, 16), id, 'end', '', '', $1 from over on conflict (id) do nothing`,
    [now],
  );
}

export async function endMeeting(queries: Queries, meeting: Uint8Array, now: Date): Promise<void> {
  await queries.query('update meetings set ended_at = $2 where id = $1 and ended_at is null', [meeting, now]);
}
