/** Floods and crowds. Titles are the threat list's. */
import { expect } from 'chai';
import { fromHex } from '../../src/base/index.js';
import { encodeAnnounce, parseAnnounce } from '../../src/keys/leader/announce.js';
import { encodeRequest, encodeTakeover } from '../../src/keys/leader/wishes.js';
import { parseEnvelope, TYPES } from '../../src/keys/leader/wire.js';
import { standIns, type SimNode } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';

const fine = (m: LeaderMeeting): void => void expect(m.violations).to.deep.equal([]);

/** Meetings with a crowd: everyone's clock runs, so time is given in simulated seconds. */
async function crowd(m: LeaderMeeting, size: number, withinMs: number): Promise<SimNode[]> {
  const nodes: SimNode[] = [];
  for (let i = 0; i < size; i++) {
    nodes.push(await m.enter(`member-${i}`));
    await m.sim.run(withinMs / size);
  }
  return nodes;
}

describe('leader, floods', () => {
  it('Announces, Requests, Takeovers by one member: keys go on, and the cost is bounded', async () => {
    const primitives = standIns();
    let verified = 0;
    const counted = {
      ...primitives,
      verify: (...args: Parameters<typeof primitives.verify>) => (verified++, primitives.verify(...args)),
    };
    const m = new LeaderMeeting('flood', { primitives: counted });
    m.recording = [];
    const nodes = await m.gather('ann', 'bob', 'eve');
    const eve = nodes[2]!;
    const view = m.see(eve)!;
    const announce = parseAnnounce(parseEnvelope(m.last(TYPES.announce, 'eve').bytes).body);
    m.recording = undefined;
    const sending = nodes[1]!.sink.sending;
    verified = 0;
    for (let i = 0; i < 3_000; i++) {
      const nonce = m.sim.bytes(16);
      const heads = [fromHex(view.head)];
      const binding = fromHex(view.binding);
      const instance = fromHex(view.instance);
      const bytes = [
        await m.forge(eve, TYPES.announce, encodeAnnounce({ ...announce, nonce })),
        await m.forge(eve, TYPES.request, encodeRequest({ instance, binding, lacks: 'chain', heads, nonce })),
        await m.forge(
          eve,
          TYPES.takeover,
          encodeTakeover({
            instance,
            term: 2,
            head: nonce.length ? fromHex(view.head) : nonce,
            claimant: binding,
            reasons: [],
          }),
        ),
      ][i % 3]!;
      m.spread('eve', bytes);
      if (i % 10 === 0) await m.sim.run(30);
    }
    await m.sim.run(1_000);
    // 3,000 messages in 9 s to each of two members: at most the allowance of one sender is ever looked at.
    expect(verified).to.be.below(2 * (240 + 60 * 11) + 400);
    expect(nodes[1]!.sink.sending).to.be.at.least(sending);
    await m.sim.until(() => m.agreed(nodes.slice(0, 2)) || m.agreed(nodes), 60_000, 'agreement');
    fine(m);
  });

  it('join/leave loops by one member', async () => {
    const m = new LeaderMeeting('loop');
    const nodes = await m.gather('ann', 'bob');
    const before = m.see(nodes[0]!)!.epoch;
    for (let i = 0; i < 60; i++) {
      const eve = await m.enter('eve', i ? { ik: m.nodes.get('eve')!.ik } : {});
      await m.sim.run(250);
      await m.leave(eve);
      await m.sim.run(250);
    }
    expect(m.see(nodes[0]!)!.epoch - before).to.be.at.most(16);
    await m.agree(nodes, 40_000);
    fine(m);
  });

  it('60 joins in 3 s: few epochs, everyone has keys 3 s after the last', async function (this: {
    timeout?(ms: number): void;
  }) {
    this.timeout?.(120_000);
    const m = new LeaderMeeting('small burst');
    const [ann] = await m.gather('ann');
    const nodes = await crowd(m, 60, 3_000);
    await m.sim.run(3_000);
    expect(m.see(ann!)!.epoch - 1).to.be.at.most(7);
    for (const node of nodes) expect(node.sink.sending, node.identity).to.be.greaterThan(0);
    fine(m);
  });
});
