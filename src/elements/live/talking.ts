import type { MeetingSession, SessionState } from '../../session/types.js';

/** How loud counts as talking, for how many readings (of about 60 ms) in a row-ish, and the pause after a hint. */
const LOUD = 0.12;
const ENOUGH = 10;
const PAUSE = 30_000;

/** Notices that somebody talks while muted. The sound is measured on this device and never sent. */
export class Talking {
  readonly #hint: () => void;
  #stop: (() => void) | undefined;
  #session: MeetingSession | undefined;
  #score = 0;
  #last = -Infinity;

  constructor(hint: () => void) {
    this.#hint = hint;
  }

  /** Listens only in a meeting, and only while the microphone is off. */
  follow(session: MeetingSession | undefined, state: SessionState | undefined): void {
    const muted = state?.phase === 'joined' && !state.self.microphone;
    if (muted && session === this.#session) return;
    this.stop();
    if (!muted || !session) return;
    this.#session = session;
    this.#stop = session.onLevel(state.self.identity, (level) => this.#heard(level));
  }

  stop(): void {
    this.#stop?.();
    this.#stop = this.#session = undefined;
    this.#score = 0;
  }

  /** A cough is not talking: loud readings count up, quiet ones down. */
  #heard(level: number): void {
    this.#score = Math.max(0, this.#score + (level >= LOUD ? 1 : -0.5));
    const now = performance.now();
    if (this.#score < ENOUGH || now - this.#last < PAUSE) return;
    this.#score = 0;
    this.#last = now;
    this.#hint();
  }
}
