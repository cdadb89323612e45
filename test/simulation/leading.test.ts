/** Attacks on who leads, by the server and by members. Titles are the threat list's. */
import { expect } from 'chai';
import { fromHex, type Bytes } from '../../src/base/index.js';
import { encodeHeartbeat, parseHeartbeat } from '../../src/keys/leader/beats.js';
import { encodeCommit, encodeCommitBody, parseCommit } from '../../src/keys/leader/commit.js';
import { encodeTakeover } from '../../src/keys/leader/wishes.js';
import { parseEnvelope, peekType, TYPES } from '../../src/keys/leader/wire.js';
import { standIns, type SimNode } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';

/** A claim with a member's own signature, at the moment it likes. */
async function claim(m: LeaderMeeting, by: SimNode, change: { term?: number; head?: Bytes } = {}): Promise<Bytes> {
  const view = m.see(by)!;
  const body = encodeTakeover({
    ...{ instance: fromHex(view.instance), term: view.term + 1, head: fromHex(view.head) },
    ...{ claimant: fromHex(view.binding), reasons: [], ...change },
  });
  return m.forge(by, TYPES.takeover, body);
}

const votes = (m: LeaderMeeting): number => m.recording!.filter((p) => peekType(p.bytes) === TYPES.announce).length;
const fine = (m: LeaderMeeting): void => void expect(m.violations).to.deep.equal([]);

