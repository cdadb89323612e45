/** The worker's side of the media client: transforms on one hand, keys on the other. Knows no global. */
import { SecureMeetingError, SerialQueue } from '../base/index.js';
import { codecOf } from './codec.js';
import { FrameOpener } from './frame-opener.js';
import type { OpenVerdict } from './frame-opener.js';
import { FrameReports } from './frame-reports.js';
import { FrameSealer } from './frame-sealer.js';
import type { SealVerdict } from './frame-sealer.js';
import { HeldFrames } from './held-frames.js';
import { KeyRing } from './key-ring.js';
import { STREAMS } from './media-client.js';
import type { MediaCounts, ReceiverBinding, Stream } from './media-client.js';
import { pump } from './pump.js';
import type { Check } from './pump.js';
import { RepeatedFrames } from './repeated-frames.js';
import { StrayFrames } from './stray-frames.js';
import { parseToWorker, WORKER_PROTOCOL } from './worker-messages.js';
import type { FromWorker, TransformOptions, Verb } from './worker-messages.js';

/** What RTCEncodedVideoFrame and RTCEncodedAudioFrame have in common. */
export interface EncodedFrame {
  data: ArrayBuffer;
  /** Of pictures: `key`, `delta` or `empty`. */
  readonly type?: unknown;
  getMetadata(): { readonly mimeType?: string };
}

/** What a transform is bound to. A new object with every `bind`, so that work on a frame knows a re-binding. */
interface Bound {
  readonly identity: string;
  readonly stream: Stream;
  /** Monotonic ms; before it, frames of the binding before are still under way and raise no alarm. */
  readonly alarmFrom: number;
  /** Whether a picture opened under it. */
  begun: boolean;
}

/** A receiving transform. */
interface Receiving {
  readonly held: HeldFrames<EncodedFrame>;
  readonly strays: StrayFrames;
  readonly repeats: RepeatedFrames;
  /** Puts a frame through the transform once more. */
  again: (frame: EncodedFrame) => void;
}

/** How long (ms) frames of the binding before may still come out of the engine's jitter buffer. */
const REBOUND = 1_000;
const NOBODY = '';

export class MediaWorker {
  readonly #post: (message: FromWorker) => void;
  readonly #now: () => number;
  readonly #keys = new KeyRing();
  readonly #sealer = new FrameSealer(this.#keys);
  readonly #opener = new FrameOpener(this.#keys);
  readonly #reports: FrameReports;
  readonly #queue = new SerialQueue();
  /** By transform; a transform without an entry drops everything. */
  readonly #bound = new Map<number, Bound>();
  readonly #rebound = new Set<number>();
  readonly #receiving = new Map<number, Receiving>();
  /** Frames that came before anybody said whose they are: they may be of an earlier use of the slot, and accuse nobody. */
  readonly #early = new WeakSet<EncodedFrame>();
  /** Transforms of what we send. */
  readonly #sending = new Set<number>();
  /** Asks whoever encodes for a key frame, where the engine lets a transform do so. */
  readonly #askKeyFrame = new Map<number, () => void>();
  /** By transform: lets the first picture go on, see {@link MediaWorker.#wait}. */
  readonly #waiting = new Map<number, () => void>();

  /** @param now monotonic milliseconds. */
  constructor(post: (message: FromWorker) => void, now: () => number) {
    this.#post = post;
    this.#now = now;
    this.#reports = new FrameReports((name, detail) => post({ type: 'event', name, detail } as FromWorker), now);
    post({ type: 'hello', protocol: WORKER_PROTOCOL });
  }

