/**
 * A hostile participant without any key: records the frames it receives as the SFU could, and sends what it likes in
 * place of what its encoder made. It taps `createEncodedStreams()` (Chromium) in an otherwise ordinary client.
 */
import { ConnectionState, ParticipantEvent, Room, RoomEvent, Track, type RemoteTrack } from 'livekit-client';
import { DisconnectReason, Encryption_Type } from '@livekit/protocol';
import { encodeHeader, parseHeader } from '../../../src/crypto/sframe-header.js';
import { splitFrame } from '../../../src/media/codec.js';
import { Recordings, type PortableRecording, type RecordedFrame } from './recordings.js';
import { movingPicture, tone } from './synthetic-media.js';

export type Source = 'camera' | 'microphone' | 'screen';
type Stream = `${string}/${Source}`;

/** What goes out in place of each frame of the encoder. */
export type Payload =
  | { readonly kind: 'plain' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'random'; readonly length: number }
  /** Recorded frames in order, over and over; at first, a key frame of our encoder starts them anew. */
  | { readonly kind: 'replay'; readonly of: Stream }
  /** Recorded frames in order, once, whatever our encoder makes. */
  | { readonly kind: 'replay-once'; readonly of: Stream }
  /** Recorded frames with another header: so many epochs and counts further. */
  | { readonly kind: 'forge'; readonly of: Stream; readonly epochs: number; readonly counts: number }
  | { readonly kind: 'mutate'; readonly of: Stream; readonly how: 'truncate' | 'flip' | 'extend' };

export interface PublishOptions {
  readonly source: Source;
  /** What the publisher claims in TrackInfo.encryption. */
  readonly flag: 'NONE' | 'GCM';
  readonly payload: Payload;
}

interface EncodedStreams {
  readonly readable: ReadableStream<RTCEncodedVideoFrame | RTCEncodedAudioFrame>;
  readonly writable: WritableStream<RTCEncodedVideoFrame | RTCEncodedAudioFrame>;
}
type Tappable = { createEncodedStreams(): EncodedStreams };

const SOURCES: Readonly<Record<Source, Track.Source>> = {
  camera: Track.Source.Camera,
  microphone: Track.Source.Microphone,
  screen: Track.Source.ScreenShare,
};
const nameOf = (source: Track.Source): Source =>
  source === Track.Source.Camera ? 'camera' : source === Track.Source.Microphone ? 'microphone' : 'screen';

const STREAM_COUNT = 4;
/** For so many frames, a key frame of our encoder begins a recording anew: somebody has just subscribed. */
const RESTARTS = 30;
const recordings = new Recordings();
const sent = new Map<Source, number>();
const payloads = new Map<Source, Payload>();
const published: { readonly source: Source; readonly media: MediaStreamTrack }[] = [];
const received: { readonly from: string; readonly topic: string; readonly data: string }[] = [];
const tapped = new WeakSet();
let room = new Room();
/** Comes back with what it came with. */
let again: (() => Promise<void>) | undefined;

/** Receivers are used again for other streams. */
const carried = new WeakMap<RTCRtpReceiver, Stream>();

function record(track: RemoteTrack, identity: string): void {
  const receiver = track.receiver;
  if (!receiver) return;
  carried.set(receiver, `${identity}/${nameOf(track.source)}`);
  if (tapped.has(receiver)) return;
  tapped.add(receiver);
  const { readable, writable } = (receiver as unknown as Tappable).createEncodedStreams();
  const tap = new TransformStream<RTCEncodedVideoFrame | RTCEncodedAudioFrame>({
    transform(frame, controller) {
      const key = 'type' in frame ? frame.type === 'key' : true;
      recordings.add(carried.get(receiver)!, { key, data: new Uint8Array(frame.data.slice(0)), at: Date.now() });
      controller.enqueue(frame);
    },
  });
  void readable.pipeThrough(tap).pipeTo(writable);
}

