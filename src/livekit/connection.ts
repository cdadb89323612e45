import {
  LoggerNames,
  Room,
  RoomEvent,
  getLogger,
  type LocalTrackPublication,
  type Participant,
  type RemoteParticipant,
  type RemoteTrack,
  type RemoteTrackPublication,
  type TrackPublication,
} from 'livekit-client';
import { Emitter, SecureMeetingError, owned } from '../base/index.js';
import type { MediaClient } from '../media/index.js';
import type {
  Connection,
  ConnectionEvents,
  ConnectionStats,
  MediaPath,
  Presence,
  PublishHints,
  Source,
} from '../session/index.js';
import { Binder } from './binder.js';
import { LocalStreams } from './local-streams.js';
import { Rebuild } from './rebuild.js';
import { readPath } from './path.js';
import { closeReason, connectError } from './reasons.js';
import { roomOptions } from './room-options.js';
import { fromLiveKit } from './sources.js';
import { readStats } from './stats.js';

/** Milliseconds after which a goodbye that nobody answers is given up. */
const CLOSE_PATIENCE = 1000;
/** Milliseconds that the data channel gets to empty itself before that. */
const FLUSH_PATIENCE = 500;
/** LiveKit's number for the reliable channel; the enum is not exported. */
const RELIABLE = 0;

/** A LiveKit room behind the session's port. With `media`, every frame goes through the worker; without, none does. */
export class LiveKitConnection implements Connection {
  readonly #events = new Emitter<ConnectionEvents>();
  readonly #room: Room;
  readonly #encrypted: boolean;
  readonly #local: LocalStreams;
  readonly #rebuild: Rebuild;
  readonly #wanted = new Map<string, { readonly width: number; readonly height: number } | null>();
  /** Who was told of before the connection stood. */
  readonly #introduced = new Set<string>();
  #engine: unknown;
  #closed = false;
  #joined = false;
  #token: string | undefined;

