/** An honest participant: the whole session, with the passphrase provider, as a page would use it. */
import { SecureMeetingSession } from '../../../src/defaults/index.js';
import { passphraseProvider } from '../../../src/keys/index.js';
import type { SessionFacts, SessionState } from '../../../src/session/types.js';

/** All workers of the page, so that the test can kill them. */
const workers: Worker[] = [];
globalThis.Worker = class extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    workers.push(this);
  }
};

const FACTS = ['encryption-state', 'encryption-violation', 'participant-joined', 'left', 'error'] as const;
const facts: { readonly type: keyof SessionFacts; readonly detail: unknown }[] = [];
let session: SecureMeetingSession;

const api = {
  async join(room: string, serverUrl: string, token: string, name: string, link: string): Promise<void> {
    session = new SecureMeetingSession({
      room,
      serverUrl,
      token,
      displayName: name,
      keyProvider: passphraseProvider({ kind: 'link', value: link }),
    });
    for (const type of FACTS) session.on(type, (detail) => facts.push({ type, detail }));
    const shown = new Set<string>();
    session.subscribe(({ others }) => {
      for (const { identity } of others) {
        if (shown.has(identity)) continue;
        shown.add(identity);
        const video = document.createElement('video');
        video.dataset['of'] = identity;
        document.body.append(video);
        session.attach(video, { identity, source: 'camera' });
      }
    });
    await session.join();
  },
  setCamera: (on: boolean): Promise<void> => session.setCamera(on),
  setMicrophone: (on: boolean): Promise<void> => session.setMicrophone(on),
  chat: (text: string, to?: string): Promise<void> => session.sendChat(text, to === undefined ? {} : { to }),
  state: (): SessionState => session.state,
  facts: (): typeof facts => facts,
  /** Whether the tile of this participant holds a picture. */
  shows: (identity: string): boolean =>
    [...document.querySelectorAll('video')].some(
      (video) => video.dataset['of'] === identity && video.srcObject !== null,
    ),
  killWorker: (): void => workers.forEach((worker) => worker.terminate()),
  leave: (): Promise<void> => session.leave(),
};

export type MeetingApi = typeof api;
Object.assign(globalThis, { api });
