import type { Source } from '../ports.js';
import { Sound } from './sound.js';
import { watchSize, type Size } from './watch-size.js';

export interface PlaybackHost {
  /** Whether the stream may be shown or played now: the judge's word. */
  shows(identity: string, source: Source): boolean;
  /** How large a stream is shown; null: nowhere. */
  want(identity: string, source: Source, size: Size | null): void;
  /** The track of our own stream, for the preview. */
  own(source: Source): MediaStreamTrack | undefined;
  /** Our own identity; empty before the join. */
  self(): string;
  blocked(blocked: boolean): void;
}

interface View {
  readonly identity: string;
  readonly source: 'camera' | 'screen';
  readonly video: HTMLVideoElement;
  size: Size | null;
}

/** Milliseconds after which a picture that nobody shows is no longer asked for. */
const UNSEEN = 1000;

/**
 * The only place where a stream meets an element. Pictures and sound of others are given out while the judge shows
 * them, and taken away the moment it does not (rule 3 of the media design).
 */
export class Playback {
  readonly #host: PlaybackHost;
  readonly #tracks = new Map<string, MediaStreamTrack>();
  readonly #views = new Set<View>();
  readonly #sound: Sound;
  #pictures = true;

  constructor(host: PlaybackHost) {
    this.#host = host;
    this.#sound = new Sound((blocked) => host.blocked(blocked));
  }

  /** A stream arrived or went. */
  stream(identity: string, source: Source, track: MediaStreamTrack | null): void {
    const id = key(identity, source);
    if (track) this.#tracks.set(id, track);
    else this.#tracks.delete(id);
    if (source === 'camera' || source === 'screen') {
      if (track) setTimeout(() => this.#ask(identity, source), UNSEEN);
    } else if (!track) this.#sound.stop(id);
    this.refresh();
  }

  /** Shows the stream in `video` while it may be shown. The result ends it. */
  attach(video: HTMLVideoElement, of: { readonly identity: string; readonly source: 'camera' | 'screen' }): () => void {
    const view: View = { ...of, video, size: null };
    video.muted = true;
    video.playsInline = true;
    video.autoplay = true;
    this.#views.add(view);
    const unwatch = watchSize(video, (size) => {
      view.size = size;
      this.#ask(view.identity, view.source);
    });
    this.#show(view);
    return () => {
      if (!this.#views.delete(view)) return;
      unwatch();
      video.srcObject = null;
      setTimeout(() => this.#ask(view.identity, view.source), UNSEEN);
    };
  }

  /** Gives and takes according to the judge. Cheap: nothing happens where nothing changed. */
  refresh(): void {
    for (const view of this.#views) this.#show(view);
    for (const [id, track] of this.#tracks) {
      const [source, identity] = split(id);
      if (source !== 'microphone' && source !== 'screen-audio') continue;
      if (this.#host.shows(identity, source)) this.#sound.play(id, track, identity);
      else this.#sound.stop(id);
    }
  }

  /** `false`: no video at all, whatever is attached (`quality="audio"`). */
  setPictures(on: boolean): void {
    this.#pictures = on;
    for (const { identity, source } of this.#views) this.#ask(identity, source);
    this.refresh();
  }

  setVolume(identity: string, volume: number): void {
    this.#sound.setVolume(identity, volume);
  }

  resume(): Promise<void> {
    return this.#sound.resume();
  }

  setOutput(deviceId: string): Promise<void> {
    return this.#sound.setOutput(deviceId);
  }

  /** The connection ended: every stream of others is gone. Attached elements stay attached. */
  clear(): void {
    this.#tracks.clear();
    this.#sound.stopAll();
    this.refresh();
  }

  #show({ identity, source, video }: View): void {
    const mine = this.#isMine(identity);
    const theirs =
      this.#pictures && this.#host.shows(identity, source) ? this.#tracks.get(key(identity, source)) : undefined;
    const track = mine ? this.#host.own(source) : theirs;
    const shown = (video.srcObject as MediaStream | null)?.getVideoTracks()[0];
    if (track === shown) return;
    video.srcObject = track ? new MediaStream([track]) : null;
    // Refused autoplay of a muted video leaves its first picture; nothing to be done about it here.
    if (track) void video.play().catch(() => undefined);
  }

  /** Before the join our identity is empty, and a view of it stays ours. */
  #isMine(identity: string): boolean {
    return identity === '' || identity === this.#host.self();
  }

  #ask(identity: string, source: 'camera' | 'screen'): void {
    if (this.#isMine(identity)) return;
    let size: Size | null = null;
    for (const view of this.#views) {
      if (view.identity !== identity || view.source !== source || !view.size) continue;
      if (!size || view.size.width * view.size.height > size.width * size.height) size = view.size;
    }
    this.#host.want(identity, source, this.#pictures ? size : null);
  }
}

const key = (identity: string, source: Source): string => `${source} ${identity}`;

function split(id: string): [Source, string] {
  const at = id.indexOf(' ');
  return [id.slice(0, at) as Source, id.slice(at + 1)];
}
