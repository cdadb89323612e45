import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { SessionState } from '../../session/types.js';
import type { Words } from '../../i18n/index.js';

/** Seconds before the end at which it is said, once each. */
const SAID_AT = [300, 60];

/**
 * How long the site lets the meeting last. `endsAt` is by this machine's wall clock, however wrong that is, so the same
 * clock is asked what is left; once a second, since a timer that slept with the machine would be late.
 */
export class Hours implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #words: () => Words;
  readonly #say: (sentence: string) => void;
  #endsAt: number | undefined;
  #saidAt = Infinity;
  #shown = '';
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, words: () => Words, say: (sentence: string) => void) {
    this.#host = host;
    this.#words = words;
    this.#say = say;
    host.addController(this);
  }

  follow(meeting: SessionState | undefined): void {
    const { endsAt } = meeting?.room ?? {};
    if (endsAt === this.#endsAt) return;
    this.#endsAt = endsAt;
    this.#saidAt = Infinity;
    this.#run();
  }

  /** Seconds until the end; undefined where there is none. */
  get left(): number | undefined {
    return this.#endsAt === undefined ? undefined : Math.max(0, Math.ceil((this.#endsAt - Date.now()) / 1000));
  }

  /** Whether the end is near enough to be said. */
  get soon(): boolean {
    return (this.left ?? Infinity) <= (SAID_AT[0] as number);
  }

  hostConnected(): void {
    this.#run();
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }

  #run(): void {
    clearInterval(this.#timer);
    if (this.#endsAt === undefined) return;
    this.#timer = setInterval(this.#tick, 1000);
  }

  #tick = (): void => {
    const left = this.left ?? 0;
    const due = SAID_AT.filter((at) => left <= at).at(-1);
    // Who comes in the last minutes hears what is left then, not what was said before.
    if (due !== undefined && due < this.#saidAt && left > 0) {
      this.#saidAt = due;
      this.#say(this.#words().saidTimeLeft(left));
    }
    const shown = this.#words().timeLeft(left);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#host.requestUpdate();
  };
}
