/** LiveKit room: the only importer of livekit-client. No LiveKit type leaves it. */
import type { MediaClient } from '../media/index.js';
import type { Connection } from '../session/index.js';
import { LiveKitConnection } from './connection.js';

/** A connection for one join. With `media`, every frame is sealed and opened in its worker; without, in clear. */
export function createConnection(media: MediaClient | undefined): Connection {
  return new LiveKitConnection(media);
}
