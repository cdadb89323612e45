/** What a join needs, begun while somebody is still about to join: its code, and a media worker that nobody has yet. */
import { DEFAULT_PROVIDER } from '../keys/index.js';
import type { MediaClient } from '../media/index.js';
import type { SessionOptions } from '../session/index.js';
import { load, loadLeader } from './load.js';
import { WARM_UPS, whenIdle } from './warm-up.js';
import { createMediaWorker } from './worker.js';

/** What of a session's options decides what is prepared. */
type PrepareOptions = Pick<SessionOptions, 'encryption' | 'keyProvider' | 'workerSrc' | 'assetBase'>;

/** A page is about to join one meeting: it has one at most. */
let spare: { readonly media: MediaClient; readonly from: string } | undefined;
/** Sessions that have asked for it. */
let asked = 0;

const placeOf = ({ workerSrc = '', assetBase = '' }: PrepareOptions): string => `${workerSrc}\n${assetBase}`;

/**
 * Loads the code and starts the worker. Never rejects: what fails here, the join tries again and tells.
 * @returns ends the worker, if no join has taken it
 */
export async function prepare(options: PrepareOptions): Promise<() => void> {
  const before = asked;
  const parts = await loadParts().catch(() => undefined);
  // A join that was faster has its own.
  if (!parts || options.encryption === 'off' || asked !== before) return releaseSpare;
  if ((options.keyProvider ?? DEFAULT_PROVIDER) === 'leader') loadLeader().catch(() => undefined);
  const from = placeOf(options);
  if (spare?.from !== from) {
    releaseSpare();
    const media = startMedia(parts[1], options);
    spare = { media, from };
    // One that does not come up, or dies, is none: the join starts its own.
    media.on('lost', () => spare?.media === media && releaseSpare());
  }
  return releaseSpare;
}

/** The worker that was prepared for such a session: its own from now on. */
export function takeSpare(options: PrepareOptions): MediaClient | undefined {
  asked++;
  if (spare?.from !== placeOf(options)) return undefined;
  const { media } = spare;
  spare = undefined;
  return media;
}

/** A media client and its worker. While that starts the page has time for what a join computes. */
export function startMedia(
  { createMediaClient }: typeof import('../media/index.js'),
  options: PrepareOptions,
): MediaClient {
  whenIdle(WARM_UPS);
  return createMediaClient({ createWorker: () => createMediaWorker(options) });
}

function releaseSpare(): void {
  spare?.media.dispose();
  spare = undefined;
}

/** @throws SecureMeetingError `load-failed` */
export const loadParts = (): Promise<[typeof import('../livekit/index.js'), typeof import('../media/index.js')]> =>
  load(Promise.all([import('../livekit/index.js'), import('../media/index.js')]));
