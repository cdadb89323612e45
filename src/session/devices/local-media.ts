import { SecureMeetingError, SerialQueue, type ErrorCode } from '../../base/index.js';
import type { Connection, DevicePort, Source } from '../ports.js';
import type { DeviceInfo, DeviceKindState, DeviceState } from '../types.js';
import { readChoices, rememberChoices } from './choices.js';
import { deviceError } from './device-errors.js';

type Input = 'audioinput' | 'videoinput';
type Kind = MediaDeviceKind;

export interface LocalMediaHost {
  /** Devices, tracks or what is on changed: read it from here. */
  changed(): void;
  /** Something failed that no wish is waiting for. */
  failed(error: SecureMeetingError): void;
}

const NONE: DeviceKindState = { list: [], selected: '', permission: 'unknown', error: null };

/**
 * Our own camera, microphone and screen: opens and releases them, and has the connection (once there is one) send what
 * is on. One step at a time, so that fast clicks end in what was asked last.
 */
export class LocalMedia {
  readonly #port: DevicePort;
  readonly #host: LocalMediaHost;
  readonly #queue = new SerialQueue();
  readonly #tracks = new Map<Source, MediaStreamTrack>();
  /** Streams the connection knows; muted ones among them. */
  readonly #published = new Set<Source>();
  readonly #on = new Set<Source>();
  #connection: Connection | undefined;
  #saver = false;
  /** Wished; what the microphone really does is {@link noiseSuppression}. */
  #quiet = true;
  #devices: DeviceState = { audioinput: NONE, videoinput: NONE, audiooutput: NONE };
  #stopWatching: (() => void) | undefined;
  /** Another one each time everything is released: a device that opens after that is let go at once. */
  #round = 0;

