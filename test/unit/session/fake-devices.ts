import type { SecureMeetingError } from '../../../src/base/index.js';
import type { BlurPort, DevicePort } from '../../../src/session/ports.js';

export class FakeTrack extends EventTarget {
  readyState = 'live';
  contentHint = '';
  readonly kind: string;
  readonly device: string;
  /** What it says of itself. */
  settings: MediaTrackSettings = {};
  constructor(kind: string, device: string) {
    super();
    this.kind = kind;
    this.device = device;
  }
  getSettings(): MediaTrackSettings {
    return this.settings;
  }
  stop(): void {
    this.readyState = 'ended';
  }
  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

const stream = (...tracks: FakeTrack[]): MediaStream =>
  ({
    getTracks: () => tracks,
    getVideoTracks: () => tracks.filter(({ kind }) => kind === 'video'),
    getAudioTracks: () => tracks.filter(({ kind }) => kind === 'audio'),
  }) as never;

const failure = (name: string): Error => Object.assign(new Error(name), { name });

export class FakeDevices implements DevicePort {
  blur: BlurPort | undefined;
  available = true;
  secure = true;
  permissionState: 'unknown' | 'prompt' | 'granted' | 'denied' = 'granted';
  fails: string | undefined;
  opened: FakeTrack[] = [];
  asked: MediaStreamConstraints[] = [];
  plugged = ['one', 'two'];
  /** What the browser makes of the wish; undefined: it does not say. */
  suppresses: ((wish: MediaTrackConstraints) => boolean) | undefined;
  async getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.asked.push(constraints);
    if (this.fails) throw failure(this.fails);
    const [kind, wish] = constraints.audio ? ['audio', constraints.audio] : ['video', constraints.video];
    const exact = ((wish as MediaTrackConstraints).deviceId as { exact?: string } | undefined)?.exact;
    if (exact !== undefined && !this.plugged.includes(exact)) throw failure('OverconstrainedError');
    const device = exact ?? this.plugged[0];
    if (device === undefined) throw failure('NotFoundError');
    const track = new FakeTrack(kind as string, device);
    if (this.suppresses) track.settings = { noiseSuppression: this.suppresses(wish as MediaTrackConstraints) };
    this.opened.push(track);
    return stream(track);
  }
  async getDisplayMedia(): Promise<MediaStream> {
    if (this.fails) throw failure(this.fails);
    const track = new FakeTrack('video', 'screen');
    this.opened.push(track);
    return stream(track, new FakeTrack('audio', 'screen'));
  }
  async enumerate(): Promise<{ kind: MediaDeviceKind; deviceId: string; label: string }[]> {
    return this.plugged.map((deviceId) => ({ kind: 'videoinput' as const, deviceId, label: `Camera ${deviceId}` }));
  }
  async permission(): Promise<'unknown' | 'prompt' | 'granted' | 'denied'> {
    return this.permissionState;
  }
  listeners = new Set<() => void>();
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

export const code = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error as SecureMeetingError).code,
  );
