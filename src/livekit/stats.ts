import type { Room, TrackPublication } from 'livekit-client';
import type { ConnectionStats, StreamStats } from '../session/index.js';
import { fromLiveKit } from './sources.js';

/** The counters of WebRTC's statistics that we read; all may be missing. */
interface Counters {
  readonly type: string;
  readonly bytesReceived?: number;
  readonly bytesSent?: number;
  readonly framesDecoded?: number;
  readonly framesSent?: number;
  readonly packetsLost?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly codecId?: string;
  readonly mimeType?: string;
  readonly nominated?: boolean;
  readonly currentRoundTripTime?: number;
  readonly active?: boolean;
}

/** Reads what is sent and received now, one row per stream (simulcast layers added up). */
export async function readStats(room: Room): Promise<ConnectionStats> {
  const rows: StreamStats[] = [];
  let roundTripMs: number | null = null;
  const read = async (identity: string, item: TrackPublication, direction: 'in' | 'out'): Promise<void> => {
    const source = fromLiveKit(item.source);
    const report = await (item.track as { getRTCStatsReport?: () => Promise<RTCStatsReport | undefined> } | undefined)
      ?.getRTCStatsReport?.()
      .catch(() => undefined);
    if (!source || !report) return;
    const row = { bytes: 0, frames: 0, packetsLost: 0, width: 0, height: 0, codec: '' };
    const all = [...(report as unknown as Map<string, Counters>).values()];
    for (const counters of all) {
      if (counters.type === 'candidate-pair' && counters.nominated && counters.currentRoundTripTime !== undefined)
        roundTripMs = counters.currentRoundTripTime * 1000;
      if (counters.type === 'remote-inbound-rtp') row.packetsLost += counters.packetsLost ?? 0;
      if (counters.type !== (direction === 'in' ? 'inbound-rtp' : 'outbound-rtp')) continue;
      row.bytes += counters.bytesReceived ?? counters.bytesSent ?? 0;
      row.frames = Math.max(row.frames, counters.framesDecoded ?? counters.framesSent ?? 0);
      if (direction === 'in') row.packetsLost += counters.packetsLost ?? 0;
      row.width = Math.max(row.width, counters.frameWidth ?? 0);
      row.height = Math.max(row.height, counters.frameHeight ?? 0);
      row.codec ||= (report as unknown as Map<string, Counters>).get(counters.codecId ?? '')?.mimeType ?? '';
    }
    rows.push({ identity, source, direction, ...row });
  };
  const { localParticipant, remoteParticipants } = room;
  await Promise.all([
    ...localParticipant.getTrackPublications().map((item) => read(localParticipant.identity, item, 'out')),
    ...[...remoteParticipants.values()].flatMap((participant) =>
      participant.getTrackPublications().map((item) => read(participant.identity, item, 'in')),
    ),
  ]);
  return { at: performance.now(), streams: rows, roundTripMs };
}
