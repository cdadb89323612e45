/** Every time limit of the protocol in one place, in milliseconds. Sections refer to docs/protocol.md, part 6. */
export const TIMING = {
  /** How often due work is looked for. */
  tick: 100,
  /** An Announce is repeated until it is answered. */
  announce: 1_000,
  /** No heartbeat for this long, plus 0…foundSpread by binding: found the meeting. */
  found: 5_000,
  foundSpread: 3_000,
  /** Instead of `found`, while the SFU names somebody who does not announce: a member whose heartbeats may be late. */
  foundAmong: 15_000,
  /** A newcomer without an Ack for this long leaves. */
  firstAck: 10_000,
  heartbeat: 1_000,
  /** The leader activates an epoch when all acknowledged it, or after this. */
  activate: 400,
  /** A member activates an installed epoch by itself after this. */
  selfActivate: 1_000,
  /** How long an old epoch still opens frames: after adds, and after somebody left. */
  overlap: 10_000,
  overlapAfterLeave: 2_000,
  /** `fresh` at least this often; the design's bound is five minutes. */
  rotate: 270_000,
  /** Joins share Commits: so many at once, then one in this time (200 joins in 10 s: at most 10 epochs). */
  addBurst: 3,
  coalesce: 1_500,
  ack: 10_000,
  /** From an Ack to the latest moment at which the next one of a living member is here. */
  ackDue: 12_000,
  /** An Ack that names a heartbeat older than this does not count. */
  ackAge: 15_000,
  ackGone: 30_000,
  /** The SFU has to say "gone" for this long, without an Ack in between. */
  sfuGone: 3_000,
  /** A heartbeat's leader time may lag by this much more than at best. */
  lag: 5_000,
  /** Heartbeats that all lag more than that for this long are told of: by then nothing is sent any more, either. */
  lateTold: 5_000,
  /** A heartbeat's head must be ours within this, else we stop sending. */
  headKnown: 3_000,
  request: 1_000,
  stopSending: 10_000,
  rejoin: 30_000,
  /** A leader not heard for this long is missed. */
  missed: 3_000,
  perRank: 500,
  claimLatest: 8_000,
  /** The claimant commits when all voted, or after this. */
  votes: 1_000,
  /** A vote or claim without a Commit ends after this. */
  voteLife: 3_000,
  /** Encrypting goes on for this long under an epoch whose roster lists someone who said goodbye or was removed. */
  finalGrace: 2_000,
  /** A leader that has not committed a final for this long counts as gone. */
  finalIgnored: 3_000,
  /** A host's request that nobody carried out for this long is given up. */
  requestLife: 10_000,
  /** An instance younger than this may give way to another. */
  young: 10_000,
  /** A winner of a fork that does not answer for this long is passed over. */
  winnerSilent: 10_000,
} as const;

/** Bounds on what is read and kept. */
export const BOUNDS = {
  message: 1 << 20,
  members: 2_000,
  operations: 4_096,
  records: 4_096,
  certificate: 4_096,
  /** Commits kept for members that lack some, and rosters kept for judging forks. */
  log: 1_024,
  rosters: 64,
  finals: 1_024,
  /** Announces that wait for a Commit or a host. */
  pending: 512,
  knocks: 128,
  /** Steps a pairwise chain is followed forward for one copy. */
  skip: 256,
  /** Messages of one SFU identity waiting to be handled, and of all. */
  queuedPerSender: 64,
  queued: 8_192,
  /** Commits, rosters and the like that a joiner keeps until they can be checked. */
  unchecked: 16,
  joinerCommits: 96,
} as const;
