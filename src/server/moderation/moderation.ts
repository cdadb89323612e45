import * as v from 'valibot';
import { toHex } from '../../base/index.js';
import { moderationContent, type Certificate } from '../../crypto/index.js';
import { ApiError } from '../http/errors.js';
import * as field from '../http/fields.js';
import { describeError } from '../observe/log.js';
import { MEDIA_SOURCES } from '../policy.js';
import type { Services } from '../services.js';
import { useLimit } from '../storage/limits.js';
import { whoSigned } from './host.js';
import { LivekitUnavailable, type Sfu } from './livekit.js';
import * as store from './store.js';

/** What a certified host may ask for. `remove` and `end` are repeated until LiveKit did them. */
export const ACTIONS = [
  'mute',
  'stop-camera',
  'stop-share',
  'permissions',
  'remove',
  'readmit',
  'lock',
  'unlock',
  'end',
] as const;
export type Action = (typeof ACTIONS)[number];

const MODERATION_REQUEST = v.object({
  certificate: field.bytes(1, 2048),
  target: v.optional(field.identity),
  track: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_]{1,64}$/))),
  sources: v.optional(v.pipe(v.array(v.picklist(MEDIA_SOURCES)), v.maxLength(4))),
  id: field.bytes(16),
  time: field.seconds,
  signature: field.bytes(64),
});
type Request = v.InferOutput<typeof MODERATION_REQUEST>;

/** Requests of one host in a minute. */
const BY_HOST = { times: 120, seconds: 60 };

/** Requests that LiveKit did not do are repeated for this long: milliseconds. */
const REPEAT = 10 * 60_000;

/**
 * `POST /moderation/‹action›`, for holders of a host certificate. What the tables say changes first and for good, then
 * LiveKit is asked: a removed person gets no certificate any more even if LiveKit can't be reached.
 */
export class Moderation {
  readonly #services: Services;
  readonly #sfu: Sfu;

  constructor(services: Services, sfu: Sfu) {
    this.#services = services;
    this.#sfu = sfu;
  }

  async handle(actionName: string, body: unknown): Promise<{ done: true }> {
    const action = ACTIONS.find((known) => known === actionName);
    if (!action) throw new ApiError('not-found');
    const request = parseFor(action, body);
    const host = await whoSigned(this.#services, request, 'moderation', (certificate) =>
      moderationContent({
        issuer: certificate.issuer,
        meeting: certificate.meeting,
        action,
        target: request.target ?? '',
        track: request.track ?? '',
        id: request.id,
        time: request.time,
        ...(request.sources && { sources: request.sources }),
      }),
    );
    if (host.role !== 'host') throw new ApiError('unauthorised');
    const { database, secrets, metrics } = this.#services;
    const now = this.#services.now();
    const use = await useLimit(database, secrets, ['moderation', toHex(host.meeting), host.identity], BY_HOST, now);
    if (!use.allowed) throw new ApiError('rate-limited', { retryAfter: use.retryAfter });
    await this.#once(host, action, request, now);
    metrics.count('secure_meeting_moderation_total', 'Requests of hosts that were done.', { action });
    return { done: true };
  }

  /** Closes meetings whose time is up, and asks LiveKit again for what it did not do yet. */
  async keepUp(): Promise<void> {
    const now = this.#services.now();
    await store.endOverdue(this.#services.database, now);
    for (const pending of await store.pending(this.#services.database, new Date(now.getTime() - REPEAT))) {
      try {
        if (pending.action === 'remove') await this.#sfu.remove(pending.room, pending.target, now);
        else await this.#sfu.end(pending.room);
        await store.done(this.#services.database, pending.id, now);
      } catch (error) {
        this.#services.log({ level: 'warn', event: 'moderation-pending', error: describeError(error) });
      }
    }
  }

  async #once(host: Certificate, action: Action, request: Request, now: Date): Promise<void> {
    const { database, secrets } = this.#services;
    const target = request.target ?? '';
    const state = await database.transaction(async (tx) => {
      const open = await store.lockMeeting(tx, host.meeting, secrets, host);
      if (!open) throw new ApiError('unauthorised');
      const known = await store.note(
        tx,
        { id: request.id, meeting: host.meeting, action, host: host.identity, target },
        now,
      );
      if (known === 'done') return 'done';
      if (action === 'remove') await store.bar(tx, secrets, host.meeting, target, now);
      if (action === 'readmit') await store.unbar(tx, secrets, host.meeting, target);
      if (action === 'lock' || action === 'unlock') await store.setLocked(tx, host.meeting, action === 'lock');
      if (action === 'end') await store.endMeeting(tx, host.meeting, now);
      return 'open';
    });
    if (state === 'done') return;
    try {
      await this.#tellSfu(host.room, action, request, now);
    } catch (error) {
      if (error instanceof LivekitUnavailable) throw new ApiError('unavailable', { retryAfter: 5, cause: error });
      throw error;
    }
    await store.done(database, request.id, now);
  }

  async #tellSfu(
    room: string,
    action: Action,
    { target = '', track, sources = [] }: Request,
    now: Date,
  ): Promise<void> {
    switch (action) {
      case 'remove':
        return this.#sfu.remove(room, target, now);
      case 'mute':
        return this.#sfu.mute(room, target, track === undefined ? { sources: ['microphone'] } : { track });
      case 'stop-camera':
        return this.#sfu.mute(room, target, { sources: ['camera'] });
      case 'stop-share':
        return this.#sfu.mute(room, target, { sources: ['screen_share', 'screen_share_audio'] });
      case 'permissions':
        return this.#sfu.permit(room, target, sources);
      case 'end':
        return this.#sfu.end(room);
      case 'readmit':
      case 'lock':
      case 'unlock':
        return;
    }
  }
}

/** Exactly the fields an action has. @throws ApiError `body-invalid` */
function parseFor(action: Action, body: unknown): Request {
  const request = field.parse(MODERATION_REQUEST, body);
  const wantsTarget = !['lock', 'unlock', 'end'].includes(action);
  if (wantsTarget !== (request.target !== undefined)) throw new ApiError('body-invalid', { field: 'target' });
  if (request.track !== undefined && action !== 'mute') throw new ApiError('body-invalid', { field: 'track' });
  if ((request.sources !== undefined) !== (action === 'permissions'))
    throw new ApiError('body-invalid', { field: 'sources' });
  return request;
}
