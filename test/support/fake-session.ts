import { Emitter, SecureMeetingError, type ErrorCode } from '../../src/base/index.js';
import type {
  ConnectionTest,
  DeviceKindState,
  MeetingSession,
  Participant,
  ReportRequest,
  SessionFacts,
  SessionState,
  SessionStats,
} from '../../src/session/types.js';

type Deep<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: Deep<T[K]> } : T;
/** What may be changed of a state: branches are merged, lists replaced. */
export type StatePatch = Deep<SessionState>;

const devices = (list: readonly [string, string][]): DeviceKindState => ({
  list: list.map(([deviceId, label]) => ({ deviceId, label })),
  selected: list[0]?.[0] ?? '',
  permission: 'granted',
  error: null,
});

export const person = (identity: string, name: string, more: Partial<Participant> = {}): Participant => ({
  identity,
  name,
  role: 'member',
  local: false,
  microphone: true,
  camera: true,
  screen: false,
  hand: 0,
  speaking: false,
  quality: 'good',
  encryption: 'encrypted',
  joinedAt: 1_000,
  hue: 3,
  ...more,
});

/** A state before anything happened: what a session shows in the prejoin. */
export const idleState = (): SessionState => ({
  phase: 'idle',
  connection: 'idle',
  encryption: {
    state: 'idle',
    previous: 'idle',
    epoch: null,
    provider: 'passphrase',
    verified: false,
    participants: [],
  },
  self: person('me', 'Jonas Weber', { local: true, camera: false, microphone: false, encryption: 'waiting', hue: 4 }),
  others: [],
  speakers: [],
  devices: {
    audioinput: { ...devices([]), permission: 'unknown' },
    videoinput: { ...devices([]), permission: 'unknown' },
    audiooutput: devices([]),
  },
  chat: [],
  room: {
    ...{ name: 'Weekly', locked: false, waitingRoom: false, knocking: [] },
    ...{ shareByHosts: false, chatByHosts: false },
  },
  quality: 'auto',
  audioBlocked: false,
  capabilities: { protected: {}, visibleToServer: [], unavailable: {}, keys: {} },
});

/** Two of each, as after permission was given. */
export const someDevices = {
  audioinput: devices([
    ['mic-1', 'MacBook Pro Microphone'],
    ['mic-2', 'Jabra Evolve2 65 (Bluetooth)'],
  ]),
  videoinput: devices([
    ['cam-1', 'FaceTime HD Camera'],
    ['cam-2', 'Logitech Brio'],
  ]),
  audiooutput: devices([['out-1', 'MacBook Pro Speakers']]),
};

function merge<T>(base: T, patch: unknown): T {
  if (Array.isArray(patch) || patch === null || typeof patch !== 'object') return patch as T;
  const out: Record<string, unknown> = { ...(base as object) };
  for (const [key, value] of Object.entries(patch))
    out[key] = value === undefined ? undefined : merge((base as Record<string, unknown> | undefined)?.[key], value);
  return out as T;
}

/** A session without network, worker or devices: its state is fed in, and what is asked of it is written down. */
export class FakeSession implements MeetingSession {
  /** What was asked, in order: the method's name and its arguments. */
  readonly calls: (readonly [string, ...unknown[]])[] = [];
  /** Videos that are attached now, with what they show. */
  readonly attached = new Map<HTMLVideoElement, { identity: string; source: string }>();
  /** The method's next call is rejected with this code. */
  readonly failing = new Map<string, ErrorCode>();
  /** Methods whose calls are never answered. */
  readonly hanging = new Set<string>();
  /** Draws what `attach` shows; tests need no pictures. */
  paint: ((video: HTMLVideoElement, of: { identity: string; source: string }) => void) | undefined;
  #state: SessionState;
  readonly #facts = new Emitter<SessionFacts>();
  readonly #listeners = new Set<(state: SessionState) => void>();
  readonly #levels = new Map<string, Set<(level: number) => void>>();
  #joining: Promise<void> | undefined;
  #told = false;

