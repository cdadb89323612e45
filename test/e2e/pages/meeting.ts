/** A page of somebody who uses the session without our elements: what a test asks for goes through its public interface. */
import { SecureMeetingSession } from '../../../src/defaults/index.js';
import type { SessionFacts, SessionOptions, SessionState, SessionStats } from '../../../src/session/types.js';

export interface Fact {
  readonly type: string;
  readonly detail: unknown;
  /** Milliseconds since the page began. */
  readonly at: number;
}

const FACTS: (keyof SessionFacts)[] = [
  'encryption-state',
  'encryption-violation',
  'joined',
  'left',
  'participant-joined',
  'participant-left',
  'connection-state',
  'media-state',
  'error',
];

let session: SecureMeetingSession;
const facts: Fact[] = [];
const painted = new Map<string, number>();
/** The first painted frame of somebody else, in milliseconds since `join` was called. */
let firstPaint: number | undefined;
let joinedAt = 0;

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

const api = {
  async start(options: SessionOptions): Promise<void> {
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
  join: (): Promise<string> => {
    joinedAt = performance.now();
    return code(session.join());
  },
  leave: (): Promise<void> => session.leave(),
  state: (): SessionState => session.state,
  facts: (): Fact[] => facts,
  stats: (): Promise<SessionStats> => session.stats(),
  painted: (identity: string, source: 'camera' | 'screen'): number => painted.get(`${source} ${identity}`) ?? 0,
  firstPaint: (): number | undefined => firstPaint,
  /** Whether the tile of this stream holds a picture at all. */
  blank: (identity: string, source: 'camera' | 'screen'): boolean =>
    [...document.querySelectorAll('video')].every(
      (video) => video.dataset['of'] !== `${source} ${identity}` || video.srcObject === null,
    ),
  setCamera: (on: boolean): Promise<string> => code(session.setCamera(on)),
  setMicrophone: (on: boolean): Promise<string> => code(session.setMicrophone(on)),
  share: (audio: boolean): Promise<string> => code(session.startScreenShare({ audio, hint: 'motion' })),
  unshare: (): Promise<string> => code(session.stopScreenShare()),
  chat: (text: string, to?: string): Promise<string> => code(session.sendChat(text, to === undefined ? {} : { to })),
  hand: (up: boolean): Promise<string> => code(session.setHand(up)),
  react: (emoji: string): Promise<string> => code(session.react(emoji)),
  rename: (name: string): Promise<string> => code(session.setDisplayName(name)),
  support: () => SecureMeetingSession.support(),
};
export type MeetingPage = typeof api;
Object.assign(globalThis, { api });
