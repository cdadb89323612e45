import type { MeetingSession } from '../../session/types.js';

interface Source {
  readonly identity: string;
  readonly source: 'camera' | 'screen';
}

/** Keeps one `<video>` attached to what it should show, and to nothing else. */
export class Attachment {
  #key: readonly unknown[] = [];
  #detach: (() => void) | undefined;

  /**
   * Attaches unless it is attached to the very same already. Without a session, or to a video outside the document, it
   * lets go: an element may still be updated after it was removed.
   */
  set(session: MeetingSession | undefined, video: HTMLVideoElement | null, of: Source): void {
    const shown = video?.isConnected ? video : undefined;
    const key = session && shown ? [session, shown, of.identity, of.source] : [];
    if (key.length === this.#key.length && key.every((value, index) => value === this.#key[index])) return;
    this.release();
    if (!session || !shown) return;
    this.#key = key;
    this.#detach = session.attach(shown, of);
  }

  release(): void {
    this.#detach?.();
    this.#detach = undefined;
    this.#key = [];
  }
}
