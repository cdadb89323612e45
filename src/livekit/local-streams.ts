import { ConnectionState, RoomEvent, type LocalTrackPublication, type Room, type VideoCodec } from 'livekit-client';
import { SecureMeetingError } from '../base/index.js';
import type { PublishHints, Source } from '../session/index.js';
import { publishOptions } from './room-options.js';
import { fromLiveKit, toLiveKit } from './sources.js';

/** What we send. Tracks are the session's: LiveKit neither opens nor stops a device. */
export class LocalStreams {
  readonly #room: Room;
  readonly #encrypted: boolean;
  readonly #publications = new Map<Source, LocalTrackPublication>();
  readonly #muted = new Map<Source, boolean>();

  /** `ended`: the SFU muted or ended a stream, not we. */
  constructor(room: Room, encrypted: boolean, ended: (source: Source) => void) {
    this.#room = room;
    this.#encrypted = encrypted;
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

  /** @throws SecureMeetingError `media-codec-unprotected`, `media-publish-failed`; `network-lost` while there is no way. */
  async publish(source: Source, track: MediaStreamTrack, hints: PublishHints): Promise<void> {
    const videoCodec = track.kind === 'video' ? this.#videoCodec() : undefined;
    try {
      const publication = await this.#room.localParticipant.publishTrack(track, {
        source: toLiveKit(source),
        ...publishOptions(source, hints),
        ...(videoCodec ? { videoCodec } : {}),
      });
      this.#publications.set(source, publication);
      this.#muted.set(source, false);
    } catch (cause) {
      const open = this.#room.state === ConnectionState.Connected;
      throw new SecureMeetingError(open ? 'media-publish-failed' : 'network-lost', { cause });
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

  /** Which codec to send. LiveKit itself would take the server's first, whatever it is. */
  #videoCodec(): VideoCodec | undefined {
    if (!this.#encrypted) return undefined;
    // Private in livekit-client, which is pinned; empty when the server names none.
    const { enabledPublishVideoCodecs = [] } = this.#room.localParticipant as unknown as {
      readonly enabledPublishVideoCodecs?: readonly { readonly mime: string }[];
    };
    const allowed = enabledPublishVideoCodecs.map(({ mime }) => mime.toLowerCase());
    if (allowed.length === 0) return 'vp8';
    const chosen = (['vp8', 'vp9', 'h264'] as const).find((codec) => allowed.includes(`video/${codec}`));
    if (!chosen)
      throw new SecureMeetingError('media-codec-unprotected', {
        message: `The server allows ${allowed.join(', ')} only.`,
      });
    return chosen;
  }

  #get(source: Source): LocalTrackPublication {
    const publication = this.#publications.get(source);
    if (!publication) throw new SecureMeetingError('media-publish-failed');
    return publication;
  }
}
