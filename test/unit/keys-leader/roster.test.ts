import { expect } from 'chai';
import { makeEntry, Roster } from '../../../src/keys/leader/roster.js';

const bytes = (length: number, value: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(value);
const entry = (identity: string, value: number, host = false): ReturnType<typeof makeEntry> =>
  makeEntry('roster', {
    ...{ identity, name: identity, ik: bytes(32, value), nonce: bytes(16, value), messageKey: bytes(32, value), host },
  });

describe('leader: a roster that changes', () => {
  it('finds who is listed now, in whatever order old and new ones are asked', () => {
    const [ann, bob, cleo] = [entry('ann', 1, true), entry('bob', 2), entry('cleo', 3)];
    const first = Roster.founding([ann, bob]);
    const asked = (roster: Roster): unknown => [
      ['ann', 'bob', 'cleo'].map((identity) => roster.named(identity)?.host),
      [ann, bob, cleo].map(({ id }) => roster.get(id)?.identity),
    ];
    const before = [
      [true, false, undefined],
      ['ann', 'bob', undefined],
    ];
    expect(asked(first)).to.deep.equal(before);
    const added = first.with({ entries: [ann, bob, cleo] }, { listed: cleo });
    const host = entry('cleo', 3, true);
    const changed = added.with({ entries: [ann, bob, host], counter: 1 }, { listed: host });
    const left = changed.with({ entries: [ann, host] }, { out: bob });
    const settings = left.with({ locked: true });
    for (const roster of [settings, left])
      expect(asked(roster)).to.deep.equal([
        [true, undefined, true],
        ['ann', undefined, 'cleo'],
      ]);
    expect(asked(added)).to.deep.equal([
      [true, false, false],
      ['ann', 'bob', 'cleo'],
    ]);
    expect(asked(first)).to.deep.equal(before);
    expect([settings.locked, settings.counter, left.locked]).to.deep.equal([true, 1, false]);
  });

  it('finds somebody who left and came back under a new binding', () => {
    const [ann, bob, again] = [entry('ann', 1, true), entry('bob', 2), entry('bob', 4)];
    const first = Roster.founding([ann, bob]);
    first.get(ann.id);
    const back = first.with({ entries: [ann] }, { out: bob }).with({ entries: [ann, again] }, { listed: again });
    expect(back.named('bob')).to.equal(again);
    expect([back.get(bob.id), back.get(again.id)]).to.deep.equal([undefined, again]);
  });
});
