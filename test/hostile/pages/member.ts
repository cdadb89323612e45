/**
 * An honest member as far as media goes: LiveKit, our binder and our worker, with keys that the test hands out in a
 * provider's place, so that each attack meets exactly the key state it needs.
 */
import { Room, RoomEvent, Track, VideoQuality, type RemoteTrackPublication } from 'livekit-client';
import { Binder } from '../../../src/livekit/binder.js';
import { createMediaClient, type MediaClient, type MediaClientEvents } from '../../../src/media/index.js';
import { workerAddress } from '../../../src/media/worker-source.js';
import { movingPicture, tone } from './synthetic-media.js';

/** Identity, and which of its joins: each has a binding and keys of its own. */
export interface Joined {
  readonly identity: string;
  readonly join: number;
}

let room: Room;
let media: MediaClient;
let worker: Worker;
const violations: MediaClientEvents['violation'][] = [];
const refusedCodecs: string[] = [];
let lost: string | undefined;
const pictures = new Map<Track.Source, MediaStreamTrack>();

const digest = async (text: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
const bindingOf = ({ identity, join }: Joined): Promise<Uint8Array<ArrayBuffer>> =>
  digest(`binding ${identity} ${join}`);
const keyOf = async (epoch: number, { identity, join }: Joined, secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', await digest(`${secret} ${epoch} ${identity} ${join}`), 'HKDF', false, ['deriveBits']);

function startMedia(): void {
  media = createMediaClient({ createWorker: () => (worker = new Worker(workerAddress())) });
  media.on('violation', (violation) => violations.push(violation));
  media.on('lost', ({ code }) => (lost = code));
}

const api = {
  async join(url: string, token: string, self: Joined): Promise<void> {
    startMedia();
    await media.setSelf({ identity: self.identity, binding: await bindingOf(self) });
    const e2eeManager = new Binder(media, (source, codec) => refusedCodecs.push(`${source} ${codec}`));
    room = new Room({ e2ee: { e2eeManager }, adaptiveStream: false, dynacast: true });
    room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
    await room.setE2EEEnabled(true);
    await room.connect(url, token);
  },

  async install(epoch: number, sender: Joined, secret: string): Promise<void> {
    const { identity } = sender;
    await media.install(epoch, { identity, binding: await bindingOf(sender) }, await keyOf(epoch, sender, secret));
  },
  retire: async (sender: Joined): Promise<void> =>
    media.retireSender({ identity: sender.identity, binding: await bindingOf(sender) }),
  activate: (epoch: number): Promise<void> => media.activate(epoch),
  pause: (): Promise<void> => media.pause(),

  async publish(source: 'camera' | 'screen', simulcast = false): Promise<string> {
    const as = source === 'camera' ? Track.Source.Camera : Track.Source.ScreenShare;
    const picture = movingPicture(480, 270, 15, 'darkgreen');
    pictures.set(as, picture);
    const { trackSid } = await room.localParticipant.publishTrack(picture, {
      source: as,
      simulcast,
      videoEncoding: { maxBitrate: 500_000, maxFramerate: 15 },
    });
    return trackSid;
  },
  async publishSound(): Promise<string> {
    const options = { source: Track.Source.Microphone, dtx: false, red: false };
    return (await room.localParticipant.publishTrack(tone(880), options)).trackSid;
  },
  async unpublish(source: 'camera' | 'screen'): Promise<void> {
    const as = source === 'camera' ? Track.Source.Camera : Track.Source.ScreenShare;
    await room.localParticipant.unpublishTrack(pictures.get(as)!);
  },

  /** Leaves out and takes again what somebody sends, as scrolling a tile away and back does. */
  subscribe(identity: string, wanted: boolean): void {
    for (const publication of room.remoteParticipants.get(identity)?.trackPublications.values() ?? [])
      publication.setSubscribed(wanted);
  },
  /** Whether a track of somebody (by the SFU's id) is being received. */
  receives: (track: string): boolean =>
    [...room.remoteParticipants.values()].some((participant) => participant.trackPublications.get(track)?.isSubscribed),
  /** Everything is built anew, as after a long outage. */
  reconnect: async (): Promise<void> => {
    await room.simulateScenario('full-reconnect');
  },
  /** Which simulcast layer of somebody's camera is asked for. */
  layer(identity: string, quality: 'low' | 'medium' | 'high'): void {
    const camera = room.remoteParticipants.get(identity)?.getTrackPublication(Track.Source.Camera);
    (camera as RemoteTrackPublication).setVideoQuality(
      { low: VideoQuality.LOW, medium: VideoQuality.MEDIUM, high: VideoQuality.HIGH }[quality],
    );
  },

  killWorker: (): void => worker.terminate(),
  lost: (): string | undefined => lost,
  localTrackId: (): string | undefined =>
    room.localParticipant.getTrackPublication(Track.Source.Camera)?.track?.mediaStreamTrack.id,
  remoteTrackIds: (): string[] =>
    [...room.remoteParticipants.values()].flatMap((participant) =>
      [...participant.trackPublications.values()].flatMap(({ track }) => (track ? [track.mediaStreamTrack.id] : [])),
    ),
  violations: (): typeof violations => violations,
  refusedCodecs: (): typeof refusedCodecs => refusedCodecs,
  counts: (): ReturnType<MediaClient['counts']> => media.counts(),
  leave: async (): Promise<void> => {
    await room.disconnect();
    media.dispose();
  },
};

export type MemberApi = typeof api;
Object.assign(globalThis, { api });