  /** A message of the main thread. What doesn't parse is ignored. */
  handleMessage(data: unknown): void {
    const message = parseToWorker(data);
    switch (message?.type) {
      case 'call':
        void this.#queue.run(() => this.#answer(message.call, message));
        break;
      case 'bind':
        this.#bind(message.transform, message.identity, message.stream);
        break;
      case 'streams':
        void this.run(
          message,
          message.readable as ReadableStream<EncodedFrame>,
          message.writable as WritableStream<EncodedFrame>,
        );
        break;
      case 'trailer':
        this.#opener.serverTrailer = message.trailer;
        break;
      case 'heard':
        this.#heard(message.transform);
        break;
      case 'key-frames':
        for (const transform of this.#sending) this.#askKeyFrame.get(transform)?.();
        break;
      case undefined:
        break;
    }
  }

  /**
   * Runs a transform until its stream ends.
   * @param askKeyFrame asks whoever encodes, where the engine lets a transform do so; never throws.
   */
  async run(
    options: TransformOptions,
    readable: ReadableStream<EncodedFrame>,
    writable: WritableStream<EncodedFrame>,
    askKeyFrame?: () => void,
  ): Promise<void> {
    const { transform, direction } = options;
    if (askKeyFrame) this.#askKeyFrame.set(transform, askKeyFrame);
    if (direction === 'send') {
      this.#sending.add(transform);
      await pump(readable, writable, (frame) => this.#seal(transform, frame));
    } else {
      const receiving: Receiving = {
        held: new HeldFrames(this.#now),
        strays: new StrayFrames(),
        repeats: new RepeatedFrames(this.#now),
        again: () => undefined,
      };
      this.#receiving.set(transform, receiving);
      const work = (frame: EncodedFrame): Check | Promise<Check> => this.#open(transform, frame, receiving);
      await pump(readable, writable, work, (again) => (receiving.again = again));
    }
    this.#bound.delete(transform);
    this.#rebound.delete(transform);
    this.#receiving.delete(transform);
    this.#sending.delete(transform);
    this.#askKeyFrame.delete(transform);
  }

  #bind(transform: number, identity: string, stream: Stream | undefined): void {
    const first = !this.#rebound.has(transform);
    // What waited under the binding before was another stream's.
    if (!first) this.#receiving.get(transform)?.held.clear();
    if (stream === undefined) {
      this.#bound.delete(transform);
      return;
    }
    this.#rebound.add(transform);
    this.#bound.set(transform, { identity, stream, alarmFrom: first ? 0 : this.#now() + REBOUND, begun: false });
    if (first) this.#again(transform);
  }

  #again(transform: number): void {
    const receiving = this.#receiving.get(transform);
    for (const frame of receiving?.held.take() ?? []) receiving?.again(frame);
  }

  #seal(transform: number, frame: EncodedFrame): Check | Promise<Check> {
    const bound = this.#bound.get(transform);
    const identity = this.#keys.self?.identity ?? NOBODY;
    if (!bound) return () => this.#unbound();
    const { stream } = bound;
    const mimeType = frame.getMetadata().mimeType ?? '';
    const check = (verdict: SealVerdict): Check => {
      return () => {
        if ('reason' in verdict) {
          this.#reports.notSent(identity, stream, verdict.reason, verdict.epoch, mimeType);
          return false;
        }
        if (this.#bound.get(transform) !== bound || !this.#sealer.mayLeave(verdict.key)) {
          this.#reports.notSent(identity, stream, 'paused', undefined, mimeType);
          return false;
        }
        frame.data = verdict.data.buffer;
        this.#reports.sealed(identity, stream);
        return true;
      };
    };
    const verdict = this.#sealer.seal(stream, codecOf(mimeType, stream), new Uint8Array(frame.data));
    return verdict instanceof Promise ? verdict.then(check) : check(verdict);
  }

  #open(transform: number, frame: EncodedFrame, { held, strays, repeats }: Receiving): Check | Promise<Check> {
    const bound = this.#bound.get(transform);
    if (!bound) {
      if (!this.#rebound.has(transform)) {
        this.#early.add(frame);
        held.add(frame);
      }
      return () => this.#unbound();
    }
    const { identity, stream, alarmFrom } = bound;
    const binding: ReceiverBinding = bound;
    const data = new Uint8Array(frame.data);
    const mimeType = frame.getMetadata().mimeType ?? '';
    const check = (verdict: OpenVerdict): Check => {
      return () => {
        // Bound anew meanwhile: the frame came for a binding that is dead.
        if (this.#bound.get(transform) !== bound) return this.#unbound();
        if ('reason' in verdict) {
          const { kid, ctr } = verdict;
          const epoch = kid === undefined ? undefined : Math.floor(kid / STREAMS.length);
          const plain = verdict.reason === 'unknown-key' && strays.add(kid as number, ctr as number, data);
          const honest = verdict.reason === 'replay' && !repeats.add() && !verdict.old;
          const alarm = !honest && this.#now() >= alarmFrom && !this.#early.has(frame);
          if (verdict.reason === 'unknown-key' && !plain) held.add(frame);
          this.#reports.notOpened(identity, stream, plain ? 'plaintext' : verdict.reason, epoch, mimeType, alarm);
          return false;
        }
        if (verdict.key.retired) {
          this.#reports.notOpened(identity, stream, 'unknown-key', undefined, mimeType, false);
          return false;
        }
        frame.data = verdict.data;
        // What came before this one and still waits is of no use any more.
        held.clear();
        repeats.fresh();
        this.#reports.opened(identity, stream, verdict.key);
        return true;
      };
    };
    const prove = (verdict: OpenVerdict): Check | Promise<Check> => {
      if (bound.begun || frame.type === undefined || 'reason' in verdict) return check(verdict);
      bound.begun = true;
      const { key } = verdict;
      if (frame.type !== 'key' || key.retired || this.#bound.get(transform) !== bound) return check(verdict);
      this.#reports.proved(identity, stream, key);
      return this.#wait(transform).then(() => check(verdict));
    };
    const verdict = this.#opener.open(binding, codecOf(mimeType, stream), data);
    return verdict instanceof Promise ? verdict.then(prove) : prove(verdict);
  }

  /**
   * Nothing is attached before its proof, so the picture that proves a stream would be decoded for nobody, and the next
   * one may be seconds away: a screen often stands still. It waits here until the page has heard of the proof.
   */
  #wait(transform: number): Promise<void> {
    this.#heard(transform);
    return new Promise((resolve) => {
      this.#waiting.set(transform, resolve);
      this.#post({ type: 'waiting', transform });
    });
  }

  #heard(transform: number): void {
    this.#waiting.get(transform)?.();
    this.#waiting.delete(transform);
  }

