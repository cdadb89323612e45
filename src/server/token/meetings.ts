import type { Bytes } from '../../base/index.js';
import type { Queries } from '../storage/database.js';

/** A meeting nobody asked a token for in this long is over, whatever became of its end: milliseconds. */
export const MEETING_IDLE = 12 * 3600 * 1000;

/** A meeting that is going on. */
export interface Meeting {
  readonly id: Bytes;
  readonly encryption: 'required' | 'off';
  readonly limit: number | null;
  readonly locked: boolean;
  readonly endsAt: Date | null;
}

/** What the tables say about somebody who asks for a token. */
export interface Standing {
  readonly meeting: Meeting;
  /** Removed by a host: no certificate in this meeting any more. */
  readonly barred: boolean;
  /** The identity this user has in the meeting already. */
  readonly userIdentity: string | null;
  /** How many others are connected, as LiveKit's webhooks told; 0 without them. */
  readonly others: number;
  /** The device key last let in under the identity that was asked for, unless it is a user's. */
  readonly guestKey: Bytes | null;
}

export interface Asker {
  /** References of the user under both secrets; undefined for guests. */
  readonly user: readonly [Bytes, Bytes] | undefined;
  readonly deviceKeyRef: Bytes | undefined;
  /** What is asked for. */
  readonly identity: string | undefined;
  /** Reference of {@link identity}. */
  readonly identityRef: Bytes | undefined;
}

interface Row {
  id: Bytes;
  encryption: 'required' | 'off';
  member_limit: number | null;
  locked: boolean;
  ends_at: Date | null;
  used_at: Date;
  barred: boolean;
  user_identity: string | null;
  guest_key: Bytes | null;
  others: number;
}

/** The room's meeting and where the asker stands in it; undefined when none is going on. One round trip. */
export async function findMeeting(
  queries: Queries,
  room: string,
  asker: Asker,
  now: Date,
): Promise<Standing | undefined> {
  const rows = await queries.query<Row>(
    `select m.id, m.encryption, m.member_limit, m.locked, m.ends_at, m.used_at,
       exists (select 1 from bars b where b.meeting_id = m.id and (
         (b.kind = 'user' and b.ref in ($2, $3)) or (b.kind = 'device-key' and b.ref = $4)
         or (b.kind = 'identity' and b.ref = $5)
         or (b.kind = 'number' and b.ref in (select number_ref from verifications where user_ref in ($2, $3)))
       )) as barred,
       (select a.identity from admissions a where a.meeting_id = m.id and a.user_ref in ($2, $3)
         order by a.issued_at desc limit 1) as user_identity,
       (select a.device_key from admissions a where a.meeting_id = m.id and a.identity = $6
         and a.user_ref is null) as guest_key,
       (select count(distinct p.identity)::int from presences p where p.meeting_id = m.id and p.left_at is null
         and p.identity is distinct from $6 and not exists (select 1 from admissions a
           where a.meeting_id = m.id and a.identity = p.identity and a.user_ref in ($2, $3))) as others
     from meetings m where m.room = $1 and m.ended_at is null`,
    [
      room,
      asker.user?.[0] ?? null,
      asker.user?.[1] ?? null,
      asker.deviceKeyRef ?? null,
      asker.identityRef ?? null,
      asker.identity ?? null,
    ],
  );
  const row = rows[0];
  if (!row) return undefined;
  if (over(row, now)) {
    await queries.query('update meetings set ended_at = $2 where id = $1 and ended_at is null', [row.id, now]);
    return undefined;
  }
  return {
    meeting: meetingOf(row),
    barred: row.barred,
    userIdentity: row.user_identity,
    guestKey: row.guest_key,
    others: row.others,
  };
}

/**
 * Starts a meeting with these settings; when another copy was faster, answers with what that one fixed.
 * Both see the same settings from then on.
 */
export async function startMeeting(
  queries: Queries,
  room: string,
  settings: Pick<Meeting, 'encryption' | 'limit' | 'endsAt'>,
  now: Date,
): Promise<Meeting> {
  for (let attempt = 0; attempt < 4; attempt++) {
    const id = crypto.getRandomValues(new Uint8Array(16));
    const inserted = await queries.query<Row>(
      `insert into meetings (id, room, encryption, member_limit, started_at, ends_at, used_at)
       values ($1, $2, $3, $4, $5, $6, $5)
       on conflict (room) where ended_at is null do nothing
       returning id, encryption, member_limit, locked, ends_at`,
      [id, room, settings.encryption, settings.limit, now, settings.endsAt],
    );
    if (inserted[0]) return meetingOf(inserted[0]);
    const found = await queries.query<Row>(
      'select id, encryption, member_limit, locked, ends_at, used_at from meetings where room = $1 and ended_at is null',
      [room],
    );
    if (found[0]) return meetingOf(found[0]);
    // It ended between the two statements: start anew.
  }
  throw new Error('a meeting of this room starts and ends faster than it can be read');
}

/** Writes down that somebody is let in, and that the meeting is in use. One statement. */
export async function recordAdmission(
  queries: Queries,
  meeting: Bytes,
  admission: {
    readonly identity: string;
    readonly user: Bytes | null;
    readonly deviceKey: Bytes | null;
    readonly role: 'host' | 'member';
  },
  now: Date,
): Promise<void> {
  await queries.query(
    `with used as (update meetings set used_at = $6 where id = $1 and used_at < $7)
     insert into admissions (meeting_id, identity, user_ref, device_key, role, issued_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (meeting_id, identity) do update set
       user_ref = excluded.user_ref, device_key = coalesce(excluded.device_key, admissions.device_key),
       role = excluded.role, issued_at = excluded.issued_at`,
    [
      meeting,
      admission.identity,
      admission.user,
      admission.deviceKey,
      admission.role,
      now,
      // Once a minute is enough, and keeps one hot row from being rewritten by every token.
      new Date(now.getTime() - 60_000),
    ],
  );
}

function over(row: Row, now: Date): boolean {
  if (row.ends_at && row.ends_at <= now) return true;
  return now.getTime() - row.used_at.getTime() > MEETING_IDLE;
}

function meetingOf(row: Row): Meeting {
  return {
    id: new Uint8Array(row.id),
    encryption: row.encryption,
    limit: row.member_limit,
    locked: row.locked,
    endsAt: row.ends_at,
  };
}
