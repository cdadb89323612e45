/** The leader protocol's vectors: what another implementation has to reproduce. */
import { expect } from 'chai';
import { fromHex, toHex } from '../../../src/base/index.js';
import { encodeCommitBody, headOf, parseCommit, encodeCommit } from '../../../src/keys/leader/commit.js';
import { realPrimitives } from '../../../src/keys/leader/real.js';
import { parseRoster } from '../../../src/keys/leader/roster.js';
import vectors from '../../vectors/leader.json' with { type: 'json' };
import { leaderVectors } from './vectors.js';

describe('leader: vectors', () => {
  it('names, encodings, key schedule and security code come out as published', async () => {
    expect(await leaderVectors()).to.deep.equal(vectors);
  });

  it('what is published reads back, and writes the same bytes', () => {
    const p = realPrimitives();
    const roster = parseRoster('vectors', fromHex(vectors.roster));
    expect(toHex(roster.encode())).to.equal(vectors.roster);
    expect(roster.entries[0]!.id).to.equal(vectors.binding);
    for (const [body, head] of [
      [vectors.firstCommit, vectors.instance],
      [vectors.secondCommit, vectors.secondHead],
    ] as const) {
      const commit = parseCommit(p, encodeCommit(fromHex(body), fromHex(vectors.confirm)));
      expect(toHex(encodeCommitBody(commit))).to.equal(body);
      expect(toHex(headOf(p, commit.body))).to.equal(head);
    }
  });
});
