/**
 * A sender that the test plays: it can seal as Alice does, and do what only an attacker would: pass plaintext, send
 * again what it recorded, send noise. Modes change with the next frame.
 */
import { fromHex } from '../../src/base/index.js';
import { codecOf } from '../../src/media/codec.js';
import { FrameSealer } from '../../src/media/frame-sealer.js';
import { KeyRing } from '../../src/media/key-ring.js';
import type { MediaSender, Stream } from '../../src/media/index.js';

export type PuppetMode = 'silent' | 'honest' | 'plaintext' | 'replay' | 'noise' | 'truncated' | 'flipped';
export type PuppetMessage =
  | { readonly type: 'key'; readonly sender: MediaSender; readonly epoch: number; readonly key: CryptoKey }
  | { readonly type: 'mode'; readonly line: number; readonly mode: PuppetMode; readonly stream: Stream }
  | {
      readonly type: 'streams';
      readonly line: number;
      readonly readable: ReadableStream<Frame>;
      readonly writable: WritableStream<Frame>;
    };

export interface Frame {
  data: ArrayBuffer;
  getMetadata(): { readonly mimeType?: string };
}

const keys = new KeyRing();
const sealer = new FrameSealer(keys);
const modes = new Map<number, { mode: PuppetMode; stream: Stream }>();
const recorded: Uint8Array<ArrayBuffer>[] = [];
let next = 0;
const NOISE = fromHex('9804ffff');

async function rewrite(line: number, frame: Frame): Promise<ArrayBuffer | undefined> {
  const { mode, stream } = modes.get(line) ?? { mode: 'silent', stream: 'camera' };
  if (mode === 'silent') return undefined;
  if (mode === 'plaintext') return frame.data;
  if (mode === 'replay') return recorded.length ? recorded[next++ % recorded.length]?.slice().buffer : undefined;
  if (mode === 'noise') {
    const noise = crypto.getRandomValues(new Uint8Array(20 + Math.floor(Math.random() * 400)));
    if (next++ % 2) noise.set(NOISE, 1);
    return noise.buffer;
  }
  const verdict = await sealer.seal(stream, codecOf(frame.getMetadata().mimeType, stream), new Uint8Array(frame.data));
  if ('reason' in verdict) return undefined;
  const { data } = verdict;
  if (mode === 'truncated') return data.slice(0, Math.floor(Math.random() * data.length)).buffer;
  if (mode === 'flipped') {
    const at = Math.floor(Math.random() * data.length);
    data[at] = (data[at] as number) ^ (1 << Math.floor(Math.random() * 8));
  } else if (recorded.length < 500) recorded.push(data.slice());
  return data.buffer;
}

function run(line: number, readable: ReadableStream<Frame>, writable: WritableStream<Frame>): void {
  const through = new TransformStream<Frame, Frame>({
    async transform(frame, controller) {
      const data = await rewrite(line, frame);
      if (!data) return;
      frame.data = data;
      controller.enqueue(frame);
    },
  });
  readable
    .pipeThrough(through)
    .pipeTo(writable)
    .catch(() => undefined);
}

interface PuppetScope {
  postMessage(message: unknown): void;
  onmessage: (event: { readonly data: PuppetMessage }) => void;
  onrtctransform: (event: {
    readonly transformer: {
      readonly options: { line: number };
      readonly readable: ReadableStream<Frame>;
      readonly writable: WritableStream<Frame>;
    };
  }) => void;
}
const scope = globalThis as unknown as PuppetScope;
scope.onrtctransform = ({ transformer: { options, readable, writable } }) => run(options.line, readable, writable);
scope.onmessage = ({ data }) => {
  if (data.type === 'streams') run(data.line, data.readable, data.writable);
  else if (data.type === 'mode') modes.set(data.line, data);
  else {
    keys.setSelf(data.sender);
    void keys.install(data.epoch, data.sender, data.key).then(() => {
      keys.activate(data.epoch);
      scope.postMessage('keyed');
    });
  }
};
scope.postMessage('ready');
