import { SecureMeetingError, type Clock, type Scope } from '../base/index.js';
import type { KeyProvider, KeyProviderContext, KeyProviderEvents, Sender } from '../keys/index.js';
import type { Admission } from './backend/admission.js';
import { allOrFirst } from './all-or-first.js';
import { Arrivals } from './arrivals.js';
import type { Channel, Heard, Proof, Talk } from './channel.js';
import { aborted, Door } from './door.js';
import { Hello } from './hello.js';
import { Hidden } from './hidden.js';
import { joinAgain } from './join-again.js';
import type { Judge } from './judge.js';
import { keyDoor } from './key-door.js';
import { KEY_TOPIC, KeyMail } from './key-mail.js';
import type { LocalMedia } from './devices/local-media.js';
import { MeetingIdentity } from './meeting-identity.js';
import { OPEN_TOPIC, OpenChannel } from './open-channel.js';
import type { People } from './people.js';
import type { Playback } from './playback/playback.js';
import type { CloseReason, Connection, MediaPort, SessionPorts } from './ports.js';
import { SealedChannel } from './sealed-channel.js';
import { watchSleep } from './sleep.js';
import { getToken } from './token.js';
import type {
  AccessHandler,
  ConnectionState,
  LeftReason,
  ModerationAction,
  Phase,
  ReportRequest,
  SessionOptions,
  TokenAnswer,
  ViolationCode,
} from './types.js';

/** What a meeting tells the session; each is a fact the session turns into state. */
export interface MeetingHost {
  readonly options: SessionOptions;
  readonly ports: SessionPorts;
  readonly clock: Clock;
  readonly judge: Judge;
  readonly people: People;
  readonly local: LocalMedia;
  readonly playback: Playback;
  readonly name: () => string;
  /** Has a person answer what the site's backend asks. */
  readonly ask: AccessHandler;
  phase(phase: Phase, connection: ConnectionState): void;
  identity(identity: string, ik: Uint8Array): void;
  epoch(epoch: number | null): void;
  provider<K extends keyof KeyProviderEvents>(type: K, detail: KeyProviderEvents[K]): void;
  heard(heard: Heard): void;
  quality(identity: string, quality: 'good' | 'poor' | 'lost' | 'unknown'): void;
  violation(code: ViolationCode, identity: string, source: string, count: number, epoch: number | null): void;
  error(error: SecureMeetingError): void;
  changed(): void;
  /** What the site says of this meeting: milliseconds until its end, and the most members. */
  bounds(left: number | undefined, limit: number | undefined): void;
  /** We are out; the meeting has let go of everything. */
  over(reason: LeftReason, error?: SecureMeetingError): void;
}

/** Milliseconds after which a connection that still repairs itself is given up: LiveKit does so after 44 to 52 s, mostly. */
const STUCK = 70_000;
/** Milliseconds an engine has to put up again what it had before. */
const SETTLED = 2_000;
/** How often what was not sent is tried again. */
const CATCH_UP = 3;
/** Milliseconds the provider has for its goodbye when we leave. */
const GOODBYE = 700;
/** Milliseconds for a last word to those who encrypt: the way for it may still be being built. */
const LAST_WORD = 8_000;
/** Milliseconds for the server to read it: what it has not read when we leave, it forgets. */
const LAST_WORD_READ = 1_000;

/** One meeting from `join` to the end: a connection (and its successors), the worker, the provider, the channel. */
export class Meeting {
  readonly #host: MeetingHost;
  readonly #encrypted: boolean;
  readonly #scope: Scope;
  readonly #arrivals: Arrivals;
  readonly #hello: Hello;
  readonly #hidden: Hidden;
  readonly #door: Door;
  #identity: MeetingIdentity | undefined;
  #connection: Connection | undefined;
  #media: MediaPort | undefined;
  #provider: KeyProvider | undefined;
  #channel: Channel | undefined;
  #mail: KeyMail | undefined;
  #self: Sender | undefined;
  #selfIdentity = '';
  #started: Promise<void> | undefined;
  #connected = false;
  #rejoining = false;
  #over = false;
  #token: string | undefined;
  #certified: Admission | undefined;
  #mismatch = false;
  /** Ends the patience with a connection that repairs itself. */
  #stuck: (() => void) | undefined;

