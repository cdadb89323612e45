/** Two peer connections in one page, each with a media client of its own: what the media tests drive. */
import { createMediaClient, usesEncodedStreams } from '../../src/media/index.js';
import type { Frame, PuppetMessage, PuppetMode } from './puppet-worker.js';
import type { MediaClient, MediaClientEvents, MediaSender, Stream } from '../../src/media/index.js';

export const ALICE: MediaSender = { identity: 'alice', binding: new Uint8Array(32).fill(1) };
export const BOB: MediaSender = { identity: 'bob', binding: new Uint8Array(32).fill(2) };

export function makeWorker(): Worker {
  return new Worker('/src/media/worker.ts', { type: 'module' });
}

export async function baseKey(fill: number): Promise<CryptoKey> {
  return await crypto.subtle.importKey('raw', new Uint8Array(32).fill(fill), 'HKDF', false, ['deriveBits']);
}

/** Polls until `check` holds. */
export async function until(check: () => boolean | Promise<boolean>, what = 'condition', ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`timeout: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether this browser both sends and receives `mimeType`. */
export function hasCodec(kind: 'video' | 'audio', mimeType: string): boolean {
  const has = (codecs: readonly { mimeType: string }[] | undefined): boolean =>
    codecs?.some((codec) => codec.mimeType.toLowerCase() === mimeType.toLowerCase()) ?? false;
  return has(RTCRtpSender.getCapabilities(kind)?.codecs) && has(RTCRtpReceiver.getCapabilities(kind)?.codecs);
}

export interface Publication {
  readonly sender: RTCRtpSender;
  readonly transceiver: RTCRtpTransceiver;
}

type Recorded = { [K in keyof MediaClientEvents]: MediaClientEvents[K][] };

/** Everything a client emitted. */
export function record(client: MediaClient): Recorded {
  const recorded: Recorded = {
    proof: [],
    unproved: [],
    violation: [],
    'missing-key': [],
    'need-key-frame': [],
    unprotected: [],
    exhausted: [],
    lost: [],
  };
  for (const type of Object.keys(recorded) as (keyof Recorded)[]) {
    client.on(type, (detail) => (recorded[type] as unknown[]).push(detail));
  }
  return recorded;
}

/** A connection configuration under which frames may be transformed. */
export const CONFIGURATION = (usesEncodedStreams() ? { encodedInsertableStreams: true } : {}) as RTCConfiguration;

export class Loopback {
  readonly near = new RTCPeerConnection(CONFIGURATION);
  readonly far: RTCPeerConnection;
  readonly receivers: RTCRtpReceiver[] = [];
  readonly #tracks: MediaStreamTrack[] = [];
  #media: MediaStream | undefined;

  /** @param onReceiver binds each new receiver, in the event that announces it. */
  constructor(onReceiver: (receiver: RTCRtpReceiver, index: number) => void, farConfiguration = CONFIGURATION) {
    this.far = new RTCPeerConnection(farConfiguration);
    this.near.onicecandidate = ({ candidate }) => void (candidate && this.far.addIceCandidate(candidate));
    this.far.onicecandidate = ({ candidate }) => void (candidate && this.near.addIceCandidate(candidate));
    this.far.ontrack = ({ receiver }) => {
      onReceiver(receiver, this.receivers.length);
      this.receivers.push(receiver);
    };
  }

  /** A track of the fake camera or microphone. */
  async track(kind: 'video' | 'audio'): Promise<MediaStreamTrack> {
    this.#media ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
    const track = this.#media
      .getTracks()
      .find((one) => one.kind === kind)
      ?.clone() as MediaStreamTrack;
    this.#tracks.push(track);
    return track;
  }

  async publish(
    kind: 'video' | 'audio',
    { codec, encodings }: { codec?: string; encodings?: RTCRtpEncodingParameters[] } = {},
  ): Promise<Publication> {
    const transceiver = this.near.addTransceiver(await this.track(kind), {
      direction: 'sendonly',
      ...(encodings && { sendEncodings: encodings }),
    });
    if (codec) {
      const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
      transceiver.setCodecPreferences(codecs.filter((one) => one.mimeType.toLowerCase() === codec.toLowerCase()));
    }
    return { sender: transceiver.sender, transceiver };
  }

  async negotiate(): Promise<void> {
    await this.near.setLocalDescription();
    await this.far.setRemoteDescription(this.near.localDescription as RTCSessionDescription);
    await this.far.setLocalDescription();
    await this.near.setRemoteDescription(this.far.localDescription as RTCSessionDescription);
  }

  /** Frames decoded (video) or packets' samples played out (audio) so far, by the far side. */
  async decoded(receiver: RTCRtpReceiver): Promise<number> {
    let decoded = 0;
    for (const report of (await receiver.getStats()).values() as Iterable<Record<string, unknown>>) {
      if (report['type'] !== 'inbound-rtp') continue;
      decoded += Number(
        report['kind'] === 'video' ? (report['framesDecoded'] ?? 0) : (report['totalAudioEnergy'] ?? 0),
      );
    }
    return decoded;
  }

  async packets(receiver: RTCRtpReceiver): Promise<number> {
    let packets = 0;
    for (const report of (await receiver.getStats()).values() as Iterable<Record<string, unknown>>) {
      if (report['type'] === 'inbound-rtp') packets += Number(report['packetsReceived'] ?? 0);
    }
    return packets;
  }

  close(): void {
    this.near.close();
    this.far.close();
    for (const track of [...this.#tracks, ...(this.#media?.getTracks() ?? [])]) track.stop();
  }
}

export interface Pair {
  readonly alice: MediaClient;
  readonly bob: MediaClient;
  readonly events: Recorded;
  readonly loopback: Loopback;
}

/** Alice sends, Bob receives: streams are bound in the order of publishing. Keys are the caller's. */
export async function makePair(streams: readonly Stream[]): Promise<Pair> {
  const alice = createMediaClient({ createWorker: makeWorker });
  const bob = createMediaClient({ createWorker: makeWorker });
  const events = record(bob);
  await Promise.all([alice.ready(), bob.ready()]);
  await Promise.all([alice.setSelf(ALICE), bob.setSelf(BOB)]);
  const loopback = new Loopback((receiver, i) =>
    bob.bindReceiver(receiver, { identity: ALICE.identity, stream: streams[i] as Stream }),
  );
  return { alice, bob, events, loopback };
}

export function closePair({ alice, bob, loopback }: Pair): void {
  alice.dispose();
  bob.dispose();
  loopback.close();
}

/** An attacker's sending side; see puppet-worker. */
export class Puppet {
  readonly #worker = new Worker('/test/support/puppet-worker.ts', { type: 'module' });
  #lines = 0;

  static async make(self: MediaSender, epoch: number, key: number): Promise<Puppet> {
    const puppet = new Puppet();
    const heard: unknown[] = [];
    puppet.#worker.onmessage = ({ data }) => heard.push(data);
    await until(() => heard.includes('ready'), 'puppet ready');
    puppet.#post({ type: 'key', sender: self, epoch, key: await baseKey(key) });
    await until(() => heard.includes('keyed'), 'puppet keyed');
    return puppet;
  }

  /** Takes a sender over; the result changes what it does. */
  attach(sender: RTCRtpSender, stream: Stream): (mode: PuppetMode) => void {
    const line = this.#lines++;
    if (usesEncodedStreams()) {
      const ends = (
        sender as unknown as { createEncodedStreams(): ReadableWritablePair<Frame, Frame> }
      ).createEncodedStreams();
      this.#post({ type: 'streams', line, ...ends }, [ends.readable, ends.writable]);
    } else sender.transform = new RTCRtpScriptTransform(this.#worker, { line });
    return (mode) => this.#post({ type: 'mode', line, mode, stream });
  }

  end(): void {
    this.#worker.terminate();
  }

  #post(message: PuppetMessage, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

export function isAudio(stream: Stream): boolean {
  return stream === 'microphone' || stream === 'screen-audio';
}
