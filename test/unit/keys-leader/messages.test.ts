/** Whole messages of the leader protocol, checked in both directions. */
import { expect } from 'chai';
import { concat, equal, fromHex, toHex } from '../../../src/base/index.js';
import { parseAnnounce } from '../../../src/keys/leader/announce.js';
import { encodeHeartbeat, parseAck, parseHeartbeat } from '../../../src/keys/leader/beats.js';
import { parseCommit } from '../../../src/keys/leader/commit.js';
import { Pairwise } from '../../../src/keys/leader/pairwise.js';
import { realPrimitives } from '../../../src/keys/leader/real.js';
import { confirmOf, epochSecret } from '../../../src/keys/leader/schedule.js';
import { encodeWelcome, parseCopies, parseWelcome } from '../../../src/keys/leader/welcome.js';
import { encodeTakeover, parseTakeover } from '../../../src/keys/leader/wishes.js';
import { parseEnvelope, purposeOf, type Envelope } from '../../../src/keys/leader/wire.js';
import vectors from '../../vectors/leader-messages.json' with { type: 'json' };
import { messageVectors } from './messages.js';

const p = realPrimitives();
const read = (name: keyof typeof vectors): Envelope => parseEnvelope(fromHex(vectors[name]));
const slow = (test: { timeout?(ms: number): void }): void => void test.timeout?.(30_000);

describe('leader: vectors of messages', () => {
  it('come out as published, byte by byte', async function (this: { timeout?(ms: number): void }) {
    slow(this);
    expect(await messageVectors()).to.deep.equal(vectors);
  });

  it('are signed by who they say, for what they are, and read back to the same bytes', async () => {
    const ann = parseAnnounce(read('announceAnn').body);
    const bob = parseAnnounce(read('announceBob').body);
    for (const [name, { ik }] of [
      ['announceAnn', ann],
      ['announceBob', bob],
      ['commit', ann],
      ['heartbeat', ann],
      ['welcome', ann],
      ['signedAck', bob],
      ['leaving', bob],
      ['takeover', bob],
      ['hostRequest', ann],
    ] as const) {
      const { type, body, proof } = read(name);
      expect(await p.verify(ik, purposeOf(type), body, proof), name).to.equal(true);
    }
    const { heartbeat, takeover, welcome } = {
      heartbeat: read('heartbeat'),
      takeover: read('takeover'),
      welcome: read('welcome'),
    };
    expect(equal(encodeHeartbeat(parseHeartbeat(heartbeat.body)), heartbeat.body)).to.equal(true);
    expect(equal(encodeTakeover(parseTakeover(takeover.body)), takeover.body)).to.equal(true);
    expect(equal(encodeWelcome(parseWelcome(welcome.body)), welcome.body)).to.equal(true);
    expect(toHex(p.hash('leader takeover hash', takeover.body))).to.equal(vectors.takeoverHash);
  });

  it('let Bob in: ciphertext, pairwise chain, MK, confirm, and his Ack', async function (this: {
    timeout?(ms: number): void;
  }) {
    slow(this);
    const welcome = parseWelcome(read('welcome').body);
    expect(toHex(welcome.answers)).to.equal(vectors.announceHashBob);
    const { secretKey } = await p.kemKeys(new Uint8Array(32).fill(0x24));
    const secret = await p.decapsulate(secretKey, welcome.ciphertext);
    expect(toHex(secret)).to.equal(vectors.xwingSecret);
    const [leader, member] = [fromHex(vectors.bindingAnn), fromHex(vectors.bindingBob)];
    const exchange = { leader, member, ciphertext: welcome.ciphertext, kemKey: fromHex(vectors.xwingKey) };
    const chain = Pairwise.begin(p, secret, undefined, exchange);
    const data = concat(welcome.head, member);
    const mk = chain.open(data, welcome.step, welcome.sealed)!;
    const commit = parseCommit(p, read('commit').body);
    expect(toHex(commit.head)).to.equal(vectors.head);
    expect(toHex(confirmOf(p, epochSecret(p, mk, commit.head, new Set())))).to.equal(toHex(commit.confirm));
    const [copy] = parseCopies(read('copies').body).copies;
    expect(toHex(chain.open(data, copy!.step, copy!.sealed)!)).to.equal('31'.repeat(32));
    const ack = read('ack');
    expect(toHex(p.mac(chain.ackKey, 'leader ack', ack.body))).to.equal(toHex(ack.proof));
    expect(parseAck(ack.body).counter).to.equal(7);
  });
});
