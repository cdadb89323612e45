import type { Migration } from './index.js';

/**
 * Meetings that are going on, who was let in, who is barred, and the counters that stop guessing.
 * `…_ref` columns are HMACs under the operator's secret: the table alone names nobody.
 */
export const meetings: Migration = {
  name: 'meetings',
  statements: [
    `create table meetings (
      id bytea primary key check (length(id) = 16),
      room text not null check (length(room) between 1 and 128),
      encryption text not null check (encryption in ('required', 'off')),
      member_limit int,
      locked boolean not null default false,
      started_at timestamptz not null,
      ends_at timestamptz,
      used_at timestamptz not null,
      ended_at timestamptz
    )`,
    // At most one meeting goes on in a room; two copies of the backend that start it at once agree here.
    'create unique index meetings_going_on on meetings (room) where ended_at is null',
    'create index meetings_ended on meetings (ended_at) where ended_at is not null',
    `create table admissions (
      meeting_id bytea not null references meetings on delete cascade,
      identity text not null check (length(identity) between 1 and 256),
      user_ref bytea,
      device_key bytea check (length(device_key) = 32),
      role text not null check (role in ('host', 'member')),
      issued_at timestamptz not null,
      primary key (meeting_id, identity)
    )`,
    'create index admissions_user on admissions (meeting_id, user_ref) where user_ref is not null',
    `create table bars (
      meeting_id bytea not null references meetings on delete cascade,
      kind text not null check (kind in ('user', 'number', 'identity', 'device-key')),
      ref bytea not null,
      barred_at timestamptz not null,
      primary key (meeting_id, kind, ref)
    )`,
    `create table limits (
      ref bytea primary key,
      used int not null,
      resets_at timestamptz not null
    )`,
    'create index limits_over on limits (resets_at)',
  ],
};
