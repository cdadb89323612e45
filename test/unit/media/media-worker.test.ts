import { expect } from 'chai';
import type { Bytes } from '../../../src/base/index.js';
import { MediaWorker } from '../../../src/media/media-worker.js';
import type { EncodedFrame } from '../../../src/media/media-worker.js';
import type { MediaCounts, MediaSender, Stream } from '../../../src/media/index.js';
import { WORKER_PROTOCOL } from '../../../src/media/worker-messages.js';
import type { FromWorker, Verb } from '../../../src/media/worker-messages.js';
import { ALICE, BOB, CAROL, baseKey, plainFrame } from '../../support/media-keys.js';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/**
 * Holds the next `count` calls of a cipher until `release`: what is in flight stays in flight. Always ends with `release`.
 */
function hold(operation: 'encrypt' | 'decrypt', count: number) {
  const { subtle } = crypto;
  const original = subtle[operation].bind(subtle);
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let held = 0;
  const gated: typeof original = async (...call) => {
    if (held++ < count) await gate;
    return original(...call);
  };
  Object.defineProperty(subtle, operation, { value: gated, configurable: true });
  return {
    /** Calls that came so far. */
    calls: () => held,
    release: () => {
      delete (subtle as unknown as Record<string, unknown>)[operation];
      open();
    },
  };
}

async function reached(check: () => boolean): Promise<void> {
  for (let tries = 0; !check(); tries++) {
    if (tries > 400) throw new Error('never came');
    await turn();
  }
}

/** A worker with no thread, whose engine is the test. */
class Bench {
  readonly posted: FromWorker[] = [];
  now = 1_000_000;
  /** Whether the page answers when a first picture waits. */
  hears = true;
  readonly worker = new MediaWorker(
    (message) => {
      this.posted.push(message);
      const { hears } = this;
      if (message.type === 'waiting' && hears) queueMicrotask(() => this.hear(message.transform));
    },
    () => this.now,
  );
  #calls = 0;
  #transforms = 0;
  #out = 0;

  async call(verb: Verb): Promise<Extract<FromWorker, { type: 'done' | 'failed' }>> {
    const call = this.#calls++;
    this.worker.handleMessage({ type: 'call', call, ...verb });
    for (;;) {
      const answer = this.posted.find(
        (message) => (message.type === 'done' || message.type === 'failed') && message.call === call,
      );
      if (answer?.type === 'done' || answer?.type === 'failed') return answer;
      await turn();
    }
  }

  hear(transform: number): void {
    this.worker.handleMessage({ type: 'heard', transform });
  }

  async key(self: MediaSender, from: MediaSender, epoch: number, key: number): Promise<void> {
    if (self !== from || !this.posted.some((message) => message.type === 'done')) {
      await this.call({ verb: 'self', sender: self });
    }
    await this.call({ verb: 'install', epoch, sender: from, key: await baseKey(key) });
    if (self === from) await this.call({ verb: 'activate', epoch });
  }

  /** A transform; what goes in is worked on, what may pass comes out. */
  transform(direction: 'send' | 'receive', bound?: { identity?: string; stream: Stream }) {
    const transform = this.#transforms++;
    const out: Bytes[] = [];
    const rebind = (identity: string, stream: Stream | undefined): void =>
      this.worker.handleMessage({ type: 'bind', transform, identity, stream });
    if (bound) rebind(bound.identity ?? '', bound.stream);
    const through = new TransformStream<EncodedFrame, EncodedFrame>(undefined, { highWaterMark: 1_000 });
    const writer = through.writable.getWriter();
    const writable = new WritableStream<EncodedFrame>({
      write: (frame) => {
        this.#out++;
        out.push(new Uint8Array(frame.data));
      },
    });
    this.worker.handleMessage({ type: 'streams', transform, direction, readable: through.readable, writable });
    const put = (data: Uint8Array, mimeType = 'video/VP8', type?: 'key' | 'delta'): void => {
      const frame = { data: new Uint8Array(data).buffer, getMetadata: () => ({ mimeType }), type };
      writer.write(frame).catch(() => undefined);
    };
    return { put, out, rebind, close: () => writer.close() };
  }

