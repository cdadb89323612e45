/** The line to the worker: verbs with answers, messages without, and the knowledge whether it still lives. */
import { SecureMeetingError } from '../base/index.js';
import type { Clock, ErrorCode } from '../base/index.js';
import type { MediaCounts } from './media-client.js';
import { parseFromWorker, WORKER_PROTOCOL } from './worker-messages.js';
import type { ToWorker, Verb, WorkerEvent } from './worker-messages.js';

const TICK = 1_000;
/** Ticks without an answer after which the worker counts as gone. */
const SILENT_TICKS = 5;
/** Ticks it may take to load. */
const LOAD_TICKS = 15;

interface Waiting {
  readonly resolve: (counts: readonly MediaCounts[] | undefined) => void;
  readonly reject: (error: SecureMeetingError) => void;
}

export interface WorkerLinkOptions {
  readonly createWorker: () => Worker;
  readonly clock: Clock;
  readonly onEvent: (event: WorkerEvent) => void;
  /** Called once, in the turn in which the loss is known and before anything else; never after `close`. */
  readonly onLost: (code: ErrorCode) => void;
}

export class WorkerLink {
  /** Undefined when it could not be made. A dead worker stays here: transforms that hang on it pass nothing. */
  readonly worker: Worker | undefined;
  readonly ready: Promise<void>;
  readonly #options: WorkerLinkOptions;
  readonly #waiting = new Map<number, Waiting>();
  #stopTicking: () => void = () => undefined;
  #settleReady!: Waiting;
  #calls = 0;
  #loaded = false;
  /** Counted, not timed: a page that was suspended has not waited, and then neither has the worker answered. */
  #silentTicks = 0;
  #ended: SecureMeetingError | undefined;

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
    this.ready = new Promise<void>((resolve, reject) => {
      this.#settleReady = { resolve: () => resolve(), reject };
    });
    // Whoever doesn't wait for it learns by `onLost`.
    this.ready.catch(() => undefined);
    this.#tickLater();
    try {
      const worker = options.createWorker();
      worker.addEventListener('message', ({ data }) => this.#hear(data));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        this.#lose(this.#loaded ? 'worker-failed' : 'worker-not-found');
      });
      worker.addEventListener('messageerror', () => this.#lose('worker-failed'));
      this.worker = worker;
    } catch (cause) {
      this.worker = undefined;
      // In a turn of its own: our maker has not got us yet.
      queueMicrotask(() => this.#lose('worker-not-found', cause));
    }
  }

  /** Why nothing goes through any more. */
  get ended(): SecureMeetingError | undefined {
    return this.#ended;
  }

  call(verb: Verb): Promise<readonly MediaCounts[] | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      const call = this.#calls++;
      this.#waiting.set(call, { resolve, reject });
      try {
        this.send({ type: 'call', call, ...verb });
      } catch (cause) {
        this.#waiting.delete(call);
        reject(SecureMeetingError.from(cause, 'worker-failed'));
      }
    });
  }

  send(message: ToWorker): void {
    if (!this.#ended) this.worker?.postMessage(message);
  }

  close(): void {
    this.#end(new SecureMeetingError('worker-failed', { message: 'The media client was disposed.' }));
  }

  #hear(data: unknown): void {
    if (this.#ended) return;
    this.#silentTicks = 0;
    const message = parseFromWorker(data);
    switch (message?.type) {
      case 'hello':
        if (message.protocol !== WORKER_PROTOCOL) return this.#lose('worker-failed');
        this.#loaded = true;
        this.#settleReady.resolve(undefined);
        break;
      case 'done':
        this.#settle(message.call)?.resolve(message.counts);
        break;
      case 'failed':
        this.#settle(message.call)?.reject(new SecureMeetingError(message.code));
        break;
      case 'event':
        this.#options.onEvent(message);
        break;
      case 'waiting': {
        const { transform } = message;
        // A turn later: an element that was just given the stream makes its player in a task of its own.
        this.#options.clock.after(0, () => this.send({ type: 'heard', transform }));
        break;
      }
      case undefined:
        // Another script than ours, or ours gone mad.
        this.#lose(this.#loaded ? 'worker-failed' : 'worker-not-found');
    }
  }

  #settle(call: number): Waiting | undefined {
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    return waiting;
  }

  #tickLater(): void {
    this.#stopTicking = this.#options.clock.after(TICK, () => {
      this.#tick();
      if (!this.#ended) this.#tickLater();
    });
  }

  #tick(): void {
    if (++this.#silentTicks > (this.#loaded ? SILENT_TICKS : LOAD_TICKS)) {
      this.#lose(this.#loaded ? 'worker-failed' : 'worker-not-found');
    } else if (this.#loaded) {
      this.call({ verb: 'ping' }).catch(() => undefined);
    }
  }

  #lose(code: ErrorCode, cause?: unknown): void {
    if (this.#ended) return;
    const error = new SecureMeetingError(code, { cause });
    this.#end(error, () => this.#options.onLost(code));
  }

  #end(error: SecureMeetingError, first?: () => void): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#stopTicking();
    first?.();
    this.worker?.terminate();
    this.#settleReady.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
