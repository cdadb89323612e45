/** A page of somebody who uses the session without our elements: what a test asks for goes through its public interface. */
import { SecureMeetingSession } from '../../../src/defaults/index.js';
import type { SecurityCode } from '../../../src/keys/index.js';
import type {
  ConnectionTest,
  ModerationAction,
  SessionFacts,
  SessionOptions,
  SessionState,
  SessionStats,
} from '../../../src/session/types.js';

export interface Fact {
  readonly type: string;
  readonly detail: unknown;
  /** Milliseconds since the page began. */
  readonly at: number;
}

const FACTS: (keyof SessionFacts)[] = [
  'encryption-state',
  'encryption-violation',
  'security-code',
  'joined',
  'left',
  'participant-joined',
  'participant-left',
  'connection-state',
  'media-state',
  'error',
];

/** Everything the browser holds for us, counted from outside the code under test. */
const made = {
  tracks: new Set<MediaStreamTrack>(),
  peers: new Set<RTCPeerConnection>(),
  sockets: new Set<WebSocket>(),
  workers: 0,
};
const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await getUserMedia(constraints);
  for (const track of stream.getTracks()) made.tracks.add(track);
  return stream;
};
/** Milliseconds between two pictures of the screen that is shared. */
let screenEvery = 66;
/** A screen to share, also in a browser that has none: a canvas that changes, and a tone. */
navigator.mediaDevices.getDisplayMedia = async (options) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let tick = 0;
  const timer = setInterval(() => {
    context.fillStyle = `hsl(${(tick += 5) % 360} 70% 50%)`;
    context.fillRect(0, 0, 1280, 720);
    context.fillStyle = 'black';
    context.fillText(String(tick), 100 + (tick % 900), 300);
  }, screenEvery);
  const stream = canvas.captureStream(15);
  if (options?.audio) {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const out = audio.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    stream.addTrack(out.stream.getAudioTracks()[0] as MediaStreamTrack);
  }
  const [picture] = stream.getVideoTracks();
  const stop = picture?.stop.bind(picture);
  if (picture && stop)
    picture.stop = () => {
      clearInterval(timer);
      stop();
    };
  for (const track of stream.getTracks()) made.tracks.add(track);
  return stream;
};
/** As in a network that lets no media out: every way but a relay is closed, and there is no relay. */
let noWay = false;
const closed = (configuration?: RTCConfiguration): RTCConfiguration | undefined =>
  noWay ? { ...configuration, iceTransportPolicy: 'relay', iceServers: [] } : configuration;
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(closed(configuration));
    made.peers.add(this);
  }
  // The server's answer to the join brings a configuration of its own.
  override setConfiguration(configuration?: RTCConfiguration): void {
    super.setConfiguration(closed(configuration));
  }
};
globalThis.WebSocket = class extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args);
    made.sockets.add(this);
  }
};
globalThis.Worker = class extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    made.workers++;
  }
  override terminate(): void {
    made.workers--;
    super.terminate();
  }
};

let session: SecureMeetingSession;
const facts: Fact[] = [];
const painted = new Map<string, number>();
/** The first painted frame of somebody else, in milliseconds since `join` was called. */
let firstPaint: number | undefined;
let joinedAt = 0;
let given: SessionOptions;

const code = async (wish: Promise<unknown>): Promise<string> =>
  wish.then(
    () => '',
    (error: { code?: string; name: string }) => error.code ?? error.name,
  );

function show(identity: string, source: 'camera' | 'screen', width = 320, height = 180): void {
  const video = document.createElement('video');
  video.style.cssText = `width:${width}px;height:${height}px;display:inline-block`;
  video.dataset['of'] = `${source} ${identity}`;
  document.body.append(video);
  session.attach(video, { identity, source });
  const count = (): void => {
    const key = video.dataset['of'] as string;
    painted.set(key, (painted.get(key) ?? 0) + 1);
    firstPaint ??= performance.now() - joinedAt;
    video.requestVideoFrameCallback(count);
  };
  video.requestVideoFrameCallback(count);
}