  constructor(patch: StatePatch = {}) {
    this.#state = merge(idleState(), patch);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** With which arguments a method was called, call by call. */
  asked(name: string): unknown[][] {
    return this.calls.filter(([called]) => called === name).map(([, ...args]) => args);
  }

  /** Changes the state; whoever subscribed hears of it in the next task. */
  set(patch: StatePatch): void {
    this.#state = merge(this.#state, patch);
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      for (const listener of [...this.#listeners]) listener(this.#state);
    });
  }

  /** Replaces one person, ourselves included. */
  change(identity: string, patch: Partial<Participant>): void {
    if (identity === this.#state.self.identity) this.set({ self: patch });
    else
      this.set({
        others: this.#state.others.map((each) => (each.identity === identity ? { ...each, ...patch } : each)),
      });
  }

  emit<K extends keyof SessionFacts>(type: K, detail: SessionFacts[K]): void {
    this.#facts.emit(type, detail);
  }

  level(identity: string, level: number): void {
    for (const listener of this.#levels.get(identity) ?? []) listener(level);
  }

  subscribe(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  on<K extends keyof SessionFacts>(
    type: K,
    listener: (detail: SessionFacts[K]) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): () => void {
    const stop = this.#facts.on(type, listener);
    options.signal?.addEventListener('abort', stop);
    return stop;
  }

  async #call(name: string, args: readonly unknown[], done?: () => void): Promise<void> {
    this.calls.push([name, ...args]);
    await Promise.resolve();
    if (this.hanging.has(name)) await new Promise(() => undefined);
    const code = this.failing.get(name);
    if (code) {
      this.failing.delete(name);
      throw new SecureMeetingError(code);
    }
    done?.();
  }

  join(): Promise<void> {
    this.#joining ??= this.#call('join', [], () => {
      this.set({ phase: 'joined', connection: 'connected', encryption: { state: 'waiting', epoch: 1 } });
      this.emit('joined', { room: this.#state.room.name, identity: this.#state.self.identity });
    }).catch((error: unknown) => {
      this.#joining = undefined;
      throw error;
    });
    return this.#joining;
  }
  leave(options: { readonly endForAll?: boolean } = {}): Promise<void> {
    return this.#call('leave', [options], () => {
      this.#joining = undefined;
      const left = { reason: options.endForAll ? ('ended' as const) : ('left' as const), canRejoin: true };
      this.set({ phase: 'left', connection: 'disconnected', left });
      this.emit('left', left);
    });
  }
  setMicrophone(on: boolean): Promise<void> {
    return this.#call('setMicrophone', [on], () => {
      this.set({ self: { microphone: on }, devices: { audioinput: someDevices.audioinput } });
    });
  }
  setCamera(on: boolean): Promise<void> {
    return this.#call('setCamera', [on], () => {
      this.set({ self: { camera: on }, devices: { videoinput: someDevices.videoinput } });
    });
  }
  startScreenShare(options = {}): Promise<void> {
    return this.#call('startScreenShare', [options], () => this.set({ self: { screen: true } }));
  }
  stopScreenShare(): Promise<void> {
    return this.#call('stopScreenShare', [], () => this.set({ self: { screen: false } }));
  }
  selectDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    return this.#call('selectDevice', [kind, deviceId], () =>
      this.set({ devices: { [kind]: { selected: deviceId } } }),
    );
  }
  resumeAudio(): Promise<void> {
    return this.#call('resumeAudio', [], () => this.set({ audioBlocked: false }));
  }
  sendChat(text: string, options: { readonly to?: string } = {}): Promise<void> {
    return this.#call('sendChat', [text, options], () =>
      this.set({
        chat: [
          ...this.#state.chat,
          {
            id: `own-${this.calls.length}`,
            from: this.#state.self.identity,
            name: this.#state.self.name,
            text,
            to: options.to ?? null,
            at: 1_700_000_000_000,
            local: true,
            state: 'sent',
            missing: 0,
          },
        ],
      }),
    );
  }
  sendFile(file: File, options: { readonly to?: string } = {}): Promise<void> {
    return this.#call('sendFile', [file.name, file.size, options]);
  }
  acceptFile(id: string): Promise<void> {
    return this.#call('acceptFile', [id]);
  }
  cancelFile(id: string): Promise<void> {
    return this.#call('cancelFile', [id]);
  }
  /** What `receivedFile` gives, by id. */
  readonly received = new Map<string, Blob>();
  receivedFile(id: string): Blob | undefined {
    return this.received.get(id);
  }
  react(emoji: string): Promise<void> {
    return this.#call('react', [emoji]);
  }
  setHand(up: boolean): Promise<void> {
    return this.#call('setHand', [up], () => this.set({ self: { hand: up ? 5 : 0 } }));
  }
  setDisplayName(name: string): Promise<void> {
    return this.#call('setDisplayName', [name], () => this.set({ self: { name } }));
  }
  setQuality(quality: 'auto' | 'saver' | 'audio'): Promise<void> {
    return this.#call('setQuality', [quality], () => this.set({ quality }));
  }
  setNoiseSuppression(on: boolean): Promise<void> {
    return this.#call('setNoiseSuppression', [on], () => this.set({ noiseSuppression: on }));
  }
  setBlur(on: boolean): Promise<void> {
    return this.#call('setBlur', [on], () => this.set({ blur: on ? 'on' : 'off' }));
  }
  setBackground(picture: Blob | null): Promise<void> {
    return this.#call('setBackground', [picture], () => this.set({ backgroundPicture: picture !== null }));
  }
  setKey(): Promise<void> {
    return this.#call('setKey', []);
  }
  confirmSecurityCode(code: readonly string[]): Promise<void> {
    return this.#call('confirmSecurityCode', [code], () =>
      this.set({ encryption: { state: 'verified', verified: true } }),
    );
  }
  rejectSecurityCode(code: readonly string[]): Promise<void> {
    return this.#call('rejectSecurityCode', [code], () => {
      this.set({ encryption: { state: 'violated' }, self: { camera: false, microphone: false } });
      this.emit('encryption-violation', {
        code: 'code-mismatch',
        identity: '',
        source: 'keys',
        count: 1,
        epoch: 1,
      });
    });
  }
  moderate(action: object): Promise<void> {
    return this.#call('moderate', [action]);
  }
  report(report: ReportRequest): Promise<string> {
    return this.#call('report', [report]).then(() => '0123456789abcdef0123456789abcdef');
  }
  attach(video: HTMLVideoElement, of: { readonly identity: string; readonly source: 'camera' | 'screen' }): () => void {
    this.attached.set(video, { ...of });
    this.paint?.(video, of);
    return () => {
      this.attached.delete(video);
    };
  }
  setVolume(identity: string, volume: number): void {
    this.calls.push(['setVolume', identity, volume]);
  }
  onLevel(identity: string, listener: (level: number) => void): () => void {
    const set = this.#levels.get(identity) ?? new Set();
    set.add(listener);
    this.#levels.set(identity, set);
    return () => void set.delete(listener);
  }
  /** What `testConnection` finds. */
  found: ConnectionTest = { service: 'reached', media: 'udp', roundTripMs: 24 };
  testConnection(options: object = {}): Promise<ConnectionTest> {
    return this.#call('testConnection', [options]).then(() => this.found);
  }
  async stats(): Promise<SessionStats> {
    return { streams: [], roundTripMs: null };
  }
  dispose(): Promise<void> {
    return this.#call('dispose', []);
  }
}
