/** An honest participant that trusts livekit-client's own end-to-end encryption. */
import { ExternalE2EEKeyProvider, Room, RoomEvent, Track } from 'livekit-client';
import workerAddress from 'worker:livekit-client/e2ee-worker';
import { movingPicture, tone } from './synthetic-media.js';

let room: Room | undefined;
const errors: string[] = [];

const api = {
  async join(url: string, token: string, passphrase: string): Promise<void> {
    const keyProvider = new ExternalE2EEKeyProvider();
    await keyProvider.setKey(passphrase);
    room = new Room({ encryption: { keyProvider, worker: new Worker(workerAddress) } });
    room.on(RoomEvent.EncryptionError, (error) => errors.push(error.message));
    room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
    await room.setE2EEEnabled(true);
    await room.connect(url, token);
  },

  async publish(): Promise<void> {
    const options = { simulcast: false, videoCodec: 'vp8' } as const;
    const picture = movingPicture(640, 360, 15, 'darkgreen');
    await room!.localParticipant.publishTrack(picture, { ...options, source: Track.Source.Camera });
    await room!.localParticipant.publishTrack(tone(880), { source: Track.Source.Microphone, dtx: false });
  },

  async leave(): Promise<void> {
    await room?.disconnect();
  },

  encryptionErrors: (): readonly string[] => errors,
};

export type StockApi = typeof api;
Object.assign(globalThis, { api });
