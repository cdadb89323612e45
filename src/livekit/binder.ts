import type { BaseE2EEManager, RemoteTrack, RemoteTrackPublication } from 'livekit-client';
import { RoomEvent, ParticipantEvent, Track, type LocalTrack, type Room } from 'livekit-client';
import type { MediaClient } from '../media/index.js';
import type { Source } from '../session/index.js';
import { guardCodecs, isProtected } from './codecs.js';
import { fromLiveKit } from './sources.js';

type Engine = Parameters<BaseE2EEManager['setupEngine']>[0];

/**
 * The `e2eeManager` LiveKit is given: it encrypts nothing itself, it hangs our worker's transform on every sender before
 * negotiation and on every receiver when it appears, and tells the worker whose stream it is. What the server claims
 * about encryption is not read anywhere in here.
 */
export class Binder implements BaseE2EEManager {
  readonly isEnabled = true;
  /** Room assigns it; LiveKit's own data encryption stays off whatever it says. */
  isDataChannelEncryptionEnabled = false;
  readonly #media: MediaClient;
  readonly #refused: (source: Source, codec: string) => void;
  /** By object, never by an id the server chooses. The value is the publication that has the receiver now. */
  readonly #receivers = new WeakMap<RTCRtpReceiver, RemoteTrackPublication | null>();

  constructor(media: MediaClient, refused: (source: Source, codec: string) => void) {
    this.#media = media;
    this.#refused = refused;
  }

  setup(room: Room): void {
    room.on(RoomEvent.TrackSubscribed, (track, publication, participant) =>
      this.#bindReceiver(track, publication, participant.identity),
    );
    room.on(RoomEvent.TrackUnsubscribed, (track, publication) => this.#unbindReceiver(track, publication));
    room.localParticipant.on(ParticipantEvent.LocalSenderCreated, (sender, track) => {
      if (track instanceof Track) this.#bindSender(sender, track as LocalTrack);
      else this.#media.bindSender(sender, null);
    });
  }

  setupEngine(engine: Engine): void {
    // Before Room's own listener, which may say at once whose track it is.
    engine.prependListener('mediaTrackAdded', (_track, _stream, receiver) => this.#drop(receiver));
    engine.on('transportsCreated', (publisher, subscriber) => {
      for (const transport of [publisher, subscriber]) {
        if (!transport) continue;
        // Private in livekit-client, which is pinned; there is no public way to the connection before negotiation.
        const peer = (transport as unknown as { _pc: RTCPeerConnection })._pc;
        guardCodecs(peer);
        // LiveKit ignores tracks without a stream; they must not be without a transform either.
        peer.addEventListener('track', ({ receiver }) => {
          if (!this.#receivers.has(receiver)) this.#drop(receiver);
        });
      }
    });
  }

  setSifTrailer(trailer: Uint8Array): void {
    this.#media.setServerTrailer(trailer);
  }

  setParticipantCryptorEnabled(): void {
    // The server's word on who encrypts: nothing here depends on it.
  }

  encryptData(): Promise<never> {
    return Promise.reject(new Error('LiveKit data encryption is not used'));
  }

  handleEncryptedData(): Promise<never> {
    return Promise.reject(new Error('LiveKit data encryption is not used'));
  }

  on(): this {
    // Its events report LiveKit's idea of encryption, which we do not have.
    return this;
  }

  #bindSender(sender: RTCRtpSender, track: LocalTrack): void {
    const source = fromLiveKit(track.source);
    const codec = (track as { codec?: string }).codec;
    const refused = source !== undefined && codec !== undefined && !isProtected(codec);
    this.#media.bindSender(sender, source === undefined || refused ? null : { stream: source });
    if (refused) this.#refused(source, codec);
  }

  #drop(receiver: RTCRtpReceiver): void {
    this.#receivers.set(receiver, null);
    this.#media.bindReceiver(receiver, null);
  }

  #bindReceiver(track: RemoteTrack, publication: RemoteTrackPublication, identity: string): void {
    if (!track.receiver) return;
    const stream = fromLiveKit(publication.source);
    this.#receivers.set(track.receiver, publication);
    this.#media.bindReceiver(track.receiver, stream === undefined ? null : { identity, stream });
  }

  #unbindReceiver(track: RemoteTrack, publication: RemoteTrackPublication): void {
    // A reused receiver may belong to its next publication already.
    if (track.receiver && this.#receivers.get(track.receiver) === publication) this.#drop(track.receiver);
  }
}
