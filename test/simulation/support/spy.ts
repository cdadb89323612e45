/** Primitives that write down what passes through them: what a lying leader knows, and what a seized device holds. */
import { toHex, type Bytes } from '../../../src/base/index.js';
import type { Primitives } from '../../../src/keys/leader/primitives.js';

export interface Sealed {
  readonly key: Bytes;
  readonly head: Bytes;
  readonly mk: Bytes;
}

/** Keeps the last seal for each recipient (by binding in hexadecimal), with the key that is used once. */
export function spyOnSeals(base: Primitives): { readonly primitives: Primitives; readonly last: Map<string, Sealed> } {
  const last = new Map<string, Sealed>();
  const seal: Primitives['seal'] = (key, additional, plaintext) => {
    last.set(toHex(additional.subarray(32)), {
      ...{ key: new Uint8Array(key), head: new Uint8Array(additional.subarray(0, 32)), mk: new Uint8Array(plaintext) },
    });
    return base.seal(key, additional, plaintext);
  };
  return { primitives: { ...base, seal }, last };
}

/** Keeps every secret that the primitives hand out, itself and not a copy: once erased, it is zeros here too. */
export function spyOnSecrets(base: Primitives): { readonly primitives: Primitives; readonly held: () => Bytes[] } {
  const given = new Set<Bytes>();
  const keep = <T extends Bytes | undefined>(secret: T): T => {
    if (secret) given.add(secret);
    return secret;
  };
  const primitives: Primitives = {
    ...base,
    derive: (secret, salt, purpose, content) => {
      const out = base.derive(secret, salt, purpose, content);
      return purpose === 'leader confirm' ? out : keep(out); // confirm is on the wire
    },
    seal: (...args) => {
      const step = base.seal(...args);
      keep(step.next);
      return step;
    },
    open: (...args) => {
      const step = base.open(...args);
      keep(step?.next);
      keep(step?.plaintext);
      return step;
    },
    next: (...args) => keep(base.next(...args)),
    decapsulate: async (...args) => keep(await base.decapsulate(...args)),
    encapsulate: async (...args) => {
      const exchange = await base.encapsulate(...args);
      keep(exchange.secret);
      return exchange;
    },
    kemKeys: async (seed) => {
      const pair = await base.kemKeys(seed);
      keep(pair.secretKey);
      return pair;
    },
  };
  const alive = (secret: Bytes): boolean => secret.some((byte) => byte !== 0);
  return { primitives, held: () => [...given].filter(alive) };
}
