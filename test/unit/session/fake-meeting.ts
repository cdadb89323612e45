import { Emitter, SecureMeetingError } from '../../../src/base/index.js';
import type { KeyProvider, KeyProviderContext, Sender } from '../../../src/keys/index.js';
import type {
  Connection,
  ConnectionEvents,
  DevicePort,
  MediaEvents,
  MediaPath,
  MediaPort,
  SessionPorts,
} from '../../../src/session/index.js';

export const sender = (identity: string, join = 0): Sender => ({
  identity,
  binding: Uint8Array.from({ length: 32 }, (_, i) => (identity.charCodeAt(i % identity.length) + join) & 255),
});

/** A connection whose server is the test. */
export class FakeConnection implements Connection {
  readonly events = new Emitter<ConnectionEvents>();
  readonly sent: { topic: string; to: string | null; payload: Uint8Array }[] = [];
  readonly requests: { serverUrl: string; token: string }[] = [];
  closed = false;
  refreshedToken: string | undefined = undefined;
  /** What `connect` does after it was called; by default it signals and resolves. */
  onConnect: (connection: FakeConnection, signal: AbortSignal) => Promise<void> = async (connection) =>
    connection.signal();

  on<K extends keyof ConnectionEvents>(type: K, listener: (detail: ConnectionEvents[K]) => void): () => void {
    return this.events.on(type, listener);
  }
  signal(identity = 'me'): void {
    this.events.emit('signalled', { identity, room: 'weekly' });
  }
  present(identity: string): void {
    this.events.emit('present', { identity, name: `claimed ${identity}`, joinedAt: 1 });
  }
  async connect({ serverUrl, token, signal }: Parameters<Connection['connect']>[0]): Promise<void> {
    this.requests.push({ serverUrl, token });
    await this.onConnect(this, signal);
  }
  async close(): Promise<void> {
    this.closed = true;
  }
  closeNow(): void {
    this.closed = true;
  }
  async publish(): Promise<void> {}
  async replace(): Promise<void> {}
  async setMuted(): Promise<void> {}
  sends = (): boolean => true;
  async unpublish(): Promise<void> {}
  sendFails = false;
  async send(topic: string, to: string | null, payload: Uint8Array): Promise<void> {
    if (this.sendFails) throw new SecureMeetingError('network-data-failed');
    this.sent.push({ topic, to, payload });
  }
  sendNow(topic: string, payload: Uint8Array): void {
    this.sent.push({ topic, to: null, payload });
  }
  want(): void {}
  readonly refreshed: string[] = [];
  refresh(identity: string, source: string): void {
    this.refreshed.push(`${source} ${identity}`);
  }
  level(): number {
    return 0;
  }
  async stats(): Promise<never> {
    return { at: 0, streams: [], roundTripMs: null } as never;
  }
  /** What `path` answers, one after another; the last again and again. */
  paths: (MediaPath | null)[] = [null];
  async path(): Promise<MediaPath | null> {
    return (this.paths.length > 1 ? this.paths.shift() : this.paths[0]) ?? null;
  }
}

/** A worker that does as it is told and proves what the test says. */
export class FakeMedia implements MediaPort {
  keyFramesSent = 0;
  readonly events = new Emitter<MediaEvents>();
  readonly calls: string[] = [];
  disposed = false;
  failure: SecureMeetingError | undefined;
  on<K extends keyof MediaEvents>(type: K, listener: (detail: MediaEvents[K]) => void): () => void {
    return this.events.on(type, listener);
  }
  async ready(): Promise<void> {
    if (this.failure) throw this.failure;
  }
  async setSelf(): Promise<void> {
    this.calls.push('self');
  }
  async install(epoch: number, { identity }: Sender): Promise<void> {
    this.calls.push(`install ${epoch} ${identity}`);
  }
  async activate(epoch: number): Promise<void> {
    this.calls.push(`activate ${epoch}`);
  }
  async pause(): Promise<void> {
    this.calls.push('pause');
  }
  async retire(epoch: number): Promise<void> {
    this.calls.push(`retire ${epoch}`);
  }
  async retireSender(): Promise<void> {}
  async counts(): Promise<never[]> {
    return [];
  }
  sendKeyFrames(): void {
    this.keyFramesSent++;
  }
  dispose(): void {
    this.disposed = true;
  }
  prove(identity: string, join = 0): void {
    this.events.emit('proof', { ...sender(identity, join), stream: 'camera', epoch: 1 });
  }
}