/** Makes the payload of each outgoing frame; undefined sends none. */
function payloadMaker(source: Source): (own: Uint8Array, key: boolean) => Uint8Array | undefined {
  let position = 0;
  let current: Payload | undefined;
  let made = 0;
  const next = (frames: readonly RecordedFrame[], key: boolean): Uint8Array | undefined => {
    if (made === 0 || (key && made < RESTARTS) || position >= frames.length) {
      const first = frames.findIndex((frame) => frame.key);
      if (first < 0) return undefined;
      position = first;
    }
    made++;
    return frames[position++]?.data;
  };
  return (own, key) => {
    const payload = payloads.get(source) ?? { kind: 'nothing' };
    if (payload !== current) {
      current = payload;
      position = 0;
      made = 0;
    }
    switch (payload.kind) {
      case 'plain':
        return own;
      case 'nothing':
        return undefined;
      case 'random': {
        const data = crypto.getRandomValues(new Uint8Array(payload.length));
        // The SFU forwards video only from a frame on that looks like a VP8 key frame.
        if (source !== 'microphone') data.set(own.subarray(0, key ? 10 : 3).subarray(0, data.length));
        return data;
      }
      case 'replay':
        return next(recordings.of(payload.of), key);
      case 'replay-once':
        return recordings.of(payload.of)[position++]?.data;
      case 'forge': {
        const original = next(recordings.of(payload.of), key);
        const header = original && parseHeader(original, 0);
        if (!original || !header) return undefined;
        const further = payload.epochs === 0 ? 0 : payload.epochs + Math.floor(Math.random() * 1_000);
        const kid = Number(header.kid) + further * STREAM_COUNT;
        const rest = original.subarray(header.length);
        return new Uint8Array([...encodeHeader(kid, Number(header.ctr) + payload.counts), ...rest]);
      }
      case 'mutate': {
        const original = next(recordings.of(payload.of), key);
        if (!original) return undefined;
        if (payload.how === 'truncate')
          return original.slice(0, Math.max(1, Math.floor(Math.random() * original.length)));
        if (payload.how === 'extend') return new Uint8Array([...original, 0, 0, 0, 0]);
        const flipped = original.slice();
        // Not in the VP8 payload header, which decides whether the frame is forwarded at all.
        const clear = source === 'microphone' ? 0 : 10;
        const at = clear + Math.floor(Math.random() * Math.max(1, flipped.length - clear));
        if (at < flipped.length) flipped[at]! ^= 1 << Math.floor(Math.random() * 8);
        return flipped;
      }
    }
  };
}

function substitute(sender: RTCRtpSender, source: Source): void {
  if (tapped.has(sender)) return;
  tapped.add(sender);
  const make = payloadMaker(source);
  const { readable, writable } = (sender as unknown as Tappable).createEncodedStreams();
  const swap = new TransformStream<RTCEncodedVideoFrame | RTCEncodedAudioFrame>({
    transform(frame, controller) {
      const key = 'type' in frame ? frame.type === 'key' : true;
      const data = make(new Uint8Array(frame.data), key);
      if (!data) return;
      frame.data = data.slice().buffer;
      sent.set(source, (sent.get(source) ?? 0) + 1);
      controller.enqueue(frame);
    },
  });
  void readable.pipeThrough(swap).pipeTo(writable);
}

