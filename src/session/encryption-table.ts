/**
 * The states of design 1 as data: which cause leads from which state to which. The judge looks up nothing else, and
 * the tests walk these rows: each cause makes its transition, and no state changes without a row.
 */
import { MEETING_STATES, PARTICIPANT_STATES, type MeetingEncryption, type ParticipantEncryption } from './types.js';

/** What the evidence says about one participant now. */
export const PARTICIPANT_CAUSES = [
  'meeting-in-clear', // the meeting runs without E2EE
  'no-proof', // no key yet, or nothing that proves it: no frames play, no sealed message in this epoch
  'proof', // every stream that plays authenticated within 3 s, or, when none plays, a sealed message in this epoch
  'proof-and-code', // the same, and the code was compared in this chain
  'frames-unproved', // a stream plays and nothing of it authenticated for 3 s
  'violation', // something that does not happen by accident, in the last 10 s
  'not-in-roster', // the provider does not vouch for it, or it knocks
] as const;
export type ParticipantCause = (typeof PARTICIPANT_CAUSES)[number];

/** What the evidence says about the meeting now. */
export const MEETING_CAUSES = [
  'not-in-a-meeting',
  'joining',
  'joined-in-clear',
  'nobody-proved', // alone, or no member proved
  'everyone-proved',
  'everyone-proved-and-code',
  'somebody-new', // all but members who came within 5 s are proved: nothing of those is shown yet
  'member-unproved', // a member is stale, or waiting for over 5 s
  'somebody-refused',
  'meeting-compromised', // equivocation, or a code that differed: until leaving
] as const;
export type MeetingCause = (typeof MEETING_CAUSES)[number];

export interface Row<State, Cause> {
  readonly from: readonly State[];
  readonly cause: Cause;
  readonly to: State;
}

const anyone = PARTICIPANT_STATES;
/** A meeting is in clear from its first moment to its last, so `off` leads nowhere else, and nothing leads into it. */
const sealed = anyone.filter((state) => state !== 'off');

export const PARTICIPANT_TABLE: readonly Row<ParticipantEncryption, ParticipantCause>[] = [
  { from: ['waiting', 'off'], cause: 'meeting-in-clear', to: 'off' },
  { from: sealed, cause: 'no-proof', to: 'waiting' },
  { from: sealed, cause: 'proof', to: 'encrypted' },
  { from: sealed, cause: 'proof-and-code', to: 'verified' },
  { from: sealed, cause: 'frames-unproved', to: 'stale' },
  { from: sealed, cause: 'violation', to: 'refused' },
  { from: sealed, cause: 'not-in-roster', to: 'stranger' },
];

const inMeeting: readonly MeetingEncryption[] = [
  'connecting',
  'waiting',
  'encrypted',
  'verified',
  'degraded',
  'violated',
];

export const MEETING_TABLE: readonly Row<MeetingEncryption, MeetingCause>[] = [
  { from: MEETING_STATES, cause: 'not-in-a-meeting', to: 'idle' },
  { from: MEETING_STATES, cause: 'joining', to: 'connecting' },
  { from: ['connecting', 'off'], cause: 'joined-in-clear', to: 'off' },
  { from: inMeeting, cause: 'nobody-proved', to: 'waiting' },
  { from: inMeeting, cause: 'everyone-proved', to: 'encrypted' },
  { from: inMeeting, cause: 'everyone-proved-and-code', to: 'verified' },
  // Who has just come shows nothing yet: what was encrypted stays so, what was not does not become so.
  { from: ['encrypted'], cause: 'somebody-new', to: 'encrypted' },
  { from: ['verified'], cause: 'somebody-new', to: 'verified' },
  { from: ['connecting', 'waiting', 'degraded', 'violated'], cause: 'somebody-new', to: 'waiting' },
  { from: inMeeting, cause: 'member-unproved', to: 'degraded' },
  { from: inMeeting, cause: 'somebody-refused', to: 'violated' },
  { from: inMeeting, cause: 'meeting-compromised', to: 'violated' },
];

/** The state after `cause`, or the same one when no row names it. */
export function next<State, Cause>(table: readonly Row<State, Cause>[], from: State, cause: Cause): State {
  return table.find((row) => row.cause === cause && row.from.includes(from))?.to ?? from;
}
