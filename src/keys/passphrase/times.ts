/** The exchange's times, in milliseconds. docs/protocol.md, section 4, explains each. */
export const TIMES = {
  /** Announces are sent at most this often: answers to a burst of joins go out as one. */
  coalesce: 50,
  /** An epoch younger than this is good enough for a newcomer; also the least time between two epochs of ours. */
  youngEpoch: 1000,
  /** From announcing an epoch to sending with it, when there are members who must hear of it first. */
  staging: 200,
  /** How long a sender's old epoch opens after its next came: frames under way. */
  overlap: 10_000,
  /** From the SFU's word that somebody is gone until their keys are. */
  gone: 3000,
  /** Least time between two answers to the same member's questions. */
  answer: 1000,
  /** How long a participant may be here without proof of the secret before it is reported as a stranger. */
  stranger: 5000,
  /** Least time between two reports of a wrong key about the same participant. */
  wrongKey: 10_000,
} as const;

/** Between our repeated Announces while somebody present is not confirmed; the last stays. */
export const REPEATS = [1000, 2000, 4000, 10_000] as const;
