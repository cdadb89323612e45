import { SecureMeetingError, type Clock } from '../../base/index.js';
import { postTask } from '../task.js';
import { parts, type FileTalk } from './file-talk.js';
import { PART, RUNNING } from './limits.js';

interface Receiver {
  readonly identity: string;
  next: number;
  running: boolean;
}

export interface OutgoingHost {
  readonly clock: Clock;
  send(talk: FileTalk, to: string): Promise<void>;
  /** Bytes the furthest receiver was sent. */
  progress(sent: number): void;
}

/** Parts between which other work gets its turn. */
const BREATH = 4;
/** How many may ask for one file. */
const RECEIVERS = 1000;

/** Sends at most three at a time, over all files. */
export class Turns {
  #free = RUNNING;
  readonly #waiting: (() => void)[] = [];

  async run(work: () => Promise<void>): Promise<void> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

/** A file of ours that may be asked for. Its bytes stay where they are until then. */
export class Outgoing {
  readonly id: string;
  readonly to: string | null;
  readonly #file: Blob;
  readonly #host: OutgoingHost;
  readonly #turns: Turns;
  readonly #receivers = new Map<string, Receiver>();
  #over = false;
  #most = 0;

  constructor(id: string, file: Blob, to: string | null, turns: Turns, host: OutgoingHost) {
    this.id = id;
    this.to = to;
    this.#file = file;
    this.#turns = turns;
    this.#host = host;
  }

  /** Somebody asks for the file from part `next` on. Whoever it was not offered to gets nothing. */
  ask(identity: string, next: number): void {
    if (this.#over || (this.to !== null && this.to !== identity)) return;
    const known = this.#receivers.get(identity);
    if (known) known.next = next;
    else if (this.#receivers.size >= RECEIVERS) return;
    const receiver = known ?? { identity, next, running: false };
    this.#receivers.set(identity, receiver);
    if (receiver.running) return;
    receiver.running = true;
    // What could not be sent is asked for again by who misses it.
    void this.#turns
      .run(() => this.#send(receiver))
      .catch(() => undefined)
      .finally(() => (receiver.running = false));
  }

  end(): void {
    this.#over = true;
    this.#receivers.clear();
  }

  async #send(receiver: Receiver): Promise<void> {
    const count = parts(this.#file.size);
    while (!this.#over && receiver.next < count && this.#receivers.get(receiver.identity) === receiver) {
      const index = receiver.next;
      const data = await bytesOf(this.#file.slice(index * PART, (index + 1) * PART));
      await this.#host.send({ type: 'file-part', id: this.id, index, data }, receiver.identity);
      // Asked for another part meanwhile: that one is next.
      if (receiver.next === index) receiver.next = index + 1;
      const sent = Math.min(this.#file.size, receiver.next * PART);
      if (sent > this.#most) this.#host.progress((this.#most = sent));
      if (index % BREATH === 0) await new Promise<void>((resolve) => postTask(resolve));
    }
  }

  forget(identity: string): void {
    this.#receivers.delete(identity);
  }
}

/** @throws SecureMeetingError `room-file-failed`: it was moved, changed or deleted on the disk. */
export async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new SecureMeetingError('room-file-failed', { cause });
  }
}
