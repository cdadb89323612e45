/**
 * What the bundles leave out of livekit-client, and why a meeting never gets there. Each entry belongs to one version:
 * the build fails when the version changes, when a module is no longer part of it, and when a pattern is not found once.
 */

/** Checked against the package: a new version needs its cuts looked through again (docs/decisions/0070). */
export const version = '2.23.0';

/** All that `src/livekit` imports. */
export const names = [
  'ConnectionError',
  'ConnectionErrorReason',
  'ConnectionState',
  'DisconnectReason',
  'LoggerNames',
  'ParticipantEvent',
  'Room',
  'RoomEvent',
  'Track',
  'VideoPreset',
  'getLogger',
];

const livekit = (file) => `livekit-client/src/${file}`;

/** Modules with another in their place; a class keeps every method that the rest calls. */
export const replacements = {
  // Shims for browsers before 2021. None of them has encoded transforms, without which we do not join, and the shims
  // would change the prototypes of the page that embeds us.
  'webrtc-adapter/src/js/adapter_core.js': 'export {};',
  // LiveKit's own encryption; ours is given to it as an object, so that this is never made.
  [livekit('e2ee/E2eeManager.ts')]: 'export class E2EEManager {}',
  // Nobody sees what it logs, and it logs addresses with tokens in them. The calls themselves are taken out too.
  [livekit('logger.ts')]: `
    const silent = () => {};
    const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent, setDefaultLevel: silent };
    export default logger;
    export const workerLogger = logger;
    export const getLogger = () => logger;
    export const LoggerNames = {};`,
  [livekit('utils/machineInspector.ts')]: 'export const announceMachine = () => {};',
  [livekit('room/statsSummary.ts')]: 'export const summarizeStatsReport = () => ({});',
  // Data tracks: we send and take sealed packets only, and never ask to publish or subscribe one.
  [livekit('room/data-track/incoming/IncomingDataTrackManager.ts')]: `
    export default class {
      on() { return this; }
      updateE2eeManager() {}
      receivedSfuSubscriberHandles() {}
      packetReceived() {}
      receiveSfuPublicationUpdates() {}
      resendSubscriptionUpdates() {}
      reset() {}
      handleRemoteParticipantDisconnected() {}
    }`,
  [livekit('room/data-track/outgoing/OutgoingDataTrackManager.ts')]: `
    export default class {
      on() { return this; }
      updateE2eeManager() {}
      receivedSfuPublishResponse() {}
      receivedSfuUnpublishResponse() {}
      sfuWillRepublishTracks() {}
      reset() {}
      queryPublished() { return []; }
    }`,
  [livekit('room/data-track/LocalDataTrack.ts')]: 'export default class {}',
  [livekit('room/data-track/RemoteDataTrack.ts')]: `
    export default class {
      constructor(info) { this.info = info; }
    }`,
  // Data streams and calls between participants: unsealed ways in, of which a meeting knows nothing.
  [livekit('room/data-stream/incoming/IncomingDataStreamManager.ts')]: `
    export default class {
      registerTextStreamHandler() {}
      clearControllers() {}
      validateParticipantHasNoActiveDataStreams() {}
      handleDataStreamPacket() {}
      setConnected() {}
    }`,
  [livekit('room/data-stream/outgoing/OutgoingDataStreamManager.ts')]: `
    export default class {
      setupEngine() {}
    }`,
  [livekit('room/rpc/index.ts')]: `
    export class RpcClientManager {
      on() { return this; }
      handleIncomingRpcResponseSuccess() {}
      handleIncomingRpcResponseFailure() {}
      handleIncomingRpcAck() {}
      handleParticipantDisconnected() {}
    }
    export class RpcServerManager {
      on() { return this; }
      handleIncomingRpcRequest() {}
    }
    export class RpcError {
      static fromProto() {}
    }
    export const RPC_REQUEST_DATA_STREAM_TOPIC = '';
    export const RPC_RESPONSE_DATA_STREAM_TOPIC = '';`,
  // Metadata of frames needs a worker of LiveKit's that we do not give it.
  [livekit('frameMetadata/FrameMetadataManager.ts')]: `
    export class FrameMetadataManager {
      setup() {}
    }`,
  // All that the one machine of LiveKit's signalling uses of it: states that name the next one, or work it out.
  'machina/dist/index.mjs': `
    export const createFsm = ({ initialState, context, states }) => {
      let state = initialState;
      return {
        context,
        on() {},
        currentState: () => state,
        handle(input, event) {
          const next = states[state][input];
          state = (typeof next === 'function' ? next({ ctx: context }, event) : next) ?? state;
        },
      };
    };`,
  // Signalling is binary; its text form is for debugging.
  '@bufbuild/protobuf/dist/esm/private/json-format.js': 'export const makeJsonFormat = () => ({});',
};
