/**
 * While it connects, livekit-client asks every 50 ms whether the connection stands and whether its data channel is open.
 * The keys of a join go through that channel, and streams are shown once the connection stands: both wait for the next
 * time it asks. Here it asks more often.
 */
const WAIT = /await sleep\(50\);/g;
/** Milliseconds; browsers make timers of less than 4 ms as long as that. */
const OFTEN = 5;

/** The modules that ask, each once. */
export const WAITING = ['livekit-client/src/room/RTCEngine.ts', 'livekit-client/src/room/PCTransportManager.ts'];

/**
 * @param {string} code of one of {@link WAITING}, as TypeScript
 * @returns {string} the same lines
 * @throws Error when it is written in another way
 */
export function mendWaits(code) {
  const found = code.match(WAIT)?.length ?? 0;
  if (found !== 1) throw new Error(`livekit-client waits for its connection in another way: ${found} places found`);
  return code.replace(WAIT, `await sleep(${OFTEN});`);
}
