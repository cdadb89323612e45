import type { Room } from 'livekit-client';
import type { MediaPath } from '../session/index.js';

/** The counters of WebRTC's statistics that say which way was found; all may be missing. */
interface Counters {
  readonly type: string;
  readonly state?: string;
  readonly nominated?: boolean;
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly currentRoundTripTime?: number;
  readonly candidateType?: string;
  readonly protocol?: string;
}

/** How packets go to the SFU and back: the candidate pair in use. Null before one is. */
export async function readPath(room: Room): Promise<MediaPath | null> {
  const { publisher, subscriber } = room.engine.pcManager ?? {};
  for (const transport of [subscriber, publisher]) {
    const report = (await transport?.getStats()?.catch(() => undefined)) as Map<string, Counters> | undefined;
    if (!report) continue;
    for (const pair of report.values()) {
      // Firefox says `selected`, the standard `nominated`.
      if (pair.type !== 'candidate-pair' || pair.state !== 'succeeded' || !(pair.nominated || pair.selected)) continue;
      const local = report.get(pair.localCandidateId ?? '');
      if (!local?.protocol) continue;
      const seconds = pair.currentRoundTripTime;
      return {
        transport: local.candidateType === 'relay' ? 'relay' : local.protocol === 'tcp' ? 'tcp' : 'udp',
        roundTripMs: seconds === undefined ? null : Math.round(seconds * 1000),
      };
    }
  }
  return null;
}
