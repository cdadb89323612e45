import type { Words } from '../../i18n/index.js';
import type { MeetingSession } from '../../session/types.js';
import { said } from '../names.js';
import type { SoundName } from './sounds.js';

type Kind = 'joined' | 'left' | 'hand' | 'knock' | 'message' | 'reaction' | 'file';
/** Names kept for one sentence; it names two and counts the others. */
const NAMES = 1000;

/**
 * Says what happened, in few sentences: what falls into the same second is one. Fifty people joining are "Ana, Ben and
 * 48 others joined". The sentences go to one polite live region and to the toast.
 */
export class Announcer {
  readonly #say: (sentence: string) => void;
  readonly #words: () => Words;
  readonly #ring: (sound: SoundName) => void;
  #emoji = '';
  #pending = new Map<Kind, string[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: AbortController | undefined;

  constructor(words: () => Words, say: (sentence: string) => void, ring: (sound: SoundName) => void = () => undefined) {
    this.#ring = ring;
    this.#words = words;
    this.#say = say;
  }

  /** Listens to a session; the one before is let go. */
  follow(session: MeetingSession | undefined): void {
    this.stop();
    if (!session) return;
    const { signal } = (this.#stop = new AbortController());
    let before = session.state;
    session.on('participant-joined', ({ name }) => this.#add('joined', name), { signal });
    session.on('participant-left', ({ name }) => this.#add('left', name), { signal });
    const unsubscribe = session.subscribe((state) => {
      const known = new Map(before.others.map((person) => [person.identity, person]));
      for (const person of state.others) {
        const old = known.get(person.identity);
        if (old && person.hand && !old.hand) this.#add('hand', person.name);
        if (old && person.screen && !old.screen) this.now(this.#words().saidShare(said(person.name)));
        if (old && !person.screen && old.screen) this.now(this.#words().saidShareEnded(said(person.name)));
      }
      const reacted = new Set(before.reactions?.map(({ id }) => id));
      for (const { id, identity, emoji } of state.reactions ?? []) {
        const person = known.get(identity);
        if (!person || reacted.has(id)) continue;
        this.#emoji = emoji;
        this.#add('reaction', person.name);
      }
      const knocking = new Set(before.room.knocking.map((knock) => knock.identity));
      for (const knock of state.room.knocking) if (!knocking.has(knock.identity)) this.#add('knock', knock.claimedName);
      const seen = new Set(before.chat.map((message) => message.id));
      if (state.chat !== before.chat)
        for (const message of state.chat)
          if (!message.local && !seen.has(message.id)) this.#add('message', message.name);
      const offered = new Set(before.files?.map(({ id }) => id));
      for (const file of state.files ?? []) if (!file.local && !offered.has(file.id)) this.#add('file', file.name);
      for (const kept of ['shareByHosts', 'chatByHosts'] as const)
        if (state.room[kept] && !before.room[kept]) this.now(this.#words()[kept]);
      if (before.phase === 'reconnecting' && state.phase === 'joined') this.now(this.#words().connectionBack);
      before = state;
    });
    signal.addEventListener('abort', unsubscribe);
  }

  stop(): void {
    this.#stop?.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending.clear();
  }

  /** Says a sentence at once. */
  now(sentence: string): void {
    this.#say(sentence);
  }

  #add(kind: Kind, name: string): void {
    const names = this.#pending.get(kind) ?? [];
    const one = said(name);
    // Somebody who does it again and again within a second is one person.
    const again = (kind === 'hand' || kind === 'reaction' || kind === 'file') && names.includes(one);
    if (!again && names.length < NAMES) names.push(one);
    this.#pending.set(kind, names);
    if (kind !== 'reaction') this.#ring(kind === 'file' ? 'message' : kind);
    this.#timer ??= setTimeout(() => this.#flush(), 1000);
  }

  #flush(): void {
    this.#timer = undefined;
    const words = this.#words();
    const sentences: Record<Kind, (names: readonly string[]) => string> = {
      joined: words.saidJoined,
      left: words.saidLeft,
      hand: words.saidHand,
      knock: words.saidKnock,
      file: (names) =>
        names
          .map((name) => words.saidFile(name))
          .slice(0, 2)
          .join('. '),
      reaction: (names) => words.saidReaction(names, this.#emoji),
      message: (names) =>
        names.length === 1 ? words.saidMessage(names[0] as string) : words.saidMessages(names.length),
    };
    for (const [kind, names] of this.#pending) this.#say(sentences[kind](names));
    this.#pending.clear();
  }
}
