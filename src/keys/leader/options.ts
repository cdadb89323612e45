import type { CertificatePolicy } from './operations.js';

/** What the host site may set. Nothing is needed: without options a meeting is private from its first frame. */
export interface LeaderOptions {
  /** Secret of the invitation link, 16 bytes or more: who lacks it is not let in, and it is part of every key. */
  readonly linkSecret?: Uint8Array;
  /** How admission certificates are checked. Without it, certificates are ignored. */
  readonly certificates?: CertificatePolicy;
  /** Our own admission certificate, up to 4 kB; asked for at every join. */
  readonly certificate?: () => Uint8Array | undefined | Promise<Uint8Array | undefined>;
}
