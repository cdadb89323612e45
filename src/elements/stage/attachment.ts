import type { MeetingSession } from '../../session/types.js';

interface Source {
  readonly identity: string;
  readonly source: 'camera' | 'screen';
}

/** Keeps one `<video>` attached to what it should show, and to nothing else. */
export class Attachment {
  #key: readonly unknown[] = [];
  #detach: (() => void) | undefined;

  /** Attaches unless it is attached to the very same already; without a session or a video it lets go. */
  set(session: MeetingSession | undefined, video: HTMLVideoElement | null, of: Source): void {
    const key = session && video ? [session, video, of.identity, of.source] : [];
    if (key.length === this.#key.length && key.every((value, index) => value === this.#key[index])) return;
    this.release();
    if (!session || !video) return;
    this.#key = key;
    this.#detach = session.attach(video, of);
  }

  release(): void {
    this.#detach?.();
    this.#detach = undefined;
    this.#key = [];
  }
}