const api = {
  async join(url: string, token: string): Promise<void> {
    again = () => api.join(url, token);
    room = new Room({ dynacast: false, adaptiveStream: false });
    room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) => record(track, participant.identity));
    room.on(RoomEvent.DataReceived, (data, participant, _kind, topic) => {
      const text = btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''));
      received.push({ from: participant?.identity ?? '', topic: topic ?? '', data: text });
    });
    room.localParticipant.on(ParticipantEvent.LocalSenderCreated, (sender: RTCRtpSender, track: Track) =>
      substitute(sender, nameOf(track.source)),
    );
    room.on(RoomEvent.Disconnected, (reason) => console.log(`disconnected: ${DisconnectReason[reason ?? 0]}`));
    const rtcConfig = { encodedInsertableStreams: true } as RTCConfiguration;
    await room.connect(url, token, { rtcConfig });
  },

  /** Resolves with the track's SFU id. */
  async publish({ source, flag, payload }: PublishOptions): Promise<string> {
    payloads.set(source, payload);
    (room.localParticipant as unknown as { encryptionType: Encryption_Type }).encryptionType = Encryption_Type[flag];
    const media = source === 'microphone' ? tone(440) : movingPicture(320, 180, 15, 'darkred');
    const publication = await room.localParticipant.publishTrack(media, {
      source: SOURCES[source],
      simulcast: false,
      videoCodec: 'vp8',
      red: false,
      dtx: false,
      videoEncoding: { maxBitrate: 300_000, maxFramerate: 15 },
    });
    published.push({ source, media });
    return publication.trackSid;
  },

  setPayload(source: Source, payload: Payload): void {
    payloads.set(source, payload);
  },

  async unpublishAll(): Promise<void> {
    for (const { media } of published.splice(0)) await room.localParticipant.unpublishTrack(media);
  },

  async leave(): Promise<void> {
    published.splice(0);
    await room.disconnect();
  },

  recorded: (stream: Stream): number => recordings.of(stream).length,
  /** Subscribes anew, so that the recording begins here, with a key frame. */
  async recordAnew(identity: string): Promise<void> {
    const publications = [...(room.remoteParticipants.get(identity)?.trackPublications.values() ?? [])];
    for (const publication of publications) publication.setSubscribed(false);
    while (publications.some(({ track }) => track)) await new Promise((resolve) => setTimeout(resolve, 20));
    recordings.forget(identity);
    for (const publication of publications) publication.setSubscribed(true);
  },
  forget: (identity: string): void => recordings.forget(identity),
  /** Recorded VP8 frames; and key ids with a counter that more than one of them carries, though they differ. */
  counters(stream: Stream): { readonly frames: number; readonly repeated: string[] } {
    const frames = new Map<string, Set<string>>();
    for (const { data } of recordings.of(stream)) {
      const split = splitFrame('vp8', new Uint8Array(data));
      const header = split && parseHeader(split.frame, split.at);
      if (!header) continue;
      const name = `${header.kid} ${header.ctr}`;
      frames.set(name, (frames.get(name) ?? new Set()).add(data.join()));
    }
    return {
      frames: recordings.of(stream).length,
      repeated: [...frames].flatMap(([name, different]) => (different.size > 1 ? [name] : [])),
    };
  },
  exportRecording: (stream: Stream): PortableRecording => recordings.export(stream),
  importRecording: (stream: Stream, recording: PortableRecording): void => recordings.import(stream, recording),
  sent: (source: Source): number => sent.get(source) ?? 0,

  /** A data packet, as bytes in base64; to everybody or to some. */
  async send(topic: string, data: string, to: readonly string[] = []): Promise<void> {
    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
    // While its connection is built anew nothing goes out, and when LiveKit gave it up it comes back: an attacker is patient.
    for (let left = 40; ; left--)
      try {
        return await room.localParticipant.publishData(bytes, {
          ...{ reliable: true, topic },
          destinationIdentities: [...to],
        });
      } catch (error) {
        if (left === 0) throw error;
        if (room.state === ConnectionState.Disconnected || left === 20) {
          await room.disconnect();
          await again?.();
        }
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
  },
  received: (from = 0): typeof received => received.slice(from),
  /** Recorded frames in base64 with the wall-clock milliseconds at which they came, from the given one on. */
  frames: (stream: Stream, from = 0): { readonly at: number; readonly data: string }[] =>
    recordings
      .of(stream)
      .slice(from)
      .map(({ at = 0, data }) => ({ at, data: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join('')) })),
};

export type AttackerApi = typeof api;
Object.assign(globalThis, { api });