  constructor(port: DevicePort, host: LocalMediaHost) {
    this.#port = port;
    this.#host = host;
    const { audioinput = '', videoinput = '', audiooutput = '' } = readChoices();
    this.#devices = {
      audioinput: { ...NONE, selected: audioinput },
      videoinput: { ...NONE, selected: videoinput },
      audiooutput: { ...NONE, selected: audiooutput },
    };
  }

  get devices(): DeviceState {
    return this.#devices;
  }

  /** Whether noise is suppressed, as the open microphone says itself; undefined where it does not say. */
  get noiseSuppression(): boolean | undefined {
    return this.#tracks.get('microphone')?.getSettings().noiseSuppression;
  }

  /** What really is on: captured, and sent once there is a connection. */
  isOn(source: Source): boolean {
    return this.#on.has(source);
  }

  track(source: Source): MediaStreamTrack | undefined {
    return this.#tracks.get(source);
  }

  /** Sends what is on through `connection` from now on. Failures are reported, not thrown: one can join without devices. */
  async attach(connection: Connection): Promise<void> {
    this.#connection = connection;
    this.#published.clear();
    await this.catchUp();
  }

  /**
   * Sends what is on and was not sent, because the way was not open just then. Answers whether all is sent; with `last`,
   * what even now can not be sent is off, and that is told.
   */
  async catchUp(last = false): Promise<boolean> {
    let all = true;
    await this.#queue.run(async () => {
      await Promise.all(
        [...this.#tracks].map(async ([source, track]) => {
          if (!this.#on.has(source)) return;
          if (this.#published.has(source) && this.#connection?.sends(source)) return;
          this.#published.delete(source);
          await this.#publish(source, track).catch((error: unknown) => {
            all = false;
            if (isForNow(error) || (!last && hasCode(error, 'media-publish-failed'))) return;
            this.#drop(source);
            this.#report(error);
          });
        }),
      );
    });
    return all;
  }

  detach(): void {
    this.#connection = undefined;
    this.#published.clear();
  }

  set(kind: 'microphone' | 'camera', on: boolean): Promise<void> {
    const round = this.#round;
    return this.#queue.run(async () => {
      if (round !== this.#round) return;
      await (on ? this.#turnOn(kind) : this.#turnOff(kind));
      rememberChoices({ [kind]: on });
    });
  }

  select(kind: Kind, deviceId: string): Promise<void> {
    return this.#queue.run(async () => {
      const before = this.#devices[kind];
      this.#note(kind, { selected: deviceId });
      if (kind !== 'audiooutput') {
        const source = kind === 'audioinput' ? 'microphone' : 'camera';
        if (this.#on.has(source)) {
          try {
            await this.#swap(kind, source);
          } catch (error) {
            this.#note(kind, { selected: before.selected });
            throw error;
          }
        }
      }
      rememberChoices({ [kind]: deviceId });
    });
  }

  share(options: { readonly audio?: boolean; readonly hint?: 'text' | 'motion' }): Promise<void> {
    // Asked for at once, while the click still counts as the person's action.
    const stream = this.#display(options);
    const round = this.#round;
    return this.#queue.run(async () => {
      const got = await stream;
      if (round !== this.#round) return release(got);
      const [picture] = got.getVideoTracks();
      const [sound] = got.getAudioTracks();
      if (!picture) throw new SecureMeetingError('media-share-cancelled');
      await this.#unshare();
      picture.contentHint = options.hint === 'motion' ? 'motion' : 'text';
      try {
        await this.#start('screen', picture, options.hint);
        if (sound) await this.#start('screen-audio', sound);
      } catch (error) {
        release(got);
        await this.#unshare();
        throw error;
      }
      picture.addEventListener('ended', () => void this.unshare());
    });
  }

  unshare(): Promise<void> {
    return this.#queue.run(() => this.#unshare());
  }

  /** The SFU ended or muted a stream of ours: the device is released, and the state says so. */
  endedElsewhere(source: Source): void {
    void this.#queue.run(() =>
      source === 'screen' || source === 'screen-audio' ? this.#unshare() : this.#turnOff(source),
    );
  }

  /** Opens the microphone anew: not every browser changes an open one. */
  setNoiseSuppression(on: boolean): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#quiet === on) return;
      this.#quiet = on;
      if (this.#on.has('microphone')) await this.#swap('audioinput', 'microphone');
    });
  }

  setSaver(saver: boolean): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#saver === saver) return;
      this.#saver = saver;
      if (this.#on.has('camera')) await this.#swap('videoinput', 'camera');
    });
  }

  /** Lists devices and follows plugging. Never prompts; names come once a permission was given. */
  async refresh(): Promise<void> {
    this.#stopWatching ??= this.#port.onChange(() => void this.#plugged());
    if (!this.#port.available) return;
    const [all, audio, video] = await Promise.all([
      this.#port.enumerate().catch(() => []),
      this.#port.permission('audioinput'),
      this.#port.permission('videoinput'),
    ]);
    for (const kind of ['audioinput', 'videoinput', 'audiooutput'] as const) {
      const list: DeviceInfo[] = all
        .filter((device) => device.kind === kind && device.deviceId !== '')
        .map(({ deviceId, label }) => ({ deviceId, label }));
      const permission = kind === 'videoinput' ? video : audio;
      this.#note(kind, { list, permission: permission === 'unknown' ? this.#devices[kind].permission : permission });
    }
  }

  /** Releases every device. May be used again afterwards. */
  async stop(): Promise<void> {
    this.#round++;
    this.detach();
    for (const track of this.#tracks.values()) track.stop();
    this.#tracks.clear();
    this.#on.clear();
    this.#host.changed();
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  async #turnOn(source: 'microphone' | 'camera'): Promise<void> {
    const kind = source === 'microphone' ? 'audioinput' : 'videoinput';
    const round = this.#round;
    let track = this.#tracks.get(source);
    if (track?.readyState !== 'live') track = await this.#open(kind);
    if (!track) return;
    this.#tracks.set(source, track);
    try {
      await this.#publish(source, track);
    } catch (error) {
      if (round === this.#round && !isForNow(error)) {
        this.#drop(source);
        throw error;
      }
    }
    if (round !== this.#round) return;
    this.#on.add(source);
    this.#host.changed();
  }

  async #turnOff(source: 'microphone' | 'camera'): Promise<void> {
    if (this.#published.has(source)) await this.#connection?.setMuted(source, true);
    const track = this.#tracks.get(source);
    // A muted microphone stays open while in a meeting, so that the first word after unmuting is heard; a camera that
    // is off must be dark.
    if (track && (source === 'camera' || !this.#connection)) {
      track.stop();
      this.#tracks.delete(source);
    }
    this.#on.delete(source);
    this.#host.changed();
  }

  /** It could not be sent: then it is not on either. */
  #drop(source: Source): void {
    this.#tracks.get(source)?.stop();
    this.#tracks.delete(source);
    this.#on.delete(source);
    this.#host.changed();
  }

  async #start(source: Source, track: MediaStreamTrack, content?: 'text' | 'motion'): Promise<void> {
    this.#tracks.set(source, track);
    await this.#publish(source, track, content);
    this.#on.add(source);
    this.#host.changed();
  }

  async #unshare(): Promise<void> {
    for (const source of ['screen', 'screen-audio'] as const) {
      this.#tracks.get(source)?.stop();
      this.#tracks.delete(source);
      this.#on.delete(source);
      if (this.#published.delete(source)) await this.#connection?.unpublish(source).catch(() => undefined);
    }
    this.#host.changed();
  }

  async #publish(source: Source, track: MediaStreamTrack, content?: 'text' | 'motion'): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    if (this.#published.has(source) && connection.sends(source)) {
      await connection.replace(source, track);
      await connection.setMuted(source, false);
    } else {
      await connection.publish(source, track, { ...(content ? { content } : {}), saver: this.#saver });
      this.#published.add(source);
    }
  }

  /** Another device, or the same one with other limits, in the place of the one that is on. */
  async #swap(kind: Input, source: 'microphone' | 'camera'): Promise<void> {
    const old = this.#tracks.get(source);
    const track = await this.#open(kind);
    if (!track) return;
    this.#tracks.set(source, track);
    if (this.#published.has(source)) await this.#connection?.replace(source, track);
    old?.stop();
    this.#host.changed();
  }

  /** Undefined: everything was released meanwhile. */
  async #open(kind: Input): Promise<MediaStreamTrack | undefined> {
    const round = this.#round;
    try {
      if (!this.#port.secure) throw new SecureMeetingError('browser-insecure-page');
      const track = await this.#capture(kind);
      if (round !== this.#round) {
        track.stop();
        return undefined;
      }
      track.addEventListener('ended', () => void this.#unplugged(kind, track));
      this.#note(kind, { error: null, permission: 'granted' });
      void this.refresh();
      return track;
    } catch (cause) {
      if (round !== this.#round) return undefined;
      const error = await deviceError(cause, this.#port, kind);
      this.#note(kind, { error: error.code, ...(error.code === 'device-denied' ? { permission: 'denied' } : {}) });
      throw error;
    }
  }

  async #capture(kind: Input): Promise<MediaStreamTrack> {
    const wanted = this.#devices[kind].selected;
    const ask = async (deviceId: string): Promise<MediaStreamTrack> => {
      const device = deviceId === '' ? {} : { deviceId: { exact: deviceId } };
      const size = this.#saver
        ? { width: 320, height: 180, frameRate: 15 }
        : { width: 1280, height: 720, frameRate: 30 };
      const stream = await this.#port.getUserMedia(
        kind === 'audioinput'
          ? { audio: { ...device, echoCancellation: true, noiseSuppression: this.#quiet, autoGainControl: true } }
          : { video: { ...device, ...ideal(size) } },
      );
      const [track] = stream.getTracks();
      if (!track) throw new SecureMeetingError('device-missing');
      return track;
    };
    try {
      return await ask(wanted);
    } catch (error) {
      // The chosen device is not plugged in today: any other is better than none.
      const missing = error instanceof Error && ['NotFoundError', 'OverconstrainedError'].includes(error.name);
      if (wanted === '' || !missing) throw error;
      return ask('');
    }
  }

  async #display({ audio = false }: { readonly audio?: boolean }): Promise<MediaStream> {
    try {
      if (!this.#port.secure) throw new SecureMeetingError('browser-insecure-page');
      return await this.#port.getDisplayMedia({
        video: { frameRate: 30 },
        audio,
        // The tab with the meeting itself is not offered: it would show itself without end.
        selfBrowserSurface: 'exclude',
      } as DisplayMediaStreamOptions);
    } catch (cause) {
      throw await deviceError(cause, this.#port, 'screen');
    }
  }

  /** The device went away, or the system took it: another takes its place, else it is off and the state says why. */
  async #unplugged(kind: Input, track: MediaStreamTrack): Promise<void> {
    const source = kind === 'audioinput' ? 'microphone' : 'camera';
    await this.#queue.run(async () => {
      if (this.#tracks.get(source) !== track) return;
      this.#tracks.delete(source);
      try {
        if (this.#on.has(source)) await this.#swap(kind, source);
      } catch (error) {
        await this.#turnOff(source);
        this.#report(error);
      }
    });
  }

  async #plugged(): Promise<void> {
    await this.refresh();
  }

  #note(kind: Kind, change: Partial<Omit<DeviceKindState, 'error'>> & { readonly error?: ErrorCode | null }): void {
    this.#devices = { ...this.#devices, [kind]: { ...this.#devices[kind], ...change } };
    this.#host.changed();
  }

  #report(error: unknown): void {
    this.#host.failed(SecureMeetingError.from(error, 'media-publish-failed'));
  }
}

/** There is no way to the SFU at the moment; whatever brings one back sends what is on. */
const isForNow = (error: unknown): boolean => hasCode(error, 'network-lost');
const hasCode = (error: unknown, code: ErrorCode): boolean =>
  error instanceof SecureMeetingError && error.code === code;

const release = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop();
};

const ideal = (size: Record<string, number>): MediaTrackConstraints =>
  Object.fromEntries(Object.entries(size).map(([name, value]) => [name, { ideal: value }]));
