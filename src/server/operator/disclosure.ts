import { fromUtf8, toHex, type Bytes } from '../../base/index.js';
import type { Secrets } from '../keys/secrets.js';
import type { Database, Queries } from '../storage/database.js';
import { appendEntry } from './log.js';

/** Everything the tables hold about one user. There are no keys, messages, media or names in them. */
export interface Disclosure {
  readonly user: string;
  readonly verification: null | {
    readonly number: string;
    readonly country: string;
    readonly verified_at: string;
    readonly used_at: string;
  };
  readonly codes_under_way: readonly {
    readonly number: string;
    readonly created_at: string;
    readonly expires_at: string;
  }[];
  readonly meetings: readonly {
    readonly room: string;
    readonly identity: string;
    readonly role: string;
    readonly device_key: string | null;
    readonly let_in_at: string;
    readonly meeting_started_at: string;
    readonly meeting_ended_at: string | null;
    readonly encryption: string;
    readonly connections: readonly { readonly since: string; readonly left_at: string | null }[];
    readonly removed: boolean;
  }[];
}

const iso = (time: Date): string => time.toISOString();

/** Reads what is stored, and logs the order in the same transaction: without the entry nothing is shown. */
export async function disclose(
  database: Database,
  secrets: Secrets,
  userId: string,
  order: string,
  now: Date,
): Promise<Disclosure> {
  const refs = secrets.refs('user', userId);
  return database.transaction(async (tx) => {
    const disclosure: Disclosure = {
      user: userId,
      verification: await verification(tx, secrets, refs),
      codes_under_way: await codes(tx, secrets, refs),
      meetings: await meetings(tx, refs),
    };
    const rows = {
      verifications: disclosure.verification ? 1 : 0,
      challenges: disclosure.codes_under_way.length,
      admissions: disclosure.meetings.length,
    };
    await appendEntry(tx, { action: 'disclose', user: toHex(refs[0]), order, rows }, now);
    return disclosure;
  });
}

/** Removes everything about a user, for their own request. What remains is that somebody was erased. */
export async function erase(
  database: Database,
  secrets: Secrets,
  userId: string,
  request: string,
  now: Date,
): Promise<Readonly<Record<string, number>>> {
  const refs = secrets.refs('user', userId);
  return database.transaction(async (tx) => {
    const count = async (statement: string): Promise<number> => (await tx.query(statement, [...refs])).length;
    const mine = 'select meeting_id, identity from admissions where user_ref in ($1, $2)';
    const rows = {
      presences: await count(
        `delete from presences p using (${mine}) a where p.meeting_id = a.meeting_id and p.identity = a.identity returning 1`,
      ),
      moderation_requests: await count(
        `delete from moderation_requests r using (${mine}) a
         where r.meeting_id = a.meeting_id and (r.host = a.identity or r.target = a.identity) returning 1`,
      ),
      admissions: await count('delete from admissions where user_ref in ($1, $2) returning 1'),
      challenges: await count('delete from challenges where user_ref in ($1, $2) returning 1'),
      verifications: await count('delete from verifications where user_ref in ($1, $2) returning 1'),
    };
    await appendEntry(tx, { action: 'erase', user: toHex(refs[0]), order: request, rows }, now);
    return rows;
  });
}

type Refs = readonly [Bytes, Bytes];

async function verification(tx: Queries, secrets: Secrets, refs: Refs): Promise<Disclosure['verification']> {
  const rows = await tx.query<{ number_sealed: Bytes; country: string; verified_at: Date; used_at: Date }>(
    'select number_sealed, country, verified_at, used_at from verifications where user_ref in ($1, $2)',
    [...refs],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    number: fromUtf8(await secrets.open('number', row.number_sealed)),
    country: row.country,
    verified_at: iso(row.verified_at),
    used_at: iso(row.used_at),
  };
}

async function codes(tx: Queries, secrets: Secrets, refs: Refs): Promise<Disclosure['codes_under_way']> {
  const rows = await tx.query<{ number_sealed: Bytes; created_at: Date; expires_at: Date }>(
    'select number_sealed, created_at, expires_at from challenges where user_ref in ($1, $2) order by created_at',
    [...refs],
  );
  return Promise.all(
    rows.map(async (row) => ({
      number: (JSON.parse(fromUtf8(await secrets.open('challenge', row.number_sealed))) as { e164: string }).e164,
      created_at: iso(row.created_at),
      expires_at: iso(row.expires_at),
    })),
  );
}

interface MeetingRow {
  meeting_id: Bytes;
  room: string;
  identity: string;
  role: string;
  device_key: Bytes | null;
  issued_at: Date;
  started_at: Date;
  ended_at: Date | null;
  encryption: string;
  removed: boolean;
}

async function meetings(tx: Queries, refs: Refs): Promise<Disclosure['meetings']> {
  const rows = await tx.query<MeetingRow>(
    `select a.meeting_id, m.room, a.identity, a.role, a.device_key, a.issued_at, m.started_at, m.ended_at, m.encryption,
       exists (select 1 from bars b where b.meeting_id = m.id and b.kind = 'user' and b.ref in ($1, $2)) as removed
     from admissions a join meetings m on m.id = a.meeting_id where a.user_ref in ($1, $2) order by a.issued_at`,
    [...refs],
  );
  const shown: Disclosure['meetings'][number][] = [];
  for (const row of rows) {
    const connections = await tx.query<{ since: Date; left_at: Date | null }>(
      'select since, left_at from presences where meeting_id = $1 and identity = $2 order by since',
      [row.meeting_id, row.identity],
    );
    shown.push({
      room: row.room,
      identity: row.identity,
      role: row.role,
      device_key: row.device_key && toHex(row.device_key),
      let_in_at: iso(row.issued_at),
      meeting_started_at: iso(row.started_at),
      meeting_ended_at: row.ended_at && iso(row.ended_at),
      encryption: row.encryption,
      connections: connections.map(({ since, left_at }) => ({ since: iso(since), left_at: left_at && iso(left_at) })),
      removed: row.removed,
    });
  }
  return shown;
}
