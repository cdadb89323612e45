/**
 * Rules that can be taken out one by one, to show which promise falls with each (`test/simulation/planted.test.ts`).
 * The set is empty in every application: it is an argument of the internal constructor, no option of the provider.
 */
export const LEADER_FAULTS = [
  'head-not-in-key',
  'confirm-unchecked',
  'roster-unchecked',
  'welcome-for-anyone',
  'welcome-unsigned',
  'ratchet-on-leave',
  'own-removal',
  'roles-unchecked',
  'host-request-unchecked',
  'stale-request-accepted',
  'bar-ignored',
  'lock-ignored',
  'waiting-ignored',
  'admit-by-identity',
  'votes-unchecked',
  'claim-without-reason',
  'any-term',
  'any-head',
  'finals-ignored',
  'sfu-presence-trusted',
  'size-decides',
  'term-decides',
  'room-sid-as-instance',
  'stale-heartbeats-count',
  'no-self-activation',
  'old-binding-kept',
  'never-retire',
  'unsigned-commit',
  'verified-yields',
  'ack-unchecked',
  'choice-unstated',
  'choice-unchecked',
] as const;
export type LeaderFault = (typeof LEADER_FAULTS)[number];
