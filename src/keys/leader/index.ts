/**
 * The `leader` provider: keys without a shared secret. One member makes the meeting's key and seals it to each; a signed
 * hash chain says who has it and is part of the key; a security code exposes a man in the middle. docs/protocol.md,
 * part 6. Importing this file does nothing; it is loaded when a meeting uses it.
 */
import { xwingExpand, xwingSecret } from '../../crypto/xwing-parts.js';
import type { KeyProvider } from '../key-provider.js';
import type { LeaderOptions } from './options.js';
import { LeaderProvider } from './provider.js';
import { realPrimitives } from './real.js';

export type { CertificatePolicy, CertificateVerdict } from './operations.js';
export type { LeaderOptions } from './options.js';
export { LEADER_CAPABILITIES } from './provider.js';

/** A provider for one join. @throws SecureMeetingError `key-short` at `start` when the link secret is under 16 bytes */
export function createLeaderProvider(options: LeaderOptions = {}): KeyProvider {
  return new LeaderProvider(options, { primitives: realPrimitives(), faults: new Set() });
}

/** What this provider computes itself beside what all do: run once while nothing waits, it takes a tenth of the time. */
export const WARM_UPS: readonly (() => unknown)[] = [
  (): unknown => {
    const [, half] = xwingExpand(new Uint8Array(32));
    return xwingSecret(half, half, half, half);
  },
];
