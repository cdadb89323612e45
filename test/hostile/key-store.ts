/** What somebody who records everything can read: every key they ever had, tried on every frame. */
import { owned, type Bytes } from '../../src/base/index.js';
import type { KeyMaterial, Sender } from '../../src/keys/index.js';
import { FrameOpener } from '../../src/media/frame-opener.js';
import { KeyRing } from '../../src/media/key-ring.js';

/** A frame as the SFU forwards it, in base64, and when it came. */
export interface TimedFrame {
  readonly at: number;
  readonly data: string;
}

export class KeyStore {
  readonly #rings = new Map<string, KeyRing>();
  readonly #epochs = new Set<number>();
  readonly #pending: Promise<unknown>[] = [];

  /** Keeps a copy: whoever hands it in may overwrite theirs. */
  add(epoch: number, sender: Sender, key: KeyMaterial): void {
    const { identity } = sender;
    const binding: Bytes = owned(sender.binding);
    const imported =
      key instanceof Uint8Array
        ? crypto.subtle.importKey('raw', new Uint8Array(key), 'HKDF', false, ['deriveBits', 'deriveKey'])
        : Promise.resolve(key);
    this.#epochs.add(epoch);
    // A ring of its own: forks reuse epochs, and a recorder forgets nothing.
    const ring = new KeyRing();
    this.#rings.set(`${identity} ${epoch} ${this.#rings.size}`, ring);
    this.#pending.push(imported.then((base) => ring.install(epoch, { identity, binding }, base)));
  }

  epochs(): number[] {
    return [...this.#epochs];
  }

  /** Which of these sound frames of `identity` open under any key there is. */
  async opens(identity: string, frames: readonly TimedFrame[]): Promise<TimedFrame[]> {
    await Promise.all(this.#pending);
    const openers = [...this.#rings]
      .filter(([name]) => name.startsWith(`${identity} `))
      .map(([, ring]) => new FrameOpener(ring));
    const opened: TimedFrame[] = [];
    for (const frame of frames) {
      const data = new Uint8Array(Buffer.from(frame.data, 'base64'));
      const verdicts = await Promise.all(
        openers.map(async (opener) => opener.open({ identity, stream: 'microphone' }, 'opus', data)),
      );
      // Asked again, a frame that opened once is a replay: then too it was read.
      if (verdicts.some((verdict) => 'data' in verdict || verdict.reason === 'replay')) opened.push(frame);
    }
    return opened;
  }
}