/** A provider that vouches for whom the test names. */
export class FakeProvider implements KeyProvider {
  readonly name = 'fake';
  readonly capabilities = {
    forwardSecrecy: false,
    cutsOffLeavers: false,
    cutsOffJoiners: false,
    membershipAgreement: false,
    authentication: 'member',
    verification: true,
    locks: false,
    waitingRoom: true,
    postQuantum: false,
    largestMeeting: 10,
  } as const;
  readonly calls: string[] = [];
  context!: KeyProviderContext;
  join = 0;
  failure: SecureMeetingError | undefined;
  begins: 'ready' | 'knocking' | 'waiting' = 'ready';

  async start(context: KeyProviderContext): Promise<void> {
    if (this.failure) throw this.failure;
    this.context = context;
    this.calls.push('start');
    if (this.begins === 'ready') await this.ready();
    else context.emit('state', { state: this.begins, epoch: 0 });
  }
  async ready(): Promise<void> {
    const { context } = this;
    const self = sender(context.self.identity, this.join);
    context.emit('self', { sender: self });
    await context.sink.rejoin(self);
    await context.sink.install(1, self, this.keys());
    await context.sink.activate(1);
    context.emit('state', { state: 'ready', epoch: 1 });
  }
  keys(): { media: Uint8Array; message: Uint8Array } {
    return { media: this.context.random(32), message: this.context.random(32) };
  }
  async vouch(...identities: string[]): Promise<void> {
    for (const identity of identities) await this.context.sink.install(1, sender(identity), this.keys());
    this.context.emit('roster', {
      epoch: 1,
      members: [this.context.self.identity, ...identities].map((identity) => ({
        sender: sender(identity, identity === this.context.self.identity ? this.join : 0),
        name: `signed ${identity}`,
        ik: new Uint8Array(32).fill(identity.length),
        role: 'member' as const,
        present: true,
      })),
    });
  }
  handleMessage(from: string, message: Uint8Array): void {
    this.calls.push(`message ${from} ${message.length}`);
  }
  handlePresence({ identity, present }: { identity: string; present: boolean }): void {
    this.calls.push(`${present ? 'present' : 'absent'} ${identity}`);
  }
  handleConnection(change: string): void {
    this.calls.push(change);
  }
  handleMissingKey(identity: string, epoch: number): void {
    this.calls.push(`missing ${identity} ${epoch}`);
  }
  handleWorkerLost(): void {
    this.calls.push('worker lost');
  }
  handleKeyExhausted(epoch: number): void {
    this.calls.push(`exhausted ${epoch}`);
  }
  async stop(reason: string): Promise<void> {
    this.calls.push(`stop ${reason}`);
  }
}

const noDevices: DevicePort = {
  available: false,
  secure: true,
  getUserMedia: () => Promise.reject(Object.assign(new Error('none'), { name: 'NotFoundError' })),
  getDisplayMedia: () => Promise.reject(Object.assign(new Error('none'), { name: 'NotAllowedError' })),
  enumerate: async () => [],
  permission: async () => 'unknown',
  onChange: () => () => undefined,
};

export class FakePorts implements SessionPorts {
  readonly devices = noDevices;
  readonly connections: FakeConnection[] = [];
  readonly workers: FakeMedia[] = [];
  readonly made = new FakeProvider();
  prepare: (connection: FakeConnection, media: FakeMedia | undefined) => void = () => undefined;
  async open({ encrypted, media }: { encrypted: boolean; media?: MediaPort | undefined }): Promise<{
    connection: Connection;
    media?: MediaPort;
  }> {
    const connection = new FakeConnection();
    const fresh = encrypted && !media ? new FakeMedia() : undefined;
    if (fresh) this.workers.push(fresh);
    this.prepare(connection, fresh);
    this.connections.push(connection);
    const used = media ?? fresh;
    return { connection, ...(used ? { media: used } : {}) };
  }
  async provider(): Promise<KeyProvider> {
    return this.made;
  }
  get connection(): FakeConnection {
    return this.connections.at(-1) as FakeConnection;
  }
  get media(): FakeMedia {
    return this.workers.at(-1) as FakeMedia;
  }
}
