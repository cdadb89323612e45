/**
 * Deterministic CBOR (RFC 8949 §4.2.1), described once and used in both directions.
 *
 * A kind says what a value may be, with a bound for each size. Reading follows the kind, so everything that is not
 * expected is refused where it stands, before anything is allocated for it: unknown, missing or repeated fields, other
 * types, other encodings of the same value, indefinite lengths, floats, tags, null, and whatever follows the end. Depth is
 * the depth of the kind. So each value has one encoding, and signatures can be checked over what arrived.
 *
 * Records are maps with unsigned integer keys in ascending order: short, and their order is that of §4.2.1.
 */
import type { Bytes } from '../base/index.js';
import { MAJOR, Malformed, Reader, Writer } from './cbor-io.js';

/** What a value may be, and how it is written. Made by the functions below. */
export interface Kind<T> {
  /** @throws RangeError when `value` is not of this kind: a mistake of ours, never of the network. */
  write(to: Writer, value: T): void;
  /** @throws Malformed */
  read(from: Reader): T;
}

/** The one encoding of `value`. @throws RangeError when it is not of this kind. */
export function encode<T>(kind: Kind<T>, value: T): Bytes {
  const writer = new Writer();
  kind.write(writer, value);
  return writer.take();
}

/** The value of which `input` is the encoding; undefined when there is none. Never throws. */
export function decode<T>(kind: Kind<T>, input: Uint8Array): T | undefined {
  const reader = new Reader(input);
  try {
    const value = kind.read(reader);
    return reader.done ? value : undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** An integer in `min`…`max`. */
export function uint(max: number = Number.MAX_SAFE_INTEGER, min = 0): Kind<number> {
  return {
    write: (to, value) => to.head(MAJOR.uint, within(value, min, max)),
    read: (from) => accept(from.head(MAJOR.uint, max), min),
  };
}

/** A byte string of `min`…`max` bytes; exactly `min` when `max` is absent. */
export function bytes(min: number, max: number = min): Kind<Bytes> {
  return {
    write(to, value) {
      within(value.length, min, max);
      to.bytes(value);
    },
    read(from) {
      const value = from.bytes(max);
      accept(value.length, min);
      return value;
    },
  };
}

/** A well-formed text of `min`…`max` UTF-16 code units. */
export function text(min: number, max: number): Kind<string> {
  return {
    write(to, value) {
      within(value.length, min, max);
      to.text(value);
    },
    read(from) {
      const value = from.text(3 * max); // a code unit takes at most three bytes
      if (value.length > max) throw new Malformed('too long');
      accept(value.length, min);
      return value;
    },
  };
}

export function bool(): Kind<boolean> {
  return { write: (to, value) => to.bool(value), read: (from) => from.bool() };
}

/** An array of at most `max` items of one kind. */
export function list<T>(item: Kind<T>, max: number): Kind<readonly T[]> {
  return {
    write(to, value) {
      to.head(MAJOR.array, within(value.length, 0, max));
      for (const each of value) item.write(to, each);
    },
    read(from) {
      const count = from.head(MAJOR.array, max);
      const items: T[] = [];
      for (let i = 0; i < count; i++) items.push(item.read(from));
      return items;
    },
  };
}

/** For each field its key (below 2³²) and kind, and `optional` for those that may be absent. */
export type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K>
    ? readonly [key: number, kind: Kind<Exclude<T[K], undefined>>, presence: 'optional']
    : readonly [key: number, kind: Kind<T[K]>];
};

interface Field {
  readonly name: string;
  readonly key: number;
  readonly kind: Kind<unknown>;
  readonly optional: boolean;
}

/** A map with exactly these fields. */
export function record<T extends object>(fields: Fields<T>): Kind<T> {
  const entries = Object.entries<readonly [number, Kind<unknown>, 'optional'?]>(fields);
  const order: readonly Field[] = entries
    .map(([name, [key, kind, presence]]) => ({ name, key, kind, optional: presence === 'optional' }))
    .sort((a, b) => a.key - b.key);
  const always = order.every(({ optional }) => !optional);
  if (new Set(order.map(({ key }) => key)).size !== order.length) throw new RangeError('two fields with one key');
  return {
    write(to, value) {
      const values = value as Record<string, unknown>;
      to.head(MAJOR.map, always ? order.length : order.filter(({ name }) => values[name] !== undefined).length);
      for (const { name, key, kind, optional } of order) {
        const each = values[name];
        if (each === undefined && optional) continue;
        if (each === undefined) throw new RangeError(`${name} is missing`);
        to.head(MAJOR.uint, key);
        kind.write(to, each);
      }
    },
    read(from) {
      let left = from.head(MAJOR.map, order.length);
      const out: Record<string, unknown> = {};
      // Keys ascend on both sides, so one walk over the fields finds gaps, repetitions and strangers.
      let next = left-- > 0 ? from.head(MAJOR.uint, 2 ** 32) : undefined;
      for (const { name, key, kind, optional } of order) {
        if (next !== key) {
          if (optional) continue;
          throw new Malformed('a field is missing');
        }
        out[name] = kind.read(from);
        next = left-- > 0 ? from.head(MAJOR.uint, 2 ** 32) : undefined;
      }
      if (next !== undefined) throw new Malformed('unknown, repeated or misplaced field');
      return out as T;
    },
  };
}

/** One of several messages: an array of its number and its content. */
export type Variant<M> = { [K in keyof M]: { readonly type: K; readonly body: M[K] } }[keyof M];

/** `kinds`: for each type its number and the kind of its content. */
export function variant<M extends object>(kinds: {
  readonly [K in keyof M]: readonly [number: number, kind: Kind<M[K]>];
}): Kind<Variant<M>> {
  const byNumber = new Map(
    (Object.entries(kinds) as [keyof M, readonly [number, Kind<unknown>]][]).map(
      ([type, [number, kind]]) => [number, { type, kind }] as const,
    ),
  );
  return {
    write(to, { type, body }) {
      const [number, kind] = kinds[type];
      to.head(MAJOR.array, 2);
      to.head(MAJOR.uint, number);
      kind.write(to, body);
    },
    read(from) {
      if (from.head(MAJOR.array, 2) !== 2) throw new Malformed('not a pair');
      const found = byNumber.get(from.head(MAJOR.uint, 2 ** 32));
      if (!found) throw new Malformed('unknown type');
      return { type: found.type, body: found.kind.read(from) } as Variant<M>;
    },
  };
}

function within(value: number, min: number, max: number): number {
  if (!(value >= min && value <= max)) throw new RangeError(`${value} is not within ${min} and ${max}`);
  return value;
}

function accept(value: number, min: number): number {
  if (value < min) throw new Malformed('under its bound');
  return value;
}
