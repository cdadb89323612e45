import type { Clock } from '../base/index.js';
import type { Proof } from './channel.js';
import type { ChatMessage, Reaction } from './types.js';

/** Messages kept; the oldest go first. Nothing is kept after the meeting. */
const KEPT = 1000;
/** Milliseconds a reaction is shown, and how many of one person at a time. */
const SHOWN = 5000;
const REACTIONS_EACH = 3;

/** What was said in this meeting. */
export class Talks {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #chat: readonly ChatMessage[] = [];
  #reactions: readonly Reaction[] = [];
  #count = 0;
  /** What the senders signed, by message. */
  readonly #proofs = new Map<string, Proof>();

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get chat(): readonly ChatMessage[] {
    return this.#chat;
  }
  get reactions(): readonly Reaction[] {
    return this.#reactions;
  }

  /** A message of ours, not yet handed to the network. The result names it. */
  writing(message: Pick<ChatMessage, 'from' | 'name' | 'text' | 'to'>): string {
    return this.#add({ ...message, local: true, state: 'sending', missing: 0 });
  }

  settle(id: string, state: 'sent' | 'failed'): void {
    this.#chat = this.#chat.map((message) => (message.id === id ? { ...message, state } : message));
    this.#changed();
  }

  arrived({
    proof,
    ...message
  }: Pick<ChatMessage, 'from' | 'name' | 'text' | 'to' | 'missing'> & { readonly proof?: Proof | undefined }): void {
    const id = this.#add({ ...message, local: false, state: 'sent' });
    if (proof) this.#proofs.set(id, proof);
  }

  /** What its sender signed; undefined for our own messages, for those in clear, and once it is not kept any more. */
  proof(id: string): ReturnType<Proof> {
    return this.#proofs.get(id)?.();
  }

  reaction(identity: string, emoji: string): void {
    const own = this.#reactions.filter((one) => one.identity === identity);
    if (own.length >= REACTIONS_EACH) return;
    const reaction: Reaction = { id: `r${++this.#count}`, identity, emoji, at: this.#clock.wall() };
    this.#reactions = [...this.#reactions, reaction];
    this.#clock.after(SHOWN, () => {
      this.#reactions = this.#reactions.filter((one) => one !== reaction);
      this.#changed();
    });
    this.#changed();
  }

  clear(): void {
    this.#chat = [];
    this.#reactions = [];
    this.#proofs.clear();
  }

  #add(message: Omit<ChatMessage, 'id' | 'at'>): string {
    const id = `m${++this.#count}`;
    const all = [...this.#chat, { ...message, id, at: this.#clock.wall() }];
    this.#chat = all.slice(-KEPT);
    for (const { id: gone } of all.slice(0, -KEPT)) this.#proofs.delete(gone);
    this.#changed();
    return id;
  }
}
