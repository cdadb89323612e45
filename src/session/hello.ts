import type { Clock, Scope } from '../base/index.js';
import { PROOF_AGE } from './evidence.js';
import type { Judge } from './judge.js';

/** Milliseconds between two words of ours. */
const EVERY = 1_000;
/** Milliseconds until members without proof are asked for a word; doubled each time, up to the second. */
const ASK = 1_500;
const ASK_AT_LEAST = 30_000;

interface Ways {
  readonly clock: Clock;
  readonly scope: Scope;
  readonly judge: Judge;
  /** Sends the word to everybody. `answer`: and asks for theirs. */
  readonly send: (answer: boolean) => Promise<void> | undefined;
  readonly over: () => boolean;
}

/** Sealed words that prove their sender where no stream does: says ours, and asks for those of others. */
export class Hello {
  readonly #ways: Ways;
  #last = -Infinity;
  #stopAsking: (() => void) | undefined;
  #awaitsFrames = false;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  /** Says that we are here. Soon rather than now, so that fifty joins at once are one word. */
  say(answer: boolean): void {
    const { clock, scope, send } = this.#ways;
    const wait = Math.max(0, this.#last + EVERY - clock.now());
    if (wait > 0 && this.#last > clock.now()) return;
    this.#last = clock.now() + wait;
    scope.add(
      clock.after(wait, () => {
        this.#last = clock.now();
        void send(answer)?.catch(() => undefined);
      }),
    );
  }

  /** A word that came before its key was here is lost: whoever shows no proof is asked again, ever more seldom. */
  ask(wait = ASK): void {
    const { clock, judge, over } = this.#ways;
    this.#stopAsking?.();
    this.#stopAsking = clock.after(wait, () => {
      if (over() || !(judge.awaits || judge.silent)) return;
      this.say(true);
      this.ask(Math.min(2 * wait, ASK_AT_LEAST));
    });
  }

  /** What was said before a stream should have come soon proves nothing: asked for again in time. */
  awaitFrames(): void {
    const { clock, judge, over } = this.#ways;
    if (this.#awaitsFrames) return;
    this.#awaitsFrames = true;
    clock.after(PROOF_AGE, () => {
      this.#awaitsFrames = false;
      if (!over() && judge.silent) this.backAgain();
    });
  }

  /** We can be heard, or could not hear. */
  backAgain(): void {
    this.say(true);
    this.ask();
  }
}
