/** One picture, sealed by our worker on its way out of a connection and opened by another one at the end. */
import { createMediaClient, usesEncodedStreams, type MediaClient, type MediaSender } from '../../src/media/index.js';

/** Milliseconds: a slow phone gets there in a few seconds. */
const PATIENCE = 30_000;
const SENDER: MediaSender = { identity: 'sender', binding: new Uint8Array(32).fill(1) };
const RECEIVER: MediaSender = { identity: 'receiver', binding: new Uint8Array(32).fill(2) };

const makeWorker = (): Worker => new Worker(new URL('worker.js', import.meta.url), { type: 'module' });

/** Whether the media worker loads and answers. */
export async function workerAnswers(): Promise<boolean> {
  const client = createMediaClient({ createWorker: makeWorker });
  try {
    await client.ready();
    return true;
  } catch {
    return false;
  } finally {
    client.dispose();
  }
}

/** A picture that changes, without a camera. */
function drawing(): { readonly track: MediaStreamTrack; stop(): void } {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let turn = 0;
  const draw = (): void => {
    context.fillStyle = `hsl(${turn++ * 40}deg 60% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  };
  draw();
  const timer = setInterval(draw, 100);
  const track = canvas.captureStream(10).getVideoTracks()[0] as MediaStreamTrack;
  return {
    track,
    stop() {
      clearInterval(timer);
      track.stop();
    },
  };
}

async function connect(near: RTCPeerConnection, far: RTCPeerConnection): Promise<void> {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const)
    from.onicecandidate = ({ candidate }) => void to.addIceCandidate(candidate ?? undefined).catch(() => undefined);
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription as RTCSessionDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription as RTCSessionDescription);
}

/** How many frames have come, and how many of them were opened. */
async function come(client: MediaClient): Promise<{ readonly opened: number; readonly refused: number }> {
  const lines = (await client.counts()).filter(({ direction }) => direction === 'in');
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    opened: sum(lines.map(({ opened }) => opened)),
    refused: sum(lines.flatMap(({ dropped }) => Object.values(dropped))),
  };
}

/**
 * Whether a sealed picture arrives and opens with the key, and with another key does not: what opens without the right one
 * was never sealed.
 */
export async function pictureArrives(rightKey: boolean): Promise<boolean> {
  const key = (fill: number): Promise<CryptoKey> =>
    crypto.subtle.importKey('raw', new Uint8Array(32).fill(fill), 'HKDF', false, ['deriveBits']);
  const configuration = (usesEncodedStreams() ? { encodedInsertableStreams: true } : {}) as RTCConfiguration;
  const [near, far] = [new RTCPeerConnection(configuration), new RTCPeerConnection(configuration)];
  const [sealing, opening] = [1, 2].map(() => createMediaClient({ createWorker: makeWorker })) as [
    MediaClient,
    MediaClient,
  ];
  const picture = drawing();
  try {
    await Promise.all([sealing.ready(), opening.ready()]);
    await Promise.all([sealing.setSelf(SENDER), opening.setSelf(RECEIVER)]);
    await sealing.install(1, SENDER, await key(7));
    await opening.install(1, SENDER, await key(rightKey ? 7 : 8));
    await sealing.activate(1);
    far.ontrack = ({ receiver }) => opening.bindReceiver(receiver, { identity: SENDER.identity, stream: 'camera' });
    const { sender } = near.addTransceiver(picture.track, { direction: 'sendonly' });
    sealing.bindSender(sender, { stream: 'camera' });
    await connect(near, far);
    const end = performance.now() + PATIENCE;
    while (performance.now() < end) {
      const { opened, refused } = await come(opening);
      if (opened > 0) return true;
      if (refused > 3) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('nothing arrived');
  } finally {
    picture.stop();
    near.close();
    far.close();
    sealing.dispose();
    opening.dispose();
  }
}
