import { SecureMeetingError, SerialQueue, type ErrorCode } from '../../base/index.js';
import type { Connection, DevicePort, Source } from '../ports.js';
import type { DeviceInfo, DeviceKindState, DeviceState } from '../types.js';
import { readPicture } from './background-picture.js';
import { CameraBlur, type BlurState } from './camera-blur.js';
import { readChoices, rememberChoices } from './choices.js';
import { deviceError } from './device-errors.js';
import { openDevice, openScreen } from './open-device.js';

type Input = 'audioinput' | 'videoinput';
type Kind = MediaDeviceKind;

/** An open device. */
interface Capture {
  readonly device: MediaStreamTrack;
  /** What is sent and shown of it: itself, or its blurred picture. */
  readonly seen: MediaStreamTrack;
}

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
  readonly #captures = new Map<Source, Capture>();
  readonly #blur: CameraBlur;
  /** Streams the connection knows; muted ones among them. */
  readonly #published = new Set<Source>();
  readonly #on = new Set<Source>();
  #connection: Connection | undefined;
  #saver = false;
  /** Whether the camera was asked for last; with blur it is on only later. */
  #asked = false;
  /** Whether blur was. */
  #blurAsked = false;
  /** What was chosen last to stand behind us. */
  #background: Blob | null = null;
  /** Wished; what the microphone really does is {@link noiseSuppression}. */
  #quiet = true;
  #devices: DeviceState = { audioinput: NONE, videoinput: NONE, audiooutput: NONE };
  #stopWatching: (() => void) | undefined;
  /** Another one each time everything is released: a device that opens after that is let go at once. */
  #round = 0;

  constructor(port: DevicePort, host: LocalMediaHost) {
    this.#port = port;
    this.#host = host;
    this.#blur = new CameraBlur(port.blur, {
      changed: () => host.changed(),
      failed: (error) => void this.#blurFailed(error),
    });
    const { audioinput = '', videoinput = '', audiooutput = '', blur = false } = readChoices();
    this.#blurAsked = blur;
    if (blur) this.#blur.begin();
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
    return this.#captures.get('microphone')?.device.getSettings().noiseSuppression;
  }

  /** Undefined where the browser can't blur. */
  get blur(): BlurState | undefined {
    return this.#blur.state;
  }

  get hasBackground(): boolean {
    return this.#blur.picture;
  }

  /** Blur ended by itself and took the camera with it; nobody has turned it on since then. */
  get blurFailed(): boolean {
    return this.#blur.failed;
  }

  /** What really is on: captured, and sent once there is a connection. */
  isOn(source: Source): boolean {
    return this.#on.has(source);
  }

  /** As it may be seen and sent. */
  track(source: Source): MediaStreamTrack | undefined {
    return this.#captures.get(source)?.seen;
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
        [...this.#captures].map(async ([source, { seen }]) => {
          if (!this.#on.has(source)) return;
          if (this.#published.has(source) && this.#connection?.sends(source)) return;
          this.#published.delete(source);
          await this.#publish(source, seen).catch((error: unknown) => {
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

  async set(kind: 'microphone' | 'camera', on: boolean): Promise<void> {
    const round = this.#round;
    if (kind === 'camera') {
      this.#asked = on;
      if (on) {
        this.#blur.failed = false;
        await this.#bringCamera(round);
      } else this.#blur.cancel();
    }
    await this.#queue.run(async () => {
      if (round !== this.#round || (kind === 'camera' && on !== this.#asked)) return;
      if (!on) await this.#turnOff(kind);
      else if (kind === 'microphone') await this.#turnOn(kind);
      rememberChoices({ [kind]: on });
    });
  }

  /**
   * Blurs what is behind us, or no longer. A camera that is on is off until its first blurred frame is there.
   * @throws SecureMeetingError `browser-unsupported` where it can't; `media-blur-failed`: blur and camera are off
   */
  async setBlur(on: boolean): Promise<void> {
    if (!this.#blur.state) throw new SecureMeetingError('browser-unsupported');
    const round = this.#round;
    this.#blurAsked = on;
    if (!on) this.#blur.end();
    await this.#queue.run(async () => {
      if (on !== this.#blurAsked) return;
      if (!on) await this.#uncover();
      else if (this.#blur.state === 'off') {
        if (this.#on.has('camera')) await this.#turnOff('camera');
        this.#blur.begin();
      }
      rememberChoices({ blur: on });
    });
    if (this.#asked && !this.#on.has('camera')) await this.#bringCamera(round);
  }

  /** @throws SecureMeetingError `browser-unsupported`, `media-picture-unreadable` */
  async setBackground(file: Blob | null): Promise<void> {
    if (!this.#blur.state) throw new SecureMeetingError('browser-unsupported');
    this.#background = file;
    const picture = file && (await readPicture(file));
    // Another one was chosen meanwhile.
    if (file === this.#background) this.#blur.show(picture);
    else picture?.close();
  }

  /** Turns the camera on as it was asked for last. What blur needs is loaded outside of the queue: muting must not wait for it. */
  async #bringCamera(round: number): Promise<void> {
    try {
      for (let done = false; !done;) {
        if (this.#blur.missing) await this.#blur.load();
        done = await this.#queue.run(async () => {
          if (round !== this.#round || !this.#asked) return true;
          if (this.#blur.missing) return false;
          const on = this.#on.has('camera') && this.#captures.get('camera')?.device.readyState === 'live';
          if (!on) await this.#turnOn('camera');
          return true;
        });
      }
    } catch (error) {
      if (round === this.#round) this.#asked = false;
      throw error;
    }
  }

  /** The camera that is on is seen as it is: that was asked for. */
  async #uncover(): Promise<void> {
    const capture = this.#captures.get('camera');
    if (!capture || capture.seen === capture.device) return;
    const { device } = capture;
    this.#captures.set('camera', { device, seen: device });
    if (this.#published.has('camera')) await this.#connection?.replace('camera', device);
    this.#blur.release();
    this.#host.changed();
  }

  /** Blur ended by itself, and nobody asked to be seen without it: the camera is off. */
  async #blurFailed(error: SecureMeetingError): Promise<void> {
    this.#asked = false;
    await this.#queue.run(async () => {
      if (this.#on.has('camera')) await this.#turnOff('camera').catch(() => this.#drop('camera'));
      else this.#blur.release();
      this.#report(error);
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
    const stream = openScreen(this.#port, options);
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
    if (source === 'camera') this.#cancelCamera();
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
    this.#cancelCamera();
    for (const { device } of this.#captures.values()) device.stop();
    this.#captures.clear();
    this.#blur.release();
    this.#on.clear();
    this.#host.changed();
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  async #turnOn(source: 'microphone' | 'camera'): Promise<void> {
    const kind = source === 'microphone' ? 'audioinput' : 'videoinput';
    const round = this.#round;
    let capture = this.#captures.get(source);
    if (capture?.device.readyState !== 'live') capture = await this.#open(kind);
    if (!capture) return;
    this.#captures.set(source, capture);
    try {
      await this.#publish(source, capture.seen);
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
    // A muted microphone stays open while in a meeting, so that the first word after unmuting is heard; a camera that
    // is off must be dark.
    if (source === 'camera' || !this.#connection) this.#close(source);
    this.#on.delete(source);
    this.#host.changed();
  }

  /** It could not be sent: then it is not on either. */
  #drop(source: Source): void {
    this.#close(source);
    this.#on.delete(source);
    this.#host.changed();
  }

  #close(source: Source): void {
    this.#captures.get(source)?.device.stop();
    this.#captures.delete(source);
    if (source === 'camera') this.#blur.release();
  }

  /** The camera is not asked for any more. */
  #cancelCamera(): void {
    this.#asked = false;
    this.#blur.cancel();
  }

  async #start(source: Source, track: MediaStreamTrack, content?: 'text' | 'motion'): Promise<void> {
    this.#captures.set(source, { device: track, seen: track });
    await this.#publish(source, track, content);
    this.#on.add(source);
    this.#host.changed();
  }

  async #unshare(): Promise<void> {
    for (const source of ['screen', 'screen-audio'] as const) {
      this.#close(source);
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
    const old = this.#captures.get(source);
    const capture = await this.#open(kind).catch(async (error: unknown) => {
      // The camera that was on can't be seen any more either.
      if (hasCode(error, 'media-blur-failed')) await this.#turnOff('camera');
      throw error;
    });
    if (!capture) return;
    this.#captures.set(source, capture);
    // A blurred picture goes on in the same track.
    if (this.#published.has(source) && capture.seen !== old?.seen)
      await this.#connection?.replace(source, capture.seen);
    old?.device.stop();
    this.#host.changed();
  }

  /** Undefined: everything was released meanwhile. */
  async #open(kind: Input): Promise<Capture | undefined> {
    const round = this.#round;
    let device: MediaStreamTrack;
    try {
      const { selected } = this.#devices[kind];
      device = await openDevice(this.#port, kind, { deviceId: selected, saver: this.#saver, quiet: this.#quiet });
    } catch (cause) {
      if (round !== this.#round) return undefined;
      const error = await deviceError(cause, this.#port, kind);
      this.#note(kind, { error: error.code, ...(error.code === 'device-denied' ? { permission: 'denied' } : {}) });
      throw error;
    }
    const seen = await this.#cover(kind, device, round);
    if (!seen) return undefined;
    device.addEventListener('ended', () => void this.#unplugged(kind, device));
    this.#note(kind, { error: null, permission: 'granted' });
    void this.refresh();
    return { device, seen };
  }

  /** What may be seen of it. Undefined: everything was released meanwhile. */
  async #cover(kind: Input, device: MediaStreamTrack, round: number): Promise<MediaStreamTrack | undefined> {
    try {
      const seen = kind === 'videoinput' && round === this.#round ? await this.#blur.cover(device) : device;
      if (round === this.#round) return seen;
    } catch (error) {
      if (round === this.#round) {
        device.stop();
        throw error;
      }
    }
    device.stop();
    return undefined;
  }

  /** The device went away, or the system took it: another takes its place, else it is off and the state says why. */
  async #unplugged(kind: Input, device: MediaStreamTrack): Promise<void> {
    const source = kind === 'audioinput' ? 'microphone' : 'camera';
    await this.#queue.run(async () => {
      if (this.#captures.get(source)?.device !== device) return;
      this.#captures.delete(source);
      try {
        if (this.#on.has(source)) await this.#swap(kind, source);
      } catch (error) {
        if (source === 'camera') this.#cancelCamera();
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