  events(name: string): unknown[] {
    return this.posted.flatMap((message) =>
      message.type === 'event' && message.name === name ? [message.detail] : [],
    );
  }

  async counts(): Promise<readonly MediaCounts[]> {
    const answer = await this.call({ verb: 'counts' });
    return (answer.type === 'done' && answer.counts) || [];
  }

  /** Waits until all that was put in has been judged, and what passed came out. */
  async settled(frames: number): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      const counts = await this.counts();
      const passed = counts.reduce((sum, { opened }) => sum + opened, 0);
      const seen = counts.reduce(
        (sum, { opened, dropped }) => sum + opened + Object.values(dropped).reduce((a, b) => a + b, 0),
        0,
      );
      if (seen >= frames && this.#out >= passed) return turn();
      await turn();
    }
    throw new Error('frames were lost');
  }
}

const frames = (count: number): Bytes[] => Array.from({ length: count }, (_, i) => plainFrame('vp8', 60 + i));

/** Frames as Alice's worker seals them. */
async function sealedFrames(count: number, epoch = 1, key = 7): Promise<Bytes[]> {
  const alice = new Bench();
  await alice.key(ALICE, ALICE, epoch, key);
  const sending = alice.transform('send', { stream: 'camera' });
  for (const frame of frames(count)) sending.put(frame);
  await alice.settled(count);
  return sending.out;
}

async function bob(...known: [number, number][]): Promise<Bench> {
  const bench = new Bench();
  await bench.call({ verb: 'self', sender: BOB });
  for (const [epoch, key] of known) {
    await bench.call({ verb: 'install', epoch, sender: ALICE, key: await baseKey(key) });
  }
  return bench;
}
/** An encoder begins with a key frame. */
const picture = (at: number): 'key' | 'delta' => (at === 0 ? 'key' : 'delta');
const CAMERA = { identity: 'alice', stream: 'camera' } as const;

