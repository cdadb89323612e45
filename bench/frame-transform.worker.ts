/**
 * Measures, in one worker and in turns: the bare WebCrypto call, our transform, and livekit-client's. Clocks of browsers
 * are coarse (0.1 ms in Chromium, 1 ms in Firefox), so each sample is the mean of a batch and a figure is the median of
 * the samples.
 */
import '../node_modules/livekit-client/dist/livekit-client.e2ee.worker.mjs';
import { encodeHeader } from '../src/crypto/sframe-header.js';
import { MediaWorker } from '../src/media/media-worker.js';
import type { EncodedFrame } from '../src/media/media-worker.js';
import { IN_FLIGHT } from '../src/media/pump.js';
import type { FromWorker, Verb } from '../src/media/worker-messages.js';

interface Scope {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
}
const scope = globalThis as unknown as Scope;
const livekit = scope.onmessage;
const ALICE = { identity: 'alice', binding: new Uint8Array(32).fill(1) };
const BOB = { identity: 'bob', binding: new Uint8Array(32).fill(2) };

type Plain = Uint8Array<ArrayBuffer>;
interface Frame extends EncodedFrame {
  readonly type: 'delta';
  readonly timestamp: number;
  getMetadata(): { readonly mimeType: string; readonly synchronizationSource: number; readonly payloadType: number };
}

const metadata = { mimeType: 'video/VP8', synchronizationSource: 1, payloadType: 96 };
let stamp = 0;
function frameOf(data: Uint8Array): Frame {
  return { data: data.slice().buffer, type: 'delta', timestamp: (stamp += 3_000), getMetadata: () => metadata };
}
function plain(size: number): Plain {
  const data = new Uint8Array(size).fill(0x5a);
  data[0] = 0x11;
  return data;
}

function hkdf(fill: number): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', new Uint8Array(32).fill(fill), 'HKDF', false, ['deriveBits', 'deriveKey']);
}

