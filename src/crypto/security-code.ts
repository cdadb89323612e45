/** The code people compare: six groups of five digits (design: about 99.6 bits, and a slow hash per guess). */
import type { Bytes } from '../base/index.js';
import { bytes, encode, record, text } from './cbor.js';
import { MEETING_MAX } from './binding.js';
import { hash } from './hash.js';
import { slowHashInBackground } from './slow-hash.js';

export type CodeGroups = readonly [string, string, string, string, string, string];

const saltOf = /* @__PURE__ */ record<{ meeting: string; instance: Uint8Array }>({
  meeting: [1, text(1, MEETING_MAX)],
  instance: [2, bytes(32)],
});

/**
 * The security code of a leader's signing key. Takes about a second, and waits for everything else the page does.
 * @param instance 32 bytes: head of the meeting's first Commit
 */
export async function securityCode(leaderIk: Uint8Array, meeting: string, instance: Uint8Array): Promise<CodeGroups> {
  const salt = hash('security code salt', encode(saltOf, { meeting, instance }));
  return codeGroups(await slowHashInBackground(leaderIk, salt));
}

/** Six groups: each 5 bytes of `h` (big-endian) modulo 100,000. `h`: at least 30 bytes. */
export function codeGroups(h: Bytes): CodeGroups {
  const group = (index: number): string => {
    let number = 0;
    for (const byte of h.subarray(5 * index, 5 * index + 5)) number = number * 256 + byte;
    return String(number % 100_000).padStart(5, '0');
  };
  return [group(0), group(1), group(2), group(3), group(4), group(5)];
}
