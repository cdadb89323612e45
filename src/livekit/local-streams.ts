import { ConnectionState, RoomEvent, type LocalTrackPublication, type Room, type VideoCodec } from 'livekit-client';
import { SecureMeetingError } from '../base/index.js';
import type { PublishHints, Source } from '../session/index.js';
import { publishOptions } from './room-options.js';
import { fromLiveKit, toLiveKit } from './sources.js';

/** Milliseconds in which LiveKit goes on with a publication once its connection stands again. It may have missed that it does. */
const RESUMED = 4_000;
/** How often a publication that came to nothing is begun again. */
const AGAIN = 3;

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
    const options = {
      source: toLiveKit(source),
      ...publishOptions(source, hints),
      ...(videoCodec ? { videoCodec } : {}),
    };
    await this.unpublish(source).catch(() => undefined);
    for (let again = 0; ; again++) {
      try {
        const publication = await this.#inTime(this.#room.localParticipant.publishTrack(track, options));
        if (!publication && again < AGAIN && this.#open) continue;
        if (!publication) throw new Error('LiveKit does not publish');
        this.#publications.set(source, publication);
        this.#muted.set(source, false);
        return;
      } catch (cause) {
        throw new SecureMeetingError(this.#open ? 'media-publish-failed' : 'network-lost', { cause });
      }
    }
  }

  get #open(): boolean {
    return this.#room.state === ConnectionState.Connected;
  }

  /**
   * Undefined: nothing became of it. After a negotiation that failed LiveKit waits for the next connection, also when that
   * one stands already, and then for good.
   */
  async #inTime(publishing: Promise<LocalTrackPublication>): Promise<LocalTrackPublication | undefined> {
    const room = this.#room;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let giveUp = (): void => undefined;
    const late = new Promise<undefined>((resolve) => (giveUp = () => resolve(undefined)));
    const resumed = (): void => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, RESUMED);
    };
    room.on(RoomEvent.Reconnected, resumed).on(RoomEvent.Disconnected, giveUp);
    try {
      const publication = await Promise.race([publishing, late]);
      if (!publication)
        publishing.then(
          ({ track }) => track && void room.localParticipant.unpublishTrack(track, false),
          () => undefined,
        );
      return publication;
    } finally {
      clearTimeout(timer);
      room.off(RoomEvent.Reconnected, resumed).off(RoomEvent.Disconnected, giveUp);
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

  /** LiveKit loses what was published just while it began to build its connection anew. */
  sends(source: Source): boolean {
    const { sender } = this.#publications.get(source)?.track ?? {};
    if (!sender || !('transport' in sender)) return sender !== undefined;
    return sender.transport?.state === 'connected';
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
