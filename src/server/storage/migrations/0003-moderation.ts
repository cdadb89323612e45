import type { Migration } from './index.js';

/** What hosts asked for, who is connected, sealed reports, and the operator's log. */
export const moderation: Migration = {
  name: 'moderation',
  statements: [
    `create table moderation_requests (
      id bytea primary key check (length(id) = 16),
      meeting_id bytea not null references meetings on delete cascade,
      action text not null,
      host text not null,
      target text not null,
      requested_at timestamptz not null,
      done_at timestamptz
    )`,
    'create index moderation_requests_pending on moderation_requests (requested_at) where done_at is null',
    `create table presences (
      sid text primary key,
      meeting_id bytea not null references meetings on delete cascade,
      identity text not null,
      since timestamptz not null,
      left_at timestamptz
    )`,
    'create index presences_now on presences (meeting_id) where left_at is null',
    `create table webhook_events (
      id text primary key,
      received_at timestamptz not null
    )`,
    'create index webhook_events_received on webhook_events (received_at)',
    `create table reports (
      id bytea primary key check (length(id) = 16),
      sealed bytea not null,
      received_at timestamptz not null
    )`,
    'create index reports_received on reports (received_at)',
    `create table operator_log (
      seq bigint primary key,
      at timestamptz not null,
      entry text not null,
      previous bytea not null,
      hash bytea not null unique
    )`,
    // Not a wall against who owns the database; one against statements that were not meant.
    `create function operator_log_is_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'operator_log is append-only'; end $$`,
    `create trigger operator_log_append_only before update or delete or truncate on operator_log
      for each statement execute function operator_log_is_append_only()`,
  ],
};
