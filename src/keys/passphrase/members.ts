/** Who we heard of in this meeting, in bounded space. Knows no time, no network and no policy. */
import { toHex, type Bytes } from '../../base/index.js';
import type { VerifyKey } from '../../crypto/index.js';
import type { Sender } from '../key-provider.js';
import type { GroupKey } from './group-key.js';
import type { Lasting } from './messages.js';

/** The most joins remembered at once, of whatever state. */
export const MEMBERS_MAX = 1000;

/** The most ended joins whose return is refused. */
const ENDED_MAX = 4096;

/**
 * `heard`: its Announce is genuine, but may be a recording. `confirmed`: it echoed the nonce of our join, so it lives now.
 * `gone`: was confirmed, and the SFU reported it gone; back once it announces a later epoch.
 */
export type MemberState = 'heard' | 'confirmed' | 'gone';

export interface Member {
  readonly sender: Sender;
  readonly lasting: Lasting;
  readonly lastingBytes: Uint8Array;
  readonly verifyKey: VerifyKey;
  state: MemberState;
  /** The latest epoch it announced, and under which group key. */
  epoch: number;
  group: GroupKey;
  /** Epochs whose keys are installed. */
  readonly installed: Map<number, GroupKey>;
  /** When we last answered a question of its. */
  answeredAt: number;
}

export class Members {
  readonly #byBinding = new Map<string, Member>();
  readonly #ended = new Set<string>();

  get(binding: Uint8Array): Member | undefined {
    return this.#byBinding.get(toHex(binding));
  }

  /** False when there is no room; a member that was only heard, or is gone, makes room for a new one. */
  add(member: Member): boolean {
    if (this.#byBinding.size >= MEMBERS_MAX) {
      const oldest = [...this.#byBinding].find(([, { state }]) => state !== 'confirmed');
      if (!oldest) return false;
      this.#byBinding.delete(oldest[0]);
    }
    this.#byBinding.set(toHex(member.sender.binding), member);
    return true;
  }

  /** Forgets a join for good: its Announces, recorded or not, are refused from now on. */
  end(member: Member): void {
    const id = toHex(member.sender.binding);
    this.#byBinding.delete(id);
    this.#ended.add(id);
    if (this.#ended.size > ENDED_MAX) this.#ended.delete(this.#ended.values().next().value as string);
  }

  ended(binding: Bytes): boolean {
    return this.#ended.has(toHex(binding));
  }

  /** Joins of one identity: at most one of them is confirmed. */
  of(identity: string): readonly Member[] {
    return [...this.#byBinding.values()].filter(({ sender }) => sender.identity === identity);
  }

  confirmed(): readonly Member[] {
    return [...this.#byBinding.values()].filter(({ state }) => state === 'confirmed');
  }

  confirmedOf(identity: string): Member | undefined {
    return this.of(identity).find(({ state }) => state === 'confirmed');
  }

  /** For our own new join: nobody has echoed its nonce, and no key outlives it. What ended stays ended. */
  clear(): void {
    this.#byBinding.clear();
  }
}
