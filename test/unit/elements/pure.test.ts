import { expect } from 'chai';
import { cleanName } from '../../../src/elements/clean-name.js';
import { initials, said, shortName } from '../../../src/elements/names.js';
import { sameLook } from '../../../src/elements/people/same-look.js';
import { readFeatures } from '../../../src/elements/root/features.js';
import { takeFromFragment } from '../../../src/elements/root/link-fragment.js';
import { nameProblem, roomProblem } from '../../../src/elements/root/problems.js';
import { sealOf, sealShape, provedMembers, SEALS } from '../../../src/elements/seal/shape.js';
import { fit } from '../../../src/elements/stage/fit.js';
import { idleState, person } from '../../support/fake-session.js';

describe('the seal as strokes', () => {
  const filled = (count: number): boolean[] => Array<boolean>(count).fill(true);

  it('has another shape for every state', () => {
    const shapes = SEALS.map((seal) =>
      JSON.stringify(sealShape(seal, seal === 'degraded' ? [true, true, false] : filled(3))),
    );
    expect(new Set(shapes).size).to.equal(SEALS.length);
  });

  it('draws one arc per member, clockwise from the top, and a dot when all are proved', () => {
    const strokes = sealShape('encrypted', filled(4));
    expect(strokes.filter(({ width }) => width === 2.5)).to.have.length(4);
    expect(strokes[0]?.d).to.equal('M10.57 2.02A8 8 0 0 1 17.98 9.43');
    expect(strokes.at(-1)?.part).to.equal('plate');
  });

  it('leaves a gap with a dot where somebody is not proved', () => {
    const strokes = sealShape('degraded', [true, true, false, true]);
    expect(strokes.filter(({ width }) => width === 2.5)).to.have.length(3);
    expect(strokes[2]).to.include({ part: 'plate' });
    // The third of four stands at the lower left.
    expect(strokes[2]?.d).to.equal('M4.34 14.16a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0-3');
  });

  it('fuses over eight, so that only a real gap shows, and is one arc in proportion over twelve', () => {
    expect(sealShape('encrypted', filled(9))).to.have.length(2);
    expect(sealShape('degraded', [...filled(8), false]).every(({ part }) => part === undefined)).to.equal(true);
    const forty = sealShape('degraded', [...filled(33), ...Array<boolean>(7).fill(false)]);
    expect(forty.map(({ width }) => width)).to.deep.equal([1, 2.5]);
    expect(forty[1]?.d).to.match(/^M10\.00 2\.00A8 8 0 1 1 /);
  });

  it('counts members, not strangers, in order of joining; our own arc is filled once we hold a key', () => {
    const state = {
      ...idleState(),
      self: person('me', 'Me', { local: true, joinedAt: 2 }),
      others: [
        person('late', 'Late', { joinedAt: 3, encryption: 'stale' }),
        person('first', 'First', { joinedAt: 1 }),
        person('stranger', 'X', { joinedAt: 0, encryption: 'stranger' }),
      ],
    };
    expect(provedMembers(state)).to.deep.equal([true, false, false]);
    expect(provedMembers({ ...state, encryption: { ...state.encryption, epoch: 1 } })).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it('tells being alone from having no key', () => {
    const idle = idleState();
    const waiting = { ...idle, encryption: { ...idle.encryption, state: 'waiting' as const } };
    expect(sealOf(idle)).to.equal(undefined);
    expect(sealOf(waiting)).to.equal('alone');
    expect(sealOf({ ...waiting, others: [person('a', 'Ana')] })).to.equal('keyless');
  });
});

describe('fit', () => {
  it('fills the box, within 16:9 and 4:3, 4:5 when it is higher than wide', () => {
    for (let count = 1; count <= 49; count++)
      for (const [width, height] of [
        [1156, 624],
        [464, 532],
        [320, 180],
      ] as const) {
        const size = fit(count, width, height);
        expect(size.columns * size.rows).to.be.at.least(count);
        expect(size.width * size.columns + 8 * (size.columns - 1)).to.be.at.most(width);
        expect(size.height * size.rows + 8 * (size.rows - 1)).to.be.at.most(height);
        if (size.width > 60) expect(size.width / size.height).to.be.within(width < height ? 0.75 : 1.3, 1.85);
      }
  });

  it('survives a box without room', () => {
    expect(fit(5, 0, 0)).to.include({ width: 0, height: 0 });
  });
});

describe('names', () => {
  it('lose what could move or hide the text around them', () => {
    expect(cleanName('\u202Eevil\u202C \u0000a\n b\u2066')).to.equal('evil a b');
    expect(cleanName('x'.repeat(300))).to.have.length(128);
    expect(said('')).to.equal('\u2068?\u2069');
  });

  it('keep the marks that writing needs, and lose a pile of them', () => {
    expect(cleanName('Việt ཨོཾ שָׁלוֹם 👩🏽‍🚀')).to.equal('Việt ཨོཾ שָׁלוֹם 👩🏽‍🚀');
    expect(cleanName(`Z${'\u0300\u0489'.repeat(50)}oe`)).to.equal('Z\u0300\u0489\u0300\u0489oe');
  });

  it('of nothing that can be seen are nobody’s', () => {
    for (const name of ['', ' \u00A0', '\u200B\u2060\u00AD', '\u3164', '\u2800', '\uFE0F\u200D', '\u{E0041}'])
      expect(cleanName(name), JSON.stringify(name)).to.equal('');
    expect(said('\u200B')).to.equal('\u2068?\u2069');
  });

  it('have initials of whole letters', () => {
    expect(['Ana Ferreira', 'ben', '👩‍👩‍👧 Fam', '', '  '].map(initials)).to.deep.equal(['AF', 'B', '👩‍👩‍👧F', '?', '?']);
    expect(shortName('Mira Castellanos-Brandstetter')).to.equal('Mira');
  });

  it('look the same in other letters', () => {
    expect(sameLook('Ben Okafor', 'Вen  Okafоr')).to.equal(true);
    expect(sameLook('Ben Okafor', 'BEN OKAFOR.')).to.equal(true);
    expect(sameLook('Paul', 'PauI')).to.equal(true);
    expect(sameLook('Zoë', 'Zoe')).to.equal(true);
    expect(sameLook('Ben Okafor', 'Ben\u200B Ok\u00ADafor\u2060')).to.equal(true);
    expect(sameLook('Ben Okafor', 'Ben Okafo')).to.equal(false);
  });
});

describe('the fragment', () => {
  for (const [fragment, rest, value] of [
    ['#sm-key=abc', '', 'abc'],
    ['#tab=1&sm-key=abc&x=2', '#tab=1&x=2', 'abc'],
    ['#sm-key=abc&x=2', '#x=2', 'abc'],
    ['#/route?sm-key=abc', '#/route?', 'abc'],
    ['#/route?a=1&sm-key=abc', '#/route?a=1', 'abc'],
    ['#not-sm-key=abc', '#not-sm-key=abc', undefined],
    ['', '', undefined],
  ] as const)
    it(`of ${fragment || 'nothing'} keeps everything but our parameter`, () => {
      expect(takeFromFragment(fragment)).to.deep.equal({ rest, value });
    });
});

describe('features', () => {
  const shown = (words: string): string[] => [...readFeatures(words).shown];

  it('are all by default, fewer with no-…, only those named otherwise', () => {
    expect(shown('')).to.include.members(['chat', 'people', 'hand', 'invite']);
    expect(shown('no-chat')).to.not.include('chat');
    expect(shown('no-chat')).to.include('people');
    expect(shown('chat hand')).to.have.members(['chat', 'hand']);
  });

  it('name what is unknown and what is not built', () => {
    expect(readFeatures('chat dance no-sleep').unknown).to.deep.equal(['dance', 'no-sleep']);
    expect(readFeatures('captions no-files').unavailable).to.deep.equal(['feature-captions']);
    expect(shown('captions')).to.deep.equal([]);
    // Not in Node, for example.
    const can = 'VideoFrame' in globalThis;
    expect(readFeatures('blur').unavailable).to.deep.equal(can ? [] : ['feature-blur']);
    expect(shown('blur')).to.deep.equal(can ? ['blur'] : []);
  });
});

describe('rooms and names', () => {
  it('have 1 to 128 characters and no control characters', () => {
    expect(['', 'a', '🦊'.repeat(128), '🦊'.repeat(129), 'a\tb'].map(roomProblem)).to.deep.equal([
      'config-room-missing',
      undefined,
      undefined,
      'config-room-invalid',
      'config-room-invalid',
    ]);
    expect(['', ' ', 'Ana', 'a\u007f'].map(nameProblem)).to.deep.equal([
      'config-name-invalid',
      'config-name-invalid',
      undefined,
      'config-name-invalid',
    ]);
  });
});
