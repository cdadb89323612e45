import { ConnectionState, RoomEvent, type LocalTrackPublication, type Room } from 'livekit-client';
import { SecureMeetingError } from '../base/index.js';
import type { PublishHints, Source } from '../session/index.js';
import { publishOptions } from './room-options.js';
import { fromLiveKit, toLiveKit } from './sources.js';

/** What we send. Tracks are the session's: LiveKit neither opens nor stops a device. */
export class LocalStreams {
  readonly #room: Room;
  readonly #publications = new Map<Source, LocalTrackPublication>();
  readonly #muted = new Map<Source, boolean>();

  /** `ended`: the SFU muted or ended a stream, not we. */
  constructor(room: Room, ended: (source: Source) => void) {
    this.#room = room;
    const check = (source: Source | undefined, publication: unknown): void => {
      // While it rebuilds our connection LiveKit itself takes everything down and puts it up again.
      if (room.state !== ConnectionState.Connected) return;
      if (source && this.#publications.get(source) === publication && this.#muted.get(source) === false) ended(source);
    };
    room.on(RoomEvent.TrackMuted, (publication) => check(fromLiveKit(publication.source), publication));
    room.on(RoomEvent.LocalTrackUnpublished, (publication) => check(fromLiveKit(publication.source), publication));
    room.on(RoomEvent.LocalTrackPublished, (publication) => {
      // Republished after a rebuilt connection: the publication is another object.
      const source = fromLiveKit(publication.source);
      if (source && this.#publications.has(source)) this.#publications.set(source, publication);
    });
  }

  async publish(source: Source, track: MediaStreamTrack, hints: PublishHints): Promise<void> {
    try {
      const publication = await this.#room.localParticipant.publishTrack(track, {
        source: toLiveKit(source),
        ...publishOptions(source, hints),
      });
      this.#publications.set(source, publication);
      this.#muted.set(source, false);
    } catch (cause) {
      throw new SecureMeetingError('media-publish-failed', { cause });
    }
  }

  async replace(source: Source, track: MediaStreamTrack): Promise<void> {
    const local = this.#get(source).track;
    if (!local) throw new SecureMeetingError('media-publish-failed');
    await local.replaceTrack(track, { userProvidedTrack: true, stopProcessor: true });
  }

  async setMuted(source: Source, muted: boolean): Promise<void> {
    const publication = this.#get(source);
    // First, so that LiveKit's own report of this is not taken for the server's doing.
    if (muted) this.#muted.set(source, true);
    await (muted ? publication.mute() : publication.unmute());
    this.#muted.set(source, muted);
  }

  async unpublish(source: Source): Promise<void> {
    const publication = this.#publications.get(source);
    this.#publications.delete(source);
    this.#muted.delete(source);
    if (publication?.track) await this.#room.localParticipant.unpublishTrack(publication.track, false);
  }

  #get(source: Source): LocalTrackPublication {
    const publication = this.#publications.get(source);
    if (!publication) throw new SecureMeetingError('media-publish-failed');
    return publication;
  }
}
