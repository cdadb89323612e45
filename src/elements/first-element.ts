import { LitElement } from 'lit';

/**
 * Draws itself first in a task of its own: together with the running of our module, and with each other's, the drawings of
 * the first screen would block a slow phone for longer than 50 ms. By a timer, since hidden tabs have no frames.
 */
export class FirstElement extends LitElement {
  protected override scheduleUpdate(): Promise<unknown> | undefined {
    if (!this.hasUpdated) return new Promise((resolve) => setTimeout(resolve)).then(() => super.scheduleUpdate());
    void super.scheduleUpdate();
    return undefined;
  }
}
