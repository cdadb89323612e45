/**
 * What a join computes by itself is little, and runs once: most of its time is code that has never run. So it runs on
 * numbers that mean nothing while the page waits for something else. Nothing is kept, and nothing depends on it.
 */
import { VerifyKey, derive } from '../crypto/index.js';

/** The base point (RFC 8032 §5.1): a key like any other. */
const SOME_KEY = /* @__PURE__ */ new Uint8Array(32).fill(0x66).fill(0x58, 0, 1);

/** What every provider and the sealed channel use. */
export const WARM_UPS = [
  (): unknown => VerifyKey.from(SOME_KEY),
  (): unknown => derive('leader copy', new Uint8Array(32)),
];

const warm = /* @__PURE__ */ new Set<() => unknown>();

/** Each once, in an idle moment of its own; never where the browser does not tell of them. */
export function whenIdle(pieces: readonly (() => unknown)[]): void {
  for (const piece of pieces) {
    if (warm.has(piece)) continue;
    warm.add(piece);
    globalThis.requestIdleCallback?.(() => void piece());
  }
}