  constructor(host: MeetingHost, scope: Scope) {
    this.#host = host;
    this.#scope = scope;
    this.#arrivals = new Arrivals(host.clock, () => this.#media?.sendKeyFrames());
    this.#encrypted = host.options.encryption !== 'off';
    const { clock, judge } = host;
    const over = (): boolean => this.#over;
    this.#hello = new Hello({
      ...{ clock, scope, judge, over },
      send: (answer) => this.#channel?.send({ type: 'hello', answer }, null),
    });
    this.#hidden = new Hidden(clock, (identity) => {
      if (!this.#over) host.violation('roster-mismatch', identity, 'keys', 1, null);
    });
    this.#door = new Door(clock, scope, (phase) => host.phase(phase, 'connected'));
  }

  get provider(): KeyProvider | undefined {
    return this.#provider;
  }
  get media(): MediaPort | undefined {
    return this.#media;
  }
  /** What the site's backend said about us, and the way to it; undefined without an `api`. */
  get admission(): Admission | undefined {
    return this.#certified;
  }
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Resolves once joined (and admitted). Whoever called leaves by `leave` after a failure. */
  async join(signal: AbortSignal): Promise<void> {
    const { options, ports, judge } = this.#host;
    judge.stand('joining', !this.#encrypted);
    // All at once: none of these waits for another, except the token for who we were before a reload.
    const token: Promise<TokenAnswer> = MeetingIdentity.of(options.room).then((known) => {
      this.#identity = known;
      return this.#getToken(signal);
    });
    const [answer, opened, provider] = await allOrFirst(
      [
        token,
        ports.open({ encrypted: this.#encrypted }),
        this.#encrypted ? ports.provider() : Promise.resolve(undefined),
      ] as const,
      (late) => {
        late[1]?.media?.dispose();
      },
    );
    this.#provider = provider;
    this.#useMedia(opened.media);
    if (this.#over) throw aborted();
    signal.throwIfAborted();
    // The worker starts while the connection does: what is bound before it answers waits for it, and lets nothing pass.
    await Promise.all([this.#media?.ready(), this.#connect(opened.connection, answer, signal, () => this.#begin())]);
    await this.#started;
    judge.stand('in', !this.#encrypted);
    if (provider?.capabilities.waitingRoom) await this.#door.admission(signal);
    if (this.#over) throw aborted();
    this.#door.entered();
    this.#host.phase('joined', 'connected');
    if (this.#certified) {
      this.#scope.add(this.#certified.keepFresh(() => this.#getToken(this.#scope.signal, nobody)));
      this.#keepHours(this.#certified);
    }
    this.#scope.add(watchSleep(this.#host.clock, () => this.#provider?.handleConnection('slept')));
    if (!this.#encrypted) this.#hello.say(true);
  }

  /** Ends everything; resolves at the latest after a second or so, offline too. */
  async leave(reason: LeftReason, error?: SecureMeetingError): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#calm();
    const stopReason = reason === 'removed' || reason === 'ended' || reason === 'left' ? reason : 'failed';
    const goodbye = this.#provider?.stop(stopReason).catch(() => undefined);
    await Promise.race([goodbye, new Promise<void>((resolve) => this.#host.clock.after(GOODBYE, resolve))]);
    this.#scope.close();
    this.#channel?.dispose();
    const closing = this.#connection?.close();
    this.#media?.dispose();
    await closing;
    if (reason === 'left' || reason === 'ended' || reason === 'removed' || reason === 'denied')
      await this.#identity?.forget();
    else this.#identity?.release();
    this.#host.over(reason, error);
  }

  /** The page is going away: what can be said is said in this turn, and what a reload needs stays. */
  leaveNow(): void {
    if (this.#over) return;
    this.#over = true;
    this.#calm();
    void this.#provider?.stop('page-closing').catch(() => undefined);
    this.#scope.close();
    this.#connection?.closeNow();
    this.#media?.dispose();
    this.#identity?.release();
    this.#host.over('network');
  }

  async send(talk: Talk, to: string | null): Promise<void> {
    if (!this.#channel || !this.#connected) throw new SecureMeetingError('room-not-joined');
    await this.#channel.send(talk, to);
  }

  /** Has the site's backend do its part of a host's wish; answers whether it has one. */
  async bySite(action: ModerationAction): Promise<boolean> {
    const { isForSite, moderateBySite } = await import('./backend/moderation.js');
    if (!isForSite(action) || !this.#certified || !this.#identity) return false;
    await moderateBySite(this.#certified, this.#identity.key, action);
    return true;
  }

  /** The site closes the room at the meeting's end; who is honest need not be put out. */
  #keepHours({ own, site }: Admission): void {
    const { clock } = this.#host;
    const left = own?.ends === undefined ? undefined : Math.max(0, own.ends - site.now) * 1000;
    this.#host.bounds(left, own?.limit);
    if (left !== undefined) this.#scope.add(clock.after(left, () => void this.leave('ended')));
  }

  /** Hands a report to the site. `said`: what the sender of a message signed. */
  async report(report: ReportRequest, said: (message: string) => ReturnType<Proof>): Promise<string> {
    const admission = this.#certified;
    const identity = this.#identity;
    if (!admission?.site.reportKey || !identity) throw new SecureMeetingError('config-unavailable');
    const { sendReport } = await import('./backend/report.js').catch((cause: unknown) => {
      throw new SecureMeetingError('load-failed', { cause });
    });
    const roster = (): ReturnType<NonNullable<KeyProvider['signedRoster']>> => this.#provider?.signedRoster?.();
    return sendReport(report, { admission, ik: identity.key, room: this.#host.options.room, said, roster });
  }

  /** Permission for one join, with the certificate where the site has a backend. */
  async #getToken(signal: AbortSignal, ask: AccessHandler | undefined = this.#host.ask): Promise<TokenAnswer> {
    const { options, clock } = this.#host;
    const known = this.#selfIdentity || this.#identity?.known;
    const request = {
      room: options.room,
      ...(known ? { identity: known } : {}),
      ...(this.#encrypted ? {} : { name: this.#host.name() }),
    };
    const context = { clock, signal, refreshed: this.#token };
    if (options.api === undefined || !this.#identity)
      return getToken(options, request, { ...context, prover: this.#identity && { ik: this.#identity.key } });
    const { enter } = await import('./backend/enter.js');
    const { answer, admission } = await enter(
      { options, request, ik: this.#identity.key, admission: this.#certified, ask },
      context,
    );
    this.#certified = admission;
    return answer;
  }

  #useMedia(media: MediaPort | undefined): void {
    if (!media || media === this.#media) return;
    this.#media?.dispose();
    this.#media = media;
    const { judge } = this.#host;
    media.on('proof', (proof) => judge.proof(proof, proof.stream));
    media.on('unproved', ({ identity, stream }) => judge.unproved(identity, stream));
    media.on('violation', ({ code, identity, stream, count, epoch }) =>
      this.#host.violation(code, identity, stream, count, epoch ?? null),
    );
    media.on('need-key-frame', ({ identity, stream }) => this.#connection?.refresh(identity, stream));
    media.on('missing-key', ({ identity, epoch }) => this.#provider?.handleMissingKey(identity, epoch));
    media.on('exhausted', ({ epoch }) => this.#provider?.handleKeyExhausted(epoch));
    media.on('lost', ({ code }) => {
      if (media !== this.#media || this.#over) return;
      this.#host.error(new SecureMeetingError(code));
      if (this.#connected) void this.#rejoin('worker');
    });
  }

  async #connect(
    connection: Connection,
    answer: { readonly serverUrl: string; readonly token: string },
    signal: AbortSignal,
    signalled: () => void,
  ): Promise<void> {
    this.#connection = connection;
    const { judge, people, playback, clock } = this.#host;
    const mine = (): boolean => this.#connection === connection && !this.#over;
    const seen = new Set<string>();
    connection.on('present', (presence) => {
      if (!mine()) return;
      seen.add(presence.identity);
      const news = !people.identities().includes(presence.identity);
      people.present(presence, clock.wall());
      judge.present(presence.identity);
      if (!news) return;
      this.#arrivals.newcomer();
      this.#watchHidden();
      this.#provider?.handlePresence({ identity: presence.identity, present: true });
      this.#hello.ask();
    });
    connection.on('absent', ({ identity }) => mine() && this.#absent(identity));
    connection.on('publication', ({ identity, source, on }) => {
      if (!mine()) return;
      people.publication(identity, source, on);
      judge.rests(identity, source, 'muted', !on);
      if (on) this.#hello.awaitFrames();
      this.#host.changed();
    });
    connection.on('stream', ({ identity, source, track }) => {
      if (!mine()) return;
      if (!track) {
        judge.streamGone(identity, source);
        // What proved them until now is gone; a word may have to do.
        this.#hello.ask();
      }
      playback.stream(identity, source, track);
    });
    connection.on('data', ({ from, topic, payload }) => mine() && this.#data(from, topic, payload));
    connection.on('speakers', (speakers) => {
      if (!mine()) return;
      people.speaking(speakers);
      this.#host.changed();
    });
    connection.on('quality', ({ identity, quality }) => mine() && this.#host.quality(identity, quality));
    connection.on('local-ended', ({ source }) => mine() && this.#host.local.endedElsewhere(source));
    connection.on('codec-refused', ({ source, codec }) => {
      if (!mine()) return;
      this.#host.local.endedElsewhere(source);
      this.#host.error(new SecureMeetingError('media-codec-unprotected', { message: `The server asks for ${codec}.` }));
    });
    connection.on('state', (state) => mine() && this.#connectionState(state));
    connection.on('closed', ({ reason }) => mine() && void this.#closed(reason));
    connection.on('signalled', ({ identity }) => {
      if (!mine()) return;
      // Whoever the SFU makes of us, our certificate is for the one the site let in.
      const certified = this.#certified?.own?.identity;
      if (certified !== undefined && certified !== identity)
        return void this.leave('token', new SecureMeetingError('token-answer-invalid'));
      this.#selfIdentity = identity;
      this.#host.identity(identity, this.#identity?.key.publicKey ?? new Uint8Array());
      void this.#identity
        ?.keep(identity)
        .catch(() => this.#host.error(new SecureMeetingError('browser-storage-unavailable')));
      // Who left while we were away.
      for (const gone of people.identities()) if (!seen.has(gone)) this.#absent(gone);
      void this.#host.local.attach(connection);
      signalled();
    });
    await connection.connect({ ...answer, signal });
    this.#connected = true;
    this.#catchUp();
  }

  /** Signalling stands for the first time: keys are agreed while media is being set up. */
  #begin(): void {
    const { clock, people } = this.#host;
    const send = (topic: string, to: string | null, payload: Uint8Array): Promise<void> =>
      this.#connection?.send(topic, to, payload) ?? Promise.reject(new SecureMeetingError('network-data-failed'));
    this.#mail = new KeyMail(clock, send, (topic, payload) => this.#connection?.sendNow(topic, payload));
    const provider = this.#provider;
    const media = this.#media;
    if (!provider || !media || !this.#identity) {
      this.#listen(new OpenChannel(send));
      return;
    }
    const ik = this.#identity.key;
    const sealed = new SealedChannel({
      // The worker may be replaced during the meeting; the channel and the sink stay.
      media: () => this.#media as MediaPort,
      meeting: this.#host.options.room,
      ik,
      clock,
      send,
      agree: async (member) => provider.agree?.(member),
      onMissingKey: (identity, epoch) => provider.handleMissingKey(identity, epoch),
    });
    this.#listen(sealed);
    const sink = keyDoor(sealed.sink, () => this.#self, {
      keyed: ({ identity }, epoch) => this.#host.judge.keyed(identity, epoch),
      sending: (epoch) => {
        this.#host.epoch(epoch);
        this.#arrivals.epoch();
        this.#hello.say(false);
        this.#hello.ask();
      },
      stopped: () => this.#host.epoch(null),
    });
    const context: KeyProviderContext = {
      meeting: this.#host.options.room,
      self: { identity: this.#selfIdentity, name: this.#host.name(), ik },
      presence: () => people.identities(),
      send: (to, message) => (this.#mail as KeyMail).send(to, message),
      sendNow: (message) => this.#mail?.sendNow(message),
      clock,
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      storage: this.#identity.storage,
      ...(this.#certified && { admission: this.#certified }),
      sink,
      emit: (type, detail) => this.#fromProvider(type, detail, sealed),
    };
    this.#started = provider.start(context);
    // Awaited after the connection stands; without this an early failure would count as unhandled.
    this.#started.catch(() => undefined);
  }

  #listen(channel: Channel): void {
    this.#channel = channel;
    channel.onHeard((heard) => {
      if (this.#over) return;
      if (heard.epoch !== null) this.#host.judge.message(heard.sender, heard.epoch);
      if (heard.talk.type === 'hello' && heard.talk.answer) this.#hello.say(false);
      this.#host.heard(heard);
    });
    channel.onViolation(({ code, identity, count }) => this.#host.violation(code, identity, 'message', count, null));
  }

  #fromProvider<K extends keyof KeyProviderEvents>(
    type: K,
    detail: KeyProviderEvents[K],
    channel: SealedChannel,
  ): void {
    if (this.#over) return;
    switch (type) {
      case 'self':
        this.#self = (detail as KeyProviderEvents['self']).sender;
        channel.self(this.#self);
        break;
      case 'roster':
        this.#roster(detail as KeyProviderEvents['roster'], channel);
        break;
      case 'state':
        this.#door.stand((detail as KeyProviderEvents['state']).state);
        break;
      case 'ended': {
        const { reason, code } = detail as KeyProviderEvents['ended'];
        void this.leave(reason, code && new SecureMeetingError(code));
        break;
      }
      default:
        break;
    }
    this.#host.provider(type, detail);
  }

  #roster({ members, instance }: KeyProviderEvents['roster'], channel: SealedChannel): void {
    const { people, judge, clock } = this.#host;
    const others = members.filter(({ sender }) => sender.identity !== this.#selfIdentity);
    const news = others.some(({ sender }) => !people.member(sender.identity));
    channel.roster(members, instance);
    people.roster(others, clock.wall());
    judge.roster(others.map(({ sender }) => sender));
    this.#watchHidden();
    // Newcomers must hear a sealed word from us when no stream of ours plays.
    if (!news) return;
    this.#arrivals.newcomer();
    this.#hello.say(false);
    this.#hello.ask();
  }

  #watchHidden(): void {
    if (this.#provider?.capabilities.membershipAgreement) this.#hidden.watch(this.#host.people.hidden());
  }

  #absent(identity: string): void {
    this.#host.people.absent(identity);
    this.#host.judge.absent(identity);
    this.#watchHidden();
    this.#provider?.handlePresence({ identity, present: false });
  }

  #data(from: string, topic: string, payload: Uint8Array): void {
    if (this.#encrypted && topic === KEY_TOPIC) {
      const message = this.#mail?.receive(from, payload);
      if (!message) return;
      // The SFU tells of somebody after their first words have come, a fifth of a second later on a quiet network.
      if (!this.#host.people.knows(from)) this.#arrivals.newcomer();
      this.#provider?.handleMessage(from, message);
      return;
    }
    if (topic === OPEN_TOPIC ? this.#encrypted : !this.#encrypted && topic.startsWith('sm/')) this.#mismatched(from);
    else this.#channel?.handle(topic, from, payload);
  }

  /** Somebody joined this room with the other `encryption`. Those in clear go; those who encrypt say that they do. */
  #mismatched(from: string): void {
    if (this.#encrypted) this.#hello.say(false);
    if (this.#mismatch) return;
    this.#mismatch = true;
    const error = new SecureMeetingError('key-encryption-mismatch');
    if (!this.#encrypted) {
      void this.#goFromSealed(error);
      return;
    }
    this.#host.violation('plaintext', from, 'message', 1, null);
    this.#host.error(error);
  }

  /** Often the first packet tells us: without a word of ours, those who encrypt would never learn that we came. */
  async #goFromSealed(error: SecureMeetingError): Promise<void> {
    const said = this.#channel?.send({ type: 'hello', answer: false }, null).catch(() => undefined);
    const { clock } = this.#host;
    await Promise.race([said, new Promise<void>((resolve) => clock.after(LAST_WORD, resolve))]);
    await new Promise<void>((resolve) => clock.after(LAST_WORD_READ, resolve));
    await this.leave('key', error);
  }

  #connectionState(state: 'reconnecting' | 'connected'): void {
    if (!this.#connected || this.#rejoining) return;
    const up = state === 'connected';
    this.#host.judge.connection(up);
    this.#provider?.handleConnection(up ? 'returned' : 'lost');
    this.#host.phase(up ? 'joined' : 'reconnecting', state);
    // Counted from the first word of trouble: an engine says it again at each of its tries.
    if (up) this.#calm();
    else this.#stuck ??= this.#host.clock.after(STUCK, () => void this.#rejoin('network'));
    if (!up) return;
    this.#catchUp();
    this.#hello.backAgain();
  }

  /** The engine itself sends again most of what was sent; what it forgot is sent by us, and not beside it. */
  #catchUp(tries = CATCH_UP): void {
    this.#scope.add(
      this.#host.clock.after(SETTLED, () => {
        const last = tries <= 1;
        void this.#host.local.catchUp(last).then((done) => done || last || this.#over || this.#catchUp(tries - 1));
      }),
    );
  }

  #calm(): void {
    this.#stuck?.();
    this.#stuck = undefined;
  }

  async #closed(reason: CloseReason): Promise<void> {
    if (reason === 'network') await this.#rejoin('network');
    else await this.leave(reason);
  }

  /** The SFU gave us up, or the worker died: everything below the provider is made anew, until it stands. */
  async #rejoin(cause: 'network' | 'worker'): Promise<void> {
    if (this.#rejoining || this.#over) return;
    this.#rejoining = true;
    this.#calm();
    const { judge, clock, ports, playback, local } = this.#host;
    this.#host.phase('reconnecting', 'reconnecting');
    judge.connection(false);
    this.#provider?.handleConnection('lost');
    const old = this.#connection;
    this.#connection = undefined;
    this.#token = old?.refreshedToken ?? this.#token;
    local.detach();
    playback.clear();
    void old?.close();
    let lost: MediaPort | undefined = cause === 'worker' ? this.#media : undefined;
    const failed = await joinAgain(
      clock,
      () => this.#over,
      async (inTime) => {
        const answer = await this.#getToken(this.#scope.signal);
        const opened = await ports.open({ encrypted: this.#encrypted, media: lost ? undefined : this.#media });
        try {
          this.#useMedia(opened.media);
          await inTime(this.#media?.ready());
          const renewed = lost !== undefined;
          const signalled = (): void => {
            if (renewed) this.#provider?.handleWorkerLost();
            else this.#provider?.handleConnection('rejoined');
          };
          await inTime(this.#connect(opened.connection, answer, this.#scope.signal, signalled));
          lost = undefined;
        } catch (cause) {
          void opened.connection.close();
          this.#connection = undefined;
          throw cause;
        }
      },
    );
    if (failed) return void this.leave(failed.reason, failed.error);
    this.#rejoining = false;
    if (this.#over) return;
    judge.connection(true);
    this.#host.phase('joined', 'connected');
    this.#hello.backAgain();
  }
}

/** A renewal in the background asks nobody anything. */
const nobody: AccessHandler = async () => undefined;
