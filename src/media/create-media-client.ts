import { Emitter, report, SecureMeetingError, systemClock } from '../base/index.js';
import type {
  MediaClient,
  MediaClientEvents,
  MediaClientOptions,
  MediaCounts,
  MediaSender,
  ReceiverBinding,
  SenderBinding,
  Stream,
} from './media-client.js';
import { attachTransform, forceKeyFrame, usesEncodedStreams } from './encoded-transform.js';
import { WorkerLink } from './worker-link.js';
import type { TransformDirection, Verb, WorkerEvent } from './worker-messages.js';

/** Makes the worker and the client that drives it. Failing to make it shows in `ready()` and `lost`. */
export function createMediaClient(options: MediaClientOptions): MediaClient {
  return new Client(options);
}

class Client implements MediaClient {
  readonly #events = new Emitter<MediaClientEvents>();
  readonly #link: WorkerLink;
  /** By object, never by track id: the server chooses those. */
  readonly #transforms = new WeakMap<RTCRtpSender | RTCRtpReceiver, number>();
  readonly #senders = new Set<RTCRtpSender>();
  #count = 0;

  constructor({ createWorker, clock = systemClock }: MediaClientOptions) {
    this.#link = new WorkerLink({
      createWorker,
      clock,
      onEvent: (event) => this.#emit(event),
      onLost: (code) => {
        this.#stopSenders();
        this.#events.emit('lost', { code });
      },
    });
  }

  on<K extends keyof MediaClientEvents>(type: K, listener: (detail: MediaClientEvents[K]) => void): () => void {
    return this.#events.on(type, listener);
  }

  ready(): Promise<void> {
    return this.#link.ready;
  }

  bindSender(sender: RTCRtpSender, binding: SenderBinding | null): void {
    for (const known of this.#senders) if (known.transport?.state === 'closed') this.#senders.delete(known);
    this.#senders.add(sender);
    this.#bind(sender, 'send', '', binding?.stream, () => stop(sender));
  }

  bindReceiver(receiver: RTCRtpReceiver, binding: ReceiverBinding | null): void {
    this.#bind(receiver, 'receive', binding?.identity ?? '', binding?.stream, () => receiver.track.stop());
  }

  setServerTrailer(trailer: Uint8Array): void {
    this.#link.send({ type: 'trailer', trailer: new Uint8Array(trailer) });
  }

  sendKeyFrames(): void {
    if (usesEncodedStreams()) for (const sender of this.#senders) forceKeyFrame(sender);
    else this.#link.send({ type: 'key-frames' });
  }

  setSelf(self: MediaSender): Promise<void> {
    return this.#call({ verb: 'self', sender: copy(self) });
  }

  install(epoch: number, sender: MediaSender, key: CryptoKey): Promise<void> {
    return this.#call({ verb: 'install', epoch, sender: copy(sender), key });
  }

  activate(epoch: number): Promise<void> {
    return this.#call({ verb: 'activate', epoch });
  }

  pause(): Promise<void> {
    return this.#call({ verb: 'pause' });
  }

  retire(epoch: number, sender?: MediaSender): Promise<void> {
    return this.#call({ verb: 'retire', epoch, sender: sender && copy(sender) });
  }

  retireSender(sender: MediaSender): Promise<void> {
    return this.#call({ verb: 'retire-sender', sender: copy(sender) });
  }

  async counts(): Promise<readonly MediaCounts[]> {
    return (await this.#link.call({ verb: 'counts' })) ?? [];
  }

  dispose(): void {
    this.#stopSenders();
    this.#senders.clear();
    this.#link.close();
    this.#events.clear();
  }

  async #call(verb: Verb): Promise<void> {
    await this.#link.call(verb);
  }

  /** `fail` makes sure that nothing flows when no transform could be attached. */
  #bind(
    end: RTCRtpSender | RTCRtpReceiver,
    direction: TransformDirection,
    identity: string,
    stream: Stream | undefined,
    fail: () => void,
  ): void {
    const { worker, ended } = this.#link;
    let transform = this.#transforms.get(end);
    const fresh = transform === undefined;
    transform ??= this.#count++;
    if (!ended) this.#link.send({ type: 'bind', transform, identity, stream });
    if (fresh) {
      try {
        // A dead worker is as good as a dropping one: what hangs on it passes nothing.
        if (!worker) throw new SecureMeetingError('worker-not-found');
        attachTransform(worker, end, { transform, direction });
        this.#transforms.set(end, transform);
      } catch (cause) {
        fail();
        throw ended ?? SecureMeetingError.from(cause, 'browser-unsupported');
      }
    }
    if (ended) {
      fail();
      throw ended;
    }
  }

  #emit({ name, detail }: WorkerEvent): void {
    this.#events.emit(name, detail);
  }

  #stopSenders(): void {
    for (const sender of this.#senders) stop(sender);
  }
}

/**
 * The encoder gets nothing more. The transform stays: taking it away would let frames pass in clear.
 * Rejects when the connection is closed, which is as good.
 */
function stop(sender: RTCRtpSender): void {
  try {
    sender.replaceTrack(null).catch(() => undefined);
  } catch (error) {
    report(error);
  }
}

/** A copy with a buffer of its own, because views over shared or larger buffers would carry more than they show. */
function copy({ identity, binding }: MediaSender): MediaSender {
  return { identity, binding: new Uint8Array(binding) };
}