describe('leader, keys, leading', () => {
  it('Takeover while the leader is heard; with term + 2 and term 2³²−1; from an older head', async () => {
    const m = new LeaderMeeting('heard');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    const bob = nodes[1]!;
    const older = fromHex(m.see(bob)!.head);
    const dan = await m.enter('dan');
    await m.agree([...nodes, dan]);
    m.recording = [];
    for (const change of [{}, { term: 3 }, { term: 2 ** 32 - 1 }, { head: older }]) {
      m.spread('bob', await claim(m, bob, change));
      await m.sim.run(4_000);
    }
    expect(votes(m)).to.equal(0);
    expect(m.see(dan)!.term).to.equal(1);
    fine(m);
  });

  it('Takeover by a non-member', async () => {
    const m = new LeaderMeeting('non-member');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    const eve = await m.enter('eve');
    await m.agree([...nodes, eve]);
    const message = await claim(m, eve);
    await m.leave(eve);
    await m.agree(nodes);
    m.recording = [];
    m.crash(nodes[0]!);
    for (let i = 0; i < 20; i++) (m.spread('eve', message), await m.sim.run(300));
    await m.agree(nodes.slice(1));
    expect(m.see(nodes[1]!)!.leader).to.equal('bob');
    fine(m);
  });

  it('Takeover by a removed member from before its removal', async () => {
    const m = new LeaderMeeting('before removal');
    const [ann, bob, eve] = await m.gather('ann', 'bob', 'eve');
    const message = await claim(m, eve!);
    // The server keeps the removal's Commit from Bob and shows him Eve's claim; the host's request he gets.
    m.server = (p) => (p.to === 'bob' && [3, 4, 7].includes(peekType(p.bytes)) ? [] : undefined);
    await m.act(ann!, { type: 'remove', target: m.row(ann!, 'eve')!.sender });
    for (let i = 0; i < 30; i++) (m.spread('eve', message, 'bob'), await m.sim.run(200));
    expect(m.see(bob!)?.leader).not.to.equal('eve');
    m.server = undefined;
    await m.agree([ann!, bob!], 60_000);
    fine(m);
  });

  it('Takeover from a member with a dead downlink', async () => {
    const m = new LeaderMeeting('downlink');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    m.server = (packet) => (packet.to === 'bob' ? [] : undefined);
    await m.sim.run(9_000);
    expect(m.see(ann!)!.term).to.equal(1);
    expect(m.see(cleo!)!.term).to.equal(1);
    m.server = undefined;
    await m.agree([ann!, bob!, cleo!], 60_000);
    fine(m);
  });

  it('two claims of one term', async () => {
    const m = new LeaderMeeting('two claims');
    const nodes = await m.gather('ann', 'bob', 'cleo', 'dan', 'eve');
    m.crash(nodes[0]!);
    await m.sim.run(3_050);
    for (const node of [nodes[2]!, nodes[1]!]) m.spread(node.identity, await claim(m, node));
    await m.agree(nodes.slice(1), 60_000);
    expect(m.see(nodes[2]!)!.leader).to.equal('bob');
    fine(m);
  });

  it("leader's full reconnect and 2 s blip (no takeover)", async () => {
    const m = new LeaderMeeting('blip');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    for (const other of nodes.slice(1)) await m.claimPresence(other, 'ann', false);
    await m.disconnect(nodes[0]!, 2_000);
    await m.sim.run(2_500);
    for (const other of nodes.slice(1)) await m.claimPresence(other, 'ann', true);
    await m.sim.run(5_000);
    expect(nodes.map((node) => m.see(node)!.term)).to.deep.equal([1, 1, 1]);
    await m.agree(nodes);
    fine(m);
  });

  it('our own full reconnect keeps binding, keys and chain, and catches up at once', async () => {
    const m = new LeaderMeeting('rejoined');
    const [ann, bob, cleo, dan] = await m.gather('ann', 'bob', 'cleo', 'dan');
    const before = m.see(bob!)!;
    await m.disconnect(bob!, 2_500, 'rejoined');
    await m.sim.run(1_000);
    await m.leave(dan!); // Bob hears nothing of it
    await m.sim.run(1_600);
    await m.agree([ann!, bob!, cleo!], 400);
    const after = m.see(bob!)!;
    expect([after.binding, after.instance, after.term]).to.deep.equal([before.binding, before.instance, before.term]);
    expect(bob!.all('self')).to.have.length(1);
    fine(m);
  });

  it('a full reconnect after everybody took us for gone is a new join, at once', async () => {
    const m = new LeaderMeeting('late');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    await m.disconnect(bob!, 12_000, 'rejoined');
    await m.sim.run(11_900);
    await m.agree([ann!, cleo!], 1_000);
    await m.agree([ann!, bob!, cleo!], 2_500);
    expect(bob!.all('self')).to.have.length(2);
    fine(m);
  });

  it('a full reconnect after we gave everybody up founds nothing: it joins those who went on', async () => {
    const m = new LeaderMeeting('long');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    const { instance } = m.see(ann!)!;
    const instances = new Set<string>();
    await m.disconnect(bob!, 70_000, 'rejoined');
    await m.sim.run(69_900);
    expect(bob!.alarms).to.deep.equal(['stale-heartbeat']);
    for (let i = 0; i < 100; i++) {
      await m.sim.run(100);
      const seen = m.see(bob!)?.instance;
      if (seen) instances.add(seen);
    }
    expect([...instances]).to.deep.equal([instance]);
    await m.agree([ann!, bob!, cleo!], 1_000);
  });

  it('the leader itself reconnects in full and leads on', async () => {
    const m = new LeaderMeeting('leader rejoined');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    await m.disconnect(nodes[0]!, 2_000, 'rejoined');
    await m.sim.run(6_000);
    expect(nodes.map((node) => [m.see(node)!.term, node.all('self').length])).to.deep.equal(Array(3).fill([1, 1]));
    await m.agree(nodes);
    fine(m);
  });

  it('SFU reports everyone gone', async () => {
    const m = new LeaderMeeting('everyone gone');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    for (const a of nodes) for (const b of nodes) if (a !== b) await m.claimPresence(a, b.identity, false);
    await m.sim.run(20_000);
    await m.agree(nodes, 60_000); // put out by the server's word, they come back under new bindings
    expect(nodes[0]!.alarms).to.include('roster-mismatch');
    fine(m);
  });

  it('SFU reports only the leader gone', async () => {
    const m = new LeaderMeeting('leader gone');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    for (const node of nodes.slice(1)) await m.claimPresence(node, 'ann', false);
    await m.sim.run(20_000);
    expect(m.see(nodes[1]!)!.leader).to.equal('ann');
    await m.agree(nodes);
    fine(m);
  });

  it('leader removed by a host', async () => {
    const m = new LeaderMeeting('leader removed');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    await m.act(ann!, { type: 'make-host', target: m.row(ann!, 'bob')!.sender });
    await m.sim.run(1_000);
    const { result } = await m.act(bob!, { type: 'remove', target: m.row(bob!, 'ann')!.sender });
    await m.agree([bob!, cleo!], 5_000);
    expect(await result).to.equal('done');
    expect(ann!.ended).to.equal('removed');
    expect(m.see(cleo!)!.leader).to.equal('bob');
    fine(m);
  });

  it('leader ignores a removal', async () => {
    const m = new LeaderMeeting('ignored');
    const [ann, bob, cleo, eve] = await m.gather('ann', 'bob', 'cleo', 'eve');
    await m.act(ann!, { type: 'make-host', target: m.row(ann!, 'bob')!.sender });
    await m.sim.run(1_000);
    // The leader goes on as if nobody had asked: nothing of the removal reaches it.
    m.server = (p) => (p.to === 'ann' && peekType(p.bytes) === TYPES.hostRequest ? [] : undefined);
    await m.act(bob!, { type: 'remove', target: m.row(bob!, 'eve')!.sender });
    await m.sim.run(2_500);
    for (const node of [bob!, cleo!]) expect(node.sink.sending, 'sends under a roster with Eve').to.equal(-1);
    await m.agree([bob!, cleo!], 10_000);
    expect(m.see(bob!)!.leader).to.equal('bob');
    expect(eve!.ended).to.equal('removed');
    fine(m);
  });

  it('removed while cut off: learns it from the chain that goes on, and leaves', async () => {
    const m = new LeaderMeeting('cut off');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    m.split([['ann', 'cleo'], ['bob']]);
    await m.act(ann!, { type: 'remove', target: m.row(ann!, 'bob')!.sender });
    await m.agree([ann!, cleo!]);
    await m.sim.until(() => m.see(bob!)!.leading, 20_000, 'a chain of his own');
    m.heal();
    await m.sim.until(() => bob!.ended !== undefined, 20_000, 'the word of the removal');
    expect(bob!.ended).to.equal('removed');
    await m.agree([ann!, cleo!]);
    fine(m);
  });

  it("host's removal while the head moves ten times a second", async () => {
    const m = new LeaderMeeting('moving head');
    const [ann, bob, eve] = await m.gather('ann', 'bob', 'eve');
    await m.act(ann!, { type: 'make-host', target: m.row(ann!, 'bob')!.sender });
    await m.sim.run(1_000);
    for (let i = 0; i < 20; i++) {
      await m.act(ann!, { type: i % 2 ? 'unlock' : 'lock' });
      await m.sim.run(100);
      if (i === 10) await m.act(bob!, { type: 'remove', target: m.row(bob!, 'eve')!.sender });
    }
    await m.agree([ann!, bob!], 5_000);
    expect(eve!.ended).to.equal('removed');
    fine(m);
  });

  it('removal requested as the leader dies', async () => {
    const m = new LeaderMeeting('dies');
    const [ann, bob, cleo, eve] = await m.gather('ann', 'bob', 'cleo', 'eve');
    await m.act(ann!, { type: 'make-host', target: m.row(ann!, 'bob')!.sender });
    await m.sim.run(1_000);
    m.crash(ann!);
    await m.act(bob!, { type: 'remove', target: m.row(bob!, 'eve')!.sender });
    await m.agree([bob!, cleo!], 10_000);
    expect(eve!.ended).to.equal('removed');
    const back = await m.enter('eve', { ik: eve!.ik });
    await m.sim.run(6_000);
    expect(back.ended).to.equal('removed');
    fine(m);
  });

  it('leader leaves by closing the page', async () => {
    const m = new LeaderMeeting('closing');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    await m.leave(nodes[0]!, 'page-closing');
    const left = m.sim.now;
    await m.agree(nodes.slice(1), 5_000);
    expect(m.sim.now - left).to.be.below(1_500);
    fine(m);
  });

  it('frames that were still on their way when their sender said goodbye', async () => {
    const m = new LeaderMeeting('late frames');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    const { epoch } = m.see(cleo!)!;
    m.server = (packet) =>
      packet.to === 'cleo' && [TYPES.commit, TYPES.copies].includes(peekType(packet.bytes) as 3) ? [] : undefined;
    await m.leave(bob!);
    await m.sim.run(100);
    expect(m.see(cleo!)!.epoch).to.equal(epoch);
    await m.tell(cleo!, (provider) => provider.handleMissingKey('bob', epoch));
    await m.sim.run(100);
    expect(cleo!.ended).to.equal(undefined);
    expect(cleo!.sink.keys.map(({ identity }) => identity)).not.to.include('bob');
    m.server = undefined;
    await m.agree([ann!, cleo!]);
    fine(m);
  });

  it('successor that joined last (knows no old Announce)', async () => {
    const m = new LeaderMeeting('last');
    const [ann, bob] = await m.gather('ann', 'bob');
    const cleo = await m.enter('cleo');
    await m.agree([ann!, bob!, cleo]);
    await m.act(ann!, { type: 'hand-over', target: m.row(ann!, 'cleo')!.sender });
    await m.sim.until(() => m.see(bob!)!.leader === 'cleo', 5_000, 'the hand-over');
    await m.agree([ann!, bob!, cleo]);
    fine(m);
  });

  it('crash between Commit and Welcome', async () => {
    const m = new LeaderMeeting('between');
    const [ann, bob] = await m.gather('ann', 'bob');
    m.crashAfterSend = (node, bytes) => node === ann && peekType(bytes) === TYPES.commit;
    const cleo = await m.enter('cleo');
    await m.agree([bob!, cleo], 30_000);
    fine(m);
  });

  it('leader signs two Commits for one epoch', async () => {
    const m = new LeaderMeeting('equivocation');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    m.recording = [];
    const dan = await m.enter('dan');
    await m.agree([ann!, bob!, cleo!, dan]);
    const real = parseCommit(standIns(), parseEnvelope(m.last(TYPES.commit, 'ann').bytes).body);
    const other = encodeCommit(encodeCommitBody({ ...real, operations: [], fresh: true }), m.sim.bytes(32));
    m.spread('ann', await m.forge(ann!, TYPES.commit, other), 'bob');
    await m.sim.run(500);
    expect(bob!.alarms).to.include('equivocation');
    await m.sim.until(() => m.see(cleo!)?.leader === 'bob', 10_000, 'a new leader');
    fine(m);
  });

  it('leader signs two heartbeats for one number: every member is shown both', async () => {
    const m = new LeaderMeeting('two beats');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    m.recording = [];
    await m.sim.run(1_500);
    const beat = parseHeartbeat(parseEnvelope(m.last(TYPES.heartbeat, 'ann').bytes).body);
    const other = encodeHeartbeat({ ...beat, time: beat.time + 1 });
    m.spread('ann', await m.forge(ann!, TYPES.heartbeat, other), 'bob');
    await m.sim.run(300);
    for (const node of [bob!, cleo!]) expect(node.alarms, node.identity).to.include('equivocation');
    await m.sim.until(() => m.see(cleo!)?.leader === 'bob', 10_000, 'a new leader');
    fine(m);
  });

  it('minority half with 1,000 invented members', async () => {
    // Members added after the fork count for nothing: it is judged by the roster where the two part.
    const m = new LeaderMeeting('invented');
    const nodes = await m.gather('ann', 'bob', 'cleo', 'dan', 'eve');
    m.split([['eve'], ['ann', 'bob', 'cleo', 'dan']]);
    await m.agree(nodes.slice(0, 4), 60_000);
    const own = new Set(['eve']);
    for (let i = 0; i < 30; i++) own.add(`invented-${i}`);
    m.split([[...own], ['ann', 'bob', 'cleo', 'dan']]);
    const invented = [];
    for (const name of own) if (name !== 'eve') invented.push(await m.enter(name));
    await m.sim.run(10_000);
    expect(m.see(nodes[4]!)!.members.length).to.equal(31);
    m.heal();
    await m.agree([...nodes, ...invented], 90_000);
    expect(m.see(nodes[0]!)!.leader).to.equal('ann');
    expect(nodes[1]!.all('self')).to.have.length(1); // the honest half never moved
    fine(m);
  });

  it('locked and verified halves meet a second instance', async () => {
    const m = new LeaderMeeting('halves');
    const nodes = await m.gather('ann', 'bob');
    await m.act(nodes[0]!, { type: 'lock' });
    await m.tell(nodes[1]!, (p) => p.confirmSecurityCode!(nodes[1]!.code!));
    const instance = m.see(nodes[0]!)!.instance;
    m.split([
      ['ann', 'bob'],
      ['zed', 'yves'],
    ]);
    const others = [await m.enter('zed'), await m.enter('yves')];
    await m.sim.run(25_000);
    m.heal();
    await m.sim.run(20_000);
    expect(nodes.map((node) => m.see(node)!.instance)).to.deep.equal([instance, instance]);
    expect(nodes[1]!.verified).to.equal(true);
    expect([...nodes, ...others].some((node) => node.alarms.includes('two-meetings'))).to.equal(true);
    fine(m);
  });

  it('two claims, and the better-ranked one heard nothing of the other: signed Acks decide, also those that were lost', async () => {
    for (const lost of [false, true]) {
      const m = new LeaderMeeting(`acks decide ${lost}`);
      const [ann, bob, ...rest] = await m.gather('ann', 'bob', 'cleo', 'dan', 'eve');
      m.server = (p) => (lost && p.to === 'bob' && peekType(p.bytes) === TYPES.signedAck ? [] : undefined);
      m.crash(ann!);
      await m.sim.run(1_000);
      await m.disconnect(bob!, 600); // his clock starts anew, and the others don't wait for him
      for (const node of rest) await m.claimPresence(node, 'bob', false);
      // What he would take over with reaches nobody, and theirs reaches him without a word of why.
      const server = m.server;
      m.server = (p) =>
        [TYPES.takeover, TYPES.heartbeat].includes(peekType(p.bytes) as 7) && (p.to === 'bob' || p.from === 'bob')
          ? []
          : server(p);
      await m.sim.until(() => m.see(bob!)!.leading && rest.some((n) => m.see(n)!.leading), 20_000, 'two leaders');
      m.server = server;
      await m.agree([bob!, ...rest], 30_000);
      expect(m.see(bob!)!.leader).not.to.equal('bob');
      fine(m);
    }
  });

  it('vote replayed from another Takeover', async () => {
    const m = new LeaderMeeting('vote');
    const nodes = await m.gather('ann', 'bob', 'cleo', 'dan');
    m.recording = [];
    m.crash(nodes[0]!);
    await m.agree(nodes.slice(1), 20_000);
    const old = m.recording.filter((p) => p.from === 'dan' && peekType(p.bytes) === TYPES.announce);
    expect(old.length).to.be.greaterThan(0);
    // Dan hears nothing of the next Takeover; his old vote is shown instead.
    m.server = (packet) => (packet.to === 'dan' ? [] : undefined);
    m.crash(nodes[1]!);
    for (let i = 0; i < 30; i++) {
      for (const vote of old) m.inject({ ...vote, to: 'cleo' });
      await m.sim.run(200);
    }
    await m.sim.until(() => m.see(nodes[2]!)!.leading, 10_000, "Cleo's takeover");
    expect(m.row(nodes[2]!, 'dan')).to.equal(undefined);
    fine(m);
  });
});
