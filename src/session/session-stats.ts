import type { Connection, ConnectionStats, MediaCount, MediaPort, StreamStats } from './ports.js';
import type { SessionStats } from './types.js';

/** The reading before, per connection: rates are differences. */
const before = new WeakMap<Connection, ConnectionStats>();

/** What flows now. No names, no addresses. */
export async function sessionStats(
  connection: Connection | undefined,
  media: MediaPort | undefined,
): Promise<SessionStats> {
  if (!connection) return { streams: [], roundTripMs: null };
  const [now, counts] = await Promise.all([connection.stats(), media?.counts() ?? []]);
  const last = before.get(connection);
  before.set(connection, now);
  return {
    roundTripMs: now.roundTripMs,
    streams: now.streams.map((stream) => {
      const earlier = last?.streams.find((one) => same(one, stream));
      const seconds = last && earlier ? (now.at - last.at) / 1000 : 0;
      const per = (value: number, from: number): number => (seconds > 0 ? Math.max(0, (value - from) / seconds) : 0);
      const count = counts.find((one) => matches(one, stream));
      return {
        identity: stream.identity,
        source: stream.source,
        direction: stream.direction,
        bitsPerSecond: Math.round(8 * per(stream.bytes, earlier?.bytes ?? 0)),
        framesPerSecond: Math.round(per(stream.frames, earlier?.frames ?? 0)),
        packetsLost: stream.packetsLost,
        width: stream.width,
        height: stream.height,
        opened: count?.opened ?? 0,
        dropped: Object.values(count?.dropped ?? {}).reduce<number>((sum, one) => sum + (one ?? 0), 0),
      };
    }),
  };
}

const same = (a: StreamStats, b: StreamStats): boolean =>
  a.identity === b.identity && a.source === b.source && a.direction === b.direction;

const matches = (count: MediaCount, stream: StreamStats): boolean =>
  count.identity === stream.identity && count.stream === stream.source && count.direction === stream.direction;
