import type { MeetingSession } from '../../session/types.js';
import type { Words } from '../../i18n/index.js';
import { said, shortName } from '../names.js';

/** What the privacy panel tells of the meeting so far. */
export type Moment =
  | {
      readonly kind: 'you' | 'joined' | 'left' | 'removed' | 'leader';
      readonly at: number;
      readonly names: readonly string[];
    }
  | { readonly kind: 'violation'; readonly at: number; readonly names: readonly string[]; readonly code: string };

const MERGE = 60_000;
const MOST = 200;

/**
 * Joins, leaves, leaders and violations since we joined, newest last, at most 200. What happens within a minute is one
 * line. It lives as long as the session is shown, not as long as the panel is open.
 */
export class History {
  readonly session: MeetingSession;
  readonly #moments: Moment[] = [];
  readonly #now: () => number;
  #leader = '';

  constructor(session: MeetingSession, now: () => number = Date.now) {
    this.session = session;
    this.#now = now;
    const { self, others, phase, securityCode } = session.state;
    if (phase === 'joined' || phase === 'reconnecting') {
      this.#add({ kind: 'you', at: self.joinedAt, names: [] });
      for (const person of others)
        if (person.joinedAt > self.joinedAt) this.#add({ kind: 'joined', at: person.joinedAt, names: [person.name] });
    }
    if (securityCode) this.#leads(securityCode.leader, self.joinedAt || now());
    this.#moments.sort((a, b) => a.at - b.at);
  }

  /** Writes down what happens from now on; an element that only moved in the page listens again. */
  listen(signal: AbortSignal): void {
    const session = this.session;
    const now = this.#now;
    const on = session.on.bind(session);
    on('joined', () => this.#add({ kind: 'you', at: now(), names: [] }), { signal });
    on('participant-joined', ({ name }) => this.#add({ kind: 'joined', at: now(), names: [name] }), { signal });
    on(
      'participant-left',
      ({ name, reason }) => this.#add({ kind: reason === 'removed' ? 'removed' : 'left', at: now(), names: [name] }),
      { signal },
    );
    on('security-code', ({ leader }) => this.#leads(leader, now()), { signal });
    on(
      'encryption-violation',
      ({ code, identity }) => {
        const name = session.state.others.find((person) => person.identity === identity)?.name;
        this.#add({ kind: 'violation', at: now(), names: name ? [name] : [], code });
      },
      { signal },
    );
  }

  get moments(): readonly Moment[] {
    return this.#moments;
  }

  #leads(leader: { readonly identity: string; readonly name: string }, at: number): void {
    if (leader.identity === this.#leader) return;
    this.#leader = leader.identity;
    this.#add({ kind: 'leader', at, names: [leader.name] });
  }

  #add(moment: Moment): void {
    const last = this.#moments.at(-1);
    const merges = moment.kind === 'joined' || moment.kind === 'left';
    if (merges && last?.kind === moment.kind && moment.at - last.at < MERGE)
      this.#moments[this.#moments.length - 1] = { ...last, names: [...last.names, ...moment.names] };
    else if (
      moment.kind === 'violation' &&
      last?.kind === 'violation' &&
      last.code === moment.code &&
      last.names[0] === moment.names[0]
    )
      return;
    else this.#moments.push(moment);
    if (this.#moments.length > MOST) this.#moments.shift();
  }
}

/** One line of the history. */
export function momentWords(moment: Moment, words: Words, ownName: string): string {
  const names = moment.names.map((each) => said(shortName(each)));
  const [name = ''] = names;
  switch (moment.kind) {
    case 'you':
      return words.youJoined;
    case 'joined':
      return words.namesJoined(names);
    case 'left':
      return words.namesLeft(names);
    case 'removed':
      return words.nameRemoved(name);
    case 'leader':
      return moment.names[0] === ownName ? words.youLead : words.nameLeads(name);
    case 'violation':
      return name ? words.somethingBlocked(name) : words.somethingBlockedNobody;
  }
}
