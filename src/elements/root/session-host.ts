import { SecureMeetingError } from '../../base/errors.js';
import type { MeetingSession, SessionFacts, SessionOptions, SessionState } from '../../session/types.js';

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
  'verification-required',
  'error',
] as const satisfies readonly (keyof SessionFacts)[];

interface Listener {
  /** A new state, or another session. */
  changed(): void;
  fact<K extends keyof SessionFacts>(type: K, detail: SessionFacts[K]): void;
}

/** Holds the element's session: one of its own, made from its attributes when first needed, or one the page gave. */
export class SessionHost {
  readonly #listener: Listener;
  readonly #create: (options: SessionOptions) => Promise<MeetingSession>;
  #session: MeetingSession | undefined;
  #own = false;
  #listening: AbortController | undefined;
  #made: SessionOptions | undefined;
  #making: Promise<MeetingSession> | undefined;

  constructor(listener: Listener, create: (options: SessionOptions) => Promise<MeetingSession> = createDefault) {
    this.#listener = listener;
    this.#create = create;
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
    const phase = this.state?.phase;
    return phase === 'connecting' || phase === 'knocking' || phase === 'joined' || phase === 'reconnecting';
  }

  /** Shows the page's session; the page ends it. A session of our own from before is left. */
  adopt(session: MeetingSession | undefined): void {
    if (session === this.#session) return;
    void this.end();
    this.#use(session, false);
  }

  /**
   * The session for `options`: the one there is, if it is the page's, or was made from the same options, or is busy;
   * else a new one.
   * @throws SecureMeetingError `load-failed` when the session's code can't be loaded, or `config-…` from its constructor.
   */
  async ensure(options: SessionOptions): Promise<MeetingSession> {
    while (this.#making) await this.#making.catch(() => undefined);
    const current = this.#session;
    if (current && (!this.#own || this.active || same(this.#made, options))) return current;
    this.#making = this.#make(options);
    try {
      return await this.#making;
    } finally {
      this.#making = undefined;
    }
  }

  async #make(options: SessionOptions): Promise<MeetingSession> {
    const before = this.state;
    await this.end();
    const session = await this.#create(options);
    this.#made = options;
    this.#use(session, true);
    // A preview that was on stays on, although the session behind it is another one.
    if (before?.phase === 'idle') {
      if (before.self.microphone) await session.setMicrophone(true).catch(() => undefined);
      if (before.self.camera) await session.setCamera(true).catch(() => undefined);
    }
    return session;
  }

  /** Leaves and forgets a session of our own; lets go of the page's. */
  async end(): Promise<void> {
    const session = this.#session;
    const own = this.#own;
    this.#use(undefined, false);
    if (session && own) await session.dispose();
  }

  #use(session: MeetingSession | undefined, own: boolean): void {
    this.#listening?.abort();
    this.#session = session;
    this.#own = own;
    if (!own) this.#made = undefined;
    if (session) {
      const { signal } = (this.#listening = new AbortController());
      const unsubscribe = session.subscribe(() => this.#listener.changed());
      signal.addEventListener('abort', unsubscribe);
      const forward = <K extends keyof SessionFacts>(type: K): void => {
        session.on(type, (detail) => this.#listener.fact(type, detail), { signal });
      };
      for (const type of FACTS) forward(type);
    }
    this.#listener.changed();
  }
}

async function createDefault(options: SessionOptions): Promise<MeetingSession> {
  const defaults = (await import('../../defaults/index.js').catch((error: unknown) => {
    throw new SecureMeetingError('load-failed', { cause: error });
  })) as unknown as { readonly SecureMeetingSession: new (options: SessionOptions) => MeetingSession };
  return new defaults.SecureMeetingSession(options);
}

/** Whether a session made from `a` serves for `b`. Name and quality change at once and don't count. */
function same(a: SessionOptions | undefined, b: SessionOptions): boolean {
  if (!a) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof SessionOptions>;
  keys.delete('displayName');
  keys.delete('quality');
  for (const key of keys) {
    if (key === 'passphrase' ? secretOf(a) !== secretOf(b) : a[key] !== b[key]) return false;
  }
  return true;
}

function secretOf({ passphrase }: SessionOptions): string | undefined {
  return typeof passphrase === 'object' ? passphrase.value : passphrase;
}