/** Ends of a transform with nothing between: what is left is the transform. `deliver` resolves when a frame came out. */
class DirectEnds {
  #give: ((result: { done: false; value: EncodedFrame }) => void) | undefined;
  readonly #given: EncodedFrame[] = [];
  #out: (() => void) | undefined;
  #wanted = 0;
  readonly readable = {
    getReader: () => ({
      read: () =>
        new Promise((resolve) => {
          const value = this.#given.shift();
          if (value) resolve({ done: false, value });
          else this.#give = resolve;
        }),
      cancel: () => Promise.resolve(),
    }),
  } as unknown as ReadableStream<EncodedFrame>;
  readonly writable = {
    getWriter: () => ({
      closed: new Promise(() => undefined),
      write: () => {
        if (--this.#wanted === 0) this.#out?.();
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
      abort: () => Promise.resolve(),
    }),
  } as unknown as WritableStream<EncodedFrame>;

  deliver(frames: readonly EncodedFrame[]): Promise<void> {
    return new Promise((resolve) => {
      this.#out = resolve;
      this.#wanted = frames.length;
      for (const value of frames) {
        const give = this.#give;
        this.#give = undefined;
        if (give) give({ done: false, value });
        else this.#given.push(value);
      }
    });
  }
}

/** The same over real streams, as engines give them. */
class StreamEnds {
  readonly #in: ReadableStreamDefaultController<EncodedFrame>;
  #out: (() => void) | undefined;
  #wanted = 0;
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;

  constructor() {
    let controller: ReadableStreamDefaultController<EncodedFrame> | undefined;
    this.readable = new ReadableStream({ start: (own) => void (controller = own) });
    this.#in = controller as ReadableStreamDefaultController<EncodedFrame>;
    this.writable = new WritableStream({
      write: () => {
        if (--this.#wanted === 0) this.#out?.();
      },
    });
  }

  deliver(frames: readonly EncodedFrame[]): Promise<void> {
    return new Promise((resolve) => {
      this.#out = resolve;
      this.#wanted = frames.length;
      for (const frame of frames) this.#in.enqueue(frame);
    });
  }
}
type Ends = DirectEnds | StreamEnds;

class Ours {
  readonly #heard: FromWorker[] = [];
  readonly #worker = new MediaWorker(
    (message) => this.#heard.push(message),
    () => performance.now(),
  );
  #count = 0;

  async call(verb: Verb): Promise<FromWorker> {
    const call = this.#count++;
    this.#worker.handleMessage({ type: 'call', call, ...verb });
    for (;;) {
      const answer = this.#heard.find((message) => 'call' in message && message.call === call);
      if (answer) return answer;
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  transform<E extends Ends>(direction: 'send' | 'receive', ends: E): E {
    const transform = this.#count++;
    this.#worker.handleMessage({ type: 'bind', transform, identity: 'alice', stream: 'camera' });
    void this.#worker.run({ transform, direction }, ends.readable, ends.writable);
    return ends;
  }
}

async function ours(): Promise<{ alice: Ours; bob: Ours }> {
  const [alice, bob] = [new Ours(), new Ours()];
  await alice.call({ verb: 'self', sender: ALICE });
  await alice.call({ verb: 'install', epoch: 5, sender: ALICE, key: await hkdf(7) });
  await alice.call({ verb: 'activate', epoch: 5 });
  await bob.call({ verb: 'self', sender: BOB });
  await bob.call({ verb: 'install', epoch: 5, sender: ALICE, key: await hkdf(7) });
  return { alice, bob };
}

async function theirs(): Promise<{ encode: StreamEnds; decode: StreamEnds }> {
  const say = (kind: string, data: unknown): void => livekit?.({ data: { kind, data } });
  const [encode, decode] = [new StreamEnds(), new StreamEnds()];
  const options = {
    sharedKey: true,
    ratchetSalt: 'LKFrameEncryptionKey',
    ratchetWindowSize: 0,
    failureTolerance: -1,
    keyringSize: 16,
    keySize: 256,
  };
  say('init', { keyProviderOptions: options, loglevel: 5 });
  say('enable', { enabled: true, participantIdentity: 'alice' });
  say('enable', { enabled: true, participantIdentity: 'bob' });
  say('setKey', { key: await hkdf(7), isPublisher: true, keyIndex: 0, updateCurrentKeyIndex: true });
  for (const [kind, who, trackId, ends] of [
    ['encode', 'alice', 'one', encode],
    ['decode', 'bob', 'two', decode],
  ] as const) {
    const { readable: readableStream, writable: writableStream } = ends;
    say(kind, {
      participantIdentity: who,
      trackId,
      readableStream,
      writableStream,
      codec: 'vp8',
      hasPacketTrailer: false,
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { encode, decode };
}

/** Mean microseconds for one of `frames`, one after another or all at once. */
async function batch(ends: Ends, frames: readonly EncodedFrame[], together: boolean): Promise<number> {
  const from = performance.now();
  if (together) await ends.deliver(frames);
  else for (const frame of frames) await ends.deliver([frame]);
  return ((performance.now() - from) * 1_000) / frames.length;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
};

type Row = Record<string, number>;

async function measure(size: number, rounds: number, length: number): Promise<Row> {
  const { alice, bob } = await ours();
  const direct = { seal: alice.transform('send', new DirectEnds()), open: bob.transform('receive', new DirectEnds()) };
  const stream = { seal: alice.transform('send', new StreamEnds()), open: bob.transform('receive', new StreamEnds()) };
  const lk = await theirs();
  const key = await crypto.subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const body = plain(size);
  const additionalData = new Uint8Array(48);
  let counter = 0;
  const algorithm = (): AesGcmParams => {
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setUint32(8, counter++);
    return { name: 'AES-GCM', iv, additionalData };
  };
  const samples: Record<string, number[]> = {};
  const note = (name: string, value: number): void => void (samples[name] ??= []).push(value);

  /** The calls alone, on as many frames of their own, as many at once as our transform keeps in flight. */
  const bare = async (together: boolean, copied: boolean): Promise<void> => {
    const frames = Array.from({ length }, () => frameOf(body));
    for (const what of ['seal', 'open'] as const) {
      counter = what === 'seal' ? counter : counter - length;
      const step = async (frame: EncodedFrame): Promise<void> => {
        const data = new Uint8Array(frame.data);
        frame.data =
          what === 'seal'
            ? await crypto.subtle.encrypt(algorithm(), key, data)
            : await crypto.subtle.decrypt(algorithm(), key, data);
        // What no transform that puts bytes in front of a result can avoid: a second buffer.
        if (copied) frame.data = new Uint8Array(frame.data).slice().buffer;
      };
      const from = performance.now();
      if (together) {
        let next = 0;
        const lane = async (): Promise<void> => {
          while (next < length) await step(frames[next++] as EncodedFrame);
        };
        // Lanes take frames in turn, and counters with them: each frame opens with the counter that sealed it.
        await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
      } else for (const frame of frames) await step(frame);
      note(
        `bare${copied ? ' copied' : ''} ${what}${together ? ' together' : ''}`,
        ((performance.now() - from) * 1_000) / length,
      );
    }
  };
  const both = async (name: string, seal: Ends, open: Ends, together: boolean): Promise<void> => {
    const frames = Array.from({ length }, () => frameOf(body));
    const suffix = together ? ' together' : '';
    note(`${name} seal${suffix}`, await batch(seal, frames, together));
    note(`${name} open${suffix}`, await batch(open, frames, together));
    // Before any figure counts: what comes out is what went in.
    for (const { data } of [frames[0], frames[length - 1]] as EncodedFrame[]) {
      const out = new Uint8Array(data);
      if (out.length !== size || out.some((byte, i) => byte !== body[i])) throw new Error(`${name}: frames differ`);
    }
  };
  for (let round = -2; round < rounds; round++) {
    if (round === 0) for (const name of Object.keys(samples)) samples[name] = [];
    for (const together of [false, true]) {
      await bare(together, false);
      await bare(together, true);
      await both('ours', direct.seal, direct.open, together);
      await both('ours over streams', stream.seal, stream.open, together);
      await both('livekit over streams', lk.encode, lk.decode, together);
    }
  }
  return Object.fromEntries(
    Object.entries(samples).map(([name, values]) => [name, Math.round(median(values) * 10) / 10]),
  );
}

/** 10,000 forged frames in 10 s beside an honest stream of 30 frames a second: how long honest frames take. */
async function flood(): Promise<Row> {
  const { alice, bob } = await ours();
  const sealing = alice.transform('send', new DirectEnds());
  const honest = Array.from({ length: 420 }, () => frameOf(plain(1_200)));
  await sealing.deliver(honest);
  const pending = new Map<EncodedFrame, number>();
  const delays: number[] = [];
  let controller: ReadableStreamDefaultController<EncodedFrame> | undefined;
  const readable = new ReadableStream<EncodedFrame>({ start: (own) => void (controller = own) });
  const writable = new WritableStream<EncodedFrame>({
    write: (frame) => void delays.push(performance.now() - (pending.get(frame) ?? 0)),
  });
  bob.transform('receive', { readable, writable } as StreamEnds);
  const forged = (i: number): EncodedFrame => {
    const junk = crypto.getRandomValues(new Uint8Array(1_200));
    junk[0] = 0x11;
    // A third name Alice's key and a counter far ahead, a third an unknown epoch, a third is noise.
    if (i % 3) junk.set(encodeHeader(i % 3 === 1 ? 20 : 4_000 + i, 2 ** 30 + i), 1);
    return frameOf(junk);
  };
  const start = performance.now();
  let sent = 0;
  let played = 0;
  let stall = 0;
  let last = start;
  while (played < honest.length) {
    const now = performance.now() - start;
    stall = Math.max(stall, start + now - last);
    last = start + now;
    // Two seconds without, ten seconds of flood, two without.
    const due = Math.min(10_000, Math.max(0, now - 2_000));
    for (; sent < due; sent++) controller?.enqueue(forged(sent));
    for (; played < Math.min(honest.length, (now * 30) / 1_000); played++) {
      const frame = honest[played] as EncodedFrame;
      pending.set(frame, performance.now());
      controller?.enqueue(frame);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  return {
    forged: sent,
    honest: delays.length,
    'median ms': median(delays),
    'longest ms': Math.max(...delays),
    // What the machine itself kept this worker waiting: the loop asks to wake every 2 ms.
    'stall ms': stall,
  };
}

scope.onmessage = ({ data }) => {
  const { size, rounds, length } = data as { size: number; rounds: number; length: number };
  const run = size ? measure(size, rounds, length) : flood();
  run.then(
    (row) => scope.postMessage({ row }),
    (error: unknown) => scope.postMessage({ error: String(error) }),
  );
};