describe('media: the worker', () => {
  it('says hello first, and answers every verb', async () => {
    const bench = new Bench();
    expect(bench.posted[0]).to.deep.equal({ type: 'hello', protocol: WORKER_PROTOCOL });
    expect((await bench.call({ verb: 'ping' })).type).to.equal('done');
    const answer = await bench.call({ verb: 'activate', epoch: 3 });
    expect(answer).to.include({ type: 'failed', code: 'key-missing' });
  });

  it('keeps the order of frames, many in flight', async () => {
    const sealed = await sealedFrames(200);
    expect(sealed.map((frame) => frame.length)).to.deep.equal(frames(200).map((_, i) => 60 + i + 17 + (i < 8 ? 0 : 1)));
    const bench = await bob([1, 7]);
    const receiving = bench.transform('receive', CAMERA);
    // The first takes longest: the others are done before it and wait, sixteen of them at most.
    const held = hold('decrypt', 1);
    for (const frame of sealed) receiving.put(frame);
    await reached(() => held.calls() === 16);
    await turn();
    expect(held.calls()).to.equal(16);
    expect(receiving.out).to.deep.equal([]);
    held.release();
    await bench.settled(200);
    expect(receiving.out).to.deep.equal(frames(200));
  });

  it('sends nothing without an active key, after a pause, or unbound', async () => {
    const bench = new Bench();
    await bench.call({ verb: 'self', sender: ALICE });
    const sending = bench.transform('send', { stream: 'camera' });
    const unbound = bench.transform('send');
    sending.put(plainFrame('vp8', 50));
    await bench.settled(1);
    await bench.call({ verb: 'install', epoch: 1, sender: ALICE, key: await baseKey(7) });
    sending.put(plainFrame('vp8', 50));
    await bench.settled(2);
    await bench.call({ verb: 'activate', epoch: 1 });
    unbound.put(plainFrame('vp8', 50));
    await bench.settled(3);
    await bench.call({ verb: 'pause' });
    sending.put(plainFrame('vp8', 50));
    await bench.settled(4);
    expect([...sending.out, ...unbound.out]).to.deep.equal([]);
    expect((await bench.counts()).map(({ dropped }) => dropped)).to.deep.include({ paused: 3 });
  });

  it('a frame that was being sealed when a pause came does not leave', async () => {
    const bench = new Bench();
    await bench.key(ALICE, ALICE, 1, 7);
    const sending = bench.transform('send', { stream: 'camera' });
    const held = hold('encrypt', 16);
    for (let i = 0; i < 16; i++) sending.put(plainFrame('vp8', 100));
    await reached(() => held.calls() === 16);
    await bench.call({ verb: 'pause' });
    held.release();
    await bench.settled(16);
    expect(sending.out).to.deep.equal([]);
  });

  it('a transform that is bound anew or set free drops what came for the binding before', async () => {
    const sealed = await sealedFrames(10);
    const bench = await bob([1, 7]);
    const receiving = bench.transform('receive', CAMERA);
    receiving.put(sealed[0] as Bytes);
    await bench.settled(1);
    const held = hold('decrypt', 4);
    for (const frame of sealed.slice(1, 5)) receiving.put(frame);
    await reached(() => held.calls() === 4);
    receiving.rebind('', undefined);
    held.release();
    await bench.settled(5);
    expect(receiving.out).to.have.length(1);
    receiving.rebind('carol', 'camera');
    receiving.put(sealed[5] as Bytes);
    await bench.settled(6);
    expect(receiving.out).to.have.length(1);
    // Honest frames of the binding before are still on their way: no alarm.
    expect(bench.events('violation')).to.deep.equal([]);
    receiving.rebind('alice', 'camera');
    receiving.put(sealed[6] as Bytes);
    await bench.settled(7);
    expect(receiving.out).to.have.length(2);
  });

  it('a second track for a stream already playing, fed with its old frames, plays nothing', async () => {
    const sealed = await sealedFrames(20);
    const bench = await bob([1, 7]);
    const first = bench.transform('receive', CAMERA);
    const second = bench.transform('receive', CAMERA);
    for (const frame of sealed) first.put(frame);
    await bench.settled(20);
    for (const frame of sealed) second.put(frame);
    await bench.settled(40);
    expect(bench.events('violation'), 'what is on its way twice').to.deep.equal([]);
    bench.now += 2_000;
    second.put(sealed[19] as Bytes);
    await bench.settled(41);
    expect(second.out).to.deep.equal([]);
    expect(bench.events('violation')).to.deep.equal([
      { code: 'replay', identity: 'alice', stream: 'camera', count: 1, epoch: 1 },
    ]);
  });

  it('frames that come twice among fresh ones, as packets asked for again make them, open once and accuse nobody', async () => {
    const sealed = await sealedFrames(60);
    const bench = await bob([1, 7]);
    const receiving = bench.transform('receive', CAMERA);
    let put = 0;
    for (const [at, frame] of sealed.entries()) {
      receiving.put(frame);
      put++;
      for (const again of [sealed[at - 3], sealed[at - 7], sealed[at - 7]]) if (again) (receiving.put(again), put++);
      await bench.settled(put);
      bench.now += 100;
    }
    expect(receiving.out).to.deep.equal(frames(60));
    expect(bench.events('violation')).to.deep.equal([]);
    expect((await bench.counts())[0]?.dropped).to.deep.equal({ replay: put - 60 });
  });

  it('a frame from left of the window is a recording, whatever comes beside it', async () => {
    const sealed = await sealedFrames(1_100);
    const bench = await bob([1, 7]);
    const receiving = bench.transform('receive', CAMERA);
    for (const frame of sealed) receiving.put(frame);
    receiving.put(sealed[40] as Bytes);
    await bench.settled(1_101);
    expect(bench.events('violation')).to.deep.equal([
      { code: 'replay', identity: 'alice', stream: 'camera', count: 1, epoch: 1 },
    ]);
  });

  it('simulcast: layers switched back and forth, nothing honest is dropped', async () => {
    const alice = new Bench();
    await alice.key(ALICE, ALICE, 1, 7);
    // Each layer is a transform's output of its own here; one counter runs through all three.
    const layers = [0, 1, 2].map(() => alice.transform('send', { stream: 'camera' }));
    for (let i = 0; i < 300; i++) for (const layer of layers) layer.put(plainFrame('vp8', 60));
    await alice.settled(900);
    const bench = await bob([1, 7]);
    const receiving = bench.transform('receive', CAMERA);
    // The SFU forwards one layer at a time, and repeats nothing; a switch may go back over what other layers sent.
    let forwarded = 0;
    for (const [layer, from, to] of [
      [0, 0, 100],
      [2, 100, 180],
      [1, 170, 240],
      [0, 200, 300],
    ] as const)
      for (const frame of layers[layer]?.out.slice(from, to) ?? []) {
        receiving.put(frame);
        forwarded++;
      }
    await bench.settled(forwarded);
    expect(receiving.out).to.have.length(forwarded);
    expect(bench.events('violation')).to.deep.equal([]);
  });

  it('a new worker with the keys of a new join opens nothing recorded before', async () => {
    const sealed = await sealedFrames(20, 1, 7);
    const bench = await bob([2, 8]);
    const receiving = bench.transform('receive', CAMERA);
    for (const frame of sealed) receiving.put(frame);
    await bench.settled(20);
    expect(receiving.out).to.deep.equal([]);
  });

  it('unknown epochs by the thousand: asks once a second, keeps nothing, and asks for a key frame once the key is there', async () => {
    const sealed = await sealedFrames(3, 9, 7);
    const bench = await bob();
    let asked = 0;
    const { readable, writable } = new TransformStream<EncodedFrame, EncodedFrame>();
    bench.worker.handleMessage({ type: 'bind', transform: 77, ...CAMERA });
    void bench.worker.run({ transform: 77, direction: 'receive' }, readable, writable, () => asked++);
    const receiving = bench.transform('receive', CAMERA);
    for (let i = 0; i < 500; i++) receiving.put(sealed[i % 2] as Bytes);
    await bench.settled(500);
    expect(bench.events('missing-key')).to.deep.equal([{ identity: 'alice', epoch: 9 }]);
    bench.now += 1_001;
    receiving.put(sealed[0] as Bytes);
    await bench.settled(501);
    expect(bench.events('missing-key')).to.have.length(2);
    await bench.call({ verb: 'install', epoch: 9, sender: ALICE, key: await baseKey(7) });
    expect(bench.events('need-key-frame')).to.deep.equal([{ identity: 'alice', stream: 'camera' }]);
    expect(asked).to.equal(1);
    receiving.put(sealed[0] as Bytes);
    await bench.settled(502);
    expect(receiving.out).to.have.length(1);
  });

  it('pictures that came before their key are opened when it comes, in order, and no key frame is asked for', async () => {
    const sealed = await sealedFrames(5, 9, 7);
    const bench = await bob();
    const receiving = bench.transform('receive', CAMERA);
    for (const [at, frame] of sealed.slice(0, 4).entries()) receiving.put(frame, 'video/VP8', picture(at));
    await bench.settled(4);
    expect(receiving.out).to.deep.equal([]);
    await bench.call({ verb: 'install', epoch: 9, sender: ALICE, key: await baseKey(7) });
    receiving.put(sealed[4] as Bytes, 'video/VP8', 'delta');
    await reached(() => receiving.out.length === 5);
    expect(receiving.out).to.deep.equal(frames(5));
    expect(bench.events('need-key-frame')).to.deep.equal([]);
    expect(bench.events('missing-key')).to.have.length(1);
  });

  it('pictures that came before their binding are opened under it alone, and accuse nobody', async () => {
    const sealed = await sealedFrames(4, 9, 7);
    const bench = await bob([9, 7]);
    await bench.call({ verb: 'install', epoch: 9, sender: CAROL, key: await baseKey(8) });
    const [alices, carols] = [bench.transform('receive'), bench.transform('receive')];
    for (const [at, frame] of sealed.entries())
      for (const receiving of [alices, carols]) receiving.put(frame, 'video/VP8', picture(at));
    await bench.settled(8);
    alices.rebind('alice', 'camera');
    carols.rebind('carol', 'camera');
    await reached(() => alices.out.length === 4);
    await bench.settled(16);
    expect(alices.out).to.deep.equal(frames(4));
    expect(carols.out).to.deep.equal([]);
    expect(bench.events('violation')).to.deep.equal([]);
  });

  it('pictures that wait are forgotten with the binding they came under', async () => {
    const sealed = await sealedFrames(4, 9, 7);
    const bench = await bob();
    const receiving = bench.transform('receive', CAMERA);
    for (const [at, frame] of sealed.entries()) receiving.put(frame, 'video/VP8', picture(at));
    await bench.settled(4);
    receiving.rebind('', undefined);
    receiving.rebind('alice', 'camera');
    await bench.call({ verb: 'install', epoch: 9, sender: ALICE, key: await baseKey(7) });
    await bench.call({ verb: 'ping' });
    await turn();
    expect(receiving.out).to.deep.equal([]);
  });

  it('a later frame that opens is not followed by earlier ones that waited', async () => {
    const [late, known] = [await sealedFrames(3, 9, 7), await sealedFrames(1, 10, 8)];
    const bench = await bob([10, 8]);
    const receiving = bench.transform('receive', CAMERA);
    for (const [at, frame] of late.entries()) receiving.put(frame, 'video/VP8', picture(at));
    receiving.put(known[0] as Bytes, 'video/VP8', 'key');
    await reached(() => receiving.out.length === 1);
    await bench.call({ verb: 'install', epoch: 9, sender: ALICE, key: await baseKey(7) });
    await bench.call({ verb: 'ping' });
    await turn();
    expect(receiving.out).to.have.length(1);
  });

  it('the first picture of a stream, and what follows it, waits until the page has heard of its proof', async () => {
    const sealed = await sealedFrames(5);
    const bench = await bob([1, 7]);
    bench.hears = false;
    const waits = (): boolean => bench.posted.some(({ type }) => type === 'waiting');
    const receiving = bench.transform('receive', CAMERA);
    for (const [at, frame] of sealed.slice(0, 3).entries()) receiving.put(frame, 'video/VP8', picture(at));
    await reached(waits);
    await turn();
    expect(bench.events('proof'), 'before it is asked for').to.have.length(1);
    expect(bench.posted.at(-1)).to.deep.equal({ type: 'waiting', transform: 0 });
    expect(receiving.out).to.deep.equal([]);
    bench.hear(0);
    await bench.settled(3);
    expect(receiving.out).to.deep.equal(frames(3));
    expect(bench.events('proof')).to.have.length(1);
    for (const frame of sealed.slice(3)) receiving.put(frame, 'video/VP8', 'key');
    await bench.settled(5);
    expect(receiving.out, 'later key frames wait for nobody').to.deep.equal(frames(5));
  });

  it('nothing waits for the page that no decoder could begin with, or that does not open', async () => {
    const sealed = await sealedFrames(3);
    const bench = await bob([1, 7]);
    bench.hears = false;
    const camera = bench.transform('receive', CAMERA);
    camera.put(plainFrame('vp8', 200), 'video/VP8', 'key');
    for (const frame of sealed) camera.put(frame, 'video/VP8', 'delta');
    await bench.settled(4);
    expect(camera.out).to.deep.equal(frames(3));
    const alice = new Bench();
    await alice.key(ALICE, ALICE, 1, 7);
    const talking = alice.transform('send', { stream: 'microphone' });
    talking.put(new Uint8Array(80), 'audio/opus');
    await alice.settled(1);
    const microphone = bench.transform('receive', { identity: 'alice', stream: 'microphone' });
    microphone.put(talking.out[0] as Bytes, 'audio/opus');
    await bench.settled(5);
    expect(microphone.out).to.have.length(1);
    expect(bench.posted.some(({ type }) => type === 'waiting')).to.equal(false);
  });

  it('a first picture that waits when its binding or its key ends goes nowhere', async () => {
    for (const end of ['binding', 'key'] as const) {
      const [frame] = await sealedFrames(1);
      const bench = await bob([1, 7]);
      bench.hears = false;
      const receiving = bench.transform('receive', CAMERA);
      receiving.put(frame as Bytes, 'video/VP8', 'key');
      await reached(() => bench.posted.some(({ type }) => type === 'waiting'));
      if (end === 'binding') receiving.rebind('carol', 'camera');
      else await bench.call({ verb: 'retire-sender', sender: ALICE });
      bench.hear(0);
      await bench.settled(1);
      expect(receiving.out, end).to.deep.equal([]);
    }
  });

  it('a first picture whose binding or key ended while it was opened proves nothing, and asks for nobody', async () => {
    for (const end of ['binding', 'key'] as const) {
      const [frame] = await sealedFrames(1);
      const bench = await bob([1, 7]);
      const receiving = bench.transform('receive', CAMERA);
      const held = hold('decrypt', 1);
      receiving.put(frame as Bytes, 'video/VP8', 'key');
      await reached(() => held.calls() === 1);
      if (end === 'binding') receiving.rebind('carol', 'camera');
      else await bench.call({ verb: 'retire-sender', sender: ALICE });
      held.release();
      await bench.settled(1);
      expect([receiving.out, bench.events('proof')], end).to.deep.equal([[], []]);
      expect(bench.posted.some(({ type }) => type === 'waiting')).to.equal(false);
    }
  });

  it('plaintext is a violation, told apart from frames whose key is on its way, and reported once', async () => {
    const bench = await bob();
    const camera = bench.transform('receive', CAMERA);
    for (const frame of await sealedFrames(50, 9, 7)) camera.put(frame);
    await bench.settled(50);
    expect(bench.events('violation'), 'a key on its way').to.deep.equal([]);
    for (let i = 0; i < 60; i++) {
      const plain = crypto.getRandomValues(new Uint8Array(100));
      plain[0] = 0x11;
      camera.put(plain);
    }
    const microphone = bench.transform('receive', { identity: 'alice', stream: 'microphone' });
    // Opus whose first byte reads as a short, well-formed header.
    for (let i = 0; i < 60; i++) microphone.put(Uint8Array.from([0x78, i * 7, ...new Uint8Array(60)]), 'audio/opus');
    await bench.settled(170);
    const codes = bench.events('violation').map((detail) => (detail as { code: string }).code);
    expect(codes).to.deep.equal(['plaintext', 'plaintext']);
    bench.now += 10_001;
    camera.put(new Uint8Array(30).fill(0xff));
    await bench.settled(171);
    expect(bench.events('violation').at(-1)).to.have.property('count').above(10);
  });

  it('several key changes with hardly a frame between them are no plaintext', async () => {
    const bench = await bob();
    const camera = bench.transform('receive', CAMERA);
    let put = 0;
    for (const epoch of [9, 10, 12, 13, 20])
      for (const frame of await sealedFrames(1, epoch, epoch)) (camera.put(frame), put++);
    await bench.settled(put);
    expect(bench.events('violation')).to.deep.equal([]);
  });

  it('a frame without a key that comes again and again, as NACKs make it, is no plaintext', async () => {
    const [frame] = await sealedFrames(1, 9, 7);
    const bench = await bob();
    const camera = bench.transform('receive', CAMERA);
    for (let i = 0; i < 10; i++) camera.put(frame as Bytes);
    await bench.settled(10);
    expect(bench.events('violation')).to.deep.equal([]);
  });

  it('a picture that waits for its key, and is looked at with every key that comes before, is no plaintext', async () => {
    const [frame] = await sealedFrames(1, 9, 7);
    const bench = await bob();
    const camera = bench.transform('receive', CAMERA);
    camera.put(frame as Bytes, 'video/VP8', 'key');
    for (const epoch of [4, 5, 6, 7, 8])
      await bench.call({ verb: 'install', epoch, sender: ALICE, key: await baseKey(epoch + 10) });
    await bench.settled(6);
    expect(bench.events('violation')).to.deep.equal([]);
    await bench.call({ verb: 'install', epoch: 9, sender: ALICE, key: await baseKey(7) });
    await reached(() => camera.out.length === 1);
  });

  it("the server's blank frames raise no alarm, without its trailer they do", async () => {
    const bench = await bob([1, 7]);
    const trailer = crypto.getRandomValues(new Uint8Array(32));
    bench.worker.handleMessage({ type: 'trailer', trailer });
    const receiving = bench.transform('receive', { identity: 'alice', stream: 'microphone' });
    for (let i = 0; i < 20; i++) receiving.put(Uint8Array.from([0xff, 0xff, 0xfe, ...trailer]), 'audio/opus');
    await bench.settled(20);
    expect(bench.events('violation')).to.deep.equal([]);
    expect(bench.events('unproved')).to.deep.equal([]);
    receiving.put(Uint8Array.of(0xff, 0xff, 0xfe), 'audio/opus');
    await bench.settled(21);
    expect(bench.events('violation')).to.have.length(1);
    expect((await bench.counts())[0]?.dropped).to.include({ 'server-injected': 20 });
  });

  it('proofs: the first at once, then at most four a second, complaints only when nothing authenticates', async () => {
    const sealed = await sealedFrames(60);
    const bench = await bob([1, 7]);
    const receiving = bench.transform('receive', CAMERA);
    for (let i = 0; i < 60; i++) {
      receiving.put(sealed[i] as Bytes);
      await bench.settled(i + 1);
      bench.now += 33;
    }
    expect(bench.events('proof')).to.have.length.within(7, 9);
    receiving.put(sealed[0] as Bytes);
    await bench.settled(61);
    expect(bench.events('unproved')).to.deep.equal([]);
    bench.now += 1_000;
    receiving.put(sealed[1] as Bytes);
    await bench.settled(62);
    expect(bench.events('unproved')).to.deep.equal([{ identity: 'alice', stream: 'camera', reason: 'replay' }]);
  });

  it('a codec we cannot protect is dropped both ways and named once', async () => {
    const bench = new Bench();
    await bench.key(ALICE, ALICE, 1, 7);
    const sending = bench.transform('send', { stream: 'camera' });
    const receiving = bench.transform('receive', { identity: 'bob', stream: 'camera' });
    for (let i = 0; i < 5; i++) {
      sending.put(plainFrame('vp9', 80), 'video/AV1');
      receiving.put(plainFrame('vp9', 80), 'video/AV1');
    }
    await bench.settled(10);
    expect([...sending.out, ...receiving.out]).to.deep.equal([]);
    expect(bench.events('unprotected')).to.deep.equal([
      { identity: 'alice', stream: 'camera', mimeType: 'video/AV1' },
      { identity: 'bob', stream: 'camera', mimeType: 'video/AV1' },
    ]);
  });

  it('ignores what is no message', () => {
    const bench = new Bench();
    for (const bad of [
      undefined,
      null,
      1,
      'x',
      {},
      { type: 'call' },
      { type: 'bind', transform: -1 },
      { type: 'trailer' },
    ]) {
      bench.worker.handleMessage(bad);
    }
    expect(bench.posted).to.have.length(1);
  });
});