  constructor(media: MediaClient | undefined) {
    // LiveKit logs addresses with tokens in them; what a person must know comes as our events and errors.
    // Defaults are not stored, and give way to a level the page set itself.
    for (const name of ['secure-meeting', ...Object.values(LoggerNames)]) getLogger(name).setDefaultLevel('silent');
    this.#encrypted = media !== undefined;
    const refused = (source: Source, codec: string): void => this.#events.emit('codec-refused', { source, codec });
    const binder = media && new Binder(media, refused);
    this.#room = new Room(roomOptions(binder));
    this.#local = new LocalStreams(this.#room, this.#encrypted, (source) =>
      this.#events.emit('local-ended', { source }),
    );
    this.#rebuild = new Rebuild(this.#room, (identity) => this.#events.emit('absent', { identity }));
    this.#listen();
  }

  on<K extends keyof ConnectionEvents>(type: K, listener: (detail: ConnectionEvents[K]) => void): () => void {
    return this.#events.on(type, listener);
  }

  get refreshedToken(): string | undefined {
    return this.#token;
  }

  async connect({ serverUrl, token, signal }: Parameters<Connection['connect']>[0]): Promise<void> {
    const abort = (): void => void this.#disconnect();
    signal.throwIfAborted();
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (this.#encrypted) await this.#room.setE2EEEnabled(true);
      signal.throwIfAborted();
      await this.#room.connect(serverUrl, token);
      this.#joined = true;
    } catch (error) {
      this.#closed = true;
      signal.throwIfAborted();
      throw connectError(error, token);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flush();
    await Promise.race([this.#disconnect(), new Promise((resolve) => setTimeout(resolve, CLOSE_PATIENCE))]);
    this.#room.removeAllListeners();
  }

  /** What was handed to the data channel last, a goodbye mostly, is lost if the connection is closed under it. */
  async #flush(): Promise<void> {
    const channel = this.#room.engine.dataChannelForKind(RELIABLE);
    const deadline = performance.now() + FLUSH_PATIENCE;
    const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 25));
    if (channel?.readyState !== 'open') return;
    do await moment();
    while (channel.bufferedAmount > 0 && performance.now() < deadline);
    // Out of the buffer is not yet there: the server forgets what arrives after our leaving.
    await moment();
  }

  closeNow(): void {
    this.#closed = true;
    void this.#disconnect();
  }

  /** Told to stop while it connects, LiveKit forgets the peer connections it made for its first offer. */
  async #disconnect(): Promise<void> {
    const engine = this.#room.engine as Room['engine'] | undefined;
    await this.#room.disconnect(false).catch(() => undefined);
    await engine?.cleanupPeerConnections().catch(() => undefined);
  }

  publish(source: Source, track: MediaStreamTrack, hints: PublishHints): Promise<void> {
    return this.#local.publish(source, track, hints);
  }
  replace(source: Source, track: MediaStreamTrack): Promise<void> {
    return this.#local.replace(source, track);
  }
  setMuted(source: Source, muted: boolean): Promise<void> {
    return this.#local.setMuted(source, muted);
  }
  sends(source: Source): boolean {
    return this.#local.sends(source);
  }
  unpublish(source: Source): Promise<void> {
    return this.#local.unpublish(source);
  }

  async send(topic: string, to: string | null, payload: Uint8Array): Promise<void> {
    try {
      await this.#room.localParticipant.publishData(owned(payload), {
        reliable: true,
        topic,
        ...(to === null ? {} : { destinationIdentities: [to] }),
      });
    } catch (cause) {
      throw new SecureMeetingError('network-data-failed', { cause });
    }
  }

  sendNow(topic: string, payload: Uint8Array): void {
    // On an open channel publishData needs microtasks only, and those run before the page is taken down.
    this.send(topic, null, payload).catch(() => undefined);
  }

  want(identity: string, source: Source, size: { readonly width: number; readonly height: number } | null): void {
    this.#wanted.set(key(identity, source), size);
    const publication = this.#room.remoteParticipants.get(identity)?.getTrackPublications().find(sends(source));
    if (publication) this.#ask(publication as RemoteTrackPublication, identity);
  }

  refresh(identity: string, source: Source): void {
    const publication = this.#room.remoteParticipants.get(identity)?.getTrackPublications().find(sends(source));
    if (!publication || publication.kind !== 'video' || this.#wanted.get(key(identity, source)) === null) return;
    // There is no word for it in LiveKit's protocol; a stream that is switched on again begins with a key frame.
    (publication as RemoteTrackPublication).setEnabled(false);
    (publication as RemoteTrackPublication).setEnabled(true);
  }

  level(identity: string): number {
    const participant = this.#room.remoteParticipants.get(identity);
    const track = participant?.getTrackPublications().find(sends('microphone'))?.track as RemoteTrack | undefined;
    return track?.receiver?.getSynchronizationSources()[0]?.audioLevel ?? 0;
  }

  stats(): Promise<ConnectionStats> {
    return readStats(this.#room);
  }

  path(): Promise<MediaPath | null> {
    return readPath(this.#room);
  }

  #listen(): void {
    const emit: Emitter<ConnectionEvents>['emit'] = (type, detail) => this.#events.emit(type, detail);
    const publication = (item: TrackPublication, { identity }: Participant, on: boolean): void => {
      const source = fromLiveKit(item.source);
      if (source && identity !== this.#room.localParticipant.identity)
        emit('publication', { identity, source, on: on && !item.isMuted });
    };
    this.#room
      .on(RoomEvent.SignalConnected, () => {
        this.#watchData();
        const { localParticipant, remoteParticipants, name } = this.#room;
        for (const participant of remoteParticipants.values()) this.#introduce(participant);
        emit('signalled', { identity: localParticipant.identity, room: name });
      })
      .on(RoomEvent.Connected, () => {
        // LiveKit tells nobody of who comes and goes between signalling and now.
        for (const participant of this.#room.remoteParticipants.values()) this.#introduce(participant);
        for (const identity of this.#introduced)
          if (!this.#room.remoteParticipants.has(identity)) this.#events.emit('absent', { identity });
      })
      .on(RoomEvent.ParticipantConnected, (participant) => this.#introduce(participant))
      .on(RoomEvent.ParticipantDisconnected, ({ identity }) => {
        if (!this.#rebuild.postpones(identity)) emit('absent', { identity });
      })
      .on(RoomEvent.TrackPublished, (item, participant) => publication(item, participant, true))
      .on(RoomEvent.TrackUnpublished, (item, participant) => publication(item, participant, false))
      .on(RoomEvent.TrackMuted, (item, participant) => publication(item, participant, true))
      .on(RoomEvent.TrackUnmuted, (item, participant) => publication(item, participant, true))
      .on(RoomEvent.TrackSubscribed, (track, item, { identity }) => {
        const source = fromLiveKit(item.source);
        if (!source) return;
        this.#ask(item, identity);
        publication(item, this.#room.remoteParticipants.get(identity) as RemoteParticipant, true);
        emit('stream', { identity, source, track: track.mediaStreamTrack });
      })
      .on(RoomEvent.TrackUnsubscribed, (track, item, { identity }) => {
        const source = fromLiveKit(item.source);
        const current = this.#room.remoteParticipants
          .get(identity)
          ?.getTrackPublications()
          .find((other) => other.source === item.source);
        // Republished streams: the new one may be here before the old one goes.
        if (source && (!current?.track || current.track === track)) emit('stream', { identity, source, track: null });
      })
      .on(RoomEvent.ActiveSpeakersChanged, (speakers) =>
        emit(
          'speakers',
          speakers.map(({ identity }) => identity),
        ),
      )
      .on(RoomEvent.ConnectionQualityChanged, (quality, { identity }) =>
        emit('quality', {
          identity,
          quality:
            quality === 'excellent' || quality === 'good'
              ? 'good'
              : quality === 'poor' || quality === 'lost'
                ? quality
                : 'unknown',
        }),
      )
      .on(RoomEvent.SignalReconnecting, () => emit('state', 'reconnecting'))
      .on(RoomEvent.Reconnecting, () => emit('state', 'reconnecting'))
      .on(RoomEvent.Reconnected, () => {
        for (const participant of this.#room.remoteParticipants.values()) this.#introduce(participant);
        this.#rebuild.finish();
        emit('state', 'connected');
      })
      .on(RoomEvent.Disconnected, (reason) => {
        if (this.#closed || !this.#joined) return;
        this.#closed = true;
        emit('closed', { reason: closeReason(reason) });
      });
  }

  /**
   * Packets as the engine has them: Room's own event names nobody while the sender is not yet in its list, and the first
   * packet of a newcomer is often faster than the news of its coming.
   */
  #watchData(): void {
    const { engine } = this.#room;
    if (engine === this.#engine) return;
    this.#engine = engine;
    engine.on('dataPacketReceived', ({ value, participantIdentity }) => {
      if (value.case !== 'user') return;
      const { topic = '', payload } = value.value;
      this.#events.emit('data', { from: participantIdentity, topic, payload });
    });
  }

  #introduce(participant: RemoteParticipant): void {
    this.#rebuild.returned(participant.identity);
    if (!this.#joined) this.#introduced.add(participant.identity);
    const presence: Presence = {
      identity: participant.identity,
      name: participant.name ?? '',
      joinedAt: participant.joinedAt?.getTime() ?? Date.now(),
    };
    this.#events.emit('present', presence);
    for (const item of participant.getTrackPublications()) {
      const source = fromLiveKit(item.source);
      if (source) this.#events.emit('publication', { identity: participant.identity, source, on: !item.isMuted });
    }
  }

  /** Tells the SFU how large we show a stream; sound is always on. */
  #ask(item: RemoteTrackPublication, identity: string): void {
    const source = fromLiveKit(item.source);
    if (!source || item.kind !== 'video') return;
    const size = this.#wanted.get(key(identity, source));
    if (size === undefined) return;
    item.setEnabled(size !== null);
    if (size) item.setVideoDimensions(size);
  }
}

const key = (identity: string, source: Source): string => `${source} ${identity}`;

const sends =
  (source: Source) =>
  (item: TrackPublication | LocalTrackPublication): boolean =>
    fromLiveKit(item.source) === source;
