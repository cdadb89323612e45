import { Scope, SecureMeetingError, systemClock, type Clock } from '../base/index.js';
import type { KeyMaterial, KeyProviderEvents, Knock, SecurityCode, Sender } from '../keys/index.js';
import { capabilities } from './capabilities.js';
import type { Heard } from './channel.js';
import { FileDesk } from './files/desk.js';
import { readChoices } from './devices/choices.js';
import { LevelMeter } from './devices/level-meter.js';
import { LocalMedia } from './devices/local-media.js';
import { EncryptionReport } from './encryption-report.js';
import { Judge } from './judge.js';
import { Meeting } from './meeting.js';
import { Pace } from './pace.js';
import { initialState } from './initial-state.js';
import { moderate } from './moderate.js';
import { checkOptions } from './options.js';
import { leftReason } from './reasons.js';
import { People, selfParticipant } from './people.js';
import { Playback } from './playback/playback.js';
import type { SessionPorts } from './ports.js';
import { StateStore } from './store.js';
import { sessionStats } from './session-stats.js';
import { CHAT_LIMIT, isName, isReaction } from './talk.js';
import { Talks } from './talks.js';
import { Teller } from './teller.js';
import { hasTokenSource } from './token.js';
import type {
  Capability,
  ConnectionState,
  ConnectionTest,
  LeftReason,
  MeetingSession,
  ModerationAction,
  Phase,
  ReportRequest,
  Role,
  SessionFacts,
  SessionOptions,
  SessionState,
  SessionStats,
  ViolationCode,
  EncryptionViolationDetail,
} from './types.js';

/** Reasons after which joining again by a click makes no sense. */
const FINAL: readonly LeftReason[] = ['removed', 'ended', 'denied'];
/** Violations that are about the whole meeting and stay until leaving. */
const FATAL: readonly ViolationCode[] = ['equivocation', 'code-mismatch'];
/** Alarms that accuse nobody whose stream would have to be marked. */
const NOBODY: readonly ViolationCode[] = ['stranger', 'two-meetings', 'stale-heartbeat'];

