import type { RoomServiceClient, TrackSource } from 'livekit-server-sdk';
import { MEDIA_SOURCES, type MediaSource } from '../policy.js';
import type { ServerOptions } from '../options.js';
import { LivekitTokens } from '../token/livekit-token.js';

/** Seconds LiveKit's server API may take. */
const TIMEOUT = 5;

/** LiveKit did not do it: not reachable, or it refused. The request stays pending and is repeated. */
export class LivekitUnavailable extends Error {
  override readonly name = 'LivekitUnavailable';
}

/** What moderation needs of LiveKit. All are idempotent: what is so already, or nobody there, is success. */
export interface Sfu {
  remove(room: string, identity: string, now: Date): Promise<void>;
  /** One track, or all of these sources. */
  mute(
    room: string,
    identity: string,
    what: { readonly track: string } | { readonly sources: readonly MediaSource[] },
  ): Promise<void>;
  permit(room: string, identity: string, sources: readonly MediaSource[]): Promise<void>;
  end(room: string): Promise<void>;
}

/** LiveKit's server API, loaded on first use. `clock` is the one all copies share. */
export function livekitSfu(livekit: ServerOptions['livekit'], clock: () => Date): Sfu {
  const tokens = new LivekitTokens(livekit.apiKey, livekit.apiSecret);
  let client: Promise<RoomServiceClient> | undefined;
  const load = async (): Promise<RoomServiceClient> => {
    const { RoomServiceClient } = await import('livekit-server-sdk');
    const url = livekit.apiUrl ?? livekit.url.replace(/^ws/, 'http');
    const rooms = new RoomServiceClient(url, livekit.apiKey, livekit.apiSecret, {
      requestTimeout: TIMEOUT,
      failover: false,
    });
    // Its own would be by this machine's clock: LiveKit refuses them when that is wrong.
    rooms.authHeader = (grant) => Promise.resolve({ Authorization: `Bearer ${tokens.forServerApi(grant, clock())}` });
    return rooms;
  };
  const call = async (run: (rooms: RoomServiceClient) => Promise<unknown>): Promise<void> => {
    try {
      await run(await (client ??= load()));
    } catch (error) {
      if ((error as { code?: unknown }).code === 'not_found') return;
      throw new LivekitUnavailable('livekit', { cause: error });
    }
  };
  return {
    remove: (room, identity, now) =>
      call((rooms) =>
        rooms.removeParticipant(room, identity, { revokeTokenTs: BigInt(Math.floor(now.getTime() / 1000)) }),
      ),
    mute: (room, identity, what) =>
      call(async (rooms) => {
        if ('track' in what) return rooms.mutePublishedTrack(room, identity, what.track, true);
        const wanted = new Set<number>(what.sources.map((source) => SOURCE_NUMBER[source]));
        const { tracks } = await rooms.getParticipant(room, identity);
        for (const { sid, source, muted } of tracks)
          if (wanted.has(source) && !muted) await rooms.mutePublishedTrack(room, identity, sid, true);
        return undefined;
      }),
    permit: (room, identity, sources) =>
      call((rooms) =>
        rooms.updateParticipant(room, identity, {
          permission: {
            canSubscribe: true,
            canPublish: sources.length > 0,
            canPublishData: true,
            canPublishSources: sources.map((source) => SOURCE_NUMBER[source]),
            canUpdateMetadata: false,
            hidden: false,
          },
        }),
      ),
    end: (room) => call((rooms) => rooms.deleteRoom(room)),
  };
}

/** LiveKit's `TrackSource`: 1 camera, 2 microphone, 3 screen share, 4 its sound. */
const SOURCE_NUMBER = Object.fromEntries(MEDIA_SOURCES.map((source, i) => [source, i + 1])) as Record<
  MediaSource,
  TrackSource
>;
