import { VideoPreset, type RoomOptions, type TrackPublishOptions } from 'livekit-client';
import type { PublishHints, Source } from '../session/index.js';
import type { Binder } from './binder.js';

/** Bits per second and frames per second of what is sent with `quality="saver"`. */
const SAVER = { maxBitrate: 150_000, maxFramerate: 15 };

/** @param binder undefined in a meeting without E2EE. */
export function roomOptions(binder: Binder | undefined): RoomOptions {
  return {
    loggerName: 'secure-meeting',
    ...(binder ? { e2ee: { e2eeManager: binder } } : {}),
    // The session's own `attach` chooses sizes and visibility: LiveKit's watches elements we never give it.
    adaptiveStream: false,
    dynacast: true,
    // Our own goodbye must be sent first.
    disconnectOnPageLeave: false,
    stopLocalTrackOnUnpublish: false,
    publishDefaults: {
      videoCodec: 'vp8',
      // Both would put frames of another shape on the wire: RED wraps sealed frames, a backup codec is another sender.
      red: false,
      backupCodec: false,
      dtx: true,
      simulcast: true,
      stopMicTrackOnMute: false,
    },
  };
}

export function publishOptions(source: Source, hints: PublishHints): TrackPublishOptions {
  if (source === 'screen')
    return {
      simulcast: true,
      degradationPreference: hints.content === 'motion' ? 'maintain-framerate' : 'maintain-resolution',
      screenShareEncoding: { maxBitrate: 2_500_000, maxFramerate: hints.content === 'motion' ? 30 : 15 },
      screenShareSimulcastLayers: [new VideoPreset(640, 360, 200_000, 5)],
    };
  if (source === 'screen-audio') return { dtx: false, audioPreset: { maxBitrate: 96_000 } };
  if (source === 'camera' && hints.saver) return { simulcast: false, videoEncoding: SAVER };
  return {};
}