/** A meeting without UI, over whatever the ports are made of. See `MeetingSession` for what each wish promises. */
export class Session implements MeetingSession {
  readonly #options: SessionOptions;
  readonly #ports: SessionPorts;
  readonly #clock: Clock;
  readonly #store: StateStore;
  readonly #judge: Judge;
  readonly #people: People;
  readonly #local: LocalMedia;
  readonly #playback: Playback;
  readonly #levels: LevelMeter;
  readonly #report: EncryptionReport;
  readonly #talks: Talks;
  readonly #pace: Pace;
  readonly #files: FileDesk;
  readonly #teller: Teller;
  readonly #page = new Scope();
  readonly #unavailable: Record<string, Capability> = {};
  #meeting: Meeting | undefined;
  #joining: Promise<void> | undefined;
  #leaving: Promise<void> | undefined;
  #wished: { microphone?: boolean; camera?: boolean } = {};
  #name: string;
  #self = {
    identity: '',
    role: 'none' as Role,
    joinedAt: 0,
    hand: 0,
    quality: 'unknown' as const,
    ik: undefined as Uint8Array | undefined,
  };
  #quality: NonNullable<SessionOptions['quality']>;
  #epoch: number | null = null;
  #knocks: readonly Knock[] = [];
  #dirty = false;
  #disposed = false;

  /** @throws SecureMeetingError `config-…`. Does no I/O and needs no DOM. */
  constructor(options: SessionOptions, ports: SessionPorts, unavailable: Readonly<Record<string, Capability>> = {}) {
    this.#options = checkOptions(options);
    this.#ports = ports;
    this.#clock = options.clock ?? systemClock;
    this.#name = options.displayName ?? '';
    this.#quality = options.quality ?? 'auto';
    Object.assign(this.#unavailable, unavailable);
    const clear = options.encryption === 'off';
    this.#store = new StateStore(initialState(this.#options, this.#capabilities()));
    this.#judge = new Judge(this.#clock, () => this.#changed());
    this.#people = new People(clear);
    this.#talks = new Talks(this.#clock, () => this.#changed());
    this.#pace = new Pace(this.#clock);
    this.#files = new FileDesk({
      clock: this.#clock,
      send: async (talk, to) => this.#joined().send(talk, to),
      changed: () => this.#changed(),
    });
    this.#teller = new Teller(this.#store, (identity) => this.#people.member(identity) !== undefined);
    this.#report = new EncryptionReport(this.#clock, this.#store);
    this.#local = new LocalMedia(ports.devices, {
      changed: () => this.#changed(),
      failed: (error) => this.#error(error, false),
    });
    this.#store.update({ blur: this.#local.blur });
    this.#playback = new Playback({
      shows: (identity, source) =>
        this.#judge.shows(identity, source) &&
        (!source.startsWith('screen') || this.#allowed('shareByHosts', identity)),
      want: (identity, source, size) => {
        this.#judge.rests(identity, source, 'unseen', size === null);
        this.#meeting?.connection?.want(identity, source, size);
      },
      own: (source) => (this.#local.isOn(source) ? this.#local.track(source) : undefined),
      self: () => this.#self.identity,
      blocked: (blocked) => this.#store.update({ audioBlocked: blocked }),
    });
    this.#playback.setPictures(this.#quality !== 'audio');
    void this.#local.setSaver(this.#quality === 'saver');
    this.#levels = new LevelMeter({
      remote: (identity) => this.#meeting?.connection?.level(identity) ?? 0,
      own: () => this.#local.track('microphone'),
      isSelf: (identity) => identity === '' || identity === this.#self.identity,
    });
  }

  get state(): SessionState {
    return this.#store.state;
  }

  subscribe(listener: (state: SessionState) => void): () => void {
    return this.#store.subscribe(listener);
  }

  on<K extends keyof SessionFacts>(
    type: K,
    listener: (detail: SessionFacts[K]) => void,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): () => void {
    if (signal?.aborted) return () => undefined;
    const off = this.#store.on(type, listener);
    signal?.addEventListener('abort', off, { once: true });
    return off;
  }

  join({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#disposed) return Promise.reject(new SecureMeetingError('room-not-joined'));
    return (this.#joining ??= this.#join(signal).catch(async (error: unknown) => {
      this.#joining = undefined;
      throw error;
    }));
  }

  leave({ endForAll = false }: { readonly endForAll?: boolean } = {}): Promise<void> {
    const meeting = this.#meeting;
    if (!meeting) return this.#leaving ?? Promise.resolve();
    return (this.#leaving ??= (async () => {
      if (endForAll) await this.moderate({ type: 'end' });
      await meeting.leave('left');
    })().finally(() => (this.#leaving = undefined)));
  }

  async setMicrophone(on: boolean): Promise<void> {
    this.#wished.microphone = on;
    await this.#local.set('microphone', on);
  }

  async setCamera(on: boolean): Promise<void> {
    this.#wished.camera = on;
    await this.#local.set('camera', on);
  }

  async startScreenShare(options: { readonly audio?: boolean; readonly hint?: 'text' | 'motion' } = {}): Promise<void> {
    this.#joined();
    if (!this.#allowed('shareByHosts')) throw new SecureMeetingError('room-action-refused');
    await this.#local.share(options);
    // A host may have set it while the screen was being chosen.
    this.#keepRules();
  }

  stopScreenShare(): Promise<void> {
    return this.#local.unshare();
  }

  async selectDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    if (kind === 'audiooutput') await this.#playback.setOutput(deviceId);
    await this.#local.select(kind, deviceId);
  }

  resumeAudio(): Promise<void> {
    return this.#playback.resume();
  }

  async sendChat(text: string, { to }: { readonly to?: string } = {}): Promise<void> {
    const meeting = this.#joined();
    if (text === '') throw new SecureMeetingError('room-message-invalid');
    if (text.length > CHAT_LIMIT) throw new SecureMeetingError('room-message-too-long');
    if (to !== undefined && !this.#people.identities().includes(to))
      throw new SecureMeetingError('room-recipient-unknown');
    if (!this.#allowed('chatByHosts')) throw new SecureMeetingError('room-action-refused');
    const id = this.#talks.writing({ text, to: to ?? null, from: this.#self.identity, name: this.#name });
    try {
      await meeting.send({ type: 'chat', text }, to ?? null);
      this.#talks.settle(id, 'sent');
    } catch (error) {
      this.#talks.settle(id, 'failed');
      throw SecureMeetingError.from(error, 'network-data-failed');
    }
  }

  async react(emoji: string): Promise<void> {
    if (!isReaction(emoji)) throw new SecureMeetingError('room-message-invalid');
    await this.#joined().send({ type: 'reaction', emoji }, null);
    this.#talks.reaction(this.#self.identity, emoji);
  }

  async sendFile(
    file: File,
    options: { readonly to?: string; readonly signal?: AbortSignal; readonly onProgress?: (sent: number) => void } = {},
  ): Promise<void> {
    this.#joined();
    if (options.to !== undefined && !this.#people.identities().includes(options.to))
      throw new SecureMeetingError('room-recipient-unknown');
    if (!this.#allowed('chatByHosts')) throw new SecureMeetingError('room-action-refused');
    await this.#files.offer(file, { identity: this.#self.identity, name: this.#name }, options);
  }

  async acceptFile(id: string): Promise<void> {
    this.#joined();
    await this.#files.accept(id);
  }

  async cancelFile(id: string): Promise<void> {
    await this.#files.cancel(id);
  }

  receivedFile(id: string): Blob | undefined {
    return this.#files.content(id);
  }

  async setHand(up: boolean): Promise<void> {
    await this.#joined().send({ type: 'hand', up }, null);
    this.#self.hand = up ? this.#clock.wall() : 0;
    this.#changed();
  }

  async setDisplayName(name: string): Promise<void> {
    if (!isName(name)) throw new SecureMeetingError('config-name-invalid');
    if (this.#meeting) await this.#meeting.send({ type: 'name', name }, null);
    this.#name = name;
    this.#changed();
  }

  async setQuality(quality: 'auto' | 'saver' | 'audio'): Promise<void> {
    this.#quality = quality;
    this.#playback.setPictures(quality !== 'audio');
    if (quality === 'audio') await this.setCamera(false);
    else await this.#local.setSaver(quality === 'saver');
    this.#store.update({ quality });
  }

  setNoiseSuppression(on: boolean): Promise<void> {
    return this.#local.setNoiseSuppression(on);
  }

  setBlur(on: boolean): Promise<void> {
    return this.#local.setBlur(on);
  }

  async setBackground(picture: Blob | null): Promise<void> {
    await this.#local.setBackground(picture);
  }

  async setKey(key: KeyMaterial, options: { readonly epoch?: number; readonly identity?: string } = {}): Promise<void> {
    const provider = this.#meeting?.provider;
    if (!provider?.setKey) throw new SecureMeetingError('room-not-joined');
    await provider.setKey(key, options);
    this.#store.update({ keyRequest: undefined });
  }

  async confirmSecurityCode(code: SecurityCode): Promise<void> {
    const provider = this.#meeting?.provider;
    if (!provider?.confirmSecurityCode) throw new SecureMeetingError('room-action-refused');
    await provider.confirmSecurityCode(code);
  }

  async rejectSecurityCode(code: SecurityCode): Promise<void> {
    const provider = this.#meeting?.provider;
    if (!provider?.rejectSecurityCode) throw new SecureMeetingError('room-action-refused');
    await provider.rejectSecurityCode(code);
  }

  async moderate(action: ModerationAction): Promise<void> {
    const meeting = this.#joined();
    await moderate(action, {
      provider: meeting.provider,
      site: meeting.admission && ((asked) => meeting.bySite(asked)),
      target: (identity) => this.#target(action.type, identity),
      // Only the roster says who is a host.
      ask:
        meeting.provider?.capabilities.locks && this.#self.role === 'host'
          ? (identity) => meeting.send({ type: 'ask', what: 'unmute' }, identity)
          : undefined,
      heard: () => this.#store.state.others.filter(({ microphone }) => microphone).map(({ identity }) => identity),
    });
  }

  report(report: ReportRequest): Promise<string> {
    const meeting = this.#joined();
    return meeting.report(report, (id) => this.#talks.proof(id));
  }

  /** At the door or inside: an identity may be both, for whoever knocks with another key is somebody else. */
  #target(type: ModerationAction['type'], identity: string): Sender | undefined {
    if (type !== 'admit' && type !== 'deny') return this.#people.member(identity)?.sender;
    return this.#knocks.find(({ sender }) => sender.identity === identity)?.sender;
  }

  attach(video: HTMLVideoElement, of: { readonly identity: string; readonly source: 'camera' | 'screen' }): () => void {
    return this.#playback.attach(video, of);
  }

  setVolume(identity: string, volume: number): void {
    this.#playback.setVolume(identity, volume);
  }

  onLevel(identity: string, listener: (level: number) => void): () => void {
    return this.#levels.on(identity, listener);
  }

  stats(): Promise<SessionStats> {
    return sessionStats(this.#meeting?.connection, this.#meeting?.media);
  }

  async testConnection({
    signal = new AbortController().signal,
  }: { readonly signal?: AbortSignal } = {}): Promise<ConnectionTest> {
    const { testConnection } = await import('./test-connection.js').catch((cause: unknown) => {
      throw new SecureMeetingError('load-failed', { cause });
    });
    return testConnection({ options: this.#options, ports: this.#ports, clock: this.#clock, signal });
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.leave();
    await this.#local.stop();
    this.#levels.stop();
    this.#page.close();
  }

  async #join(signal: AbortSignal | undefined): Promise<void> {
    if (this.#leaving) await this.#leaving;
    const stop = new AbortController();
    const abort = (): void => stop.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    const scope = new Scope();
    scope.add(() => stop.abort(new DOMException('The meeting was left.', 'AbortError')));
    const meeting = this.#newMeeting(scope);
    this.#meeting = meeting;
    this.#teller.clear();
    this.#talks.clear();
    this.#pace.clear();
    this.#files.clear();
    this.#people.clear();
    this.#store.update({ left: undefined, error: undefined, securityCode: undefined, keyRequest: undefined });
    this.#phase('connecting', 'connecting');
    try {
      stop.signal.throwIfAborted();
      if (!hasTokenSource(this.#options)) throw new SecureMeetingError('config-token-source-missing');
      this.#watchPage(scope, meeting);
      this.#startDevices();
      await meeting.join(stop.signal);
      this.#store.fact('joined', { room: this.#options.room, identity: this.#self.identity });
    } catch (cause) {
      const gaveUp = isAbort(cause);
      const error = gaveUp ? undefined : asError(cause);
      if (this.#meeting === meeting) await meeting.leave(error ? leftReason(error.code) : 'left', error);
      signal?.throwIfAborted();
      throw error ?? new SecureMeetingError('room-not-joined', { cause });
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #newMeeting(scope: Scope): Meeting {
    return new Meeting(
      {
        options: this.#options,
        ports: this.#ports,
        clock: this.#clock,
        judge: this.#judge,
        people: this.#people,
        local: this.#local,
        playback: this.#playback,
        name: () => this.#name || 'Guest',
        ask: async (question, options) => {
          if (question.need === 'verification') this.#store.fact('verification-required', { purpose: 'join' });
          return this.#options.access?.(question, options);
        },
        phase: (phase, connection) => this.#phase(phase, connection),
        identity: (identity, ik) => {
          this.#self = { ...this.#self, identity, ik, joinedAt: this.#clock.wall() };
          this.#changed();
        },
        epoch: (epoch) => {
          this.#epoch = epoch;
          this.#changed();
        },
        provider: (type, detail) => this.#fromProvider(type, detail),
        heard: (heard) => this.#heard(heard),
        quality: (identity, quality) => {
          this.#people.quality(identity, quality);
          this.#changed();
        },
        violation: (code, identity, source, count, epoch) =>
          this.#violation(code, identity, source as EncryptionViolationDetail['source'], count, epoch),
        error: (error) => this.#error(error, false),
        changed: () => this.#changed(),
        bounds: (left, limit) => {
          // Those of the meeting before are not this one's.
          const { endsAt: _end, limit: _limit, ...room } = this.#store.state.room;
          this.#store.update({
            room: {
              ...room,
              ...(left !== undefined && { endsAt: this.#clock.wall() + left }),
              ...(limit !== undefined && { limit }),
            },
          });
        },
        over: (reason, error) => this.#over(reason, error),
      },
      scope,
    );
  }

  /** Camera and microphone as wished before, as remembered, else on. A device that fails does not stop the join. */
  #startDevices(): void {
    void this.#local.refresh();
    const remembered = readChoices();
    const microphone = this.#wished.microphone ?? (!this.#options.startMuted && (remembered.microphone ?? true));
    const camera =
      this.#quality !== 'audio' &&
      // Who wished it wished it blurred.
      !this.#local.blurFailed &&
      (this.#wished.camera ?? (!this.#options.startCameraOff && (remembered.camera ?? true)));
    const start = (kind: 'microphone' | 'camera', on: boolean): void => {
      if (on === this.#local.isOn(kind)) return;
      void this.#local.set(kind, on).catch((error: unknown) => this.#error(asError(error), false));
    };
    start('microphone', microphone);
    start('camera', camera);
  }

  #watchPage(scope: Scope, meeting: Meeting): void {
    if (typeof addEventListener !== 'function') return;
    const hide = (): void => meeting.leaveNow();
    addEventListener('pagehide', hide);
    scope.add(() => removeEventListener('pagehide', hide));
  }

  #phase(phase: Phase, connection: ConnectionState): void {
    const previous = this.#store.state.connection;
    this.#store.update({ phase, connection });
    if (previous !== connection) this.#store.fact('connection-state', { state: connection, previous });
  }

  #over(reason: LeftReason, error: SecureMeetingError | undefined): void {
    const joined = this.#store.state.phase !== 'connecting';
    this.#meeting = undefined;
    this.#joining = undefined;
    this.#judge.stand('out', false);
    this.#playback.clear();
    this.#people.clear();
    void this.#local.stop();
    this.#epoch = null;
    this.#knocks = [];
    this.#self = { ...this.#self, hand: 0, role: 'none' };
    // Nothing that was said or sent is kept after the meeting.
    this.#teller.clear();
    this.#talks.clear();
    this.#files.clear();
    const left = { reason, canRejoin: !FINAL.includes(reason) };
    const failed = error !== undefined && !joined;
    this.#store.update({ left, securityCode: undefined, keyRequest: undefined });
    this.#phase(failed ? 'failed' : 'left', 'disconnected');
    this.#project();
    if (error) this.#error(error, true);
    if (joined) this.#store.fact('left', left);
  }

  #fromProvider<K extends keyof KeyProviderEvents>(type: K, value: KeyProviderEvents[K]): void {
    const detail = value as never;
    const handle: { [E in keyof KeyProviderEvents]?: (event: KeyProviderEvents[E]) => void } = {
      roster: ({ members }) => {
        const me = members.find(({ sender }) => sender.identity === this.#self.identity);
        this.#self = { ...this.#self, role: me?.role ?? 'none' };
        this.#keepRules();
      },
      securityCode: ({ code, leader, reason, verified }) => {
        this.#judge.verify(verified);
        this.#store.update({ securityCode: { code, leader, reason } });
        this.#store.fact('security-code', { code, leader, reason });
      },
      verified: ({ verified }) => this.#judge.verify(verified),
      settings: ({ locked, waitingRoom, shareByHosts = false, chatByHosts = false }) => {
        const { room } = this.#store.state;
        this.#store.update({ room: { ...room, locked, waitingRoom, shareByHosts, chatByHosts } });
        this.#keepRules();
      },
      knocks: (knocks) => {
        this.#knocks = knocks;
        this.#judge.knocks(knocks.map(({ sender }) => sender.identity));
        const knocking = knocks.map(({ sender, claimedName }) => ({ identity: sender.identity, claimedName }));
        this.#store.update({ room: { ...this.#store.state.room, knocking } });
      },
      alarm: ({ code, identity }) => this.#violation(code, identity ?? '', 'keys', 1, this.#epoch),
      keyRequest: (request) => {
        this.#store.update({ keyRequest: request });
        this.#store.fact('key-request', request);
      },
      wrongKey: () => this.#error(new SecureMeetingError('key-wrong'), false),
    };
    handle[type]?.(detail);
    this.#changed();
  }

  /** Whether somebody may do what a host may have kept for hosts; without an identity: we. */
  #allowed(kept: 'shareByHosts' | 'chatByHosts', identity?: string): boolean {
    const role = identity === undefined ? this.#self.role : this.#people.member(identity)?.role;
    return !this.#store.state.room[kept] || role === 'host';
  }

  /** What we may not do any more ends here; that others do not show it is their own check. */
  #keepRules(): void {
    if (this.#local.isOn('screen') && !this.#allowed('shareByHosts')) void this.#local.unshare();
    this.#playback.refresh();
  }

  #heard({ sender: { identity }, talk, toMe, missing, proof }: Heard): void {
    switch (talk.type) {
      case 'chat':
        // No violation: it may have been on its way when a host set it.
        if (!this.#allowed('chatByHosts', identity)) return;
        this.#talks.arrived({
          from: identity,
          name: this.#people.name(identity),
          text: talk.text,
          to: toMe ? this.#self.identity : null,
          missing,
          proof,
        });
        break;
      case 'reaction':
        // Tells of itself, if it is shown at all: most of a flood is not.
        this.#talks.reaction(identity, talk.emoji);
        return;
      case 'hand':
        this.#pace.run(`hand ${identity}`, () => {
          this.#people.hand(identity, talk.up ? this.#clock.wall() : 0);
          this.#changed();
        });
        return;
      case 'name':
        this.#pace.run(`name ${identity}`, () => {
          this.#people.named(identity, talk.name);
          this.#changed();
        });
        return;
      case 'ask':
        if (this.#people.member(identity)?.role === 'host')
          this.#pace.run('ask', () => {
            const { microphone } = this.#store.state.self;
            if (!microphone) this.#store.update({ unmuteRequest: { identity, name: this.#people.name(identity) } });
          });
        return;
      case 'hello':
        return;
      default:
        if (talk.type === 'file-offer' && !this.#allowed('chatByHosts', identity)) return;
        this.#files
          .heard({ identity, name: this.#people.name(identity) }, talk, toMe ? this.#self.identity : null)
          .catch((error: unknown) => this.#error(asError(error), false));
        return;
    }
    this.#changed();
  }

  #violation(
    code: ViolationCode,
    identity: string,
    source: EncryptionViolationDetail['source'],
    count: number,
    epoch: number | null,
  ): void {
    // Whom the SFU hides is not to blame for it.
    const hidden = code === 'roster-mismatch' && !this.#people.identities().includes(identity);
    const accused = identity === '' || hidden || NOBODY.includes(code) ? undefined : identity;
    this.#judge.violation(accused, FATAL.includes(code));
    this.#project();
    this.#store.fact('encryption-violation', { code, identity, source, count, epoch });
  }

  #error(error: SecureMeetingError, fatal: boolean): void {
    const cause = error.cause instanceof Error || error.cause instanceof DOMException ? error.cause.name : undefined;
    const detail = { code: error.code, message: error.message, fatal, ...(cause === undefined ? {} : { cause }) };
    this.#store.update({ error: detail });
    this.#store.fact('error', detail);
  }

  #joined(): Meeting {
    if (!this.#meeting || !['joined', 'reconnecting'].includes(this.#store.state.phase))
      throw new SecureMeetingError('room-not-joined');
    return this.#meeting;
  }

  #capabilities(): SessionState['capabilities'] {
    return capabilities({
      encrypted: this.#options.encryption !== 'off',
      provider: this.#meeting?.provider?.capabilities,
      site: this.#options.api !== undefined,
      reports: this.#meeting?.admission && this.#meeting.admission.site.reportKey !== undefined,
      signedRoster: this.#meeting?.provider?.signedRoster !== undefined,
      blur: this.#ports.devices.blur !== undefined,
      unavailable: this.#unavailable,
    });
  }

  /** Something is other than it was: the state follows before anybody who waits for it goes on. */
  #changed(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    queueMicrotask(() => this.#project());
  }

  /** The only place where what is known becomes state. */
  #project(): void {
    this.#dirty = false;
    // First: a picture that may be shown waits for nothing, and one that may not is gone before anybody is told.
    this.#playback.refresh();
    const before = this.#store.state;
    const others = this.#people
      .list(this.#judge)
      .map((one) => (one.screen && !this.#allowed('shareByHosts', one.identity) ? { ...one, screen: false } : one));
    const speakers = this.#people.speakers;
    const clear = this.#options.encryption === 'off';
    const self = selfParticipant({
      ...this.#self,
      // Where keys know no roles, our own certificate says what we are; of others nobody can tell.
      role: this.#self.role === 'none' ? (this.#meeting?.admission?.own?.role ?? 'none') : this.#self.role,
      name: this.#name,
      speaking: speakers.includes(this.#self.identity),
      encryption: clear ? 'off' : this.#epoch === null ? 'waiting' : this.#judge.verified ? 'verified' : 'encrypted',
      on: (source) => this.#local.isOn(source),
    });
    // Done, or nobody waits for it any more.
    const request = before.unmuteRequest;
    const open = request && !self.microphone && others.some(({ identity }) => identity === request.identity);
    this.#store.update({
      self,
      others,
      unmuteRequest: open ? request : undefined,
      speakers,
      devices: this.#local.devices,
      noiseSuppression: this.#local.noiseSuppression,
      blur: this.#local.blur,
      backgroundPicture: this.#local.hasBackground,
      chat: this.#talks.chat,
      reactions: this.#talks.reactions,
      files: this.#files.list,
      capabilities: this.#capabilities(),
    });
    for (const identity of this.#teller.people(before.others, this.#store.state.others)) this.#files.gone(identity);
    this.#report.update({
      judge: this.#judge,
      epoch: this.#epoch,
      provider: clear ? 'off' : (this.#meeting?.provider?.name ?? before.encryption.provider),
      others: this.#store.state.others,
    });
    this.#teller.media(this.#store.state.self);
  }
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';
const asError = (error: unknown): SecureMeetingError => SecureMeetingError.from(error, 'network-unreachable');
