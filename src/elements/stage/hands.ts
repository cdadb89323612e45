import type { Participant, SessionState } from '../../session/types.js';

/** Who has a hand up, in the order in which the hands went up here. */
export function raisedHands({ self, others }: Pick<SessionState, 'self' | 'others'>): readonly Participant[] {
  return [self, ...others].filter((person) => person.hand).sort((a, b) => a.hand - b.hand);
}

/** The place of a person's hand, from 1; 0 while it is down. */
export function handPlace(state: Pick<SessionState, 'self' | 'others'>, person: Participant): number {
  return person.hand ? raisedHands(state).indexOf(person) + 1 : 0;
}
