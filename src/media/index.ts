/** Media room: frame encryption in a worker, and the client that drives it. No LiveKit. */
export { createMediaClient } from './create-media-client.js';
export { supportsEncodedTransforms, usesEncodedStreams } from './encoded-transform.js';
export * from './media-client.js';
