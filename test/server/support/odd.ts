/** What an attacker types where a name belongs. */
export const SQL = [
  `'; drop table meetings; --`,
  `" or 1=1 --`,
  `') union select secret from verifications --`,
  `\\'; select pg_sleep(5); --`,
  `$1`,
  `1; update meetings set locked = true`,
];

/** Values that have broken parsers and databases before. */
export const ODD: readonly unknown[] = [
  ...SQL,
  'a\u0000b',
  '\ud800',
  '__proto__',
  '\u202e',
  '🙂'.repeat(64),
  '+4915123456789',
  'AAAAAAAAAAAAAAAAAAAAAA',
  -1,
  0.5,
  1e308,
  2 ** 53,
  null,
  true,
  [],
  {},
  [[[[]]]],
];
