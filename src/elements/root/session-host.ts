import type { MeetingSession, SessionFacts, SessionState } from '../../session/types.js';

const FACTS = [
  'encryption-state',
  'encryption-violation',
  'security-code',
  'joined',
  'left',
  'participant-joined',
  'participant-left',
  'connection-state',
  'media-state',
  'key-request',
  'error',
] as const satisfies readonly (keyof SessionFacts)[];

export interface SessionListener {
  /** A new state, or another session. */
  changed(): void;
  fact(type: keyof SessionFacts, detail: SessionFacts[keyof SessionFacts]): void;
}

/** Holds the element's session: one of its own, or one the page gave. */
export class SessionHost {
  readonly #listener: SessionListener;
  #session: MeetingSession | undefined;
  #own = false;
  #listening: AbortController | undefined;

  constructor(listener: SessionListener) {
    this.#listener = listener;
  }

  get session(): MeetingSession | undefined {
    return this.#session;
  }

  get state(): SessionState | undefined {
    return this.#session?.state;
  }

  /** Whether the session ends with the element. */
  get own(): boolean {
    return this.#own;
  }

  /** Whether anything before `left` is going on. */
  get active(): boolean {
    return ['connecting', 'knocking', 'joined', 'reconnecting'].includes(this.state?.phase ?? '');
  }

  /** Shows a session from now on. One of our own from before is left; the page's is only let go. */
  use(session: MeetingSession | undefined, own: boolean): void {
    if (session === this.#session) return;
    void this.end();
    this.#show(session, own);
  }

  /** Leaves and forgets a session of our own; lets go of the page's. */
  async end(): Promise<void> {
    const session = this.#session;
    const own = this.#own;
    if (!session) return;
    this.#show(undefined, false);
    if (own) await session.dispose();
  }

  #show(session: MeetingSession | undefined, own: boolean): void {
    this.#listening?.abort();
    this.#session = session;
    this.#own = own;
    if (session) {
      const { signal } = (this.#listening = new AbortController());
      signal.addEventListener(
        'abort',
        session.subscribe(() => this.#listener.changed()),
      );
      for (const type of FACTS) session.on(type, (detail) => this.#listener.fact(type, detail), { signal });
    }
    this.#listener.changed();
  }
}
