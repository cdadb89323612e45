/** An honest participant with keys from a leader: the whole session, as a page would use it. It hears what we let it. */
import { SecureMeetingSession } from '../../../src/defaults/index.js';
import type { SecurityCode } from '../../../src/keys/index.js';
import type { ModerationAction, SessionFacts, SessionState } from '../../../src/session/types.js';
import { installNetwork, network } from './network.js';
import { tone } from './synthetic-media.js';

installNetwork();
// A tone: sound is cheap, and every packet of it is a frame of its own.
navigator.mediaDevices.getUserMedia = async () => new MediaStream([tone(440)]);

const FACTS = ['encryption-violation', 'security-code', 'participant-joined', 'left', 'error'] as const;
const facts: { readonly type: keyof SessionFacts; readonly detail: unknown }[] = [];
let session: SecureMeetingSession;

const code = async (wish: Promise<unknown>): Promise<string> =>
  wish.then(
    () => '',
    (error: { code?: string; name: string }) => error.code ?? error.name,
  );

const api = {
  ...network,
  join(room: string, serverUrl: string, token: string, name: string, speaks: boolean): Promise<string> {
    session = new SecureMeetingSession({
      room,
      serverUrl,
      token,
      displayName: name,
      keyProvider: 'leader',
      startMuted: !speaks,
      startCameraOff: true,
    });
    for (const type of FACTS) session.on(type, (detail) => facts.push({ type, detail }));
    return code(session.join());
  },
  state: (): SessionState => session.state,
  facts: (): typeof facts => facts,
  /** Sound packets of `identity` that were authenticated here. */
  heard: async (identity: string): Promise<number> =>
    (await session.stats()).streams.find((line) => line.identity === identity && line.direction === 'in')?.opened ?? 0,
  /** Sound packets of all others that were authenticated here, and that were not. */
  counts: async (): Promise<{ readonly opened: number; readonly dropped: number }> => {
    const lines = (await session.stats()).streams.filter(({ direction }) => direction === 'in');
    const sum = (of: 'opened' | 'dropped'): number => lines.reduce((total, line) => total + line[of], 0);
    return { opened: sum('opened'), dropped: sum('dropped') };
  },
  moderate: (action: ModerationAction): Promise<string> => code(session.moderate(action)),
  confirm: (compared: SecurityCode): Promise<string> => code(session.confirmSecurityCode(compared)),
  chat: (text: string, to?: string): Promise<string> => code(session.sendChat(text, to === undefined ? {} : { to })),
  leave: (): Promise<void> => session.leave(),
};

export type LeaderApi = typeof api;
Object.assign(globalThis, { api });
