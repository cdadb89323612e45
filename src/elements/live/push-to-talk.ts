import { inTextField } from './shortcuts.js';

const CONTROLS = 'button, a, summary, input, [role=button], [role=switch], [tabindex="0"]';

/**
 * Holding the space bar talks, letting go mutes again. On a control a short press stays that control's own: only when
 * the key is held does it become talking, and then the control hears nothing of it.
 */
export class PushToTalk {
  readonly #talk: (on: boolean) => void;
  #talking = false;

  constructor(talk: (on: boolean) => void) {
    this.#talk = talk;
  }

  /** Takes a key that went down; true when it was used. `muted`: there is something to unmute. */
  down(event: KeyboardEvent, muted: boolean): boolean {
    if (event.key !== ' ' || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return false;
    if (this.#talking) {
      event.preventDefault();
      return true;
    }
    if (!muted || event.defaultPrevented || inTextField(event)) return false;
    const [target] = event.composedPath();
    if (target instanceof Element && target.matches(CONTROLS) && !event.repeat) return false;
    event.preventDefault();
    this.#talking = true;
    this.#talk(true);
    return true;
  }

  up(event: KeyboardEvent): void {
    if (event.key !== ' ' || !this.#talking) return;
    // Else the button under the focus would be pressed now.
    event.preventDefault();
    this.stop();
  }

  stop(): void {
    if (!this.#talking) return;
    this.#talking = false;
    this.#talk(false);
  }
}
