/** The leader protocol's vectors: what another implementation has to reproduce. */
import { expect } from 'chai';
import { fromHex, toHex } from '../../../src/base/index.js';
import { encodeCommitBody, headOf, parseCommit, encodeCommit } from '../../../src/keys/leader/commit.js';
import { realPrimitives } from '../../../src/keys/leader/real.js';
import { parseRoster } from '../../../src/keys/leader/roster.js';
import vectors from '../../vectors/leader.json' with { type: 'json' };
import { COPY_DATA, leaderVectors, vectorChain } from './vectors.js';

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

  it('published copies open, each in its step and once', () => {
    const mk = toHex(new Uint8Array(32).fill(5));
    const inTurn = vectorChain();
    for (const [step, copy] of [vectors.firstCopy, vectors.secondCopy].entries()) {
      expect(inTurn.open(COPY_DATA, step + 1, fromHex(copy)), 'in the wrong step').to.equal(undefined);
      expect(toHex(inTurn.open(COPY_DATA, step, fromHex(copy))!)).to.equal(mk);
      expect(inTurn.open(COPY_DATA, step, fromHex(copy)), 'again').to.equal(undefined);
    }
    const late = vectorChain();
    expect(toHex(late.open(COPY_DATA, 1, fromHex(vectors.secondCopy))!), 'the first one lost').to.equal(mk);
  });
});