  #unbound(): false {
    this.#reports.notOpened(NOBODY, 'camera', 'unbound', undefined, '', false);
    return false;
  }

  /** Their transforms, and what each is bound to. */
  #boundTo(identity: string): [number, Bound][] {
    return [...this.#bound].filter(([, bound]) => bound.identity === identity);
  }

  /** A key came: what waited for it is opened; where nothing did, a key frame is asked for. */
  #unlock(identity: string, epoch: number): void {
    const transforms = this.#boundTo(identity);
    const waits = (stream: Stream): boolean =>
      transforms.some(([id, bound]) => bound.stream === stream && this.#receiving.get(id)?.held.empty === false);
    const lacking = this.#reports.installed(identity, epoch, waits);
    for (const [transform, { stream }] of transforms) {
      if (lacking.includes(stream)) this.#askKeyFrame.get(transform)?.();
      this.#again(transform);
    }
  }

  async #answer(call: number, verb: Verb): Promise<void> {
    try {
      this.#post({ type: 'done', call, counts: await this.#apply(verb) });
    } catch (error) {
      this.#post({ type: 'failed', call, code: SecureMeetingError.from(error, 'worker-failed').code });
    }
  }

  async #apply(verb: Verb): Promise<MediaCounts[] | undefined> {
    switch (verb.verb) {
      case 'ping':
        break;
      case 'self':
        this.#keys.setSelf(verb.sender);
        break;
      case 'install': {
        const { epoch, sender, key } = verb;
        const awaited = this.#boundTo(sender.identity).map(([, { stream }]) => stream);
        if (await this.#keys.install(epoch, sender, key, awaited)) this.#unlock(sender.identity, epoch);
        break;
      }
      case 'activate':
        this.#keys.activate(verb.epoch);
        break;
      case 'pause':
        this.#keys.pause();
        break;
      case 'retire':
        this.#keys.retire(verb.epoch, verb.sender);
        break;
      case 'retire-sender':
        this.#keys.retireSender(verb.sender);
        break;
      case 'counts':
        return this.#reports.counts();
    }
    return undefined;
  }
}
