/** What private messages stand on: the members' X25519 keys, vouched for by the roster. Titles are the threat list's. */
import { expect } from 'chai';
import { toHex, type Bytes } from '../../src/base/index.js';
import type { Sender } from '../../src/keys/index.js';
import type { SimNode } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';

const fine = (m: LeaderMeeting): void => void expect(m.violations).to.deep.equal([]);

/** The secret that `node` shares with somebody, as its provider says. */
async function shared(m: LeaderMeeting, node: SimNode, other: Sender): Promise<string | undefined> {
  let secret: Bytes | undefined;
  await m.tell(node, async (provider) => (secret = await provider.agree?.(other)));
  await m.sim.run(1);
  return secret && toHex(secret);
}

const senderOf = (m: LeaderMeeting, seenBy: SimNode, identity: string): Sender => m.row(seenBy, identity)!.sender;

describe('leader, messages', () => {
  it('two members agree on a secret that no third one has', async () => {
    const m = new LeaderMeeting('agree');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    const annBob = await shared(m, ann!, senderOf(m, ann!, 'bob'));
    expect(annBob).to.match(/^[0-9a-f]{64}$/);
    expect(await shared(m, bob!, senderOf(m, bob!, 'ann'))).to.equal(annBob);
    const others = [
      await shared(m, cleo!, senderOf(m, cleo!, 'ann')),
      await shared(m, cleo!, senderOf(m, cleo!, 'bob')),
      await shared(m, ann!, senderOf(m, ann!, 'cleo')),
    ];
    expect(others).not.to.include(annBob);
    expect(new Set([annBob, ...others]).size).to.equal(3);
    fine(m);
  });

  it('a Takeover keeps the secret, a new join makes another', async () => {
    const m = new LeaderMeeting('agree on');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    const before = await shared(m, bob!, senderOf(m, bob!, 'cleo'));
    m.crash(ann!);
    await m.agree([bob!, cleo!], 20_000);
    expect(await shared(m, bob!, senderOf(m, bob!, 'cleo'))).to.equal(before);
    await m.worker(cleo!);
    await m.agree([bob!, cleo!], 20_000);
    const after = await shared(m, bob!, senderOf(m, bob!, 'cleo'));
    expect(after)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.to.equal(before);
    fine(m);
  });

  it('nobody outside the roster, no former join and not ourselves', async () => {
    const m = new LeaderMeeting('outside');
    const [ann, bob] = await m.gather('ann', 'bob');
    const old = senderOf(m, ann!, 'bob');
    await m.leave(bob!);
    await m.agree([ann!]);
    expect(await shared(m, ann!, old)).to.equal(undefined);
    expect(await shared(m, ann!, senderOf(m, ann!, 'ann'))).to.equal(undefined);
    expect(await shared(m, ann!, { identity: 'eve', binding: m.sim.bytes(32) })).to.equal(undefined);
    fine(m);
  });

  it('every roster names the chain, and messages of another chain are not of this one', async () => {
    const m = new LeaderMeeting('instance');
    const nodes = await m.gather('ann', 'bob');
    for (const node of nodes) expect(toHex(node.all('roster').at(-1)!.instance!)).to.equal(m.see(node)!.instance);
    fine(m);
  });
});
