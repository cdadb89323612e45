import { decode as cborgDecode, encode as cborgEncode, rfc8949EncodeOptions } from 'cborg';
import { expect } from 'chai';
import fc from 'fast-check';
import { equal, fromHex, toHex } from '../../../src/base/index.js';
import {
  bool,
  bytes,
  decode,
  encode,
  list,
  record,
  text,
  uint,
  variant,
  type Kind,
} from '../../../src/crypto/index.js';

interface Person {
  readonly name: string;
  readonly key: Uint8Array;
  readonly age?: number;
  readonly friends: readonly string[];
  readonly host: boolean;
}
const person: Kind<Person> = record<Person>({
  name: [1, text(1, 8)],
  key: [2, bytes(2, 40)],
  age: [3, uint(2 ** 40), 'optional'],
  friends: [4, list(text(0, 300), 3)],
  host: [30, bool()],
});
const ann: Person = { name: 'Änn', key: Uint8Array.of(1, 2), friends: ['a', ''], host: true };

const anyPerson = fc.record(
  {
    name: fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((s) => s.length <= 8 && !s.includes('\ufeff')),
    key: fc.uint8Array({ minLength: 2, maxLength: 40 }),
    age: fc.integer({ min: 0, max: 2 ** 40 }),
    friends: fc.array(fc.string({ maxLength: 300 }), { maxLength: 3 }),
    host: fc.boolean(),
  },
  { requiredKeys: ['name', 'key', 'friends', 'host'] },
);

describe('CBOR', () => {
  it('writes what an independent encoder writes by RFC 8949 §4.2, and reads it back', () => {
    fc.assert(
      fc.property(anyPerson, (value) => {
        const fields: [number, unknown][] = [
          [30, value.host],
          [4, value.friends],
          [2, value.key],
          [1, value.name],
        ];
        if (value.age !== undefined) fields.push([3, value.age]);
        const ours = encode(person, value as Person);
        expect(toHex(ours)).to.equal(toHex(cborgEncode(new Map(fields), rfc8949EncodeOptions)));
        const back = decode(person, ours);
        expect(back && toHex(encode(person, back))).to.equal(toHex(ours));
      }),
    );
  });

  it('reads nothing but what it would write: any accepted input is the only encoding of its value', () => {
    const valid = encode(person, ann);
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.constantFrom('set', 'cut', 'insert'), (at, byte, how) => {
        const bent =
          how === 'set'
            ? Uint8Array.from(valid, (old, i) => (i === at ? byte : old))
            : how === 'cut'
              ? valid.slice(0, at)
              : Uint8Array.from([...valid.slice(0, at), byte, ...valid.slice(at)]);
        const value = decode(person, bent);
        if (value) expect(toHex(encode(person, value))).to.equal(toHex(bent));
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses random bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => void decode(person, input)),
      { numRuns: 2000 },
    );
  });

  const refused: readonly [why: string, kind: Kind<unknown>, input: string][] = [
    ['a number not in its shortest form', uint(), '1817'],
    ['a number not in its shortest form (2 bytes)', uint(), '1900ff'],
    ['a number not in its shortest form (4 bytes)', uint(), '1a0000ffff'],
    ['a number not in its shortest form (8 bytes)', uint(), '1b00000000ffffffff'],
    ['a number beyond 2^53', uint(), '1b0020000000000000'],
    ['a number over its bound', uint(9), '0a'],
    ['a number under its bound', uint(9, 1), '00'],
    ['a negative number', uint(), '20'],
    ['a float', uint(), 'f93c00'],
    ['a tag', uint(), 'c100'],
    ['null', bool(), 'f6'],
    ['undefined', bool(), 'f7'],
    ['an indefinite byte string', bytes(0, 9), '5f4101ff'],
    ['an indefinite text', text(0, 9), '7f6161ff'],
    ['an indefinite array', list(uint(), 9), '9f01ff'],
    ['an indefinite map', record<{ a?: number }>({ a: [1, uint(), 'optional'] }), 'bf0101ff'],
    ['a text that is not UTF-8', text(0, 9), '61ff'],
    ['a text with an encoded surrogate', text(0, 9), '63eda080'],
    ['a text with a byte order mark', text(0, 9), '63efbbbf'],
    ['a text over its bound', text(0, 1), '626161'],
    ['an array over its bound', list(uint(), 2), '83010203'],
    ['an array of four thousand million', list(uint(), 2 ** 32), '9affffffff'],
    ['a byte string longer than the message', bytes(0, 2 ** 32), '5affffffff00'],
    ['something after the end', uint(), '0000'],
    ['nothing', uint(), ''],
    ['an unknown field', record<{ a: number }>({ a: [1, uint()] }), 'a201010201'],
    [
      'an unknown field in front',
      record<{ a: number; b?: number }>({ a: [1, uint()], b: [2, uint(), 'optional'] }),
      'a200000101',
    ],
    [
      'a repeated field',
      record<{ a: number; b?: number }>({ a: [1, uint()], b: [2, uint(), 'optional'] }),
      'a201010101',
    ],
    ['fields out of order', record<{ a: number; b: number }>({ a: [1, uint()], b: [2, uint()] }), 'a202010101'],
    ['a missing field', record<{ a: number }>({ a: [1, uint()] }), 'a0'],
    ['a text key', record<{ a: number }>({ a: [1, uint()] }), 'a1616101'],
    ['an unknown message type', variant<{ x: number }>({ x: [1, uint()] }), '820200'],
    ['a message with a third part', variant<{ x: number }>({ x: [1, uint()] }), '83010000'],
  ];
  for (const [why, kind, input] of refused)
    it(`refuses ${why}`, () => {
      expect(decode(kind, fromHex(input))).to.equal(undefined);
    });

  it('refuses depth beyond the kind without recursion', () => {
    const deep = new Uint8Array(1_000_000).fill(0x81);
    expect(decode(list(uint(), 5), deep)).to.equal(undefined);
  });

  it('gives copies: what was read does not change with the packet', () => {
    const packet = encode(bytes(3), Uint8Array.of(1, 2, 3));
    const read = decode(bytes(3), packet);
    packet.fill(9);
    expect(read && equal(read, Uint8Array.of(1, 2, 3))).to.equal(true);
  });

  it('throws when we ourselves would write something that is not of the kind', () => {
    expect(() => encode(text(0, 9), '\ud800')).to.throw(RangeError);
    expect(() => encode(uint(5), 6)).to.throw(RangeError);
    expect(() => encode(uint(), 1.5)).to.throw(RangeError);
    expect(() => encode(bytes(3), new Uint8Array(2))).to.throw(RangeError);
    expect(() => encode(list(uint(), 1), [1, 2])).to.throw(RangeError);
    expect(() => encode(person, { ...ann, name: undefined as unknown as string })).to.throw(RangeError);
  });

  it('tells messages apart by number', () => {
    const message = variant<{ hello: string; count: number }>({ hello: [1, text(0, 9)], count: [2, uint()] });
    expect(toHex(encode(message, { type: 'count', body: 5 }))).to.equal('820205');
    expect(decode(message, fromHex('8201626869'))).to.deep.equal({ type: 'hello', body: 'hi' });
    expect(cborgDecode(fromHex('8201626869'))).to.deep.equal([1, 'hi']);
  });
});
