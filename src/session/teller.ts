import type { StateStore } from './store.js';
import type { Participant, Role } from './types.js';

/** Tells as facts, once each, what can be seen in the state: who came, who went, and what of one's own is on. */
export class Teller {
  readonly #store: StateStore;
  readonly #vouched: (identity: string) => boolean;
  /** Whom `participant-joined` was told of, as they were then. */
  readonly #greeted = new Map<string, { readonly name: string; readonly role: Role }>();
  #media = 'false false false';

  /** `vouched`: whether the keys know this participant. */
  constructor(store: StateStore, vouched: (identity: string) => boolean) {
    this.#store = store;
    this.#vouched = vouched;
  }

  /** Another meeting begins, or this one is over: whoever comes is new. */
  clear(): void {
    this.#greeted.clear();
  }

  /** A participant is told of once vouched for (or once it stays a stranger), and once gone. Returns who is gone. */
  people(before: readonly Participant[], after: readonly Participant[]): readonly string[] {
    for (const { identity, name, role, encryption } of after) {
      if (this.#greeted.has(identity) || (encryption === 'waiting' && !this.#vouched(identity))) continue;
      this.#greeted.set(identity, { name, role });
      this.#store.fact('participant-joined', { identity, name, role });
    }
    const here = new Set(after.map(({ identity }) => identity));
    const gone = before.map(({ identity }) => identity).filter((identity) => !here.has(identity));
    for (const identity of gone) {
      const known = this.#greeted.get(identity);
      this.#greeted.delete(identity);
      if (known) this.#store.fact('participant-left', { identity, ...known, reason: 'left' });
    }
    return gone;
  }

  media({ microphone, camera, screen }: Pick<Participant, 'microphone' | 'camera' | 'screen'>): void {
    const media = `${microphone} ${camera} ${screen}`;
    if (media === this.#media) return;
    this.#media = media;
    this.#store.fact('media-state', { microphone, camera, screen });
  }
}