const has = (capabilities: RTCRtpCapabilities | null, codec: string): boolean =>
  capabilities?.codecs.some(({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`) ?? false;

const api = {
  async start(options: SessionOptions): Promise<void> {
    given = options;
    session = new SecureMeetingSession(options);
    for (const type of FACTS) session.on(type, (detail) => facts.push({ type, detail, at: performance.now() }));
    // Tiles for everyone, as a page would have.
    const shown = new Set<string>();
    session.subscribe(({ others }) => {
      for (const { identity, screen } of others)
        for (const source of screen ? (['camera', 'screen'] as const) : (['camera'] as const)) {
          if (shown.has(`${source} ${identity}`)) continue;
          shown.add(`${source} ${identity}`);
          show(identity, source);
        }
    });
  },
  /** As elements do while somebody types their name. */
  prepare: async (): Promise<void> => void (await SecureMeetingSession.prepare(given)),
  join: (): Promise<string> => {
    joinedAt = performance.now();
    return code(session.join());
  },
  leave: (options: { readonly endForAll?: boolean } = {}): Promise<void> => session.leave(options),
  state: (): SessionState => session.state,
  facts: (): Fact[] => facts,
  stats: (): Promise<SessionStats> => session.stats(),
  closeEveryWay: (): void => void (noWay = true),
  testConnection: (): Promise<ConnectionTest> => session.testConnection(),
  painted: (identity: string, source: 'camera' | 'screen'): number => painted.get(`${source} ${identity}`) ?? 0,
  firstPaint: (): number | undefined => firstPaint,
  /** Whether the tile of this stream holds a picture at all. */
  blank: (identity: string, source: 'camera' | 'screen'): boolean =>
    [...document.querySelectorAll('video')].every(
      (video) => video.dataset['of'] !== `${source} ${identity}` || video.srcObject === null,
    ),
  /** Makes a tile another size; 0 by 0 takes it out of sight. */
  resize(identity: string, source: 'camera' | 'screen', width: number, height: number): void {
    for (const video of document.querySelectorAll('video'))
      if (video.dataset['of'] === `${source} ${identity}`) {
        video.style.width = `${width}px`;
        video.style.height = `${height}px`;
      }
  },
  setCamera: (on: boolean): Promise<string> => code(session.setCamera(on)),
  setMicrophone: (on: boolean): Promise<string> => code(session.setMicrophone(on)),
  screenEvery: (ms: number): void => void (screenEvery = ms),
  share: (audio: boolean): Promise<string> => code(session.startScreenShare({ audio, hint: 'motion' })),
  unshare: (): Promise<string> => code(session.stopScreenShare()),
  chat: (text: string, to?: string): Promise<string> => code(session.sendChat(text, to === undefined ? {} : { to })),
  hand: (up: boolean): Promise<string> => code(session.setHand(up)),
  react: (emoji: string): Promise<string> => code(session.react(emoji)),
  rename: (name: string): Promise<string> => code(session.setDisplayName(name)),
  moderate: (action: ModerationAction): Promise<string> => code(session.moderate(action)),
  confirm: (compared: SecurityCode): Promise<string> => code(session.confirmSecurityCode(compared)),
  reject: (compared: SecurityCode): Promise<string> => code(session.rejectSecurityCode(compared)),
  breakSignalling: (): void => {
    for (const socket of made.sockets) socket.close();
  },
  /** The peer connections too: nothing is left to resume. */
  breakEverything: (): void => {
    for (const peer of made.peers) peer.close();
    for (const socket of made.sockets) socket.close();
  },
  canSend: (codec: string): boolean => has(RTCRtpSender.getCapabilities('video'), codec),
  canReceive: (codec: string): boolean => has(RTCRtpReceiver.getCapabilities('video'), codec),
  liveThings: () => ({
    tracks: [...made.tracks].filter(({ readyState }) => readyState === 'live').length,
    peers: [...made.peers].filter(({ signalingState }) => signalingState !== 'closed').length,
    sockets: [...made.sockets].filter(({ readyState }) => readyState < 2).length,
    workers: made.workers,
  }),
  /** Every codec named in our own offers and answers that are in force, lower case: nothing else can be used. */
  negotiatedCodecs: (): string[] => {
    const names = new Set<string>();
    for (const { localDescription } of made.peers)
      // Port 0: a rejected section, in which browsers list whatever they know.
      for (const section of (localDescription?.sdp ?? '').split(/^m=/m).filter((text) => !/^\w+ 0 /.test(text)))
        for (const [, name] of section.matchAll(/^a=rtpmap:\d+ ([^/]+)\//gm)) names.add((name as string).toLowerCase());
    return [...names];
  },
  support: () => SecureMeetingSession.support(),
};
export type MeetingPage = typeof api;
Object.assign(globalThis, { api });
