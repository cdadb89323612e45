/**
 * The worker's keys and the rules they live by. The session's key sink keeps the same rules; these are the second
 * check, beside the counters that a broken rule would make repeat.
 */
import { SecureMeetingError, toHex } from '../base/index.js';
import { label } from '../crypto/purpose.js';
import { expandBaseKey } from '../crypto/sframe-keys.js';
import { STREAMS } from './media-client.js';
import type { MediaSender, Stream } from './media-client.js';
import { COUNTER_LIMIT, FrameCounter, StreamKey } from './stream-key.js';

/** One sender's key in one epoch: installed once, never again, even after it was retired. */
interface Installed {
  readonly check: string;
  readonly sender: MediaSender;
  readonly epoch: number;
  readonly streams: readonly StreamKey[];
}

const nameOf = (epoch: number, { identity, binding }: MediaSender): string => `${epoch} ${toHex(binding)} ${identity}`;
const lane = (identity: string, stream: number): string => `${stream} ${identity}`;
const same = (a: MediaSender, b: MediaSender): boolean =>
  a.identity === b.identity && toHex(a.binding) === toHex(b.binding);

export class KeyRing {
  readonly #makeCounter: () => FrameCounter;
  #self: MediaSender | undefined;
  /** By {@link nameOf}; also what was retired in this join. */
  readonly #installed = new Map<string, Installed>();
  /** The binding of each identity that had a key in this join. */
  readonly #bindings = new Map<string, string>();
  /** Streams of identities with another binding than before, of which nothing has opened since: identity and stream. */
  readonly #rejoining = new Set<string>();
  /** Keys in force: identity, then epoch. */
  readonly #live = new Map<string, Map<number, Installed>>();
  readonly #retiredEpochs = new Set<number>();
  /** Check values of every base key this worker ever held: kept over joins, so that no counter starts twice. */
  readonly #everHeld = new Set<string>();
  #active: Installed | undefined;
  #highest = -1;

  /** @param makeCounter for tests that start near the end of a counter. */
  constructor(makeCounter: () => FrameCounter = () => new FrameCounter()) {
    this.#makeCounter = makeCounter;
  }

  get self(): MediaSender | undefined {
    return this.#self;
  }

  /** Begins a join: retires every key, forgets which epochs were used. */
  setSelf(self: MediaSender): void {
    for (const { streams } of this.#installed.values()) for (const key of streams) key.retire();
    this.#installed.clear();
    this.#bindings.clear();
    this.#rejoining.clear();
    this.#live.clear();
    this.#retiredEpochs.clear();
    this.#active = undefined;
    this.#highest = -1;
    this.#self = self;
  }

  /**
   * @param awaited streams whose frames are here or soon will be: what opens them is derived beside the check
   * @returns false when the very same key is in force already.
   * @throws SecureMeetingError `key-order`, `key-conflict`, `key-reused`: as `KeySink.install`.
   */
  async install(
    epoch: number,
    sender: MediaSender,
    base: CryptoKey,
    awaited: readonly Stream[] = [],
  ): Promise<boolean> {
    if (!Number.isInteger(epoch) || epoch < 0 || epoch >= COUNTER_LIMIT) throw new SecureMeetingError('key-order');
    const streams = STREAMS.map((_, stream) => new StreamKey(sender, epoch, stream, base, this.#makeCounter()));
    // Whoever opens a frame with them hears of a failure.
    for (const stream of awaited) Promise.resolve(streams[STREAMS.indexOf(stream)]?.secrets).catch(() => undefined);
    // The base key can't be read: a value derived from it stands for it.
    const check = toHex(await expandBaseKey(base, 'SHA-512', label('key check'), 32));
    const name = nameOf(epoch, sender);
    const before = this.#installed.get(name);
    if (before) {
      if (before.check !== check) throw new SecureMeetingError('key-conflict');
      if (before.streams.every((key) => key.retired)) throw new SecureMeetingError('key-order');
      return false;
    }
    if (this.#retiredEpochs.has(epoch)) throw new SecureMeetingError('key-order');
    if (this.#live.get(sender.identity)?.has(epoch)) throw new SecureMeetingError('key-conflict');
    if (this.#everHeld.has(check)) throw new SecureMeetingError('key-reused');
    this.#everHeld.add(check);
    const installed = { check, sender, epoch, streams };
    this.#installed.set(name, installed);
    this.#noteBinding(sender);
    let epochs = this.#live.get(sender.identity);
    if (!epochs) this.#live.set(sender.identity, (epochs = new Map<number, Installed>()));
    epochs.set(epoch, installed);
    return true;
  }

  /** @throws SecureMeetingError `key-missing`, `key-order`: as `KeySink.activate`. */
  activate(epoch: number): void {
    if (epoch < this.#highest) throw new SecureMeetingError('key-order');
    const own = this.#self && this.#live.get(this.#self.identity)?.get(epoch);
    if (!own || !same(own.sender, this.#self as MediaSender)) throw new SecureMeetingError('key-missing');
    this.#active = own;
    this.#highest = epoch;
  }

  pause(): void {
    this.#active = undefined;
  }

  retire(epoch: number, sender?: MediaSender): void {
    if (!sender) this.#retiredEpochs.add(epoch);
    for (const installed of this.#held()) {
      if (installed.epoch === epoch && (!sender || same(installed.sender, sender))) this.#end(installed);
    }
  }

  retireSender(sender: MediaSender): void {
    for (const installed of this.#held(sender.identity)) if (same(installed.sender, sender)) this.#end(installed);
  }

  /** What seals `stream` now; `undefined` when nothing may be sent. */
  sealing(stream: number): StreamKey | undefined {
    return this.#active?.streams[stream];
  }

  /** The key of (participant, KID), and no other. Never our own: our frames that come back open nothing. */
  opening(identity: string, epoch: number, stream: number): StreamKey | undefined {
    const installed = this.#live.get(identity)?.get(epoch);
    if (!installed || (this.#self && same(installed.sender, this.#self))) return undefined;
    return installed.streams[stream];
  }

  /**
   * Whether a frame that does not open may honestly be one of the sender's join before. Epochs of two joins may have one
   * number (forks count on from where they part), and who changes chains seals under the old one until its Welcome is
   * there, while its new key is already in force here.
   */
  rejoining(identity: string, stream: number): boolean {
    return this.#rejoining.has(lane(identity, stream));
  }

  /** A frame of this sender's latest join opened: from now on it has no other. */
  opened(identity: string, stream: number): void {
    if (this.#rejoining.size > 0) this.#rejoining.delete(lane(identity, stream));
  }

  #noteBinding({ identity, binding }: MediaSender): void {
    const now = toHex(binding);
    const before = this.#bindings.get(identity);
    this.#bindings.set(identity, now);
    if (before === undefined || before === now) return;
    STREAMS.forEach((_, stream) => this.#rejoining.add(lane(identity, stream)));
  }

  #held(identity?: string): Installed[] {
    if (identity !== undefined) return [...(this.#live.get(identity)?.values() ?? [])];
    return [...this.#live.values()].flatMap((epochs) => [...epochs.values()]);
  }

  #end(installed: Installed): void {
    for (const key of installed.streams) key.retire();
    const epochs = this.#live.get(installed.sender.identity);
    epochs?.delete(installed.epoch);
    if (epochs?.size === 0) this.#live.delete(installed.sender.identity);
    if (this.#active === installed) this.#active = undefined;
  }
}
