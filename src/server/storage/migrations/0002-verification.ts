import type { Migration } from './index.js';

/** Who verified a phone number, and the codes under way. Numbers and user names are only here sealed or as references. */
export const verification: Migration = {
  name: 'verification',
  statements: [
    `create table verifications (
      user_ref bytea primary key,
      user_sealed bytea not null,
      number_ref bytea not null,
      number_sealed bytea not null,
      country text not null,
      key_id bytea not null,
      verified_at timestamptz not null,
      used_at timestamptz not null
    )`,
    'create index verifications_number on verifications (number_ref)',
    'create index verifications_used on verifications (used_at)',
    `create table challenges (
      id bytea primary key check (length(id) = 16),
      user_ref bytea not null,
      number_sealed bytea not null,
      code_hash bytea not null,
      tries int not null default 0,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    )`,
    'create index challenges_user on challenges (user_ref)',
    'create index challenges_over on challenges (expires_at)',
  ],
};
