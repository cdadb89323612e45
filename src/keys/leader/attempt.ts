import { wipe, type Bytes } from '../../base/index.js';
import type { Announce } from './announce.js';
import type { ParsedCommit } from './commit.js';
import type { Me } from './machine.js';
import type { KeyPair } from './primitives.js';
import type { Entry } from './roster.js';
import type { Welcome } from './welcome.js';
import type { NoticeKind } from './wishes.js';
import type { Envelope } from './wire.js';

/** One try to get into a chain: our Announce, and what has come back so far. */
export interface Attempt {
  readonly me: Me;
  announce: Announce;
  envelope: Envelope;
  readonly kem: KeyPair;
  hash: Bytes;
  readonly began: number;
  sent: number;
  /** Set for a fork or another instance: our old chain lives until this one answers. */
  readonly instead: boolean;
  welcome:
    | {
        readonly parsed: Welcome;
        readonly leader: Announce;
        readonly leaderEntry: Pick<Entry, 'ik' | 'binding'>;
        /** What its ciphertext holds: opened while the rest is on its way. */
        readonly shared: Promise<Bytes>;
      }
    | undefined;
  readonly commits: Map<string, { readonly commit: ParsedCommit; readonly envelope: Envelope }>;
  readonly rosters: Bytes[];
  /** Said once: the meeting there is held without our link's secret. */
  wrongLink: boolean;
  notice: { readonly kind: NoticeKind; readonly at: number } | undefined;
}

/** The Welcome is not taken, or was: what its ciphertext holds is wiped. */
export function forgetWelcome(attempt: Attempt): void {
  attempt.welcome?.shared.then(wipe, () => undefined);
  attempt.welcome = undefined;
}
