import { equal, toHex, utf8 } from '../../base/index.js';
import type { RosterMember } from '../key-provider.js';
import { digest } from './digest.js';

/** A list of members as a participant reported it. Little is kept of it: a thousand participants report a thousand each. */
export class RosterSeen {
  readonly #members: readonly RosterMember[];
  #print: string | undefined;

  constructor(members: readonly RosterMember[]) {
    this.#members = members;
  }

  /** Equal for lists of the same people, in one order, with the same names, roles and keys. */
  get print(): string {
    this.#print ??= toHex(
      digest(
        'leader roster',
        ...this.#members.flatMap(({ sender, name, role, ik }) => [sender.binding, utf8(`${name} ${role}`), ik]),
      ),
    );
    return this.#print;
  }

  has(binding: Uint8Array): boolean {
    return this.#members.some(({ sender }) => equal(sender.binding, binding));
  }
}
