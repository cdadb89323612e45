import { Track } from 'livekit-client';
import type { Source } from '../session/index.js';

const OURS = {
  camera: Track.Source.Camera,
  microphone: Track.Source.Microphone,
  screen: Track.Source.ScreenShare,
  'screen-audio': Track.Source.ScreenShareAudio,
} as const satisfies Record<Source, Track.Source>;

export function toLiveKit(source: Source): Track.Source {
  return OURS[source];
}

/** Undefined for what is none of our four streams: it is bound to nothing and so never opened. */
export function fromLiveKit(source: Track.Source): Source | undefined {
  return (Object.keys(OURS) as Source[]).find((ours) => OURS[ours] === source);
}
